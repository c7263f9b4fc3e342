//! Whether a value may stand where it does.

use std::collections::HashMap;

use async_graphql::parser::Positioned;
use async_graphql::parser::types::{BaseType, OperationDefinition, Type, VariableDefinition};
use async_graphql::{Name, Pos};
use async_graphql_value::{ConstValue, Value};

use crate::graphql::type_system::{Definition, InputField, TypeSystem};

pub(super) struct Judge<'a> {
    types: &'a TypeSystem,
    variables: HashMap<&'a Name, &'a Positioned<VariableDefinition>>,
}

pub(super) enum Problem {
    /// What is written there, and what would be right.
    Literal { path: String, what: &'static str },
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

    fn value(&self, value: &Value, ty: &Type, has_default: bool) -> Result<(), Problem> {
        match (value, &ty.base) {
            (Value::Variable(name), _) => self.variable(name, ty, has_default),
            // Told in validation, where it may not be.
            (Value::Null, _) => Ok(()),
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
                given.iter().try_for_each(|(key, value)| {
                    let field = fields.get(key);
                    inside(key, self.argument(value, field))
                })
            }
            (Some(Definition::InputObject(_)), _) => wrong("must be an input object"),
            (None, Value::Number(number)) if name == "Int" => {
                let number = number.as_i64();
                match number.is_some_and(|number| i32::try_from(number).is_ok()) {
                    true => Ok(()),
                    false => wrong("must be a whole number from -2147483648 to 2147483647"),
                }
            }
            _ => Ok(()),
        }
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

fn wrong(what: &'static str) -> Result<(), Problem> {
    Err(Problem::Literal {
        path: String::new(),
        what,
    })
}

fn inside(place: impl std::fmt::Display, outcome: Result<(), Problem>) -> Result<(), Problem> {
    outcome.map_err(|problem| match problem {
        Problem::Literal { path, what } => Problem::Literal {
            path: format!(".{place}{path}"),
            what,
        },
        variable @ Problem::Variable { .. } => variable,
    })
}
