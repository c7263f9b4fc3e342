//! The parameters of a GraphQL request, from a JSON body or from a query string.

use std::borrow::Cow;

use axum::extract::Query;
use axum::http::Uri;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::refusal::Refusal;

/// A request's parameters, well-formed, with the variables still as text.
#[derive(Debug)]
pub(super) struct Params {
    /// The document.
    pub query: String,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// A JSON object, or nothing.
    pub variables: Option<Bytes>,
}

/// Each member as raw text, so that a wrong type is told by its name.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow)]
    query: Option<&'a RawValue>,
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
    #[serde(rename = "operationName")]
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
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
        let members: Members<'_> = serde_json::from_str(text).map_err(|error| {
            Refusal::bad_request(format!("the body is not a JSON object: {error}"))
        })?;
        let text_of = |member: Option<&RawValue>, name: &str| match member {
            None => Ok(None),
            Some(raw) => serde_json::from_str::<Option<Cow<'_, str>>>(raw.get())
                .map(|text| text.map(Cow::into_owned))
                .map_err(|_| Refusal::bad_request(format!("\"{name}\" must be a string"))),
        };
        object(members.extensions, "extensions")?;
        Ok(Self {
            query: text_of(members.query, "query")?.ok_or_else(no_query)?,
            operation_name: text_of(members.operation_name, "operationName")?
                .filter(|name| !name.is_empty()),
            variables: object(members.variables, "variables")?
                .map(|raw| body.slice_ref(raw.get().as_bytes())),
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
        parse(params.extensions, "extensions")?;
        Ok(Self {
            query: params.query.ok_or_else(no_query)?,
            operation_name: params.operation_name.filter(|name| !name.is_empty()),
            variables: parse(params.variables, "variables")?,
        })
    }
}

fn no_query() -> Refusal {
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
