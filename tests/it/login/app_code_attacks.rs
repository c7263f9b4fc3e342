//! Another app that has claimed the address, or found a code somewhere: it gets nothing.

use chrono::TimeDelta;
use futures_util::future::join_all;
use lockstep_api::auth::{OpaqueToken, TokenKind};
use lockstep_api::simulator::data;
use lockstep_api::store::PersonId;
use secrecy::ExposeSecret;

use super::steps::stored;
use crate::support::{NativeApp, TestApp, redeem};

const ME: &str = "{ me { id } }";

#[tokio::test]
async fn who_receives_the_redirect_has_nothing_without_the_verifier() {
    let app = TestApp::start().await;
    let native = NativeApp::new();
    let code = native.code(&native.redirect(&app, data::ADA).await);
    let thief = NativeApp::new();
    let refused = thief.redeem(&app.anonymous(), &code).await;
    assert_eq!(refused.code(), "UNAUTHENTICATED");
    assert_eq!(refused.partial_data(), serde_json::Value::Null);
    // The code itself is no credential.
    let with_code = app.anonymous().with_bearer(&code).query(ME).await;
    assert_eq!(with_code.code(), "UNAUTHENTICATED");
    // The attempt was the only one: the thief cannot go on guessing, and the app notices.
    let late = native.redeem(&app.anonymous(), &code).await;
    assert_eq!(late.code(), "UNAUTHENTICATED");
    assert_eq!(stored(&app).2, 0);
}

#[tokio::test]
async fn who_guesses_the_verifier_has_one_guess() {
    let app = TestApp::start().await;
    let native = NativeApp::new();
    let code = native.code(&native.redirect(&app, data::ADA).await);
    let guesses = [
        native.challenge(),
        native.verifier.to_uppercase(),
        format!("{}x", native.verifier),
        native.verifier[1..].to_owned() + "x",
    ];
    for guess in guesses {
        let refused = redeem(&app.anonymous(), &code, &guess).await;
        assert_eq!(refused.code(), "UNAUTHENTICATED", "{guess}");
    }
    let refused = redeem(&app.anonymous(), &code, &native.verifier).await;
    assert_eq!(refused.code(), "UNAUTHENTICATED");
    assert_eq!(stored(&app).2, 0);
}

#[tokio::test]
async fn a_verifier_that_is_none_is_told_by_its_name_and_costs_no_attempt() {
    let app = TestApp::start().await;
    let native = NativeApp::new();
    let code = native.code(&native.redirect(&app, data::ADA).await);
    for bad in [
        "",
        "short",
        &"a".repeat(42),
        &"a".repeat(129),
        &"é".repeat(30),
        &" ".repeat(50),
    ] {
        let refused = redeem(&app.anonymous(), &code, bad).await;
        assert_eq!(refused.code(), "BAD_USER_INPUT", "{bad:?}");
        let argument = refused.error()["extensions"]["argument"].clone();
        assert_eq!(argument, "input.codeVerifier", "{bad:?}");
    }
    native.redeem(&app.anonymous(), &code).await.data();
}

