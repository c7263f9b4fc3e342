//! Variables, coerced to the types that the operation gives them (section 6.1.2 of the GraphQL
//! specification). What is of type `JSON` stays the text that it came as, at whatever depth it stands.

mod members;

use std::cell::Cell;
use std::collections::HashSet;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, OperationDefinition, Type};
use async_graphql::{Name, Pos, Value, Variables};
use bytes::Bytes;

use self::members::{items, members};
use crate::graphql::{Definition, InputFields, TypeSystem};

/// How many values all variables may have together, in their lists and input objects: each takes about a
/// hundred bytes, whatever its text. What is of type `JSON` is one, whatever it holds.
const MAX_VALUES: usize = 8 * 1024;

/// A variable that does not fit its type.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    /// Which one; `None` where all are unreadable.
    pub(super) variable: Option<Name>,
    /// Where in it, as in `.version`.
    pub(super) path: String,
    pub(super) problem: String,
    /// Where the operation declares it.
    pub(super) declared: Option<Pos>,
}

/// The variables that `operation` declares, out of the JSON object `given`, or by default.
///
/// # Errors
/// The first that does not fit.
pub(super) fn coerce(
    types: &TypeSystem,
    operation: &OperationDefinition,
    given: Option<&Bytes>,
) -> Result<Variables, Misfit> {
    let nothing = Bytes::from_static(b"{}");
    let text = given.unwrap_or(&nothing);
    let declared = operation.variable_definitions.iter();
    let declared: HashSet<Name> = declared
        .map(|definition| definition.node.name.node.clone())
        .collect();
    let unreadable = |error: &dyn std::fmt::Display| Misfit {
        variable: None,
        path: String::new(),
        problem: format!("\"variables\" cannot be read: {error}"),
        declared: None,
    };
    let json = std::str::from_utf8(text).map_err(|error| unreadable(&error))?;
    let given = members(json, |name| declared.get(name).cloned());
    let given = given.map_err(|error| unreadable(&error))?.known;
    let coercion = Coercion {
        types,
        text,
        room: Cell::new(MAX_VALUES),
    };
    let mut variables = Variables::default();
    for definition in &operation.variable_definitions {
        let (name, ty) = (&definition.node.name.node, &definition.node.var_type.node);
        let value = match (given.get(name), &definition.node.default_value) {
            (Some(json), _) => coercion.value(ty, json),
            (None, Some(default)) => Ok(default.node.clone()),
            (None, None) if ty.nullable => continue,
            (None, None) => Err(Problem::new(format!("is required, of type {ty}"))),
        };
        match value {
            Ok(value) => variables.insert(name.clone(), value),
            Err(Problem { path, problem }) => {
                return Err(Misfit {
                    variable: Some(name.clone()),
                    path,
                    problem,
                    declared: Some(definition.pos),
                });
            }
        };
    }
    Ok(variables)
}

struct Coercion<'a> {
    types: &'a TypeSystem,
    text: &'a Bytes,
    /// For how many values more.
    room: Cell<usize>,
}

struct Problem {
    path: String,
    problem: String,
}

impl Problem {
    fn new(problem: impl Into<String>) -> Self {
        Self {
            path: String::new(),
            problem: problem.into(),
        }
    }

    fn inside(self, place: impl std::fmt::Display) -> Self {
        Self {
            path: format!(".{place}{}", self.path),
            ..self
        }
    }
}

