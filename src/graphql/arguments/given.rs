//! What variables are where they stand, once it is known what is given for them.

use std::collections::HashSet;

use async_graphql::parser::types::{BaseType, ExecutableDocument, OperationDefinition, Type};
use async_graphql::{Name, ServerError, Variables};
use async_graphql_value::{ConstValue, Value};

use super::judge::{Problem, inside, wrong};
use super::{Argument, told, visit};
use crate::graphql::type_system::{Definition, TypeSystem};

/// Judges `variables` where `operation`, which stands in `document`, uses them: whether null may stand
/// there, and what they amount to inside of JSON literals, where each use is a copy. A first use costs
/// no more than the request's body has; all further ones may have `max` bytes together.
///
/// # Errors
/// The first that is wrong.
pub(crate) fn check_given(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    types: &TypeSystem,
    variables: &Variables,
    max: u64,
) -> Result<(), ServerError> {
    // Most requests: there is nothing to look for.
    if variables.is_empty() {
        return Ok(());
    }
    let mut given = Given {
        types,
        variables,
        used: HashSet::new(),
        copied: 0,
        max,
    };
    let mut outcome = Ok(());
    visit(document, operation, types, |argument| {
        let judged = match argument {
            Argument::OfField {
                name,
                value,
                of: Some(of),
            } if outcome.is_ok() => (name, value.pos, given.value(&value.node, &of.ty)),
            Argument::Condition {
                value: Some(value), ..
            } if outcome.is_ok() => ("if", value.pos, given.required(&value.node)),
            _ => return,
        };
        let (name, pos, judged) = judged;
        outcome = judged.map_err(|problem| told(name, pos, problem));
    });
    outcome
}

struct Given<'a> {
    types: &'a TypeSystem,
    variables: &'a Variables,
    /// Those that stand in JSON literals.
    used: HashSet<&'a Name>,
    /// Bytes of those that stand there again.
    copied: u64,
    max: u64,
}

impl<'a> Given<'a> {
    fn value(&mut self, value: &'a Value, ty: &Type) -> Result<(), Problem> {
        match (value, &ty.base) {
            (Value::Variable(_), _) if ty.nullable => Ok(()),
            (Value::Variable(_), _) => self.required(value),
            (Value::List(items), BaseType::List(ty)) => {
                let mut items = items.iter().enumerate();
                items.try_for_each(|(index, item)| inside(index, self.value(item, ty)))
            }
            (_, BaseType::List(ty)) => self.value(value, ty),
            (_, BaseType::Named(name)) => match (self.types.get(name), value) {
                (Some(Definition::InputObject(fields)), Value::Object(given)) => given
                    .iter()
                    .try_for_each(|(key, value)| match fields.get(key) {
                        Some(field) => inside(key, self.value(value, &field.ty)),
                        None => Ok(()),
                    }),
                (Some(Definition::Scalar), literal) => self.json(literal),
                _ => Ok(()),
            },
        }
    }

    /// What may not be null. That a variable is declared so that it may be is no mistake where it, or
    /// its place, has a default.
    fn required(&self, value: &Value) -> Result<(), Problem> {
        match value {
            Value::Variable(name) if self.variables.get(name) == Some(&ConstValue::Null) => {
                wrong(format!("must not be null (variable \"${name}\")"))
            }
            _ => Ok(()),
        }
    }

    /// A JSON literal, or what stands in one.
    fn json(&mut self, literal: &'a Value) -> Result<(), Problem> {
        match literal {
            Value::Variable(name) => self.copy(name),
            Value::List(items) => {
                let mut items = items.iter().enumerate();
                items.try_for_each(|(index, item)| inside(index, self.json(item)))
            }
            Value::Object(fields) => {
                let mut fields = fields.iter();
                fields.try_for_each(|(key, value)| inside(key, self.json(value)))
            }
            _ => Ok(()),
        }
    }

    fn copy(&mut self, name: &'a Name) -> Result<(), Problem> {
        if self.used.insert(name) {
            return Ok(());
        }
        let size = self.variables.get(name).map_or(0, size);
        self.copied = self.copied.saturating_add(size);
        if self.copied <= self.max {
            return Ok(());
        }
        wrong(format!(
            "repeats variables inside of JSON literals until their copies take more than {} bytes \
             (variable \"${name}\"): give the whole value as one variable",
            self.max
        ))
    }
}

/// What a value takes in memory, about.
fn size(value: &ConstValue) -> u64 {
    let inside = match value {
        ConstValue::Null | ConstValue::Boolean(_) => 0,
        ConstValue::Number(number) => number.as_str().len() as u64,
        ConstValue::String(text) => text.len() as u64,
        ConstValue::Enum(name) => name.len() as u64,
        ConstValue::Binary(json) => json.len() as u64,
        ConstValue::List(items) => items.iter().map(size).sum(),
        ConstValue::Object(fields) => fields
            .iter()
            .map(|(name, value)| name.len() as u64 + size(value))
            .sum(),
    };
    inside + size_of::<ConstValue>() as u64
}
