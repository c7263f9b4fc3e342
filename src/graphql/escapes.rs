//! Escapes of characters beyond U+FFFF in strings (section 2.9.4 of the GraphQL specification), which
//! async-graphql's parser does not know: `\u{1F600}`, and the pair of surrogates `\uD83D\uDE00`, which JSON
//! serializers write.

use std::borrow::Cow;

use super::lexer::tokens;

/// `document` with the characters themselves in the place of such escapes. What is no such escape is left
/// to the parser.
pub(crate) fn unescape(document: &str) -> Cow<'_, str> {
    if !document.contains("\\u") {
        return Cow::Borrowed(document);
    }
    let mut unescaped = String::with_capacity(document.len());
    let mut copied = 0;
    for token in tokens(document) {
        if !token.starts_with('"') || token.starts_with("\"\"\"") {
            continue;
        }
        let at = (token.as_ptr() as usize).saturating_sub(document.as_ptr() as usize);
        unescaped.push_str(document.get(copied..at).unwrap_or_default());
        unescape_string(token, &mut unescaped);
        copied = at + token.len();
    }
    unescaped.push_str(document.get(copied..).unwrap_or_default());
    Cow::Owned(unescaped)
}

fn unescape_string(mut string: &str, into: &mut String) {
    while let Some(at) = string.find('\\') {
        let (before, escape) = string.split_at(at);
        into.push_str(before);
        let rest = match character(escape) {
            Some((character, rest)) => {
                match u16::try_from(u32::from(character)) {
                    // It may be a quotation mark.
                    Ok(unit) => into.push_str(&format!("\\u{unit:04x}")),
                    Err(_) => into.push(character),
                }
                rest
            }
            // Whatever is escaped is not the begin of an escape itself.
            None => {
                let mut characters = escape.chars();
                into.extend(characters.by_ref().take(2));
                characters.as_str()
            }
        };
        string = rest;
    }
    into.push_str(string);
}

/// The character that `escape` begins with an escape of, in braces or as two surrogates; and what follows.
fn character(escape: &str) -> Option<(char, &str)> {
    if let Some(braced) = escape.strip_prefix("\\u{") {
        let (digits, rest) = braced.split_once('}')?;
        return Some((char::from_u32(hexadecimal(digits)?)?, rest));
    }
    let (high, rest) = unit(escape)?;
    let (low, rest) = unit(rest)?;
    let decoded = char::decode_utf16([high, low]).next()?.ok()?;
    (u32::from(decoded) > 0xFFFF).then_some((decoded, rest))
}

fn unit(escape: &str) -> Option<(u16, &str)> {
    let (digits, rest) = escape.strip_prefix("\\u")?.split_at_checked(4)?;
    Some((u16::try_from(hexadecimal(digits)?).ok()?, rest))
}

fn hexadecimal(digits: &str) -> Option<u32> {
    let all = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_the_parser_does_not_know_is_replaced() {
        for (document, expected) in [
            (r#"{ a(b: "\uD83D\uDE00!") }"#, "{ a(b: \"😀!\") }"),
            (
                r#"{ a(b: "\u{1F600}\u{10ffff}") }"#,
                "{ a(b: \"😀\u{10ffff}\") }",
            ),
            (
                r#"{ a(b: "\u{22}\u{e9}\u{00005c}") }"#,
                r#"{ a(b: "\u0022\u00e9\u005c") }"#,
            ),
            (
                r#"{ a(b: "x\\\uD83D\uDE00", c: "\"\uD83D\uDE00") }"#,
                r#"{ a(b: "x\\😀", c: "\"😀") }"#,
            ),
        ] {
            assert_eq!(unescape(document), expected);
        }
        for document in [
            "{ a }",
            r#"{ a(b: "\u00e9\n\\uD83D\\uDE00") }"#,
            r#"{ a(b: "\\\\uD83D\uDE00 \uDE00\uD83D \uD83D\u0041 \uD83D") }"#,
            r#"{ a(b: "\u{110000} \u{} \u{+1} \u{D83D} \u{1F600 \u12") }"#,
            r#"{ a(b: """\uD83D\uDE00 \u{1F600}""") } # "\uD83D\uDE00" "#,
            r#"{ a(b: "\u00"#,
        ] {
            assert_eq!(unescape(document), document);
        }
    }

    proptest! {
        #[test]
        fn any_string_that_json_writes_is_read(text in "\\PC*") {
            let mut escaped = String::new();
            for unit in text.encode_utf16() {
                escaped.push_str(&format!("\\u{unit:04X}"));
            }
            let document = unescape(&format!("{{ a(b: \"{escaped}\") }}")).into_owned();
            let parsed = async_graphql::parser::parse_query(document).unwrap();
            let read = format!("{:?}", parsed.operations.iter().next().unwrap().1.node.selection_set);
            prop_assert!(read.contains(&format!("{text:?}")), "{read}");
        }

        #[test]
        fn no_text_makes_it_panic(text in r#"([\\u{}"dD8c0-9é ]|\\u|\\uD83D|\\u\{){0,40}"#) {
            let _ = unescape(&text);
        }
    }
}
