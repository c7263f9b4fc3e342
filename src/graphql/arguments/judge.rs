//! Whether a value may stand where it does.

use std::collections::HashMap;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::Positioned;
use async_graphql::parser::types::{BaseType, OperationDefinition, Type, VariableDefinition};
use async_graphql::{Name, Pos};
use async_graphql_value::{ConstValue, Value};

use crate::graphql::type_system::{Definition, InputField, InputFields, TypeSystem};

pub(super) struct Judge<'a> {
    types: &'a TypeSystem,
    variables: HashMap<&'a Name, &'a Positioned<VariableDefinition>>,
}

pub(super) enum Problem {
    /// Where in it something is wrong, and what would be right.
    Literal { path: String, what: String },
    /// A variable of a type that may not be used there.
    Variable { declared: Pos, message: String },
}

impl<'a> Judge<'a> {
    pub(super) fn new(types: &'a TypeSystem, operation: &'a OperationDefinition) -> Self {
        let variables = operation.variable_definitions.iter();
        Self {
            types,
            variables: variables
                .map(|variable| (&variable.node.name.node, variable))
                .collect(),
        }
    }

    pub(super) fn argument(&self, value: &Value, of: Option<&InputField>) -> Result<(), Problem> {
        of.map_or(Ok(()), |of| self.value(value, &of.ty, of.has_default))
    }

    /// The condition of `@skip` or `@include`.
    pub(super) fn condition(&self, value: Option<&Value>) -> Result<(), Problem> {
        let boolean = Type {
            base: BaseType::Named(Name::new("Boolean")),
            nullable: false,
        };
        match value {
            Some(Value::Boolean(_)) => Ok(()),
            Some(Value::Variable(_)) => {
                value.map_or(Ok(()), |value| self.value(value, &boolean, false))
            }
            Some(_) => wrong("must be true or false"),
            None => wrong("is required by @skip and @include"),
        }
    }

    pub(super) fn value(&self, value: &Value, ty: &Type, has_default: bool) -> Result<(), Problem> {
        match (value, &ty.base) {
            (Value::Variable(name), _) => self.variable(name, ty, has_default),
            (Value::Null, _) if ty.nullable => Ok(()),
            (Value::Null, _) => wrong("must not be null"),
            (Value::List(items), BaseType::List(ty)) => {
                let mut items = items.iter().enumerate();
                items.try_for_each(|(index, item)| inside(index, self.value(item, ty, false)))
            }
            (_, BaseType::List(ty)) => self.value(value, ty, false),
            (_, BaseType::Named(name)) => self.named(value, name),
        }
    }

    fn named(&self, value: &Value, name: &Name) -> Result<(), Problem> {
        match (self.types.get(name), value) {
            (Some(Definition::InputObject(fields)), Value::Object(given)) => {
                self.object(name, fields, given)
            }
            (Some(Definition::InputObject(_)), _) => wrong("must be an input object"),
            (Some(Definition::Enum(values)), value) => match value {
                Value::Enum(value) if values.contains(value) => Ok(()),
                _ => wrong(format!("must be a value of {name}")),
            },
            // A scalar of the schema's own judges its values by itself.
            (Some(_), _) => Ok(()),
            (None, value) => built_in(value, name),
        }
    }

    fn object(
        &self,
        name: &Name,
        fields: &InputFields,
        given: &IndexMap<Name, Value>,
    ) -> Result<(), Problem> {
        for (key, value) in given {
            let judged = match fields.get(key) {
                Some(field) => self.argument(value, Some(field)),
                None => wrong(format!("is no field of {name}")),
            };
            inside(key, judged)?;
        }
        let mut fields = fields.iter();
        let missing = fields.find(|(key, field)| {
            !field.ty.nullable && !field.has_default && !given.contains_key(*key)
        });
        missing.map_or(Ok(()), |(key, field)| {
            inside(key, wrong(format!("is required, of type {}", field.ty)))
        })
    }

    /// Section 5.8.5 of the GraphQL specification.
    fn variable(&self, name: &Name, ty: &Type, has_default: bool) -> Result<(), Problem> {
        let Some(variable) = self.variables.get(name) else {
            return Ok(());
        };
        let declared = &variable.node.var_type.node;
        let default = variable.node.default_value.as_ref();
        let never_null =
            has_default || default.is_some_and(|default| default.node != ConstValue::Null);
        let fits = if declared.nullable && never_null {
            base_fits(&declared.base, &ty.base)
        } else {
            fits(declared, ty)
        };
        if fits {
            return Ok(());
        }
        Err(Problem::Variable {
            declared: variable.pos,
            message: format!(
                "Variable \"${name}\" is of type \"{declared}\" and used where \"{ty}\" is expected"
            ),
        })
    }
}

/// Whether every value of `given` is one of `expected`.
fn fits(given: &Type, expected: &Type) -> bool {
    (expected.nullable || !given.nullable) && base_fits(&given.base, &expected.base)
}

fn base_fits(given: &BaseType, expected: &BaseType) -> bool {
    match (given, expected) {
        (BaseType::Named(given), BaseType::Named(expected)) => given == expected,
        (BaseType::List(given), BaseType::List(expected)) => fits(given, expected),
        _ => false,
    }
}

/// Of the types that every schema has.
fn built_in(value: &Value, name: &Name) -> Result<(), Problem> {
    let (fits, what) = match name.as_str() {
        "Int" => (
            matches!(value, Value::Number(number)
                if number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())),
            "must be a whole number from -2147483648 to 2147483647",
        ),
        "Float" => (matches!(value, Value::Number(_)), "must be a number"),
        "Boolean" => (matches!(value, Value::Boolean(_)), "must be true or false"),
        "String" => (matches!(value, Value::String(_)), "must be a string"),
        "ID" => (
            match value {
                Value::String(_) => true,
                Value::Number(number) => number.is_i64(),
                _ => false,
            },
            "must be a string or a whole number",
        ),
        _ => return Ok(()),
    };
    if fits { Ok(()) } else { wrong(what) }
}

pub(super) fn wrong(what: impl Into<String>) -> Result<(), Problem> {
    Err(Problem::Literal {
        path: String::new(),
        what: what.into(),
    })
}

pub(super) fn inside(
    place: impl std::fmt::Display,
    outcome: Result<(), Problem>,
) -> Result<(), Problem> {
    outcome.map_err(|problem| match problem {
        Problem::Literal { path, what } => Problem::Literal {
            path: format!(".{place}{path}"),
            what,
        },
        variable @ Problem::Variable { .. } => variable,
    })
}
