//! A caller who brings an access token of Spotify's.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use lockstep_api::simulator::{ALL_SCOPES, Fault, Rule, data};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use serde_json::json;
use tokio::time::timeout;

use super::{ASK, PROFILE, arrived};
use crate::support::{Answer, TestApp};

const ME: &str = "{ me { id } }";

/// A request with these headers, and the session of whoever `cookies` belong to.
async fn with_authorization(app: &TestApp, values: &[HeaderValue], cookies: &str) -> Answer {
    let body = json!({ "query": ME }).to_string();
    let mut request = app
        .anonymous()
        .request("POST", "/graphql")
        .header("content-type", "application/json")
        .header("cookie", cookies)
        .body(body);
    for value in values {
        request = request.header(AUTHORIZATION, value.clone());
    }
    Answer::of(request).await
}

#[tokio::test]
async fn a_bearer_is_whoever_spotify_says_and_leaves_no_token_behind() {
    let app = TestApp::start().await;
    let answer = app.bearer(data::JOERG).query("{ me { id uri } }").await;
    assert_eq!(answer.data()["me"]["id"], data::JOERG);
    assert_eq!(app.count_rows("people"), 1);
    assert_eq!(app.count_rows("tokens") + app.count_rows("sessions"), 0);
}

#[tokio::test]
async fn whose_a_bearer_is_costs_one_call_for_many_requests() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    for _ in 0..20 {
        ada.query(ASK).await.data();
    }
    assert_eq!(app.spotify.count(PROFILE), 1);
}

#[tokio::test]
async fn whose_a_bearer_is_costs_one_call_for_a_hundred_requests_at_once() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    let answers = join_all((0..100).map(|_| ada.query(ME))).await;
    for answer in answers {
        assert_eq!(answer.data()["me"]["id"], data::ADA);
    }
    assert_eq!(app.spotify.count(PROFILE), 1);
    assert_eq!(app.count_rows("people"), 1);
}

#[tokio::test]
async fn nobody_is_taken_for_another_because_they_asked_at_once() {
    let app = TestApp::start().await;
    let callers = data::PEOPLE.iter().map(|person| app.bearer(person.id));
    let callers: Vec<_> = callers.collect();
    let asked = (0..50).map(|n| callers[n % callers.len()].query(ME));
    for (n, answer) in join_all(asked).await.into_iter().enumerate() {
        let person = &data::PEOPLE[n % callers.len()];
        assert_eq!(answer.data()["me"]["id"], person.id);
    }
    assert_eq!(app.spotify.count(PROFILE), callers.len());
}

#[tokio::test]
async fn one_who_stops_waiting_does_not_take_the_others_answer_along() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    app.spotify.inject(Rule::on(PROFILE, Fault::Hang).times(1));
    let first = tokio::spawn({
        let ada = ada.clone();
        async move { ada.query(ME).await }
    });
    arrived(&app, PROFILE).await;
    let second = tokio::spawn({
        let ada = ada.clone();
        async move { ada.query(ME).await }
    });
    first.abort();
    let _ = first.await;
    // The second asks for itself, or is answered by the first's question: either will do.
    app.spotify.release();
    assert_eq!(second.await.unwrap().data()["me"]["id"], data::ADA);
}

