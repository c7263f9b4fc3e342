//! Redirect targets and cookies.

use axum::body::Body;
use axum::http::Request;
use proptest::prelude::*;

use super::ask;
use crate::support::APP_REDIRECT_URI;

fn address(parameters: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    format!("/login/spotify/?{query}")
}

/// Something near to the address that is on the list.
fn near() -> impl Strategy<Value = String> {
    let piece = "\\PC{0,3}|[/:@?#%\\\\.;]{0,3}|%[0-9a-f]{2}|[ \t\r\n\u{0}\u{200b}]{0,2}";
    (any::<prop::sample::Index>(), 0..4_usize, piece).prop_map(|(at, length, by)| {
        let from = at.index(APP_REDIRECT_URI.len() + 1);
        let to = (from + length).min(APP_REDIRECT_URI.len());
        let (before, after) = (&APP_REDIRECT_URI[..from], &APP_REDIRECT_URI[to..]);
        format!("{before}{by}{after}")
    })
}

fn changed_case() -> impl Strategy<Value = String> {
    let flips = prop::collection::vec(any::<bool>(), APP_REDIRECT_URI.len());
    flips.prop_map(|flips| {
        let letters = APP_REDIRECT_URI.chars().zip(flips);
        letters
            .map(|(letter, flip)| {
                if flip {
                    letter.to_ascii_uppercase()
                } else {
                    letter
                }
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn no_redirect_target_but_the_listed_one_begins_a_login(
        target in prop_oneof![
            4 => near(),
            1 => changed_case(),
            1 => "\\PC{0,60}",
            1 => "(https?|at\\.lockstep\\.player|javascript|data)://?[a-z.@:/\\\\]{0,30}",
        ],
    ) {
        let request = Request::get(address(&[("redirect_uri", &target)])).body(Body::empty());
        let Some((status, headers, body)) = ask(request) else {
            return Ok(());
        };
        if target == APP_REDIRECT_URI {
            prop_assert_eq!(status, 303);
        } else {
            prop_assert_eq!(status, 400, "{:?}", target);
            prop_assert!(!headers.contains_key("location") && !headers.contains_key("set-cookie"));
            prop_assert!(body.starts_with(b"{\"error\":\"redirect_uri is not allowed"), "{:?}", body);
        }
    }

    #[test]
    fn no_callback_that_was_made_up_ends_in_a_session(
        code in prop::option::of("\\PC{0,40}"),
        state in prop::option::of("\\PC{0,40}|[A-Za-z0-9_-]{0,64}"),
        error in prop::option::of("\\PC{0,20}|access_denied"),
        cookie in prop_oneof![
            "\\PC{0,60}",
            "lockstep_(session|login_[A-Za-z0-9_-]{0,22})=[A-Za-z0-9_.-]{0,120}",
            "(lockstep_session=[0-9a-f]{32}\\.[A-Za-z0-9_-]{43}; ?){1,3}",
        ],
    ) {
        let parameters = [("code", code), ("state", state), ("error", error)];
        let parameters: Vec<_> = parameters
            .iter()
            .filter_map(|(name, value)| Some((*name, value.as_deref()?)))
            .collect();
        let request = Request::get(address(&parameters)).header("cookie", cookie.as_bytes());
        let Some((status, headers, _)) = ask(request.body(Body::empty())) else {
            return Ok(());
        };
        if parameters.is_empty() {
            prop_assert_eq!(status, 303);
        } else {
            prop_assert!(status.is_client_error(), "{}", status);
            prop_assert!(!headers.contains_key("location"));
        }
        for cookie in headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            prop_assert!(cookie.starts_with("lockstep_login_"), "{}", cookie);
        }
    }

    #[test]
    fn no_cookie_that_was_made_up_is_anybody(
        cookie in prop_oneof![
            "\\PC{0,80}",
            "lockstep_session=\\PC{0,80}",
            "lockstep_session=[0-9a-f]{32}\\.[A-Za-z0-9_-]{43}",
            "(lockstep_session=[0-9a-zA-Z._-]{0,80}; ?){1,3}",
        ],
    ) {
        let request = Request::post("/graphql")
            .header("content-type", "application/json")
            .header("cookie", cookie.as_bytes())
            .body(Body::from(r#"{"query":"{ me { id } }"}"#));
        let Some((status, _, body)) = ask(request) else {
            return Ok(());
        };
        prop_assert_eq!(status, 200);
        let body = String::from_utf8(body.to_vec()).unwrap();
        prop_assert!(body.contains("\"code\":\"UNAUTHENTICATED\""), "{}", body);
    }
}
