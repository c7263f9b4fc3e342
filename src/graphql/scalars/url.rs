//! Addresses on the web.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

/// An absolute address on the web, as the WHATWG URL standard has it.
pub(crate) struct Url(pub String);

/// An absolute address on the web, as the WHATWG URL standard has it.
#[Scalar(name = "URL", specified_by_url = "https://url.spec.whatwg.org/")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) if ::url::Url::parse(&text).is_ok() => Ok(Self(text)),
            value => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}
