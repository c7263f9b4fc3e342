//! What a collection must be: a JSON object that every client reads alike.
//!
//! The text is judged as it streams by; no tree of it is built. Beyond JSON itself the rules are
//! those of I-JSON (RFC 7493) that keep readers from disagreeing: no key twice in one object, no
//! half of a surrogate pair; and a bound on nesting that recursive parsers can bear.

use std::borrow::Cow;

use bytes::Bytes;
use serde::de::IgnoredAny;

use super::error::{Error, Result};
use super::marks::Marks;
use crate::auth;

/// How deep a collection may nest; also where serde_json, and many a parser, draws the line.
const MAX_DEPTH: usize = 100;

/// So few keys of an object are compared with each other: sorting them takes longer.
const FEW: usize = 8;

/// Shorter texts are judged where they are; longer ones would hold up other requests.
const SHORT: usize = 64 * 1024;

/// `text`, which is JSON, found to be a collection of `max` bytes or less: with what stands in the
/// document around its variables it may be longer than the body that it came in.
///
/// # Errors
/// [`Error::Input`] that names `argument` and what is wrong.
pub(super) async fn check(argument: &'static str, text: &Bytes, max: u64) -> Result<Bytes> {
    if text.len() as u64 > max {
        let problem = format!("has {} bytes, and {max} are the most", text.len());
        return Err(Error::input(argument, problem));
    }
    let judged = if text.len() <= SHORT {
        judge_json(text)
    } else {
        let text = text.clone();
        tokio::task::spawn_blocking(move || judge_json(&text))
            .await
            .map_err(|_| auth::Error::Internal("judging a collection failed"))?
    };
    match judged {
        Ok(()) => Ok(text.clone()),
        Err(NotACollection(problem)) => Err(Error::input(argument, problem)),
    }
}

/// Why a text is no collection.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotACollection(String);

/// Judges any text.
///
/// # Errors
/// [`NotACollection`] says what is wrong.
pub fn judge(text: &[u8]) -> std::result::Result<(), NotACollection> {
    let judged = object(text).and_then(|text| {
        serde_json::from_str::<IgnoredAny>(text)
            .map_err(|error| format!("is not a JSON object: {error}"))?;
        read_alike(text)
    });
    judged.map_err(NotACollection)
}

/// Judges what is known to be JSON.
fn judge_json(text: &[u8]) -> std::result::Result<(), NotACollection> {
    object(text).and_then(read_alike).map_err(NotACollection)
}

/// What begins as an object does, as text.
fn object(text: &[u8]) -> std::result::Result<&str, String> {
    if text.first() != Some(&b'{') {
        return Err("must be a JSON object, such as {\"beats\": [0.5, 1.0]}".to_owned());
    }
    std::str::from_utf8(text).map_err(|_| "is not UTF-8".to_owned())
}

/// Whether readers agree on what `text`, which is JSON, says.
fn read_alike(text: &str) -> std::result::Result<(), String> {
    /// What is inside of an array or object.
    enum Inside {
        Array,
        /// Where its keys begin among all.
        Object(usize),
    }
    let bytes = text.as_bytes();
    let mut open: Vec<Inside> = Vec::new();
    // The keys of all objects that are open.
    let mut keys: Vec<Cow<'_, str>> = Vec::new();
    let mut marks = Marks::of(bytes);
    while let Some((at, mark)) = marks.next() {
        match mark {
            b'"' => {
                let Some((end, escaped)) = marks.string_end() else {
                    break;
                };
                let string = &text[at + 1..end];
                if escaped && has_half_pair(string) {
                    return Err(format!(
                        "holds half of a surrogate pair, which is no character: {}",
                        shown(string)
                    ));
                }
                // Only a key has a colon behind it.
                if bytes[end + 1..].trim_ascii_start().first() == Some(&b':') {
                    keys.push(unescaped(string, escaped));
                }
            }
            b'{' => open.push(Inside::Object(keys.len())),
            b'[' => open.push(Inside::Array),
            _ => {
                if let Some(Inside::Object(begin)) = open.pop() {
                    unique(&mut keys[begin..])?;
                    keys.truncate(begin);
                }
            }
        }
        if open.len() > MAX_DEPTH {
            return Err(format!("nests deeper than {MAX_DEPTH} levels"));
        }
    }
    Ok(())
}

/// Whether `\u` escapes stand for halves of a surrogate pair without the other half beside it.
fn has_half_pair(string: &str) -> bool {
    let mut rest = string;
    let mut high = false;
    while let Some((before, after)) = rest.split_once('\\') {
        let unit = after.strip_prefix('u').and_then(|after| after.get(..4));
        let unit = unit.and_then(|hex| u16::from_str_radix(hex, 16).ok());
        let low = unit.is_some_and(|unit| (0xDC00..0xE000).contains(&unit));
        // Only right behind a high half a low one makes a character with it.
        if low != (high && before.is_empty()) || high && !low {
            return true;
        }
        high = unit.is_some_and(|unit| (0xD800..0xDC00).contains(&unit));
        rest = after
            .get(if unit.is_some() { 5 } else { 1 }..)
            .unwrap_or_default();
    }
    high
}

/// The key that a string stands for.
fn unescaped(string: &str, escaped: bool) -> Cow<'_, str> {
    if !escaped {
        return Cow::Borrowed(string);
    }
    serde_json::from_str(&format!("\"{string}\"")).map_or(Cow::Borrowed(string), Cow::Owned)
}

