//! Fields that stand twice in an object literal (section 5.6.3 of the GraphQL specification). The
//! parser keeps the last and says nothing, so they are looked for in the text.

use std::collections::HashSet;

use async_graphql::Pos;

use crate::graphql::lexer::tokens;

/// The first such field, and where it stands for the second time. `document` has parsed.
pub(super) fn field_given_twice(document: &str) -> Option<(&str, Pos)> {
    /// What is open inside of the parentheses of arguments; outside, braces are selection sets.
    enum Open<'d> {
        Parenthesis,
        List,
        Object(HashSet<&'d str>),
    }
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut tokens = tokens(document).peekable();
    while let Some(token) = tokens.next() {
        match (token, open.last_mut()) {
            ("(", _) => open.push(Open::Parenthesis),
            ("{", Some(_)) => open.push(Open::Object(HashSet::new())),
            ("[", Some(_)) => open.push(Open::List),
            (")" | "}" | "]", Some(_)) => {
                open.pop();
            }
            #[allow(
                clippy::collapsible_match,
                reason = "a guard cannot change what it matches"
            )]
            (name, Some(Open::Object(fields))) if tokens.peek() == Some(&":") => {
                if !fields.insert(name) {
                    return Some((name, place(document, name)));
                }
            }
            _ => {}
        }
    }
    None
}

/// Where `part`, which is a part of `document`, begins.
fn place(document: &str, part: &str) -> Pos {
    let at = (part.as_ptr() as usize).saturating_sub(document.as_ptr() as usize);
    let before = document.get(..at).unwrap_or_default();
    let line_begin = before.rfind('\n').map_or(0, |newline| newline + 1);
    Pos {
        line: before.matches('\n').count() + 1,
        column: before[line_begin..].chars().count() + 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn twice(document: &str) -> Option<(&str, (usize, usize))> {
        field_given_twice(document).map(|(name, pos)| (name, (pos.line, pos.column)))
    }

    #[test]
    fn a_field_may_stand_once_in_each_object() {
        for document in [
            "{ a a: a b(a: 1) { a: b a } }",
            "{ x(a: {b: 1, c: {b: 2}, d: [{b: 1} {b: 1}]}, b: {b: 1}) }",
            "query($a: In = {x: 1}, $b: In = {x: 1}) { a(a: $a, b: {a: $a b: RED a1: a}) }",
            r#"{ a(a: {a: "{a: 1, a: 2}", b: "\"", c: """ a: \""" a: """, d: "\\"}) }"#,
            "{ a(a: {a: 1 # a: 2\n b: 1}) }",
            "{ a(a: {}) { a(a: {a: 1}) { a(a: {a: 1}) } } }",
        ] {
            assert_eq!(twice(document), None, "{document}");
        }
    }

    #[test]
    fn a_second_time_is_told_with_its_place() {
        for (document, name, line, column) in [
            ("{ a(a: {b: 1, b: 2}) }", "b", 1, 15),
            ("{ a(a: {b: 1\n  c: [{é: 1, d: 1 d:1}]}) }", "d", 2, 19),
            ("{ a(a: {b: {c: 1}, c: 2,\n,b : 3}) }", "b", 2, 2),
            ("query($a: In = {x: 1 x: 2}) { a }", "x", 1, 22),
            ("{ a(a: {b: \"\", b: 1}) }", "b", 1, 16),
            ("{ a(a: {b: \"\"\"\"\"\", b: 1}) }", "b", 1, 20),
            ("{ a @x(y: {b: 1, b: 1}) }", "b", 1, 18),
        ] {
            assert_eq!(twice(document), Some((name, (line, column))), "{document}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in r#"[\[\]{}()":\\#a-cé, \n]{0,60}"#) {
            let _ = field_given_twice(&text);
        }
    }
}
