//! Large answers are compressed for those who can read that; small ones, and those that hand out
//! cookies, are not.

use std::io::Read;

use lockstep_api::simulator::data;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use serde_json::json;

use crate::support::TestApp;

const LARGE: &str = "{ __schema { types { name description fields { name description } } } }";
const SMALL: &str = "{ __typename }";

/// The encoding and the bytes of an answer, as they came.
async fn ask(app: &TestApp, query: &str, accept: &str) -> (Option<String>, Vec<u8>) {
    let client = reqwest::Client::builder().no_gzip().no_proxy();
    let client = client.tls_certs_only([]).build().unwrap();
    let request = client
        .post(app.url("/graphql"))
        .header(ACCEPT_ENCODING, accept)
        .header(CONTENT_TYPE, "application/json")
        .body(json!({ "query": query }).to_string());
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let encoding = response.headers().get(CONTENT_ENCODING);
    let encoding = encoding.map(|value| value.to_str().unwrap().to_owned());
    let plain = response.headers().contains_key(CONTENT_LENGTH);
    assert_eq!(plain, encoding.is_none());
    let mut varies = response.headers().get_all(VARY).iter();
    let varies = varies.any(|value| value == "accept-encoding");
    assert!(varies || query == SMALL);
    (encoding, response.bytes().await.unwrap().to_vec())
}

fn decoded(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        "br" => {
            let mut reader = brotli_decompressor::Decompressor::new(bytes, 4096);
            reader.read_to_end(&mut plain).unwrap();
        }
        "zstd" => plain = zstd::decode_all(bytes).unwrap(),
        other => panic!("{other}"),
    }
    plain
}

#[tokio::test]
async fn a_large_answer_comes_in_the_encoding_that_the_client_reads() {
    let app = TestApp::start().await;
    let (encoding, plain) = ask(&app, LARGE, "identity").await;
    assert_eq!(encoding, None);
    for (accept, expected) in [
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("GZIP", "gzip"),
    ] {
        let (encoding, bytes) = ask(&app, LARGE, accept).await;
        assert_eq!(encoding.as_deref(), Some(expected), "{accept}");
        assert!(bytes.len() * 2 < plain.len(), "{accept}: {}", bytes.len());
        if expected != "gzip" {
            assert_eq!(decoded(expected, &bytes), plain, "{accept}");
        }
    }
    for accept in ["", "compress", "br;q=0, gzip;q=0", "x-unknown", ";;,"] {
        let (encoding, bytes) = ask(&app, LARGE, accept).await;
        assert_eq!(encoding, None, "{accept}");
        assert_eq!(bytes, plain, "{accept}");
    }
    // The client of the other tests reads gzip by itself.
    let answer = app.anonymous().query(LARGE).await;
    assert_eq!(answer.text().as_bytes(), plain);
}

#[tokio::test]
async fn a_small_answer_is_left_as_it_is() {
    let app = TestApp::start().await;
    let (encoding, bytes) = ask(&app, SMALL, "gzip, br, zstd").await;
    assert_eq!(encoding, None);
    assert_eq!(bytes, br#"{"data":{"__typename":"Query"}}"#);
}

#[tokio::test]
async fn what_hands_out_cookies_is_never_compressed() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    for path in ["/login/spotify/", "/login/spotify/?code=x&state=y"] {
        let request = ada.request("GET", path).header("accept", "text/html");
        let request = request.header(ACCEPT_ENCODING, "gzip, br, zstd");
        let response = request.send().await.unwrap();
        assert_eq!(response.headers().get(CONTENT_ENCODING), None, "{path}");
    }
    let logout = ada.query("mutation { logout { loggedOut } }").await;
    assert!(logout.headers.contains_key("set-cookie"));
    assert_eq!(logout.headers.get(CONTENT_ENCODING), None);
}
