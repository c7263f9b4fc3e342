//! What a collection must be: a JSON object that every client reads alike.
//!
//! The text is judged as it streams by; no tree of it is built. Beyond JSON itself the rules are
//! those of I-JSON (RFC 7493) that keep readers from disagreeing: no key twice in one object, no
//! half of a surrogate pair; and a bound on nesting that recursive parsers can bear.

use std::collections::HashSet;
use std::fmt;

use bytes::Bytes;
use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::error::{Error, Result};
use crate::auth;

/// How deep a collection may nest; also where serde_json, and many a parser, draws the line.
const MAX_DEPTH: usize = 100;

/// Shorter texts are judged where they are; longer ones would hold up other requests.
const SHORT: usize = 64 * 1024;

/// The text, found to be a collection.
///
/// # Errors
/// [`Error::Input`] that names `argument` and what is wrong.
pub(super) async fn check(argument: &'static str, text: &Bytes) -> Result<Bytes> {
    let judged = if text.len() <= SHORT {
        judge(text)
    } else {
        let text = text.clone();
        tokio::task::spawn_blocking(move || judge(&text))
            .await
            .map_err(|_| auth::Error::Internal("judging a collection failed"))?
    };
    match judged {
        Ok(()) => Ok(text.clone()),
        Err(problem) => Err(Error::input(argument, problem.to_string())),
    }
}

/// Why a text is no collection.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotACollection(String);

/// Judges a text.
///
/// # Errors
/// [`NotACollection`] says what is wrong.
pub fn judge(text: &[u8]) -> std::result::Result<(), NotACollection> {
    if text.first() != Some(&b'{') {
        return Err(NotACollection(
            "must be a JSON object, such as {\"beats\": [0.5, 1.0]}".to_owned(),
        ));
    }
    if depth(text) > MAX_DEPTH {
        return Err(NotACollection(format!(
            "nests deeper than {MAX_DEPTH} levels"
        )));
    }
    let mut json = serde_json::Deserializer::from_slice(text);
    json.deserialize_any(Walk)
        .and_then(|()| json.end())
        .map_err(|error| NotACollection(explain(&error)))
}

fn explain(error: &serde_json::Error) -> String {
    let what = error.to_string();
    if what.contains("hex escape") {
        let (line, column) = (error.line(), error.column());
        return format!("has half of a surrogate pair in a string at line {line} column {column}");
    }
    format!("is not a JSON object that every client reads alike: {what}")
}

/// How deep objects and arrays nest, brackets within strings aside.
fn depth(text: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Visits everything and keeps nothing but the keys of the objects that it is inside of.
struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> std::result::Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<(), A::Error> {
        while seq.next_element_seed(Walk)?.is_some() {}
        Ok(())
    }

    /// An object; also a number, which serde_json, told to keep numbers of any precision, gives as
    /// a map of one entry that no other can be mistaken for.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        let mut keys: HashSet<String> = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == "$serde_json::private::Number" {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if keys.contains(&key) {
                let shown: String = key.chars().take(40).collect();
                return Err(A::Error::custom(format_args!(
                    "the key {shown:?} stands twice in one object"
                )));
            }
            keys.insert(key);
            map.next_value_seed(Walk)?;
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Walk {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(
        self,
        json: D,
    ) -> std::result::Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_of_every_kind_are_taken() {
        for good in [
            "{}",
            r#"{"beats":[0.5,1.25],"bpm":120}"#,
            r#"{"big":123456789012345678901234567890,"small":1e-400,"huge":1E400}"#,
            r#"{"a":{"x":1},"b":{"x":2}}"#,
            r#"{"emoji":"\ud83e\udd41","text":"{[\"\\"}"#,
            "{ \"spaces\" : [ ] }",
        ] {
            assert!(judge(good.as_bytes()).is_ok(), "{good}");
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(99), "]".repeat(99));
        assert!(judge(deep.as_bytes()).is_ok());
    }

    #[test]
    fn everything_else_is_refused_with_the_reason() {
        let too_deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
        for (bad, reason) in [
            ("[]", "must be a JSON object"),
            ("null", "must be a JSON object"),
            ("\"text\"", "must be a JSON object"),
            ("1", "must be a JSON object"),
            (r#"{"a":1,"a":2}"#, "stands twice"),
            (r#"{"x":{"a":1,"\u0061":2}}"#, "stands twice"),
            (r#"{"a":"\ud800"}"#, "surrogate"),
            (r#"{"a":NaN}"#, "expected value"),
            (&too_deep, "deeper than 100"),
        ] {
            let problem = judge(bad.as_bytes()).expect_err(bad).to_string();
            assert!(problem.contains(reason), "{problem}");
        }
    }
}
