//! 429: one of them holds back the whole app's calls, and nobody waits for hours.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use lockstep_api::simulator::data::{self, playlist_id};
use lockstep_api::simulator::{Fault, RetryAfter};
use serde_json::Value;

use super::{Place, server};
use crate::support::TestApp;

const DAY: u64 = 86_400;
const TWO_MINUTES: u64 = 120;

/// Waits until the gate has been shut.
async fn held_back(app: &TestApp) {
    let url = app.operations_url("/metrics");
    let was_shut = "spotify_gate_shut_total{gate=\"api\"} 1";
    while !app.anonymous().get(&url).await.text().contains(was_shut) {}
}

fn retry_after(error: &Value) -> u64 {
    error["extensions"]["retryAfterSeconds"].as_u64().unwrap()
}

#[tokio::test]
async fn a_long_wait_is_told_at_once_with_its_length() {
    for place in Place::all() {
        for (header, seconds) in [
            (RetryAfter::Seconds(DAY), DAY),
            (RetryAfter::Date(DAY), DAY),
            (RetryAfter::Seconds(3600), 3600),
            (RetryAfter::Seconds(121), 121),
            (RetryAfter::Date(100), 100),
        ] {
            let app = server().await;
            let ada = place.caller(&app).await;
            app.spotify.reset_counts();
            place.befall(&app, Fault::RateLimited(header));
            let start = Instant::now();
            let answer = ada.query(&place.query).await;
            assert!(start.elapsed() < Duration::from_secs(5));
            let error = place.failed(&answer, "RATE_LIMITED");
            // The date is in whole seconds, and a while has passed.
            let told = retry_after(&error);
            assert!((seconds - 6..=seconds).contains(&told), "{told}");
            assert_eq!(error["extensions"].get("spotify"), None);
            assert_eq!(place.tries(&app), 1);
        }
    }
}

#[tokio::test]
async fn a_limit_without_end_ends_after_eight_tries() {
    for place in Place::all() {
        let app = server().await;
        let ada = place.caller(&app).await;
        app.spotify.reset_counts();
        place.befall(&app, Fault::RateLimited(RetryAfter::Missing));
        let error = place.failed(&ada.query(&place.query).await, "RATE_LIMITED");
        assert!(retry_after(&error) <= 1);
        assert_eq!(place.tries(&app), 8);
    }
}

#[tokio::test]
async fn a_used_up_quota_is_told_apart_and_spares_spotify_for_as_long_as_it_says() {
    for place in Place::all() {
        let app = server().await;
        let ada = place.caller(&app).await;
        let minseo = app.logged_in(data::MINSEO).await;
        app.spotify.reset_counts();
        place.befall(&app, Fault::QuotaExceeded(RetryAfter::Seconds(DAY)));
        let error = place.failed(&ada.query(&place.query).await, "QUOTA_EXCEEDED");
        assert_eq!(retry_after(&error), DAY);
        assert_eq!(place.tries(&app), 1);
        app.spotify.clear_faults();

        let held = if place.asks_by_bearer() {
            TWO_MINUTES
        } else {
            DAY
        };
        app.spotify.reset_counts();
        let start = Instant::now();
        for caller in [&ada, &minseo] {
            let answer = caller.query(&Place::library().query).await;
            assert_eq!(answer.code(), "QUOTA_EXCEEDED");
            assert!((held - 30..=held).contains(&retry_after(&answer.error())));
        }
        assert!(start.elapsed() < Duration::from_secs(5));
        assert!(app.spotify.requests().is_empty(), "nobody asked meanwhile");
    }
}

#[tokio::test]
async fn with_another_apps_token_nobody_holds_back_everybody_for_longer_than_two_minutes() {
    for (fault, code) in [
        (Fault::RateLimited(RetryAfter::Seconds(DAY)), "RATE_LIMITED"),
        (
            Fault::QuotaExceeded(RetryAfter::Seconds(DAY)),
            "QUOTA_EXCEEDED",
        ),
    ] {
        let app = server().await;
        let minseo = app.logged_in(data::MINSEO).await;
        Place::profile().befall(&app, fault);
        let stranger = app.bearer(data::ADA).query("{ me { id } }").await;
        assert_eq!(stranger.code(), code);
        assert_eq!(retry_after(&stranger.error()), DAY);
        let held_back = minseo.query(&Place::library().query).await;
        assert_eq!(held_back.code(), code);
        let told = retry_after(&held_back.error());
        assert!((TWO_MINUTES - 30..=TWO_MINUTES).contains(&told), "{told}");
    }
}

