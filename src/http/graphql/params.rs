//! The parameters of a GraphQL request, from a JSON body or from a query string.

use std::borrow::Cow;

use axum::extract::Query;
use axum::http::Uri;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::refusal::Refusal;
use crate::graphql::{Asked, QueryHash};

/// A request's parameters, well-formed, with the variables still as text.
#[derive(Debug)]
pub(super) struct Params {
    /// The document, or its name.
    pub document: Asked,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// A JSON object with something in it, or nothing.
    pub variables: Option<Bytes>,
    /// How long the body was that all this came in.
    pub body_bytes: usize,
}

/// Each member as raw text, so that a wrong type is told by its name.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow)]
    query: Option<&'a RawValue>,
    #[serde(borrow, rename = "documentId")]
    document_id: Option<&'a RawValue>,
    #[serde(borrow, rename = "operationName")]
    operation_name: Option<&'a RawValue>,
    #[serde(borrow)]
    variables: Option<&'a RawValue>,
    #[serde(borrow)]
    extensions: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct QueryString {
    query: Option<String>,
    #[serde(rename = "documentId")]
    document_id: Option<String>,
    #[serde(rename = "operationName")]
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

#[derive(Deserialize)]
struct Extensions {
    #[serde(rename = "persistedQuery")]
    persisted_query: Option<PersistedQuery>,
}

#[derive(Deserialize)]
struct PersistedQuery {
    version: u64,
    #[serde(rename = "sha256Hash")]
    hash: String,
}

impl Params {
    /// Reads a body of `application/json`. The variables remain a part of `body`, uncopied.
    ///
    /// # Errors
    /// What is not as the specification has it.
    pub(super) fn from_json(body: &Bytes) -> Result<Self, Refusal> {
        let text =
            std::str::from_utf8(body).map_err(|_| Refusal::bad_request("the body is not UTF-8"))?;
        // A reader may pass over a byte order mark (section 8.1 of RFC 8259); some clients write one.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim_start().starts_with('[') {
            return Err(Refusal::bad_request(
                "batches are not taken: send one operation a request",
            ));
        }
        // Of anything else the reader's error would tell the text, as long as it is.
        if !text.trim_start().starts_with('{') {
            return Err(Refusal::bad_request("the body is not a JSON object"));
        }
        let members: Members<'_> = serde_json::from_str(text).map_err(|error| {
            Refusal::bad_request(format!("the body is not a JSON object: {error}"))
        })?;
        let text_of = |member: Option<&RawValue>, name: &str| match member {
            None => Ok(None),
            Some(raw) => serde_json::from_str::<Option<Cow<'_, str>>>(raw.get())
                .map(|text| text.map(Cow::into_owned))
                .map_err(|_| Refusal::bad_request(format!("\"{name}\" must be a string"))),
        };
        let extensions = object(members.extensions, "extensions")?;
        Ok(Self {
            document: Asked {
                text: text_of(members.query, "query")?,
                id: text_of(members.document_id, "documentId")?,
                hash: hash(extensions.map(RawValue::get))?,
            },
            operation_name: text_of(members.operation_name, "operationName")?
                .filter(|name| !name.is_empty()),
            variables: object(members.variables, "variables")?
                .filter(|raw| raw.get() != "{}")
                .map(|raw| body.slice_ref(raw.get().as_bytes())),
            body_bytes: body.len(),
        })
    }

    /// Reads the query string of a GET.
    ///
    /// # Errors
    /// What is not as the specification has it.
    pub(super) fn from_query_string(uri: &Uri) -> Result<Self, Refusal> {
        let Query(params) = Query::<QueryString>::try_from_uri(uri)
            .map_err(|_| Refusal::bad_request("the query string has a parameter twice"))?;
        let parse = |text: Option<String>, name: &str| match text {
            None => Ok(None),
            Some(text) => {
                let raw: &RawValue = serde_json::from_str(&text).map_err(|error| {
                    Refusal::bad_request(format!("\"{name}\" is not JSON: {error}"))
                })?;
                let present = object(Some(raw), name)?.is_some();
                Ok(present.then(|| Bytes::from(text)))
            }
        };
        let extensions = parse(params.extensions, "extensions")?;
        let extensions = extensions.as_deref().map(std::str::from_utf8);
        let extensions = extensions
            .transpose()
            .map_err(|_| Refusal::bad_request("the query string is not UTF-8"))?;
        Ok(Self {
            document: Asked {
                text: params.query,
                id: params.document_id,
                hash: hash(extensions)?,
            },
            operation_name: params.operation_name.filter(|name| !name.is_empty()),
            variables: parse(params.variables, "variables")?,
            body_bytes: 0,
        })
    }
}

/// The hash in `extensions` that names a document, as Apollo's clients send it.
fn hash(extensions: Option<&str>) -> Result<Option<QueryHash>, Refusal> {
    let wrong = || {
        Refusal::bad_request(
            "\"extensions.persistedQuery\" must be {\"version\": 1, \"sha256Hash\": \"…\"}, with \
             the SHA-256 of the document in hexadecimal",
        )
    };
    let Some(text) = extensions else {
        return Ok(None);
    };
    let Extensions { persisted_query } = serde_json::from_str(text).map_err(|_| wrong())?;
    match persisted_query {
        None => Ok(None),
        Some(PersistedQuery { version: 1, hash }) => hash.parse().map(Some).map_err(|_| wrong()),
        Some(_) => Err(wrong()),
    }
}

/// What a request without a document is told.
pub(super) fn no_query() -> Refusal {
    Refusal::bad_request(
        "there is no \"query\": POST {\"query\": \"{ me { displayName } }\"} as application/json",
    )
}

fn object<'a>(raw: Option<&'a RawValue>, name: &str) -> Result<Option<&'a RawValue>, Refusal> {
    match raw {
        None => Ok(None),
        Some(raw) if raw.get() == "null" => Ok(None),
        Some(raw) if raw.get().starts_with('{') => Ok(Some(raw)),
        Some(_) => Err(Refusal::bad_request(format!(
            "\"{name}\" must be a JSON object"
        ))),
    }
}
