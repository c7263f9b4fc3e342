//! Spotify refuses a refresh token: the person has to log in again, unless it was a false alarm. Or it refuses an
//! access token before its time.

use chrono::{Months, TimeDelta};
use futures_util::future::join_all;
use lockstep_api::simulator::{Fault, Rule, data};
use reqwest::header::LOCATION;

use super::{ASK, TOKEN, minutes, refreshes};
use crate::login::steps::callback;
use crate::support::{Answer, TestApp, refused};

/// The next refresh is refused, the first of them or each.
fn refuse(times: u32) -> Rule {
    let rule = Rule::on(TOKEN, Fault::invalid_grant("Refresh token revoked"));
    rule.with("grant_type", "refresh_token").times(times)
}

fn reauthorization_required(app: &TestApp, answer: &Answer) {
    assert_eq!(answer.code(), "REAUTHORIZATION_REQUIRED");
    let error = answer.error();
    assert_eq!(error["extensions"]["loginUrl"], app.url("/login/spotify/"));
    assert!(error["message"].as_str().unwrap().contains("log in again"));
}

#[tokio::test]
async fn a_revoked_authorization_asks_for_a_new_login_and_keeps_the_record() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.revoke(data::ADA);
    app.clock.advance(minutes(61));
    let answer = ada
        .query(r#"{ me { id } playlist(id: "0Playlist0000000000001") { name } }"#)
        .await;
    reauthorization_required(&app, &answer);
    assert_eq!(answer.partial_data()["me"]["id"], data::ADA);
    assert_eq!(app.count_rows("tokens"), 1);
    assert_eq!(app.count_rows("sessions"), 1);
}

#[tokio::test]
async fn what_is_stored_here_is_still_theirs() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.revoke(data::ADA);
    app.clock.advance(minutes(61));
    reauthorization_required(&app, &ada.query(ASK).await);
    let upload = ada.upload("4uLU6hMCjMI75M1A2tKUQC", "beats", 1, "{}");
    upload.await.data();
}

#[tokio::test]
async fn a_session_whose_tokens_are_gone_asks_for_a_new_login() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.execute("DELETE FROM tokens").await;
    app.spotify.reset_counts();
    reauthorization_required(&app, &ada.query(ASK).await);
    assert!(app.spotify.requests().is_empty());
    let me = ada.query("{ me { id tokenExpiresAt } }").await.data();
    assert_eq!(me["me"]["tokenExpiresAt"], serde_json::Value::Null);
}

#[tokio::test]
async fn after_a_refusal_spotify_is_not_asked_again_for_ten_minutes() {
    let mut app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.revoke(data::ADA);
    app.clock.advance(minutes(61));
    for answer in join_all((0..20).map(|_| ada.query(ASK))).await {
        reauthorization_required(&app, &answer);
    }
    assert_eq!(refreshes(&app.spotify), 1);
    app.restart().await;
    app.clock.advance(minutes(9));
    reauthorization_required(&app, &ada.query(ASK).await);
    assert_eq!(refreshes(&app.spotify), 1);
    app.clock.advance(minutes(2));
    reauthorization_required(&app, &ada.query(ASK).await);
    assert_eq!(refreshes(&app.spotify), 2);
}

#[tokio::test]
async fn a_refusal_does_not_last_because_the_clock_was_wrong() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(TimeDelta::days(1));
    app.spotify.inject(refuse(1));
    reauthorization_required(&app, &ada.query(ASK).await);
    app.clock.advance(minutes(61) - TimeDelta::days(1));
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 2);
}

#[tokio::test]
async fn a_false_alarm_heals() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(minutes(61));
    app.spotify.inject(refuse(1));
    reauthorization_required(&app, &ada.query(ASK).await);
    app.clock.advance(minutes(11));
    ada.query(ASK).await.data();
    app.clock.advance(minutes(61));
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 3);
}

#[tokio::test]
async fn a_refusal_is_not_noticed_while_the_access_token_lives() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(minutes(11));
    app.spotify.inject(refuse(u32::MAX));
    for _ in 0..3 {
        ada.query(ASK).await.data();
    }
    assert_eq!(refreshes(&app.spotify), 1);
    app.clock.advance(minutes(11));
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 2);
    app.clock.advance(minutes(40));
    reauthorization_required(&app, &ada.query(ASK).await);
}

#[tokio::test]
async fn logging_in_again_ends_it_at_once_in_every_browser() {
    let app = TestApp::start().await;
    let laptop = app.logged_in(data::ADA).await;
    let phone = app.logged_in(data::ADA).await;
    app.spotify.revoke(data::ADA);
    app.clock.advance(minutes(61));
    reauthorization_required(&app, &laptop.query(ASK).await);
    let landed = laptop.get(&callback(&app, &laptop).await).await;
    assert_eq!(landed.header(LOCATION), "/");
    laptop.query(ASK).await.data();
    phone.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 1);
}

#[tokio::test]
async fn an_authorization_revoked_while_its_token_lives_is_found_out_by_the_first_call() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.revoke(data::ADA);
    for answer in join_all((0..20).map(|_| ada.query(ASK))).await {
        reauthorization_required(&app, &answer);
    }
    assert_eq!(refreshes(&app.spotify), 1);
}

#[tokio::test]
async fn a_token_that_was_refused_is_not_sent_again_by_the_rest_of_the_request() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.expire_access_tokens();
    app.spotify.reset_counts();
    let query = format!(
        r#"{{ playlist(id: "{}") {{ tracks(first: 1000) {{ nodes {{ id }} }} }} }}"#,
        data::playlist_id(1000)
    );
    ada.query(&query).await.data();
    let requests = app.spotify.requests();
    assert_eq!(refused(&app.spotify), 1, "the first call's");
    assert!(requests.len() > 10, "there were others: {}", requests.len());
    assert_eq!(refreshes(&app.spotify), 1);
}

#[tokio::test]
async fn an_authorization_that_has_ended_asks_for_a_new_login() {
    let app = TestApp::with(|setup| setup.spotify.refresh_token_lifetime = Months::new(5)).await;
    let ada = app.logged_in(data::ADA).await;
    let now = app.clock.now();
    let end = now + Months::new(5);
    // Refreshing does not extend it.
    app.clock.advance(end - now - TimeDelta::days(1));
    ada.query(ASK).await.data();
    app.clock.advance(TimeDelta::days(1));
    reauthorization_required(&app, &ada.query(ASK).await);
    let landed = ada.get(&callback(&app, &ada).await).await;
    assert_eq!(landed.header(LOCATION), "/");
    ada.query(ASK).await.data();
}

#[tokio::test]
async fn one_persons_refusal_is_not_anothers() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let minseo = app.logged_in(data::MINSEO).await;
    app.spotify.revoke(data::ADA);
    app.clock.advance(minutes(61));
    reauthorization_required(&app, &ada.query(ASK).await);
    minseo.query(ASK).await.data();
}
