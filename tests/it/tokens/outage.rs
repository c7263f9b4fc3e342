//! The token endpoint on a bad day.

use std::time::Duration;

use chrono::TimeDelta;
use lockstep_api::simulator::{Body, Fault, RetryAfter, Rule, data};
use serde_json::json;

use super::{ASK, TOKEN, minutes, refreshes};
use crate::support::TestApp;

fn flat(error: &str) -> Fault {
    let body = Body::Flat {
        error: error.to_owned(),
        description: "as it is".to_owned(),
    };
    Fault::Status { status: 400, body }
}

/// Everything but `invalid_grant`.
fn faults() -> Vec<Fault> {
    let page = |status| Fault::Status {
        status,
        body: Body::Html,
    };
    vec![
        Fault::status(500),
        Fault::status(502),
        Fault::status(503),
        page(503),
        page(400),
        page(200),
        Fault::Drop,
        Fault::HalfBody,
        Fault::json("{}"),
        Fault::json("[]"),
        Fault::json(r#"{"access_token":""}"#),
        flat("invalid_client"),
        flat("invalid_request"),
        flat("something new"),
    ]
}

/// Waits until that many refreshes have ended like this. While the access token lives, nobody waits for one
/// for long.
async fn ended(app: &TestApp, outcome: &str, count: usize) {
    let url = app.operations_url("/metrics");
    let line = format!("lockstep_token_refreshes_total{{outcome=\"{outcome}\"}} {count}\n");
    let waiting = async { while !app.anonymous().get(&url).await.text().contains(&line) {} };
    let in_time = tokio::time::timeout(Duration::from_secs(30), waiting).await;
    in_time.unwrap_or_else(|_| panic!("never {line}"));
}

#[tokio::test]
async fn while_the_access_token_lives_nobody_notices() {
    let app = TestApp::impatient().await;
    let ada = app.logged_in(data::ADA).await;
    for (n, fault) in faults().into_iter().enumerate() {
        app.clock.advance(minutes(11));
        app.spotify.inject(Rule::on(TOKEN, fault.clone()));
        ada.query(ASK).await.data();
        ended(&app, "failed", n + 1).await;
        app.spotify.clear_faults();
        app.clock.advance(minutes(1));
        app.spotify.reset_counts();
        ada.query(ASK).await.data();
        ended(&app, "refreshed", n + 1).await;
        assert_eq!(
            refreshes(&app.spotify),
            1,
            "{fault:?}: it is tried again later"
        );
    }
}

#[tokio::test]
async fn an_outage_is_not_worsened_by_asking_all_the_time() {
    let app = TestApp::impatient().await;
    let ada = app.logged_in(data::ADA).await;
    let minseo = app.logged_in(data::MINSEO).await;
    for (n, fault) in faults().into_iter().enumerate() {
        app.clock.advance(minutes(11));
        app.spotify.reset_counts();
        app.spotify.inject(Rule::on(TOKEN, fault.clone()));
        ada.query(ASK).await.data();
        ended(&app, "failed", 2 * n + 1).await;
        let tries = refreshes(&app.spotify);
        for _ in 0..10 {
            ada.query(ASK).await.data();
            minseo.query(ASK).await.data();
        }
        assert_eq!(refreshes(&app.spotify), tries, "{fault:?}");
        app.clock.advance(TimeDelta::seconds(31));
        ada.query(ASK).await.data();
        ended(&app, "failed", 2 * n + 2).await;
        assert_eq!(refreshes(&app.spotify), 2 * tries, "{fault:?}");
        app.spotify.clear_faults();
        // Fresh again, for the next one.
        app.clock.advance(TimeDelta::seconds(31));
        ada.query(ASK).await.data();
        minseo.query(ASK).await.data();
        ended(&app, "refreshed", 2 * n + 2).await;
    }
}

#[tokio::test]
async fn once_the_access_token_is_dead_it_is_spotifys_failure_and_not_the_persons() {
    let app = TestApp::impatient().await;
    let ada = app.logged_in(data::ADA).await;
    for fault in faults() {
        app.clock.advance(minutes(61));
        app.spotify.inject(Rule::on(TOKEN, fault.clone()));
        let answer = ada
            .query(r#"{ me { id } playlist(id: "0Playlist0000000000001") { name } }"#)
            .await;
        assert_eq!(answer.code(), "UPSTREAM_ERROR", "{fault:?}");
        assert_eq!(answer.partial_data()["me"]["id"], data::ADA, "{fault:?}");
        app.spotify.clear_faults();
        ada.query(ASK).await.data();
    }
}

#[tokio::test]
async fn what_the_token_endpoint_said_is_told() {
    let app = TestApp::impatient().await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(minutes(61));
    app.spotify.inject(Rule::on(TOKEN, Fault::status(502)));
    let error = ada.query(ASK).await.error();
    assert_eq!(error["extensions"]["spotify"]["status"], 502);
    assert_eq!(error["extensions"]["spotify"]["message"], "Bad Gateway");
    app.spotify.clear_faults();
    app.spotify.inject(Rule::on(TOKEN, flat("invalid_client")));
    let error = ada.query(ASK).await.error();
    assert_eq!(error["extensions"]["spotify"]["status"], 400);
}

/// The server itself is held to it by every test: see `support/discretion.rs`.
#[tokio::test]
async fn what_is_quoted_of_the_request_is_told_to_nobody() {
    let app = TestApp::impatient().await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(minutes(61));
    for secret in app.spotify.secrets() {
        let quoted = format!("Bad gateway for POST refresh_token={secret}");
        let reason = json!({ "error": { "message": "m", "reason": &quoted } });
        for (status, body) in [
            (502, Body::Text(quoted.clone())),
            (503, Body::Nested(quoted.clone())),
            (503, Body::Json(reason.to_string())),
            (429, Body::Text(quoted)),
        ] {
            app.spotify
                .inject(Rule::on(TOKEN, Fault::Status { status, body }));
            let answer = ada.query(ASK).await;
            assert!(!answer.text().contains(&secret), "{}", answer.text());
            app.spotify.clear_faults();
        }
    }
}

#[tokio::test]
async fn a_short_fault_is_not_noticed_at_all() {
    let app = TestApp::impatient().await;
    let ada = app.logged_in(data::ADA).await;
    for fault in [Fault::status(503), Fault::status(500), Fault::Drop] {
        app.clock.advance(minutes(61));
        app.spotify.reset_counts();
        app.spotify.inject(Rule::on(TOKEN, fault).times(1));
        ada.query(ASK).await.data();
        assert_eq!(refreshes(&app.spotify), 2);
    }
}

#[tokio::test]
async fn a_short_rate_limit_of_the_token_endpoint_is_waited_for() {
    let app = TestApp::impatient().await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(minutes(61));
    let fault = Fault::RateLimited(RetryAfter::Seconds(1));
    app.spotify.inject(Rule::on(TOKEN, fault).times(1));
    let start = std::time::Instant::now();
    ada.query(ASK).await.data();
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(refreshes(&app.spotify), 2);
}

#[tokio::test]
async fn a_long_rate_limit_of_the_token_endpoint_is_told_and_kept_to() {
    let app = TestApp::impatient().await;
    let ada = app.logged_in(data::ADA).await;
    let minseo = app.logged_in(data::MINSEO).await;
    app.clock.advance(minutes(61));
    let fault = Fault::RateLimited(RetryAfter::Seconds(3600));
    app.spotify.inject(Rule::on(TOKEN, fault));
    for caller in [&ada, &ada, &minseo] {
        let answer = caller.query(ASK).await;
        assert_eq!(answer.code(), "RATE_LIMITED");
        let wait = answer.error()["extensions"]["retryAfterSeconds"].as_u64();
        assert!((3595..=3600).contains(&wait.unwrap()), "{wait:?}");
    }
    assert_eq!(refreshes(&app.spotify), 1, "it holds for everybody");
}

#[tokio::test]
async fn a_rate_limit_of_the_token_endpoint_does_not_hold_up_living_tokens() {
    let app = TestApp::impatient().await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(minutes(11));
    let fault = Fault::RateLimited(RetryAfter::Seconds(20));
    app.spotify.inject(Rule::on(TOKEN, fault));
    let start = std::time::Instant::now();
    for _ in 0..5 {
        ada.query(ASK).await.data();
    }
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(refreshes(&app.spotify), 1);
}

#[tokio::test]
async fn an_answer_lost_with_a_rotated_token_in_it_asks_for_a_new_login() {
    let app = TestApp::with(|setup| {
        setup.retry.base_delay = Duration::from_millis(1);
        setup.spotify.rotation = lockstep_api::simulator::Rotation::Rotate;
    })
    .await;
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(minutes(61));
    app.spotify
        .inject(Rule::on(TOKEN, Fault::LoseAnswer).times(1));
    assert_eq!(ada.query(ASK).await.code(), "REAUTHORIZATION_REQUIRED");
}
