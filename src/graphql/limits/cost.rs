//! What an operation is estimated to cost: the fields of its answer.
//!
//! A field counts once for each object that it is selected on. A page has as many objects as `first`
//! says, be it written there or given as a variable; another list is taken to have a few.

use async_graphql::parser::types::{BaseType, Field, OperationType};
use async_graphql::{Name, Value, Variables};
use async_graphql_value::Value as Written;

use crate::graphql::paging::{DEFAULT_FIRST, MAX_FIRST};
use crate::graphql::type_system::{self, TypeSystem, named};

/// How long a list is taken to be whose length the client does not choose: pictures, artists.
const SHORT_LIST: u64 = 3;

/// How long the lists of introspection are taken to be: types, their fields, those's arguments.
const INTROSPECTION_LIST: u64 = 10;

/// What a selection set costs on one object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cost {
    /// However long the lists are that stand in it.
    fixed: u64,
    /// For each item of those.
    per_item: u64,
}

impl Cost {
    pub(super) fn add(&mut self, other: Self) {
        self.fixed = self.fixed.saturating_add(other.fixed);
        self.per_item = self.per_item.saturating_add(other.per_item);
    }

    /// With lists of that length.
    fn with(self, length: u64) -> u64 {
        self.fixed
            .saturating_add(self.per_item.saturating_mul(length))
    }

    /// Of an operation as a whole.
    pub(super) fn of_root(self) -> u64 {
        self.with(SHORT_LIST)
    }
}

/// What a selection set is made on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Parent<'d> {
    Type(&'d str),
    /// Nothing that is in the schema.
    Unknown,
}

/// A field, as the schema has it.
pub(super) struct Place<'d> {
    /// What its selection set is made on.
    pub(super) inside: Parent<'d>,
    is_list: bool,
    /// How long the lists are that stand right inside of it.
    lists: Length,
}

enum Length {
    OfPage,
    Assumed(u64),
}

impl<'d> Parent<'d> {
    pub(super) fn root(types: &'d TypeSystem, operation: OperationType) -> Self {
        types
            .root(operation)
            .map_or(Self::Unknown, |name| Self::Type(name))
    }

    pub(super) fn named(name: &'d Name) -> Self {
        Self::Type(name)
    }

    /// Whether it is one of introspection's types.
    pub(super) fn is_introspection(self) -> bool {
        matches!(self, Self::Type(name) if name.starts_with("__"))
    }

    pub(super) fn field(self, types: &'d TypeSystem, name: &str) -> Place<'d> {
        let defined = match self {
            Self::Type(parent) => types.field(parent, name),
            Self::Unknown => None,
        };
        match defined {
            Some(field) => Place {
                inside: Self::Type(named(&field.ty)),
                is_list: matches!(field.ty.base, BaseType::List(_)),
                lists: Length::right_inside(field),
            },
            None => Place {
                inside: Self::Unknown,
                is_list: false,
                lists: Length::Assumed(SHORT_LIST),
            },
        }
    }
}

impl Length {
    fn right_inside(field: &type_system::Field) -> Self {
        if field.arguments.contains_key("first") {
            Self::OfPage
        } else if named(&field.ty).starts_with("__") {
            Self::Assumed(INTROSPECTION_LIST)
        } else {
            Self::Assumed(SHORT_LIST)
        }
    }
}

impl Place<'_> {
    /// What `field`, which stands here, adds to the set that it stands in.
    pub(super) fn cost(&self, field: &Field, inside: Cost, variables: &Variables) -> Cost {
        let length = match self.lists {
            Length::OfPage => first(field, variables),
            Length::Assumed(length) => length,
        };
        let cost = inside.with(length).saturating_add(1);
        if self.is_list {
            Cost {
                fixed: 0,
                per_item: cost,
            }
        } else {
            Cost {
                fixed: cost,
                per_item: 0,
            }
        }
    }
}

/// The page's length. One that is out of bounds fails by itself.
fn first(field: &Field, variables: &Variables) -> u64 {
    let given = match field.get_argument("first").map(|value| &value.node) {
        Some(Written::Number(number)) => number.as_i64(),
        Some(Written::Variable(name)) => match variables.get(name) {
            Some(Value::Number(number)) => number.as_i64(),
            _ => None,
        },
        _ => None,
    };
    given.map_or(u64::from(DEFAULT_FIRST), |first| {
        u64::try_from(first).map_or(0, |first| first.min(u64::from(MAX_FIRST)))
    })
}