impl Coercion<'_> {
    fn value(&self, ty: &Type, json: &str) -> Result<Value, Problem> {
        let room = self.room.get().checked_sub(1).ok_or_else(too_many)?;
        self.room.set(room);
        match &ty.base {
            _ if json == "null" && ty.nullable => Ok(Value::Null),
            _ if json == "null" => Err(Problem::new("must not be null")),
            BaseType::List(item) if json.starts_with('[') => {
                let items = items(json, room).ok_or_else(too_many)?;
                let items = items.into_iter().enumerate();
                items
                    .map(|(index, json)| self.value(item, json).map_err(|p| p.inside(index)))
                    .collect::<Result<_, _>>()
                    .map(Value::List)
            }
            // One value stands for a list of one (section 3.11 of the GraphQL specification).
            BaseType::List(item) => self.value(item, json),
            BaseType::Named(name) => self.named(name, json),
        }
    }

    fn named(&self, name: &Name, json: &str) -> Result<Value, Problem> {
        let is_string = json.starts_with('"');
        let misfit = |what: &str| Err(Problem::new(format!("must be {what}")));
        match name.as_str() {
            "JSON" => Ok(Value::Binary(self.text.slice_ref(json.as_bytes()))),
            "Int" => match serde_json::from_str::<i32>(json) {
                Ok(number) => Ok(Value::from(number)),
                Err(_) => misfit("a whole number from -2147483648 to 2147483647"),
            },
            "Float" if is_number(json) => scalar(json),
            "Float" => misfit("a number"),
            "Boolean" if matches!(json, "true" | "false") => scalar(json),
            "Boolean" => misfit("true or false"),
            "String" if is_string => scalar(json),
            "String" => misfit("a string"),
            "ID" if is_string => scalar(json),
            // An id may be a whole number, and is text from here on.
            "ID" if is_number(json) && !json.contains(['.', 'e', 'E']) => {
                Ok(Value::String(json.to_owned()))
            }
            "ID" => misfit("a string or a whole number"),
            name => match self.types.get(name) {
                Some(Definition::InputObject(_)) if !json.starts_with('{') => {
                    misfit(&format!("an object of type {name}"))
                }
                Some(Definition::InputObject(fields)) => self.object(name, fields, json),
                Some(Definition::Enum(values)) => match serde_json::from_str::<String>(json).ok() {
                    Some(value) if values.contains(value.as_str()) => {
                        Ok(Value::Enum(Name::new(value)))
                    }
                    _ => misfit(&format!("a value of {name}")),
                },
                Some(Definition::Scalar) if json.starts_with(['[', '{']) => {
                    misfit(&format!("a value of {name}"))
                }
                Some(Definition::Scalar) => scalar(json),
                // A type that there is not, or that is not for giving, is refused in validation.
                _ => Ok(Value::Null),
            },
        }
    }

    fn object(&self, name: &str, fields: &InputFields, json: &str) -> Result<Value, Problem> {
        let field = |key: &str| fields.get_key_value(key).map(|(name, _)| name.clone());
        let given = members(json, field).map_err(unreadable)?;
        let required = |field: &&Name| {
            let field = &fields[field.as_str()];
            !field.ty.nullable && !field.has_default
        };
        let missing = |field: &&Name| !given.known.contains_key(*field);
        if let Some(field) = fields.keys().filter(required).find(missing) {
            let ty = &fields[field.as_str()].ty;
            return Err(Problem::new(format!("is required, of type {ty}")).inside(field));
        }
        if let Some(key) = given.unknown {
            return Err(Problem::new(format!("is no field of {name}")).inside(key));
        }
        let mut object = IndexMap::with_capacity(given.known.len());
        for (key, json) in given.known {
            let ty = &fields[&key].ty;
            let value = self.value(ty, json).map_err(|p| p.inside(&key))?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

/// All of the text is JSON already; only this can be wrong with it still.
fn unreadable(_: serde_json::Error) -> Problem {
    Problem::new("holds half of a surrogate pair, which is no character")
}

fn too_many() -> Problem {
    Problem::new(format!(
        "is more than this server takes: all variables may have {MAX_VALUES} values together, of \
         which a JSON value is one"
    ))
}

fn is_number(json: &str) -> bool {
    json.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// Numbers are read by themselves: on the way through another type of JSON they would become objects,
/// as serde_json keeps their text that way.
fn scalar(json: &str) -> Result<Value, Problem> {
    match json {
        "true" => Ok(Value::Boolean(true)),
        "false" => Ok(Value::Boolean(false)),
        _ if is_number(json) => serde_json::from_str(json)
            .map(Value::Number)
            .map_err(unreadable),
        _ => serde_json::from_str(json)
            .map(Value::String)
            .map_err(unreadable),
    }
}

#[cfg(test)]
mod tests;
