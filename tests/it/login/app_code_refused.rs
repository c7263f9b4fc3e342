//! What an app's login may not begin with: each is refused by its name, and leads nowhere.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use reqwest::header::LOCATION;

use super::redirect_uris::{LISTED, REFUSED};
use super::steps::{SetCookie, visit};
use crate::support::{APP_REDIRECT_URI, Answer, Caller, NativeApp, TestApp};

const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The address of a login with these parameters.
fn address(parameters: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    format!("/login/spotify/?{}", query.finish())
}

/// Begins a login with one parameter of a good one replaced.
async fn begin_with(caller: &Caller, name: &str, value: Option<&str>) -> Answer {
    let native = NativeApp::new();
    let challenge = native.challenge();
    let good = [
        ("redirect_uri", native.redirect_uri.as_str()),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("state", &native.state),
    ];
    let parameters: Vec<_> = good
        .into_iter()
        .filter_map(|(key, good)| {
            let value = if key == name { value } else { Some(good) };
            Some((key, value?))
        })
        .collect();
    caller.get(&address(&parameters)).await
}

fn refused(answer: &Answer, message: &str, what: &dyn std::fmt::Debug) {
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what:?}");
    let json = answer.json();
    assert_eq!(json["ok"], false, "{what:?}");
    let error = json["error"].as_str().unwrap();
    assert!(error.starts_with(message), "{what:?}: {error}");
    assert!(SetCookie::all(answer).is_empty(), "{what:?}");
    assert!(answer.headers.get(LOCATION).is_none(), "{what:?}");
}

/// Addresses that differ from a listed one by a character, at each place.
fn near_misses() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for uri in LISTED {
        let at = |range: std::ops::Range<usize>, text: &str| {
            let mut changed = uri.to_owned();
            changed.replace_range(range, text);
            changed
        };
        for place in 0..uri.len() {
            let letter = &uri[place..=place];
            found.insert(at(place..place + 1, ""));
            found.insert(at(place..place, "%"));
            found.insert(at(place..place + 1, &letter.to_uppercase()));
            found.insert(at(place..place + 1, "\\"));
        }
        for end in [
            ".",
            "/",
            "?",
            "#",
            "%00",
            "%2e%2e",
            "@evil.example",
            "\t",
            "\u{a0}",
            ";",
        ] {
            found.insert(format!("{uri}{end}"));
        }
    }
    found.retain(|uri| !LISTED.contains(&uri.as_str()));
    found
}

#[tokio::test]
async fn no_address_but_those_on_the_list_gets_a_code() {
    let app = TestApp::with(|setup| {
        setup.config.spotify.app_redirect_uris = LISTED.map(str::to_owned).to_vec();
    })
    .await;
    let caller = app.anonymous();
    for uri in LISTED {
        let begun = begin_with(&caller, "redirect_uri", Some(uri)).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{uri}");
    }
    let caller = app.anonymous();
    let bad: Vec<String> = REFUSED
        .iter()
        .copied()
        .map(str::to_owned)
        .chain(near_misses())
        .collect();
    assert!(bad.len() >= 300, "{}", bad.len());
    for uri in &bad {
        let answer = begin_with(&caller, "redirect_uri", Some(uri)).await;
        refused(&answer, "redirect_uri is not allowed", uri);
    }
}

/// Everything that is not the SHA-256 of something, in base64url.
fn malformed_challenges() -> Vec<String> {
    let good = NativeApp::new().challenge();
    let other_lengths = (0..=64)
        .filter(|length| *length != 43)
        .map(|n| "A".repeat(n));
    let other_letters = [
        "+", "/", "=", " ", ".", "~", "%", "\0", "\n", "'", "\"", "<", "é", "拍",
    ];
    let other_letters =
        other_letters.map(|letter| format!("{}{letter}{}", &good[..20], &good[21..]));
    // The last letter stands for four bits; the two that are left must be zero.
    let other_ends = DIGITS
        .chars()
        .enumerate()
        .filter(|(value, _)| value % 4 != 0);
    let other_ends = other_ends.map(|(_, end)| format!("{}{end}", &good[..42]));
    other_lengths
        .chain(other_letters)
        .chain(other_ends)
        .collect()
}

#[tokio::test]
async fn malformed_challenges_are_refused() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let bad = malformed_challenges();
    assert!(bad.len() >= 100, "{}", bad.len());
    for challenge in &bad {
        let answer = begin_with(&caller, "code_challenge", Some(challenge)).await;
        refused(
            &answer,
            "code_challenge must be the 43 characters",
            challenge,
        );
    }
}

#[tokio::test]
async fn only_s256_is_a_method() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for method in [
        None,
        Some(""),
        Some("plain"),
        Some("s256"),
        Some("S256 "),
        Some("S512"),
    ] {
        let answer = begin_with(&caller, "code_challenge_method", method).await;
        refused(&answer, "code_challenge_method must be S256", &method);
    }
}

#[tokio::test]
async fn a_state_is_short_and_printable_or_left_out() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    for state in [
        "",
        "\0",
        "a\r\nb",
        "é",
        "a\u{7f}",
        &"a".repeat(257),
        &"a".repeat(20_000),
    ] {
        let answer = begin_with(&caller, "state", Some(state)).await;
        refused(&answer, "state must be", &state);
        let old = [("redirect_uri", APP_REDIRECT_URI), ("state", state)];
        refused(&caller.get(&address(&old)).await, "state must be", &state);
    }
    for state in [None, Some("a b&c=d#?"), Some(&*"~".repeat(256))] {
        let begun = begin_with(&app.anonymous(), "state", state).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{state:?}");
    }
}

#[tokio::test]
async fn what_belongs_together_comes_together() {
    let app = TestApp::start().await;
    let caller = app.anonymous();
    let answer = begin_with(&caller, "redirect_uri", None).await;
    refused(&answer, "redirect_uri is missing", &"no redirect_uri");
    let answer = begin_with(&caller, "code_challenge", None).await;
    refused(&answer, "code_challenge is missing", &"no challenge");
    let answer = caller
        .get(&address(&[("code_challenge_method", "S256")]))
        .await;
    refused(&answer, "code_challenge is missing", &"a method alone");
    let challenge = NativeApp::new().challenge();
    let twice = [
        ("code_challenge", challenge.as_str()),
        ("code_challenge", &challenge),
    ];
    let answer = caller.get(&address(&twice)).await;
    refused(
        &answer,
        "the address has a parameter twice",
        &"two challenges",
    );
}

#[tokio::test]
async fn a_person_reads_on_a_page_what_is_wrong() {
    let app = TestApp::start().await;
    let bad = [
        ("redirect_uri", "at.lockstep.player://spotify/callback"),
        ("code_challenge", "<b>"),
    ];
    let page = visit(&app.anonymous(), &address(&bad)).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(
        page.text().contains("code_challenge must be"),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("<b>"), "{}", page.text());
}
