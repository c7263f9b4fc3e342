//! Keeps pages of other origins from acting with the person's cookie.
//!
//! A browser sends some requests to other origins without asking first, cookies and all, as a form or
//! a picture does. Those cannot carry a header of their own, nor a content type but three. So what
//! comes with a cookie must show that it could not be one of them: by its content type, or by one of
//! the headers that Apollo's clients send for this
//! (<https://www.apollographql.com/docs/graphos/routing/security/csrf>).

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use mediatype::MediaType;

use super::refusal::Refusal;

/// Any of them will do, whatever it says, if it says something.
const PREFLIGHTED: [&str; 2] = ["apollo-require-preflight", "x-apollo-operation-name"];

/// What a form can send (<https://fetch.spec.whatwg.org/#cors-safelisted-request-header>).
const OF_FORMS: [(&str, &str); 3] = [
    ("text", "plain"),
    ("application", "x-www-form-urlencoded"),
    ("multipart", "form-data"),
];

/// Lets through what brings no authority along by itself, and what a browser would have asked for
/// leave first.
///
/// # Errors
/// 403
pub(super) fn refuse_forgeable(headers: &HeaderMap, by_cookie: bool) -> Result<(), Refusal> {
    if !by_cookie || is_preflighted(headers) {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::FORBIDDEN,
        "with a session's cookie, a request must show that no page of another origin forged it: \
         send the header \"apollo-require-preflight: true\", or Content-Type: application/json",
    ))
}

fn is_preflighted(headers: &HeaderMap) -> bool {
    let mut content_types = headers.get_all(CONTENT_TYPE).iter();
    let by_content_type = match (content_types.next(), content_types.next()) {
        (Some(content_type), None) => content_type
            .to_str()
            .is_ok_and(|content_type| !is_of_forms(content_type)),
        _ => false,
    };
    let says_something = |name: &str| {
        let value = headers.get(name);
        value.is_some_and(|value| !value.as_bytes().trim_ascii().is_empty())
    };
    by_content_type || PREFLIGHTED.iter().any(|name| says_something(name))
}

/// What cannot be read is taken for the worst: a browser might read it otherwise.
fn is_of_forms(content_type: &str) -> bool {
    let Ok(media_type) = MediaType::parse(content_type) else {
        return true;
    };
    OF_FORMS.iter().any(|(kind, subtype)| {
        media_type.ty.as_str().eq_ignore_ascii_case(kind)
            && media_type.subty.as_str().eq_ignore_ascii_case(subtype)
    })
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn preflighted(headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value);
        }
        is_preflighted(&map)
    }

    #[test]
    fn a_content_type_that_no_form_has_will_do() {
        for good in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/graphql-response+json",
            "text/html",
        ] {
            assert!(preflighted(&[("content-type", good)]), "{good}");
        }
        for bad in [
            "",
            " ",
            "text/plain",
            "TEXT/Plain; charset=application/json",
            "text/plain;application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json, text/plain",
            "text/plain, application/json",
            "json",
            "*",
            "application/",
        ] {
            assert!(!preflighted(&[("content-type", bad)]), "{bad}");
        }
        let two = [
            ("content-type", "application/json"),
            ("content-type", "text/plain"),
        ];
        assert!(!preflighted(&two));
    }

    #[test]
    fn a_header_of_apollos_will_do_if_it_says_something() {
        for name in PREFLIGHTED {
            assert!(preflighted(&[(name, "x")]), "{name}");
            assert!(!preflighted(&[(name, "")]), "{name}");
            assert!(!preflighted(&[(name, "  ")]), "{name}");
        }
        assert!(!preflighted(&[]));
        assert!(!preflighted(&[("accept", "application/json")]));
    }
}
