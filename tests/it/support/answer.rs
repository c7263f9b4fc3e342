//! What came back.

use reqwest::header::{HeaderMap, HeaderName};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;

use super::discretion;

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    /// Sends the request and reads the answer to its end.
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.unwrap().to_vec();
        discretion::note(status.as_u16(), &headers, &body);
        Self {
            status,
            headers,
            body,
        }
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The value of a header that must be there.
    pub fn header(&self, name: HeaderName) -> String {
        let value = self.headers.get(&name);
        let value = value.unwrap_or_else(|| panic!("no {name}: {} {}", self.status, self.text()));
        value.to_str().unwrap().to_owned()
    }

    /// `data`, of an answer that must have no errors.
    pub fn data(&self) -> Value {
        let json = self.json();
        assert!(json.get("errors").is_none(), "{json:#}");
        json["data"].clone()
    }

    /// `data`, with or without errors beside it.
    pub fn partial_data(&self) -> Value {
        self.json()["data"].clone()
    }

    /// The record that an upload was answered with.
    pub fn uploaded(&self) -> Value {
        self.data()["uploadMetadata"]["metadata"].clone()
    }

    /// The errors, which may be none.
    pub fn errors(&self) -> Vec<Value> {
        let json = self.json();
        json["errors"].as_array().cloned().unwrap_or_default()
    }

    /// The one error that there must be.
    pub fn error(&self) -> Value {
        let errors = self.errors();
        assert_eq!(errors.len(), 1, "{:#}", self.json());
        errors[0].clone()
    }

    /// The code of the one error that there must be.
    pub fn code(&self) -> String {
        let error = self.error();
        error["extensions"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}