fn unique(keys: &mut [Cow<'_, str>]) -> std::result::Result<(), String> {
    let twice = if keys.len() <= FEW {
        let mut each = keys.iter().enumerate();
        each.find_map(|(index, key)| keys[..index].contains(key).then_some(key))
    } else {
        keys.sort_unstable();
        let mut pairs = keys.windows(2);
        pairs.find_map(|pair| (pair[0] == pair[1]).then_some(&pair[0]))
    };
    match twice {
        Some(key) => Err(format!(
            "has the key {:?} twice in one object, of which readers keep one or the other",
            shown(key)
        )),
        None => Ok(()),
    }
}

/// As much of a text as an error may quote.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn objects_of_every_kind_are_taken() {
        for good in [
            "{}",
            r#"{"beats":[0.5,1.25],"bpm":120}"#,
            r#"{"big":123456789012345678901234567890,"small":1e-400,"huge":1E400}"#,
            r#"{"a":{"x":1},"b":{"x":2}}"#,
            r#"{"emoji":"\ud83e\udd41\ud83e\udd41","text":"{[\"\\","c":"\u0041\uD83E\uDD41"}"#,
            r#"{"not escapes":"\\ud800","k":"\\","\\":"\"","a,":",","b":":{"}"#,
            "{ \"spaces\" : [ ] , \"x\" : \"spaces\" }",
            r#"{"$serde_json::private::Number":"1","$serde_json::private::RawValue":"{"}"#,
        ] {
            assert!(judge(good.as_bytes()).is_ok(), "{good}");
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(99), "]".repeat(99));
        assert!(judge(deep.as_bytes()).is_ok());
    }

    #[test]
    fn a_key_stands_once_however_many_there_are() {
        for count in [2, FEW - 1, FEW, FEW + 1, 1000] {
            let keys: Vec<String> = (0..count).map(|key| format!("\"{key}\":0")).collect();
            let keys = keys.join(",");
            assert!(judge(format!("{{{keys}}}").as_bytes()).is_ok(), "{keys}");
            for again in [0, count / 2, count - 1] {
                let twice = format!("{{{keys},\"{again}\":0}}");
                let problem = judge(twice.as_bytes()).unwrap_err().to_string();
                let named = format!("has the key \"{again}\" twice");
                assert!(problem.contains(&named), "{problem}");
            }
        }
    }

    #[test]
    fn everything_else_is_refused_with_the_reason() {
        let too_deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
        for (bad, reason) in [
            ("[]", "must be a JSON object"),
            ("null", "must be a JSON object"),
            ("\"text\"", "must be a JSON object"),
            ("1", "must be a JSON object"),
            ("", "must be a JSON object"),
            (" {}", "must be a JSON object"),
            ("{", "EOF"),
            ("{}{}", "trailing characters"),
            (r#"{"a":01}"#, "invalid number"),
            (r#"{"a":"\x"}"#, "invalid escape"),
            (r#"{"a":1,"a":2}"#, r#"the key "a" twice"#),
            (r#"{"x":{"a":1,"\u0061":2}}"#, r#"the key "a" twice"#),
            (
                r#"[{"x":[{"b":[],"c":0,"b":{}}]}]"#,
                "must be a JSON object",
            ),
            (r#"{"x":[{"b":[],"c":0,"b":{}}]}"#, r#"the key "b" twice"#),
            (r#"{"$serde_json::private::Number":{"a":1,"a":2}}"#, "twice"),
            (r#"{"a":"\ud800"}"#, "surrogate"),
            (r#"{"a":"\udc00\ud800"}"#, "surrogate"),
            (r#"{"a":"\ud800x\udc00"}"#, "surrogate"),
            (r#"{"a":"\ud800\ud800\udc00"}"#, "surrogate"),
            (r#"{"a":"\ud800\udc00\udc00"}"#, "surrogate"),
            (r#"{"a":"\ud800\n\udc00"}"#, "surrogate"),
            (r#"{"\ud800":1}"#, "surrogate"),
            (r#"{"a":NaN}"#, "expected value"),
            (r#"{"a":Infinity}"#, "expected value"),
            (&too_deep, "deeper than 100"),
        ] {
            let problem = judge(bad.as_bytes()).expect_err(bad).to_string();
            assert!(problem.contains(reason), "{problem}");
        }
    }
    proptest! {
        /// serde_json refuses halves of pairs when it reads text, and keeps the last of two keys.
        #[test]
        fn a_parser_that_builds_the_tree_agrees(
            text in r#"\{"(a|b|\\u0061|\\ud83e|\\udd41|\\\\|\\"){0,3}":("(x|\\ud83e|\\udd41|\\n){0,4}"|\[\]|-?1e9|\{\})(,"[ab]":\{"[ab]":0,"[bc]":1\}){0,2}\}"#
        ) {
            let tree: serde_json::Result<serde_json::Value> = serde_json::from_str(&text);
            let keys = |value: &serde_json::Value| value.to_string().matches(':').count();
            let whole = tree.is_ok_and(|tree| keys(&tree) == text.matches(':').count());
            prop_assert_eq!(judge(text.as_bytes()).is_ok(), whole, "{}", text);
        }

        #[test]
        fn no_text_makes_it_panic(text in r#"\{[\[\]{}",:\\ua0-9é \n]{0,40}"#) {
            let _ = judge(text.as_bytes());
            let _ = read_alike(&text);
        }
    }
}
