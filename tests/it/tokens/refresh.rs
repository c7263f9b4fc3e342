//! An access token is refreshed well before it expires, and the refresh token looked after.

use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use lockstep_api::simulator::{ALL_SCOPES, Body, Fault, Rotation, Rule, data};

use super::{ASK, LIBRARY, TOKEN, minutes, refreshes};
use crate::support::{Caller, TestApp};

async fn expires_at(caller: &Caller) -> DateTime<chrono::Utc> {
    let answer = caller.query("{ me { tokenExpiresAt } }").await;
    let text = answer.data()["me"]["tokenExpiresAt"].clone();
    text.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_token_is_refreshed_once_less_than_3000_seconds_of_its_3600_are_left() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(minutes(9));
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 0);
    let before = expires_at(&ada).await;

    app.clock.advance(minutes(2));
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 1);
    let gained = expires_at(&ada).await - before;
    assert!(gained >= minutes(11), "{gained}");

    ada.query(ASK).await.data();
    app.clock.advance(minutes(9));
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 1);
}

#[tokio::test]
async fn how_early_is_a_setting() {
    let app = TestApp::with(|setup| {
        setup.config.token_refresh_skew = Duration::from_secs(60);
    })
    .await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(minutes(58));
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 0);
    app.clock.advance(TimeDelta::seconds(70));
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 1);
}

#[tokio::test]
async fn an_expired_token_is_never_sent() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    for _ in 0..3 {
        app.clock.advance(minutes(120));
        ada.query(ASK).await.data();
    }
    assert_eq!(refreshes(&app.spotify), 3);
    let refused = app.spotify.requests();
    assert!(refused.iter().all(|request| request.status == Some(200)));
}

#[tokio::test]
async fn what_needs_nothing_of_spotify_refreshes_nothing() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(minutes(120));
    app.spotify.reset_counts();
    let query = r#"{ me { id displayName } metadata(trackId: "4uLU6hMCjMI75M1A2tKUQC") { id } }"#;
    ada.query(query).await.data();
    assert!(app.spotify.requests().is_empty());
}

#[tokio::test]
async fn a_refresh_token_lives_on_whether_spotify_rotates_repeats_or_omits_it() {
    for rotation in [Rotation::Omit, Rotation::Same, Rotation::Rotate] {
        let mut app = TestApp::with(|setup| setup.spotify.rotation = rotation).await;
        let ada = app.logged_in(data::ADA).await;
        for times in 1..=4 {
            app.clock.advance(minutes(61));
            ada.query(ASK).await.data();
            assert_eq!(refreshes(&app.spotify), times, "{rotation:?}");
            if times == 2 {
                app.restart().await;
            }
        }
    }
}

#[tokio::test]
async fn a_rotation_that_begins_or_ends_meanwhile_is_followed() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let kinds = [
        Rotation::Rotate,
        Rotation::Omit,
        Rotation::Rotate,
        Rotation::Same,
    ];
    for (n, rotation) in kinds.into_iter().enumerate() {
        app.spotify.configure(|options| options.rotation = rotation);
        app.clock.advance(minutes(61));
        ada.query(ASK).await.data();
        assert_eq!(refreshes(&app.spotify), n + 1);
    }
}

#[tokio::test]
async fn an_empty_refresh_token_in_a_reply_is_none() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    for empty in [r#""""#, "null"] {
        let access = app.spotify.mint(
            data::ADA,
            &["playlist-read-private"],
            Duration::from_secs(7200),
        );
        let reply = format!(
            r#"{{"access_token":"{}","token_type":"Bearer","expires_in":3600,"refresh_token":{empty}}}"#,
            access.access_token
        );
        app.spotify
            .inject(Rule::on(TOKEN, Fault::json(&reply)).times(1));
        app.clock.advance(minutes(61));
        ada.query(ASK).await.data();
    }
    app.clock.advance(minutes(61));
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 3);
}

