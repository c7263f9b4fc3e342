//! Dependencies point one way: no room of `src/` names one that stands before it.

use std::fs;
use std::path::{Path, PathBuf};

/// Each room, and the rooms it may name.
const ROOMS: [(&str, &[&str]); 12] = [
    ("config", &[]),
    ("metrics", &[]),
    ("spotify", &["config", "metrics"]),
    ("store", &["config", "metrics"]),
    ("cache", &["clock", "config", "metrics", "spotify", "store"]),
    (
        "auth",
        &[
            "cache", "causes", "config", "clock", "metrics", "spotify", "store",
        ],
    ),
    ("loaders", &["auth", "cache", "clock", "spotify", "store"]),
    (
        "graphql",
        &["auth", "causes", "config", "loaders", "spotify", "store"],
    ),
    (
        "http",
        &[
            "app", "auth", "causes", "clock", "config", "graphql", "loaders", "metrics",
            "shutdown", "spotify", "store",
        ],
    ),
    ("doctor", &["causes", "clock", "config", "graphql", "store"]),
    (
        "import",
        &["auth", "graphql", "progress", "spotify", "store"],
    ),
    ("simulator", &["clock"]),
];

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The rooms that a source names by `crate::…`, tests aside, which may use what they need.
fn named(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let list = list.split('}').next().unwrap_or_default();
            rooms.extend(list.split(',').map(|item| first_segment(item.trim())));
        } else {
            rooms.push(first_segment(rest));
        }
    }
    rooms
}

fn first_segment(path: &str) -> String {
    path.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn every_room_names_only_rooms_behind_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (room, allowed) in ROOMS {
        let mut files = Vec::new();
        sources(&src.join(room), &mut files);
        for file in files.iter().filter(|file| !file.ends_with("tests.rs")) {
            seen += 1;
            for name in named(&fs::read_to_string(file).unwrap()) {
                if name != room && !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{} names {name}", file.display()));
                }
            }
        }
    }
    assert!(seen > 100, "the sources moved: only {seen} files were read");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
