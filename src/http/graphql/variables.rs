//! Variables, read by the types that the operation gives them, so that what is of type `JSON` stays
//! the text that it came as, at whatever depth it stands.

use std::collections::HashMap;

use async_graphql::parser::types::{
    BaseType, OperationDefinition, ServiceDocument, Type, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, Value, Variables, indexmap::IndexMap};
use bytes::Bytes;
use serde_json::value::RawValue;

use super::refusal::Refusal;
use crate::graphql::sdl;

/// The schema's input objects: the types of their fields.
#[derive(Debug, Default)]
pub(crate) struct InputTypes(HashMap<Name, HashMap<Name, Type>>);

impl InputTypes {
    /// Read off the schema as it is printed.
    #[must_use]
    pub(crate) fn of_schema() -> Self {
        let document = async_graphql::parser::parse_schema(sdl());
        document
            .map(|document| Self::of(&document))
            .unwrap_or_default()
    }

    fn of(document: &ServiceDocument) -> Self {
        let mut types = HashMap::new();
        for definition in &document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            if let TypeKind::InputObject(object) = &definition.node.kind {
                let fields = object
                    .fields
                    .iter()
                    .map(|field| (field.node.name.node.clone(), field.node.ty.node.clone()));
                types.insert(definition.node.name.node.clone(), fields.collect());
            }
        }
        Self(types)
    }

    /// The variables that `operation` declares, out of the JSON object `text`.
    ///
    /// # Errors
    /// Where the text is not a JSON object.
    pub(crate) fn variables(
        &self,
        operation: &OperationDefinition,
        text: &Bytes,
    ) -> Result<Variables, Refusal> {
        let not_json =
            |error| Refusal::bad_request(format!("\"variables\" is not a JSON object: {error}"));
        let given: IndexMap<String, &RawValue> = serde_json::from_slice(text).map_err(not_json)?;
        let mut variables = Variables::default();
        for definition in &operation.variable_definitions {
            let name = &definition.node.name.node;
            if let Some(raw) = given.get(name.as_str()) {
                let value = self
                    .value(&definition.node.var_type.node, raw, text)
                    .map_err(not_json)?;
                variables.insert(name.clone(), value);
            }
        }
        Ok(variables)
    }

    fn value(&self, ty: &Type, raw: &RawValue, text: &Bytes) -> serde_json::Result<Value> {
        let json = raw.get();
        if json == "null" {
            return Ok(Value::Null);
        }
        match &ty.base {
            BaseType::List(item) if json.starts_with('[') => {
                let items: Vec<&RawValue> = serde_json::from_str(json)?;
                items
                    .into_iter()
                    .map(|raw| self.value(item, raw, text))
                    .collect::<serde_json::Result<_>>()
                    .map(Value::List)
            }
            // One value stands for a list of one (section 3.11 of the GraphQL specification).
            BaseType::List(item) => self.value(item, raw, text),
            BaseType::Named(name) if name == "JSON" => {
                Ok(Value::Binary(text.slice_ref(json.as_bytes())))
            }
            BaseType::Named(name) => match self.0.get(name) {
                Some(fields) if json.starts_with('{') => self.object(fields, json, text),
                _ => plain(json),
            },
        }
    }

    fn object(
        &self,
        fields: &HashMap<Name, Type>,
        json: &str,
        text: &Bytes,
    ) -> serde_json::Result<Value> {
        let given: IndexMap<String, &RawValue> = serde_json::from_str(json)?;
        let mut object = IndexMap::new();
        for (name, raw) in given {
            let value = match fields.get(name.as_str()) {
                Some(ty) => self.value(ty, raw, text)?,
                None => plain(raw.get())?,
            };
            object.insert(Name::new(name), value);
        }
        Ok(Value::Object(object))
    }
}

fn plain(json: &str) -> serde_json::Result<Value> {
    let value: serde_json::Value = serde_json::from_str(json)?;
    Value::from_json(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    #[test]
    fn a_collection_stays_a_part_of_the_request() {
        let types = InputTypes::of_schema();
        let document = parse_query(
            "mutation($input: UploadMetadataInput!) { uploadMetadata(input: $input) { __typename } }",
        )
        .unwrap();
        let operation = &document.operations.iter().next().unwrap().1.node;
        let collection = r#"{ "z": 1.10, "a": 123456789012345678901234567890 }"#;
        let text = Bytes::from(format!(
            r#"{{"input":{{"trackId":"x","version":7,"collection":{collection}}},"unknown":1}}"#
        ));
        let variables = types.variables(operation, &text).unwrap();
        assert_eq!(variables.len(), 1);
        let Some(Value::Object(input)) = variables.get("input") else {
            panic!("{variables:?}");
        };
        assert_eq!(input.get("version"), Some(&Value::from(7)));
        let Some(Value::Binary(kept)) = input.get("collection") else {
            panic!("{input:?}");
        };
        assert_eq!(kept, collection.as_bytes());
        assert!(text.as_ptr_range().contains(&kept.as_ptr()), "copied");
    }
}