#[tokio::test]
async fn a_code_that_is_used_again_gives_nothing_and_ends_what_it_gave() {
    let app = TestApp::start().await;
    let other = NativeApp::log_in(&app, data::ADA).await;
    let native = NativeApp::new();
    let code = native.code(&native.redirect(&app, data::ADA).await);
    let payload = native.redeem(&app.anonymous(), &code).await.data();
    let token = payload["redeemLoginCode"]["token"].as_str().unwrap();
    let ada = app.anonymous().with_bearer(token);
    ada.query(ME).await.data();

    let replayed = native.redeem(&app.anonymous(), &code).await;
    assert_eq!(replayed.code(), "UNAUTHENTICATED");
    assert_eq!(ada.query(ME).await.code(), "UNAUTHENTICATED");
    other.query(ME).await.data();
    let again = native.redeem(&app.anonymous(), &code).await;
    assert_eq!(again.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_code_is_good_for_a_minute() {
    let app = TestApp::start().await;
    let native = NativeApp::new();
    let code = native.code(&native.redirect(&app, data::ADA).await);
    app.clock.advance(TimeDelta::seconds(61));
    assert_eq!(
        native.redeem(&app.anonymous(), &code).await.code(),
        "UNAUTHENTICATED"
    );
    assert_eq!(stored(&app).2, 0);
}

#[tokio::test]
async fn of_twenty_who_redeem_a_code_at_once_at_two_instances_none_keeps_a_token() {
    let app = TestApp::start().await;
    let other = app.instance().await;
    let native = NativeApp::new();
    let code = native.code(&native.redirect(&app, data::ADA).await);
    let callers = [app.anonymous(), other.called_by(&app.anonymous())];
    let attempts = (0..20).map(|i| native.redeem(&callers[i % 2], &code));
    let answers = join_all(attempts).await;
    let given = answers.iter().filter(|answer| answer.errors().is_empty());
    assert!(given.count() <= 1);
    assert_eq!(stored(&app).2, 0, "whoever was first has lost it again");
}

#[tokio::test]
async fn a_code_that_was_sent_to_an_address_that_is_off_the_list_is_worth_nothing() {
    let mut app = TestApp::start().await;
    let native = NativeApp::new();
    let code = native.code(&native.redirect(&app, data::ADA).await);
    app.config.spotify.app_redirect_uris = vec!["lockstep:".to_owned()];
    app.restart().await;
    assert_eq!(
        native.redeem(&app.anonymous(), &code).await.code(),
        "UNAUTHENTICATED"
    );
}

#[tokio::test]
async fn made_up_codes_are_refused() {
    let app = TestApp::start().await;
    let native = NativeApp::new();
    let code = native.code(&native.redirect(&app, data::ADA).await);
    let mut changed = code.clone();
    changed.replace_range(30..31, if &code[30..31] == "x" { "y" } else { "x" });
    for bad in [
        "",
        "x",
        "lsc_",
        &code[1..],
        &code[..75],
        &format!("{code}0"),
        &changed,
        "lsc_\0",
    ] {
        let refused = redeem(&app.anonymous(), bad, &native.verifier).await;
        assert_eq!(refused.code(), "BAD_USER_INPUT", "{bad:?}");
        assert_eq!(refused.error()["extensions"]["argument"], "input.code");
        assert!(
            bad.len() < 5 || !refused.text().contains(bad),
            "{}",
            refused.text()
        );
    }
    // One of Ada's that was never given, and one of nobody's.
    let ada = OpaqueToken::parse(TokenKind::LoginCode, &code)
        .unwrap()
        .person;
    for person in [ada, PersonId::new()] {
        let made_up = OpaqueToken::new(TokenKind::LoginCode, person).unwrap();
        let made_up = made_up.text().expose_secret();
        let refused = redeem(&app.anonymous(), made_up, &native.verifier).await;
        assert_eq!(refused.code(), "UNAUTHENTICATED");
    }
    native.redeem(&app.anonymous(), &code).await.data();
}

#[tokio::test]
async fn a_damaged_or_made_up_token_is_refused_and_never_shown_to_spotify() {
    let app = TestApp::start().await;
    let person = PersonId::new();
    let made_up = OpaqueToken::new(TokenKind::Api, person).unwrap();
    let made_up = made_up.text().expose_secret();
    app.spotify.reset_counts();
    for token in [
        made_up,
        "lsk_",
        "lsk_x",
        "LSK_x",
        &made_up[..75],
        &made_up.to_lowercase(),
    ] {
        let refused = app.anonymous().with_bearer(token).query(ME).await;
        assert_eq!(refused.code(), "UNAUTHENTICATED", "{token}");
        assert!(token.len() < 10 || !refused.text().contains(token));
    }
    assert!(app.spotify.requests().is_empty());
}

#[tokio::test]
async fn nobody_becomes_somebody_else_in_the_middle_of_a_request() {
    let app = TestApp::start().await;
    let minseo = app.logged_in(data::MINSEO).await;
    let native = NativeApp::new();
    let code = native.code(&native.redirect(&app, data::ADA).await);
    let input = format!(
        "{{code: \"{code}\", codeVerifier: \"{}\"}}",
        native.verifier
    );
    let query = format!(
        "mutation {{ revokeOtherSessions {{ revokedCount }}
            redeemLoginCode(input: {input}) {{ token }} }}"
    );
    let refused = minseo.query(&query).await;
    assert_eq!(refused.code(), "FORBIDDEN");
    native.redeem(&app.anonymous(), &code).await.data();
}
