//! One walk over the response, along the schema's types and the operation's selections.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, Type};
use async_graphql::{Name, Response, Value};

use super::failures::Failures;
use super::outline::Outline;
use super::shapes::{Group, Shapes, Slot};
use crate::graphql::document::DISCRIMINATOR;
use crate::graphql::type_system::TypeSystem;

/// Completes `response`, which the operation that `outline` is of was executed to.
///
/// It walks what is there, so it is done in less time than the execution took; where nothing failed
/// and the order is right, nothing is moved.
pub(crate) fn complete(response: &mut Response, outline: &Outline, types: &TypeSystem) {
    // Most responses of small queries. The rest takes the schema's types.
    if response.errors.is_empty() && outline.is_of(&response.data) {
        return;
    }
    let Some(root) = types.root(outline.operation) else {
        return;
    };
    let failures = Failures::of(&response.errors);
    let mut walk = Walk {
        shapes: Shapes::new(types, outline),
        failed: !response.errors.is_empty(),
    };
    let data = &mut response.data;
    if !walk.object(data, root, Shapes::ROOT, Some(&failures)) {
        *data = Value::Null;
    }
}

struct Walk<'a> {
    shapes: Shapes<'a>,
    /// Without an error nothing is made null.
    failed: bool,
}

impl Walk<'_> {
    /// Whether the value, completed, may stand where it does: null may not everywhere. Goes as deep
    /// as the response.
    fn value(
        &mut self,
        value: &mut Value,
        ty: &Type,
        inside: Option<Group>,
        failures: Option<&Failures>,
    ) -> bool {
        let whole = !failures.is_some_and(Failures::here)
            && match (&ty.base, inside) {
                (BaseType::List(item), _) => self.items(value, item, inside, failures),
                (BaseType::Named(name), Some(group)) => self.object(value, name, group, failures),
                (BaseType::Named(_), None) => true,
            };
        if !whole {
            *value = Value::Null;
        }
        ty.nullable || !self.failed || *value != Value::Null
    }

    fn items(
        &mut self,
        list: &mut Value,
        ty: &Type,
        inside: Option<Group>,
        failures: Option<&Failures>,
    ) -> bool {
        let Value::List(items) = list else {
            return true;
        };
        items.iter_mut().enumerate().all(|(index, item)| {
            let failures = failures.and_then(|failures| failures.item(index));
            self.value(item, ty, inside, failures)
        })
    }

    /// Whether every field of the object may stand there.
    fn object(
        &mut self,
        object: &mut Value,
        ty: &str,
        group: Group,
        failures: Option<&Failures>,
    ) -> bool {
        // An object all of whose fields failed was left out like its fields.
        if *object == Value::Null && failures.is_some_and(Failures::in_fields) {
            *object = Value::Object(IndexMap::new());
        }
        let Value::Object(fields) = object else {
            return true;
        };
        let object = if self.shapes.is_abstract(group) {
            concrete(fields).unwrap_or(ty)
        } else {
            ty
        };
        let shape = self.shapes.shape(group, object);
        arrange(fields, &shape);
        fields
            .values_mut()
            .zip(shape.iter())
            .all(|(value, slot)| match slot.ty {
                Some(ty) => {
                    let failures = failures.and_then(|failures| failures.field(slot.key));
                    self.value(value, ty, slot.inside, failures)
                }
                None => true,
            })
    }
}

/// Of which type an object is that might be of several.
fn concrete(fields: &IndexMap<Name, Value>) -> Option<&str> {
    let told = match fields.last() {
        // Where nothing failed, it stands there.
        Some((key, name)) if key == DISCRIMINATOR => Some(name),
        _ => fields
            .get(DISCRIMINATOR)
            .or_else(|| fields.get("__typename")),
    };
    match told {
        Some(Value::String(name)) => Some(name),
        _ => None,
    }
}

/// Puts the fields into the shape's order. What failed becomes null.
fn arrange(fields: &mut IndexMap<Name, Value>, shape: &[Slot<'_>]) {
    if fields.last().is_some_and(|(key, _)| key == DISCRIMINATOR) {
        fields.pop();
    }
    let right =
        fields.len() == shape.len() && fields.keys().zip(shape).all(|(key, slot)| key == slot.key);
    if right {
        return;
    }
    let mut unordered = std::mem::take(fields);
    fields.reserve(shape.len());
    for slot in shape {
        let value = unordered.swap_remove(slot.key).unwrap_or(Value::Null);
        fields.insert(slot.key.clone(), value);
    }
    unordered.swap_remove(DISCRIMINATOR);
    // Nothing is left, unless async-graphql selects otherwise than the specification.
    fields.extend(unordered);
}
