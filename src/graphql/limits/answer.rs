//! How large an answer is going to be, before it is written.

use async_graphql::{ServerError, Value};

use super::limit::Limit;
use crate::config::Limits;

/// Holds `data`, written as JSON, to `limits`.
///
/// # Errors
/// Where it is over them.
pub(crate) fn check_answer(data: &Value, limits: &Limits) -> Result<(), ServerError> {
    let mut size = Size {
        bytes: 0,
        max: limits.answer_bytes,
    };
    size.add(data);
    Limit::AnswerBytes.check(size.bytes, limits)
}

/// Counts until it is over the limit.
struct Size {
    bytes: u64,
    max: u64,
}

impl Size {
    fn add(&mut self, value: &Value) {
        match value {
            Value::Null => self.count(4),
            Value::Boolean(value) => self.count(if *value { 4 } else { 5 }),
            Value::Number(number) => self.count(number.as_str().len()),
            Value::String(text) => self.string(text),
            Value::Enum(name) => self.string(name),
            // A collection, which goes out as it is.
            Value::Binary(json) => self.count(json.len()),
            Value::List(items) => {
                self.count(2 + items.len().saturating_sub(1));
                for item in items {
                    if self.bytes > self.max {
                        return;
                    }
                    self.add(item);
                }
            }
            Value::Object(fields) => {
                self.count(2 + fields.len().saturating_sub(1));
                for (key, value) in fields {
                    if self.bytes > self.max {
                        return;
                    }
                    self.count(key.len() + 3);
                    self.add(value);
                }
            }
        }
    }

    /// With its quotes, and what is written in place of characters that may not stand in it.
    fn string(&mut self, text: &str) {
        let escaped = text.bytes().map(|byte| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
            0..0x20 => 6,
            _ => 1,
        });
        self.count(2 + escaped.sum::<usize>());
    }

    fn count(&mut self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{Name, value};
    use proptest::prelude::*;

    use super::*;

    fn size(value: &Value) -> u64 {
        let mut size = Size {
            bytes: 0,
            max: u64::MAX,
        };
        size.add(value);
        size.bytes
    }

    fn any_value() -> BoxedStrategy<Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Boolean),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::String),
            "[\"\\\\\\x00-\\x20]*".prop_map(Value::String),
            Just(Value::Enum(Name::new("VALUE"))),
        ];
        let inner = |inner: BoxedStrategy<Value>| {
            let fields = proptest::collection::vec(("[a-z_]{1,9}", inner.clone()), 0..4);
            let fields = fields.prop_map(|fields| {
                let fields = fields.into_iter();
                Value::Object(fields.map(|(key, value)| (Name::new(key), value)).collect())
            });
            prop_oneof![
                proptest::collection::vec(inner, 0..4).prop_map(Value::List),
                fields,
            ]
        };
        leaf.prop_recursive(4, 64, 4, move |value| inner(value.boxed()))
            .boxed()
    }

    proptest! {
        #[test]
        fn an_answers_size_is_that_of_its_text(value in any_value()) {
            let text = serde_json::to_string(&value).unwrap();
            prop_assert_eq!(size(&value), text.len() as u64, "{}", text);
        }
    }

    #[test]
    fn a_collection_is_as_long_as_its_text() {
        let text = "{\"a\": [1, 2]}";
        assert_eq!(size(&Value::Binary(text.into())), text.len() as u64);
    }

    #[test]
    fn one_byte_more_than_the_limit_is_refused() {
        let limits = |answer_bytes| Limits {
            answer_bytes,
            ..Limits::default()
        };
        let data = value!({ "list": [1, "é\n"] });
        let length = serde_json::to_string(&data).unwrap().len() as u64;
        assert!(check_answer(&data, &limits(length)).is_ok());
        let error = check_answer(&data, &limits(length - 1)).unwrap_err();
        assert!(error.message.contains(&length.to_string()), "{error:?}");
    }
}
