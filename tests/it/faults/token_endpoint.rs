//! The token endpoint on the same bad days. What else can befall it is in `tokens/outage.rs`.

use std::time::Duration;

use lockstep_api::simulator::data::{self, playlist_id};
use lockstep_api::simulator::{Body, Fault, RetryAfter, Rule};
use serde_json::{Value, json};

use super::server;
use crate::support::{Answer, TestApp};

const TOKEN: &str = "POST /api/token";

/// The answer to somebody whose access token has expired, when this befalls every refresh.
async fn answer(app: &TestApp, fault: Fault) -> Answer {
    let ada = app.logged_in(data::ADA).await;
    app.clock.advance(chrono::TimeDelta::minutes(61));
    app.spotify.reset_counts();
    app.spotify.inject(Rule::on(TOKEN, fault));
    let query = format!(
        "{{ me {{ id }} playlist(id: \"{}\") {{ name }} metadata(trackId: \"4uLU6hMCjMI75M1A2tKUQC\") {{ id }} }}",
        playlist_id(1)
    );
    let answer = ada.query(&query).await;
    app.spotify.clear_faults();
    let kept = json!({ "me": { "id": data::ADA }, "playlist": null, "metadata": null });
    assert_eq!(answer.partial_data(), kept);
    assert_eq!(answer.error()["path"], json!(["playlist"]));
    answer
}

#[tokio::test]
async fn each_kind_has_its_code_and_its_number_of_tries() {
    let app = server().await;
    let status = |status, body| Fault::Status { status, body };
    for (fault, tries, code, told) in [
        (Fault::status(401), 1, "UPSTREAM_ERROR", json!(401)),
        (Fault::status(403), 1, "UPSTREAM_ERROR", json!(403)),
        (Fault::status(404), 1, "UPSTREAM_ERROR", json!(404)),
        (Fault::status(500), 3, "UPSTREAM_ERROR", json!(500)),
        (Fault::status(503), 8, "UPSTREAM_ERROR", json!(503)),
        (Fault::html(), 1, "UPSTREAM_ERROR", json!(200)),
        (status(200, Body::Empty), 1, "UPSTREAM_ERROR", json!(200)),
        (status(503, Body::Empty), 8, "UPSTREAM_ERROR", json!(503)),
        (Fault::HalfBody, 3, "UPSTREAM_ERROR", json!(200)),
        (Fault::Drop, 3, "UPSTREAM_ERROR", Value::Null),
        (
            Fault::invalid_grant("Refresh token expired"),
            1,
            "REAUTHORIZATION_REQUIRED",
            Value::Null,
        ),
    ] {
        let answer = answer(&app, fault.clone()).await;
        assert_eq!(answer.code(), code, "{fault:?}");
        let spotify = &answer.error()["extensions"]["spotify"];
        assert_eq!(spotify["status"], told, "{fault:?}");
        assert_eq!(app.spotify.count(TOKEN), tries, "{fault:?}");
    }
}

#[tokio::test]
async fn its_limits_are_told_with_their_length() {
    for (fault, code) in [
        (
            Fault::RateLimited(RetryAfter::Seconds(86_400)),
            "RATE_LIMITED",
        ),
        (Fault::RateLimited(RetryAfter::Date(3600)), "RATE_LIMITED"),
        (
            Fault::QuotaExceeded(RetryAfter::Seconds(86_400)),
            "QUOTA_EXCEEDED",
        ),
    ] {
        let app = server().await;
        let answer = answer(&app, fault).await;
        assert_eq!(answer.code(), code);
        let wait = answer.error()["extensions"]["retryAfterSeconds"].as_u64();
        assert!(wait.is_some_and(|wait| wait > 3000), "{wait:?}");
        assert_eq!(app.spotify.count(TOKEN), 1);
    }
}

#[tokio::test]
async fn a_hang_ends_with_the_requests_time() {
    let app = TestApp::with(|setup| {
        setup.config.http.request_timeout = Duration::from_secs(2);
    })
    .await;
    let answer = answer(&app, Fault::Hang).await;
    assert_eq!(answer.code(), "TIMEOUT");
}
