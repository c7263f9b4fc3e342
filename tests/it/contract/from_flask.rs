//! `docs/from-flask.md` names tests that are there.

use std::fs;
use std::path::{Path, PathBuf};

/// What a table's last column names: a file, and a test in it.
fn named(document: &str) -> Vec<(&str, Option<&str>)> {
    let rows = document.lines().filter(|line| line.starts_with("| "));
    let tests = rows.filter_map(|row| row.trim_end_matches([' ', '|']).rsplit(" | ").next());
    let quoted = tests.flat_map(|tests| tests.split('`').skip(1).step_by(2));
    quoted
        .map(|name| match name.split_once("::") {
            Some((file, test)) => (file, Some(test)),
            None => (name, None),
        })
        .collect()
}

fn path(file: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if file.starts_with("src/") || file.starts_with("tests/") {
        root.join(file)
    } else {
        root.join("tests/it").join(file)
    }
}

/// Whether the source has this function, and as a test.
fn has_test(source: &str, test: &str) -> bool {
    let Some(at) = source.find(&format!("fn {test}(")) else {
        return false;
    };
    // The attribute stands in front, be it before `async` or inside of a macro.
    let before = &source[at.saturating_sub(80)..at];
    before.contains("test]") || source.contains("proptest!")
}

#[test]
fn every_test_that_the_move_from_flask_names_is_there() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/from-flask.md");
    let document = fs::read_to_string(file).unwrap();
    let named = named(&document);
    assert!(named.len() > 80, "the tables moved: {named:?}");
    let mut missing = Vec::new();
    for (file, test) in named {
        let Ok(source) = fs::read_to_string(path(file)) else {
            missing.push(file.to_owned());
            continue;
        };
        let there = match test {
            Some(test) => has_test(&source, test),
            None => source.contains("test"),
        };
        if !there {
            missing.push(format!("{file}::{}", test.unwrap_or("(no test)")));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn a_name_that_is_none_would_be_found_out() {
    let row = "| a | `b.rs` | `query/me.rs::no_such_test`, `src/lib.rs` |";
    assert_eq!(
        named(row),
        [("query/me.rs", Some("no_such_test")), ("src/lib.rs", None)]
    );
    let source = "#[tokio::test]\nasync fn is_one() {}\n\n\n\nfn helper() {}";
    assert!(has_test(source, "is_one"));
    assert!(!has_test(source, "is"));
    assert!(!has_test(source, "no_such_test"));
}
