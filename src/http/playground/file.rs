//! A file in the binary, and how it is answered.

use std::io::Read;
use std::sync::OnceLock;

use axum::body::Body;
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

/// A file of the page, kept compressed.
pub(super) struct File {
    /// As the page asks for it, without a leading slash.
    pub(super) path: &'static str,
    pub(super) content_type: &'static str,
    /// Uncompressed, in bytes.
    pub(super) length: usize,
    /// Weak, since it stands for the content in every encoding.
    pub(super) etag: &'static str,
    pub(super) brotli: &'static [u8],
    /// The content, once a client came that cannot read Brotli: browsers offer it only over https
    /// and to loopback.
    pub(super) plain: OnceLock<Option<Bytes>>,
}

impl File {
    /// In the best encoding that the client reads, or 304 where it has the content already.
    pub(super) fn answer(&self, request: &HeaderMap) -> Response {
        let mut response = if self.is_known(request) {
            StatusCode::NOT_MODIFIED.into_response()
        } else if accepts_brotli(request) {
            let mut response = Body::from(self.brotli).into_response();
            response
                .headers_mut()
                .insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
            response
        } else {
            match self.plain() {
                Some(content) => Body::from(content).into_response(),
                None => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            }
        };
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(ETAG, HeaderValue::from_static(self.etag));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        response
    }

    /// The content. None where the binary's copy cannot be read, which a test rules out.
    pub(super) fn plain(&self) -> Option<Bytes> {
        let decompress = || {
            let mut content = Vec::with_capacity(self.length);
            brotli_decompressor::Decompressor::new(self.brotli, 4096)
                .read_to_end(&mut content)
                .ok()?;
            Some(content.into())
        };
        self.plain.get_or_init(decompress).clone()
    }

    /// RFC 9110, section 13.1.2: compared weakly, whatever the encoding.
    fn is_known(&self, request: &HeaderMap) -> bool {
        let own = self.etag.trim_start_matches("W/");
        request
            .get_all(IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .any(|tag| tag == "*" || tag.trim_start_matches("W/") == own)
    }
}

/// RFC 9110, section 12.5.3: named with a weight above zero, or covered by `*`.
fn accepts_brotli(request: &HeaderMap) -> bool {
    let mut any = false;
    for coding in request
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts
            .find_map(|parameter| parameter.strip_prefix("q="))
            .map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
        if name.eq_ignore_ascii_case("br") {
            return weight > 0.0;
        }
        if name == "*" {
            any = weight > 0.0;
        }
    }
    any
}
