//! The operator's list of documents, in either shape that tools write.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_graphql::parser::parse_query;
use serde::Deserialize;
use serde_json::Value;

use crate::graphql::escapes::unescape;

/// What Apollo's tools call theirs.
const APOLLO: &str = "apollo-persisted-query-manifest";

/// Why a list cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("TRUSTED_DOCUMENTS: {} {problem}", path.display())]
pub struct ManifestError {
    path: PathBuf,
    problem: Problem,
}

#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    #[error("is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
    #[error(
        "is no list of documents: write {{\"ID\": \"document\", …}}, as Relay and graphql-codegen \
         do, or Apollo's {{\"format\": \"{APOLLO}\", \"version\": 1, \"operations\": [{{\"id\": …, \
         \"body\": …}}, …]}}"
    )]
    OtherShape,
    #[error("is of version {0}, and 1 is understood")]
    OtherVersion(Value),
    #[error("lists no document")]
    Empty,
    #[error("lists two documents as {0:?}")]
    Twice(String),
    #[error("lists {id:?}, which is not GraphQL: {problem}")]
    NotGraphql { id: String, problem: String },
}

#[derive(Deserialize)]
struct Apollo {
    version: Value,
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    body: String,
}

/// Reads the file, each document by its id.
pub(super) fn read(path: &Path) -> Result<HashMap<String, Arc<str>>, ManifestError> {
    let read = || -> Result<_, Problem> { parse(&std::fs::read_to_string(path)?) };
    read().map_err(|problem| ManifestError {
        path: path.to_owned(),
        problem,
    })
}

fn parse(text: &str) -> Result<HashMap<String, Arc<str>>, Problem> {
    let json: Value = serde_json::from_str(text)?;
    let mut documents = HashMap::new();
    for (id, body) in entries(json)? {
        if let Err(error) = parse_query(unescape(&body)) {
            let problem = error.to_string();
            return Err(Problem::NotGraphql { id, problem });
        }
        if documents.insert(id.clone(), Arc::from(body)).is_some() {
            return Err(Problem::Twice(id));
        }
    }
    if documents.is_empty() {
        return Err(Problem::Empty);
    }
    Ok(documents)
}

fn entries(json: Value) -> Result<Vec<(String, String)>, Problem> {
    if json.get("format").is_some_and(|format| format == APOLLO) {
        let apollo: Apollo = serde_json::from_value(json).map_err(|_| Problem::OtherShape)?;
        if apollo.version != 1 {
            return Err(Problem::OtherVersion(apollo.version));
        }
        let operations = apollo.operations.into_iter();
        return Ok(operations.map(|entry| (entry.id, entry.body)).collect());
    }
    let flat: HashMap<String, String> =
        serde_json::from_value(json).map_err(|_| Problem::OtherShape)?;
    Ok(flat.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_are_understood() {
        let flat = r#"{"a": "{ __typename }", "b": "query B { me { id } }"}"#;
        let apollo = r#"{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [
            {"id": "a", "name": "A", "type": "query", "body": "{ __typename }"},
            {"id": "b", "name": "B", "type": "query", "body": "query B { me { id } }"}
        ]}"#;
        let documents = parse(flat).unwrap();
        assert_eq!(documents, parse(apollo).unwrap());
        assert_eq!(&*documents["b"], "query B { me { id } }");
        // What the endpoint understands, which the parser alone does not.
        let escaped = r#"{ playlist(id: \"\\u{1F600}\\uD83D\\uDE00\") { id } }"#;
        assert!(parse(&format!("{{\"a\": \"{escaped}\"}}")).is_ok());
    }

    #[test]
    fn what_is_wrong_with_a_list_is_told() {
        let apollo = |rest: &str| format!("{{\"format\": \"{APOLLO}\", {rest}}}");
        let two = r#"{"id": "a", "body": "{ a }"}, {"id": "a", "body": "{ b }"}"#;
        for (text, problem) in [
            ("", "is not JSON"),
            ("{", "is not JSON"),
            ("[]", "is no list of documents"),
            ("{\"a\": 1}", "is no list of documents"),
            (
                "{\"format\": \"other\", \"version\": 1}",
                "is no list of documents",
            ),
            (&*apollo("\"version\": 1"), "is no list of documents"),
            (
                &*apollo("\"version\": 2, \"operations\": []"),
                "is of version 2",
            ),
            (
                &*apollo("\"version\": 1, \"operations\": []"),
                "lists no document",
            ),
            (
                &*apollo("\"version\": 1, \"operations\": [{\"id\": \"a\"}]"),
                "is no list",
            ),
            (
                &*apollo(&format!("\"version\": 1, \"operations\": [{two}]")),
                "two documents as \"a\"",
            ),
            ("{}", "lists no document"),
            ("{\"a\": \"{\"}", "lists \"a\", which is not GraphQL"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(problem), "{text}: {error}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_told_by_the_setting_and_its_name() {
        let error = read(Path::new("/nowhere/list.json"))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("TRUSTED_DOCUMENTS: /nowhere/list.json cannot be read"),
            "{error}"
        );
    }
}
