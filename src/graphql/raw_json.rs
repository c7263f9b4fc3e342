//! Finds its way in text that is JSON by its brackets and quotation marks alone. Nothing of it is read as JSON
//! again: a collection may be megabytes, and stands in two objects besides its own.

/// The bytes that say where in the text one is. All others are passed over.
const MARKS: [bool; 256] = {
    let mut marks = [false; 256];
    let mut rest: &[u8] = b"{}[]\"";
    while let [mark, others @ ..] = rest {
        marks[*mark as usize] = true;
        rest = others;
    }
    marks
};

/// The next bracket or quotation mark at `at` or behind it, and where what follows it begins.
pub(super) fn next_mark(json: &[u8], at: usize) -> Option<(u8, usize)> {
    let mut rest = json.get(at..)?.iter();
    let passed = rest.position(|byte| MARKS[usize::from(*byte)])?;
    Some((json[at + passed], at + passed + 1))
}

/// How far it is to the quotation mark that ends a string.
pub(super) fn string_length(json: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => break,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at.min(json.len())
}

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
        let (value, rest) = begin.split_at(value_length(begin.as_bytes()));
        self.0 = rest;
        (!value.is_empty()).then_some(value)
    }
}

/// How long the value is that `json` begins with; 0 where none does.
fn value_length(json: &[u8]) -> usize {
    match json.first() {
        Some(b'{' | b'[' | b'"') => {}
        _ => {
            let ends = |byte: &u8| b",:]} \t\n\r".contains(byte);
            return json.iter().position(ends).unwrap_or(json.len());
        }
    }
    let (mut at, mut open) = (0, 0_usize);
    while let Some((mark, behind)) = next_mark(json, at) {
        at = behind;
        match mark {
            b'{' | b'[' => open += 1,
            b'}' | b']' => open = open.saturating_sub(1),
            _ => at = json.len().min(at + string_length(&json[at..]) + 1),
        }
        if open == 0 {
            return at;
        }
    }
    json.len()
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
