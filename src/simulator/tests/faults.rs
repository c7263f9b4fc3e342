//! Bad days, each seen from the other end of the wire.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::simulator::data::playlist_id;
use crate::simulator::{Body, Fault, RetryAfter, Rotation, Rule};

const ME: &str = "GET /v1/me";

#[tokio::test]
async fn too_many_requests_in_each_of_its_ways() {
    let rig = Rig::new();
    for (retry_after, expected) in [
        (RetryAfter::Seconds(3600), Some("3600")),
        (RetryAfter::Text("soon".to_owned()), Some("soon")),
        (RetryAfter::Missing, None),
    ] {
        rig.spotify
            .inject(Rule::on(ME, Fault::RateLimited(retry_after)).times(1));
        let answer = rig.get("/v1/me").await;
        assert_eq!(answer.error(), (429, "API rate limit exceeded".to_owned()));
        assert_eq!(answer.header("retry-after"), expected);
        assert_eq!(answer.json()["error"].get("reason"), None);
    }
    rig.spotify
        .inject(Rule::on(ME, Fault::RateLimited(RetryAfter::Date(90))).times(1));
    let answer = rig.get("/v1/me").await;
    let date = DateTime::parse_from_rfc2822(answer.header("retry-after").unwrap()).unwrap();
    let seconds = (date.to_utc() - Utc::now()).num_seconds();
    assert!((60..=90).contains(&seconds), "{seconds}");

    rig.spotify
        .inject(Rule::on(ME, Fault::QuotaExceeded(RetryAfter::Seconds(60))).times(1));
    let answer = rig.get("/v1/me").await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.json()["error"]["reason"], "QUOTA_EXCEEDED");
    assert_eq!(rig.get("/v1/me").await.status, 200);
}

#[tokio::test]
async fn a_rolling_window_limits_the_web_api() {
    let rig = Rig::new();
    rig.spotify.limit_rate(Some((2, Duration::from_secs(30))));
    assert_eq!(rig.get("/v1/me").await.status, 200);
    assert_eq!(rig.get("/v1/me/playlists").await.status, 200);
    let refused = rig.get("/v1/me").await;
    assert_eq!(refused.status, 429);
    let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
    // The token endpoint is not of the Web API.
    assert_eq!(rig.refresh("nonsense").await.status, 400);

    rig.spotify.advance(TimeDelta::seconds(wait));
    assert_eq!(rig.get("/v1/me").await.status, 200);
    rig.spotify.limit_rate(None);
    for _ in 0..5 {
        assert_eq!(rig.get("/v1/me").await.status, 200);
    }
}

#[tokio::test]
async fn a_status_with_any_kind_of_body() {
    let rig = Rig::new();
    for (status, body, kind, expected) in [
        (
            503,
            Body::Nested("Busy".to_owned()),
            "application/json",
            "\"message\":\"Busy\"",
        ),
        (500, Body::Html, "text/html", "<h1>"),
        (502, Body::Empty, "", ""),
        (
            403,
            Body::Text("User not registered in the Developer Dashboard".to_owned()),
            "text/plain",
            "not registered",
        ),
        (200, Body::Html, "text/html", "<html>"),
        (
            200,
            Body::Json("[{\"id\":1".to_owned()),
            "application/json",
            "[{\"id\":1",
        ),
    ] {
        rig.spotify
            .inject(Rule::on(ME, Fault::Status { status, body }).times(1));
        let answer = rig.get("/v1/me").await;
        assert_eq!(answer.status, status);
        assert!(
            answer
                .header("content-type")
                .unwrap_or_default()
                .starts_with(kind),
            "{answer:?}"
        );
        assert!(answer.text.contains(expected), "{answer:?}");
    }
    for status in [401, 403, 404, 500, 502, 503] {
        rig.spotify
            .inject(Rule::on(ME, Fault::status(status)).times(1));
        assert_eq!(rig.get("/v1/me").await.error().0, status);
    }
    assert_eq!(rig.get("/v1/me").await.status, 200);
}

#[tokio::test]
async fn a_false_invalid_grant_leaves_the_token_good() {
    let rig = Rig::new();
    let token = rig.spotify.mint(data::ADA, &ALL_SCOPES, HOUR).refresh_token;
    let fault = Fault::invalid_grant("Refresh token revoked");
    rig.spotify.inject(
        Rule::on("POST /api/token", fault)
            .with("grant_type", "refresh_token")
            .times(1),
    );
    let (error, description) = rig.refresh(&token).await.flat_error();
    assert_eq!(
        (error.as_str(), description.as_str()),
        ("invalid_grant", "Refresh token revoked")
    );
    assert_eq!(rig.refresh(&token).await.status, 200);
}