#[tokio::test]
async fn a_quota_without_a_time_is_told_without_one_and_holds_back_nobody() {
    for place in Place::all() {
        let app = server().await;
        let ada = place.caller(&app).await;
        app.spotify.reset_counts();
        place.befall(&app, Fault::QuotaExceeded(RetryAfter::Missing));
        let error = place.failed(&ada.query(&place.query).await, "QUOTA_EXCEEDED");
        assert_eq!(error["extensions"].get("retryAfterSeconds"), None);
        assert_eq!(place.tries(&app), 1);
        app.spotify.clear_faults();
        ada.query(&place.query).await.data();
    }
}

#[tokio::test]
async fn while_the_limit_lasts_nobody_asks_and_what_is_stored_is_answered() {
    let app = server().await;
    let people = [
        app.logged_in(data::ADA).await,
        app.logged_in(data::MINSEO).await,
        app.bearer(data::ADA),
    ];
    people[2].query("{ me { id } }").await.data();
    app.spotify.reset_counts();
    let limit = Fault::RateLimited(RetryAfter::Seconds(DAY));
    Place::library().befall(&app, limit);
    people[1].query(&Place::library().query).await.error();
    assert_eq!(app.spotify.requests().len(), 1);
    app.spotify.clear_faults();

    for caller in &people {
        for place in &Place::all()[1..] {
            let queries = (0..10).map(|_| caller.query(&place.query));
            for answer in join_all(queries).await {
                assert_eq!(answer.code(), "RATE_LIMITED");
                assert!((DAY - 30..=DAY).contains(&retry_after(&answer.error())));
            }
        }
        let upload = caller.upload("4uLU6hMCjMI75M1A2tKUQC", "beats", 1, "{}");
        upload.await.data();
        let read =
            r#"{ me { displayName } metadata(trackId: "4uLU6hMCjMI75M1A2tKUQC") { version } }"#;
        assert_eq!(caller.query(read).await.data()["metadata"]["version"], 1);
    }
    assert_eq!(app.spotify.requests().len(), 1, "nobody asked meanwhile");
}

#[tokio::test]
async fn a_wait_that_fits_is_waited_for_by_all_together() {
    let app = server().await;
    let people = [
        app.logged_in(data::ADA).await,
        app.logged_in(data::MINSEO).await,
    ];
    app.spotify.reset_counts();
    let limit = Fault::RateLimited(RetryAfter::Seconds(2));
    let library = Place::library();
    library.befall_times(&app, limit, 1);
    let start = Instant::now();
    let first = people[0].query(&library.query);
    let others = async {
        held_back(&app).await;
        let query = format!("{{ playlist(id: \"{}\") {{ name }} }}", data::SHARED);
        let queries = (0..20).map(|n| people[n % 2].query(&query));
        join_all(queries).await
    };
    let (first, others) = tokio::join!(first, others);
    first.data();
    others.iter().for_each(|answer| drop(answer.data()));
    assert!(start.elapsed() >= Duration::from_secs(2));
    let requests = app.spotify.requests();
    let limited_at = requests[0].at;
    for request in &requests[1..] {
        let waited = request.at - limited_at;
        assert!(waited.num_milliseconds() >= 1900, "{waited}");
    }
    // The one that was limited, the same again, and one playlist for each of the two.
    assert_eq!(requests.len(), 4);
}

#[tokio::test]
async fn a_thousand_tracks_get_through_a_tight_limit() {
    let app = server().await;
    let ada = app.logged_in(data::ADA).await;
    app.spotify.reset_counts();
    app.spotify
        .limit_rate(Some((8, Duration::from_millis(1500))));
    let query = format!(
        "{{ playlist(id: \"{}\") {{ tracks(first: 1000) {{ nodes {{ id }} }} }} }}",
        playlist_id(1000)
    );
    let answer = ada.query(&query).await.data();
    let nodes = answer["playlist"]["tracks"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 1000);
}