#[tokio::test]
async fn a_bearer_counts_more_than_a_cookie_beside_it() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let minseo = app
        .spotify
        .mint(data::MINSEO, &ALL_SCOPES, Duration::from_secs(60));
    let both = ada.clone().with_bearer(&minseo.access_token);
    assert_eq!(both.query(ME).await.data()["me"]["id"], data::MINSEO);
    let bad = ada.with_bearer("BQunknown");
    assert_eq!(bad.query(ME).await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn an_authorization_that_is_not_understood_is_refused_even_beside_a_good_cookie() {
    let app = TestApp::start().await;
    let cookies = app.logged_in(data::ADA).await.cookies();
    app.spotify.reset_counts();
    let good = app
        .spotify
        .mint(data::ADA, &ALL_SCOPES, Duration::from_secs(60));
    let good = good.access_token;
    let texts = [
        String::new(),
        " ".to_owned(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Basic".to_owned(),
        good.clone(),
        format!("Token {good}"),
        format!("Bearer{good}"),
        format!("Bearer: {good}"),
        format!("Bearer {good} {good}"),
        format!("Bearer {good},Bearer {good}"),
        format!("Bearer \"{good}\""),
        format!("Bearer Bearer {good}"),
        format!("Bearer {good};"),
        format!("Bearer {}", "a".repeat(10_240)),
    ];
    let mut values: Vec<HeaderValue> = texts.iter().map(|text| text.parse().unwrap()).collect();
    values.push(HeaderValue::from_bytes("Bearer tökén".as_bytes()).unwrap());
    values.push(HeaderValue::from_bytes(b"Bearer \xff\xfe").unwrap());
    values.push(HeaderValue::from_bytes(b"Bearer\tx").unwrap());
    for value in values {
        let answer = with_authorization(&app, std::slice::from_ref(&value), &cookies).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED", "{value:?}");
        assert!(answer.partial_data().is_null(), "{value:?}");
    }
    assert!(app.spotify.requests().is_empty(), "Spotify is not bothered");
}

#[tokio::test]
async fn two_authorizations_are_none() {
    let app = TestApp::start().await;
    let cookies = app.logged_in(data::ADA).await.cookies();
    let good = app
        .spotify
        .mint(data::ADA, &ALL_SCOPES, Duration::from_secs(60));
    let good: HeaderValue = format!("Bearer {}", good.access_token).parse().unwrap();
    let other = HeaderValue::from_static("Basic eDp5");
    for pair in [
        [good.clone(), good.clone()],
        [good.clone(), other.clone()],
        [other, good],
    ] {
        let answer = with_authorization(&app, &pair, &cookies).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn a_bearer_that_spotify_does_not_know_or_no_longer_accepts_is_refused() {
    let app = TestApp::start().await;
    let minute = Duration::from_secs(60);
    let expired = app.spotify.mint(data::ADA, &ALL_SCOPES, minute);
    app.clock.advance(TimeDelta::seconds(61));
    let revoked = app.spotify.mint(data::MINSEO, &ALL_SCOPES, minute);
    app.spotify.revoke(data::MINSEO);
    let refresh = app
        .spotify
        .mint(data::ADA, &ALL_SCOPES, minute)
        .refresh_token;
    for token in [
        "BQunknown",
        &expired.access_token,
        &revoked.access_token,
        &refresh,
    ] {
        let answer = app.anonymous().with_bearer(token).query(ME).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED");
        assert!(answer.partial_data().is_null());
        assert!(!answer.text().contains(token));
    }
    assert_eq!(app.count_rows("people"), 0);
}

#[tokio::test]
async fn made_up_bearers_do_not_keep_sessions_from_spotify() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.inject(Rule::on(PROFILE, Fault::Hang));
    app.spotify.reset_counts();
    // More than calls may be under way to Spotify.
    let made_up = (0..40).map(|n| {
        let caller = app.anonymous().with_bearer(&format!("BQunknown{n}"));
        tokio::spawn(async move { caller.query(ME).await })
    });
    let made_up: Vec<_> = made_up.collect();
    let look_ups = app.spotify.wait_for(PROFILE, 6);
    let in_time = timeout(Duration::from_secs(30), look_ups).await;
    in_time.expect("they are looked up");
    for _ in 0..20 {
        let answer = timeout(Duration::from_secs(20), ada.query(ASK)).await;
        answer.expect("in time").data();
    }
    assert_eq!(app.spotify.count(PROFILE), 6);
    app.spotify.clear_faults();
    app.spotify.release();
    for answer in made_up {
        assert_eq!(answer.await.unwrap().code(), "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn a_revoked_bearer_is_refused_once_spotify_says_so() {
    let app = TestApp::start().await;
    let ada = app.bearer(data::ADA);
    ada.query(ME).await.data();
    app.spotify.revoke(data::ADA);
    let playlists = "{ me { playlists(first: 1) { nodes { id } } } }";
    assert_eq!(ada.query(playlists).await.code(), "UNAUTHENTICATED");
    // From now on nothing of theirs is given out, what is stored here included.
    assert_eq!(ada.query(ME).await.code(), "UNAUTHENTICATED");
    assert_eq!(super::refreshes(&app.spotify), 0);
}

#[tokio::test]
async fn a_bad_day_of_spotifys_is_not_taken_for_a_bad_bearer() {
    for (fault, code) in [
        (Fault::status(500), "UPSTREAM_ERROR"),
        (Fault::status(403), "FORBIDDEN"),
        (Fault::html(), "UPSTREAM_ERROR"),
        (Fault::Drop, "UPSTREAM_ERROR"),
    ] {
        let app = TestApp::start().await;
        app.spotify.inject(Rule::on(PROFILE, fault));
        let ada = app.bearer(data::ADA);
        assert_eq!(ada.query(ME).await.code(), code);
        app.spotify.clear_faults();
        assert_eq!(ada.query(ME).await.data()["me"]["id"], data::ADA);
    }
}
