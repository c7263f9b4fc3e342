//! Takes text that is JSON apart by its brackets and quotation marks alone. Nothing of it is read as JSON again: a
//! collection may be megabytes, and stands in two objects besides its own.

use super::marks::Marks;

/// The values inside of an array or object, as they are written; of an object, each name comes before its value.
pub(crate) struct Values<'a>(&'a str);

impl<'a> Values<'a> {
    /// Those of `json`, which is an array or object.
    pub(crate) fn of(json: &'a str) -> Self {
        Self(json.get(1..).unwrap_or_default())
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let begin = self.0.trim_start_matches([',', ':', ' ', '\t', '\n', '\r']);
        let length = value_length(begin.as_bytes()).unwrap_or(begin.len());
        let (value, rest) = begin.split_at(length);
        self.0 = rest;
        (!value.is_empty()).then_some(value)
    }
}

/// How long the value is that `json` begins with, 0 where none does; `None`: all of it.
fn value_length(json: &[u8]) -> Option<usize> {
    if !matches!(json.first(), Some(b'{' | b'[' | b'"')) {
        let ends = |byte: &u8| b",:]} \t\n\r".contains(byte);
        return json.iter().position(ends);
    }
    let mut marks = Marks::of(json);
    let mut open = 0_usize;
    loop {
        let (mut at, mark) = marks.next()?;
        match mark {
            b'"' => (at, _) = marks.string_end()?,
            b'{' | b'[' => open += 1,
            _ => open = open.saturating_sub(1),
        }
        if open == 0 {
            return Some(at + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn values(json: &str) -> Vec<&str> {
        Values::of(json).collect()
    }

    #[test]
    fn values_are_told_apart_by_what_is_between_them() {
        assert_eq!(values("[]"), [""; 0]);
        assert_eq!(values("{ }"), [""; 0]);
        assert_eq!(
            values(r#"[1,-2.5e3 ,true, null,"a,]\"}\\" , [[],{}], {"x":[1]}]"#),
            [
                "1",
                "-2.5e3",
                "true",
                "null",
                r#""a,]\"}\\""#,
                "[[],{}]",
                r#"{"x":[1]}"#
            ]
        );
        assert_eq!(
            values("{\"a\\\"\" :\t1,\n\"{\":{\"b\":\"}\"},\"é\":\"\\\\\"}"),
            [
                "\"a\\\"\"",
                "1",
                "\"{\"",
                "{\"b\":\"}\"}",
                "\"é\"",
                "\"\\\\\""
            ]
        );
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[a\\\\\"{}\\[\\],:é\n]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::vec(("[a\\\\\"{},:é]{0,3}", inner), 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_parser_that_builds_the_tree_agrees(value in any_value(), pretty in any::<bool>()) {
            let text = if pretty {
                serde_json::to_string_pretty(&value)
            } else {
                serde_json::to_string(&value)
            };
            let text = text.unwrap();
            let expected: Vec<Value> = match value {
                Value::Array(items) => items,
                Value::Object(members) => members
                    .into_iter()
                    .flat_map(|(name, value)| [Value::from(name), value])
                    .collect(),
                _ => return Ok(()),
            };
            let found = Values::of(&text).map(|value| serde_json::from_str(value).unwrap());
            let found: Vec<Value> = found.collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn no_text_makes_it_panic_or_go_on_for_ever(text in r#"[\[\]{}",:\\ua0é \n]{0,40}"#) {
            prop_assert!(Values::of(&text).count() <= text.len());
        }
    }
}
