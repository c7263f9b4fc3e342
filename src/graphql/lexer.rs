//! The tokens of a document (section 2.1 of the GraphQL specification), before anything is made of them.

/// Names, numbers, signs and strings, in order. What is no token at all comes as a sign of one
/// character, for the parser to refuse.
pub(super) fn tokens(document: &str) -> impl Iterator<Item = &str> {
    Tokens { rest: document }
}

/// Whether a token is a name, or a keyword.
pub(super) fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first == '_' || first.is_ascii_alphabetic())
}

struct Tokens<'d> {
    rest: &'d str,
}

impl<'d> Tokens<'d> {
    fn take(&mut self, length: usize) -> &'d str {
        let (token, rest) = self.rest.split_at(length);
        self.rest = rest;
        token
    }
}

impl<'d> Iterator for Tokens<'d> {
    type Item = &'d str;

    fn next(&mut self) -> Option<&'d str> {
        loop {
            let first = self.rest.chars().next()?;
            let length = match first {
                '#' => {
                    self.take(self.rest.find(['\n', '\r']).unwrap_or(self.rest.len()));
                    continue;
                }
                _ if first.is_whitespace() || matches!(first, ',' | '\u{feff}') => {
                    self.take(first.len_utf8());
                    continue;
                }
                '"' => string_length(self.rest),
                '.' if self.rest.starts_with("...") => 3,
                '-' => {
                    1 + run_length(&self.rest[1..], |c| {
                        in_name(c) || matches!(c, '.' | '+' | '-')
                    })
                }
                _ if first.is_ascii_digit() => {
                    run_length(self.rest, |c| in_name(c) || matches!(c, '.' | '+' | '-'))
                }
                _ if in_name(first) => run_length(self.rest, in_name),
                _ => first.len_utf8(),
            };
            return Some(self.take(length));
        }
    }
}

fn in_name(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

/// How many of the first bytes of `text` are characters such as these, which are ASCII.
fn run_length(text: &str, such: impl Fn(char) -> bool) -> usize {
    text.find(|c| !such(c)).unwrap_or(text.len())
}

/// How far it is to the end of the string or block string that `text` begins with.
fn string_length(text: &str) -> usize {
    let (quote, escapes) = if text.starts_with("\"\"\"") {
        ("\"\"\"", "\\\"\"\"")
    } else {
        ("\"", "\\")
    };
    let mut at = quote.len();
    while let Some(rest) = text.get(at..) {
        if rest.starts_with(escapes) {
            // In a string, whatever is escaped is not its end.
            at += escapes.len();
            if quote.len() == 1 {
                at += text[at..].chars().next().map_or(0, char::len_utf8);
            }
        } else if rest.starts_with(quote) {
            return at + quote.len();
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(document: &str) -> Vec<&str> {
        tokens(document).collect()
    }

    #[test]
    fn tokens_are_those_of_the_specification() {
        assert_eq!(
            all("query Q($a: [Int!]! = -1.5e+3) { ...F @x(y: \"a\\\"b\", z: \"\"\"c\"d\"\"\") }"),
            [
                "query",
                "Q",
                "(",
                "$",
                "a",
                ":",
                "[",
                "Int",
                "!",
                "]",
                "!",
                "=",
                "-1.5e+3",
                ")",
                "{",
                "...",
                "F",
                "@",
                "x",
                "(",
                "y",
                ":",
                "\"a\\\"b\"",
                "z",
                ":",
                "\"\"\"c\"d\"\"\"",
                ")",
                "}"
            ]
        );
        assert_eq!(all("\u{feff}a,,b # c d\r e\n"), ["a", "b", "e"]);
        assert_eq!(all("é..\u{0}"), ["é", ".", ".", "\u{0}"]);
        assert_eq!(all("\"open"), ["\"open"]);
        assert!(is_name("_a") && is_name("query") && !is_name("1") && !is_name("\"a\""));
    }

    proptest! {
        #[test]
        fn any_text_has_an_end(text in "\\PC*|[\"\\\\#{}.\\-0-9a-z\n ]*") {
            let tokens = all(&text);
            prop_assert!(tokens.iter().all(|token| !token.is_empty()));
            prop_assert!(tokens.iter().map(|token| token.len()).sum::<usize>() <= text.len());
        }
    }
}
