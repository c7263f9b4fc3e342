//! No answer at all.

use std::time::{Duration, Instant};

use lockstep_api::simulator::Fault;
use serde_json::Value;

use super::{Place, server};
use crate::support::TestApp;

#[tokio::test]
async fn a_connection_that_is_cut_each_time_is_told_without_a_status() {
    for place in Place::all() {
        let app = server().await;
        let ada = place.caller(&app).await;
        app.spotify.reset_counts();
        for fault in [Fault::Drop, Fault::LoseAnswer] {
            place.befall(&app, fault);
            let error = place.failed(&ada.query(&place.query).await, "UPSTREAM_ERROR");
            assert_eq!(error["extensions"].get("spotify"), None);
            assert!(place.tries(&app) >= 3, "{}", place.tries(&app));
            app.spotify.clear_faults();
        }
        ada.query(&place.query).await.data();
    }
}

#[tokio::test]
async fn a_hang_ends_with_the_requests_time_and_the_rest_is_answered() {
    let one = |place: Place| async move {
        let app = TestApp::with(|setup| {
            setup.config.http.request_timeout = Duration::from_secs(4);
        })
        .await;
        let ada = place.caller(&app).await;
        place.befall(&app, Fault::Hang);
        let start = Instant::now();
        let answer = ada.query(&place.query).await;
        let took = start.elapsed();
        // Sooner than a try is given up by itself.
        assert!((4..10).contains(&took.as_secs()), "{took:?}");
        let error = place.failed(&answer, "TIMEOUT");
        assert_eq!(error["extensions"].get("spotify"), None::<&Value>);
        app.spotify.clear_faults();
        ada.query(&place.query).await.data();
    };
    futures_util::future::join_all(Place::all().map(one)).await;
}

#[tokio::test]
async fn a_try_that_hangs_is_given_up_for_another() {
    let one = |place: Place| async move {
        let app = TestApp::with(|setup| {
            setup.retry.attempt_timeout = Duration::from_secs(2);
            setup.retry.base_delay = Duration::from_millis(1);
        })
        .await;
        let ada = place.caller(&app).await;
        app.spotify.reset_counts();
        place.befall_times(&app, Fault::Hang, 1);
        ada.query(&place.query).await.data();
        assert_eq!(place.tries(&app), 2);
    };
    futures_util::future::join_all(Place::all().map(one)).await;
}
