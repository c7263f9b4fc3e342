//! JSON values, kept as the text that they came as.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use bytes::Bytes;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// Any JSON value. It comes back with the same values, key order and number precision that it was
/// sent with. Send it as a variable; written into the document it works too, in GraphQL's notation.
#[derive(Debug)]
pub(crate) struct Json(Bytes);

impl Json {
    /// The JSON text, in UTF-8.
    #[must_use]
    pub(crate) fn text(&self) -> &Bytes {
        &self.0
    }
}

impl From<Bytes> for Json {
    fn from(text: Bytes) -> Self {
        Self(text)
    }
}

/// Any JSON value. It comes back with the same values, key order and number precision that it was
/// sent with. Send it as a variable; written into the document it works too, in GraphQL's notation.
#[Scalar(
    name = "JSON",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259"
)]
impl ScalarType for Json {
    /// A variable's text arrives untouched as [`Value::Binary`], which JSON itself cannot make; a
    /// literal of the document arrives as a tree, which may have such variables in it.
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::Binary(text) => Ok(Self(text)),
            value => serde_json::to_vec(&Literal(&value))
                .map(|text| Self(text.into()))
                .map_err(|_| InputValueError::custom("not a JSON value")),
        }
    }

    /// The response's writer puts the text there as it is.
    fn to_value(&self) -> Value {
        Value::Binary(self.0.clone())
    }
}

/// A literal, written as JSON.
struct Literal<'a>(&'a Value);

impl Serialize for Literal<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Binary(text) => serde_json::from_slice::<&RawValue>(text)
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer),
            Value::List(items) => serializer.collect_seq(items.iter().map(Literal)),
            Value::Object(fields) => {
                serializer.collect_map(fields.iter().map(|(key, value)| (key, Literal(value))))
            }
            value => value.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::Name;

    use super::*;

    #[test]
    fn variables_stay_text_inside_of_literals_too() {
        let variable = Value::Binary(Bytes::from_static(br#"{ "n": 1.10 }"#));
        let list = Value::List(vec![variable, Value::from(1), Value::Null]);
        let literal = Value::Object([(Name::new("beats"), list)].into_iter().collect());
        let Ok(json) = Json::parse(literal) else {
            panic!("refused");
        };
        assert_eq!(json.text(), r#"{"beats":[{ "n": 1.10 },1,null]}"#);
    }
}