/// The next refresh is answered with new tokens, which `rest` tells more of. They are the only ones from
/// then on.
fn answer_with(app: &TestApp, status: u16, rest: &str) {
    app.spotify.revoke(data::ADA);
    let hours = Duration::from_secs(7200);
    let tokens = app.spotify.mint(data::ADA, &ALL_SCOPES, hours);
    let (access, refresh) = (tokens.access_token, tokens.refresh_token);
    let reply = format!(r#"{{"access_token":"{access}","refresh_token":"{refresh}"{rest}}}"#);
    let body = Body::Json(reply);
    let fault = Fault::Status { status, body };
    app.spotify.inject(Rule::on(TOKEN, fault).times(1));
}

#[tokio::test]
async fn a_reply_that_can_be_understood_is_not_thrown_away_with_the_tokens_in_it() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let mut count = 0;
    for (status, rest) in [
        (200, ""),
        (200, r#","expires_in":3600"#),
        (200, r#","token_type":null,"expires_in":3600"#),
        (200, r#","token_type":"Bearer","expires_in":"3600""#),
        (200, r#","token_type":"Bearer","expires_in":3600.0"#),
        (200, r#","token_type":"Bearer","expires_in":null"#),
        (201, r#","token_type":"Bearer","expires_in":3600"#),
    ] {
        answer_with(&app, status, rest);
        app.clock.advance(minutes(61));
        ada.query(ASK).await.data();
        count += 1;
        assert_eq!(refreshes(&app.spotify), count, "{status} {rest}");
        let left = expires_at(&ada).await - app.clock.now();
        assert!(
            (minutes(59)..=minutes(60)).contains(&left),
            "{rest}: {left}"
        );
    }
    app.clock.advance(minutes(61));
    ada.query(ASK).await.data();
}

#[tokio::test]
async fn a_scope_that_a_reply_leaves_empty_is_the_one_that_was_granted() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let query = "{ me { authorization { scopes } } }";
    let granted = ada.query(query).await.data();
    for scope in [r#","scope":"""#, r#","scope":" ""#, r#","scope":null"#, ""] {
        answer_with(&app, 200, scope);
        app.clock.advance(minutes(61));
        ada.query(ASK).await.data();
        assert_eq!(ada.query(query).await.data(), granted, "{scope}");
    }
}

#[tokio::test]
async fn a_refreshed_token_survives_a_restart() {
    let mut app = TestApp::with(|setup| setup.spotify.rotation = Rotation::Rotate).await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(minutes(61));
    ada.query(ASK).await.data();
    app.restart().await;
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 1);
}

#[tokio::test]
async fn a_token_that_spotify_refuses_early_is_refreshed_and_the_call_repeated() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.expire_access_tokens();
    app.spotify.reset_counts();
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 1);
    assert_eq!(app.spotify.count(LIBRARY), 2);
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 1);
}

#[tokio::test]
async fn a_token_that_spotify_refuses_though_it_is_new_is_not_refreshed_for_ever() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.reset_counts();
    app.spotify.inject(Rule::on(LIBRARY, Fault::status(401)));
    let answer = ada.query(ASK).await;
    assert_eq!(answer.code(), "REAUTHORIZATION_REQUIRED");
    assert_eq!(refreshes(&app.spotify), 1);
    assert_eq!(app.spotify.count(LIBRARY), 2);
}

#[tokio::test]
async fn several_refused_calls_of_one_request_cost_one_refresh() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let ids = app.spotify.library(data::ADA);
    app.spotify.expire_access_tokens();
    let query = format!(
        r#"{{ me {{ images {{ url }} playlists(first: 1) {{ nodes {{ id }} }} }}
            a: playlist(id: "{}") {{ name }} b: playlist(id: "{}") {{ name }} }}"#,
        ids[0], ids[1]
    );
    ada.query(&query).await.data();
    assert_eq!(refreshes(&app.spotify), 1);
}