#[tokio::test]
async fn latency_holds_an_answer_back() {
    let rig = Rig::new();
    rig.spotify.inject(Rule::on(
        "GET /v1/*",
        Fault::Latency(Duration::from_millis(60)),
    ));
    let start = Instant::now();
    let both = tokio::join!(rig.get("/v1/me"), rig.get("/v1/me/playlists"));
    assert_eq!((both.0.status, both.1.status), (200, 200));
    assert!(start.elapsed() >= Duration::from_millis(60));
}

#[tokio::test]
async fn a_dropped_connection_sends_nothing() {
    let rig = Rig::new();
    rig.spotify.inject(Rule::on(ME, Fault::Drop).times(1));
    let error = answer(rig.request("/v1/me")).await.unwrap_err();
    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    assert_eq!(rig.spotify.requests()[0].status, None);
    assert_eq!(rig.get("/v1/me").await.status, 200);
}

#[tokio::test]
async fn a_lost_answer_has_taken_effect() {
    let rig = Rig::with(Options {
        rotation: Rotation::Rotate,
        ..Options::default()
    });
    let token = rig.spotify.mint(data::ADA, &ALL_SCOPES, HOUR).refresh_token;
    rig.spotify
        .inject(Rule::on("POST /api/token", Fault::LoseAnswer).times(1));
    let request = rig
        .http
        .post(format!("{}/api/token", rig.spotify.url()))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(
            AUTHORIZATION,
            format!(
                "Basic {}",
                STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"))
            ),
        )
        .body(format!("grant_type=refresh_token&refresh_token={token}"));
    assert!(answer(request).await.is_err());
    let revoked = (
        "invalid_grant".to_owned(),
        "Refresh token revoked".to_owned(),
    );
    assert_eq!(rig.refresh(&token).await.flat_error(), revoked);
}

#[tokio::test]
async fn half_a_body_arrives() {
    let rig = Rig::new();
    let path = format!("/v1/playlists/{}/items?limit=50", playlist_id(1000));
    let whole = rig.get(&path).await.text;
    rig.spotify
        .inject(Rule::on("GET /v1/playlists/{id}/items", Fault::HalfBody).times(1));
    let mut response = rig.request(&path).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.content_length(), Some(whole.len() as u64));
    let mut received = Vec::new();
    let error = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => received.extend_from_slice(&chunk),
            Ok(None) => panic!("the body came to its end"),
            Err(error) => break error,
        }
    };
    assert!(!error.is_timeout());
    assert_eq!(received, whole.as_bytes()[..whole.len() / 2]);
    assert_eq!(rig.get(&path).await.text, whole);
}

#[tokio::test]
async fn a_hang_lasts_until_it_is_released() {
    let rig = Rig::new();
    rig.spotify.inject(Rule::on(ME, Fault::Hang).times(2));
    let hanging = tokio::spawn(answer(rig.request("/v1/me")));
    rig.spotify.wait_for(ME, 1).await;
    // Others are not held up.
    assert_eq!(rig.get("/v1/me/playlists").await.status, 200);
    assert_eq!(rig.spotify.max_in_flight_of(ME), 1);
    assert!(!hanging.is_finished());
    rig.spotify.release();
    assert_eq!(hanging.await.unwrap().unwrap().status, 200);

    // Somebody who does not wait for it does not stay in flight.
    let impatient = rig.request("/v1/me").timeout(Duration::from_millis(30));
    assert!(answer(impatient).await.unwrap_err().is_timeout());
    assert_eq!(rig.get("/v1/me").await.status, 200);
}

#[tokio::test]
async fn without_a_simulator_nothing_answers() {
    let Rig {
        spotify,
        http,
        token,
    } = Rig::new();
    spotify.inject(Rule::on(ME, Fault::Hang));
    let request = || {
        http.get(format!("{}/v1/me", spotify.url()))
            .bearer_auth(&token)
    };
    let hanging = tokio::spawn(answer(request()));
    let later = request();
    spotify.wait_for(ME, 1).await;
    drop(spotify);
    assert!(hanging.await.unwrap().is_err());
    assert!(answer(later).await.unwrap_err().is_connect());
}

#[tokio::test]
async fn faults_come_in_the_order_in_which_they_were_asked_for() {
    let rig = Rig::new();
    rig.spotify
        .inject(Rule::on(ME, Fault::status(503)).times(2));
    rig.spotify
        .inject(Rule::on(ME, Fault::RateLimited(RetryAfter::Seconds(1))).times(1));
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(rig.get("/v1/me").await.status);
    }
    assert_eq!(statuses, [503, 503, 429, 200]);
    assert_eq!(rig.spotify.count(ME), 4);

    rig.spotify.inject(Rule::on("*", Fault::status(500)));
    assert_eq!(rig.get("/v1/me").await.status, 500);
    rig.spotify.clear_faults();
    assert_eq!(rig.get("/v1/me").await.status, 200);
}
