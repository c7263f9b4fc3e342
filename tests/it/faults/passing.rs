//! Faults that pass while a request still has time: nobody notices them.

use lockstep_api::simulator::{Body, Fault, RetryAfter};

use super::{Place, server};

#[tokio::test]
async fn what_is_over_before_the_last_try_goes_unnoticed() {
    let html = Fault::Status {
        status: 503,
        body: Body::Html,
    };
    for place in Place::all() {
        let app = server().await;
        for (fault, times) in [
            (Fault::RateLimited(RetryAfter::Missing), 1),
            (Fault::RateLimited(RetryAfter::Missing), 7),
            (Fault::RateLimited(RetryAfter::Seconds(0)), 1),
            (Fault::RateLimited(RetryAfter::Text("soon".to_owned())), 1),
            (Fault::status(503), 3),
            (html.clone(), 7),
            (Fault::status(500), 2),
            (Fault::html(), 1),
            (Fault::HalfBody, 2),
            (Fault::Drop, 2),
            (Fault::LoseAnswer, 2),
        ] {
            let caller = place.caller(&app).await;
            app.spotify.reset_counts();
            place.befall_times(&app, fault.clone(), times);
            caller.query(&place.query).await.data();
            let tries = times as usize + 1;
            assert_eq!(place.tries(&app), tries, "{} {fault:?}", place.endpoint);
            app.spotify.clear_faults();
        }
    }
}

#[tokio::test]
async fn a_401_that_a_new_token_mends_goes_unnoticed() {
    for place in &Place::all()[1..] {
        let app = server().await;
        let ada = place.caller(&app).await;
        place.befall_times(&app, Fault::status(401), 1);
        ada.query(&place.query).await.data();
        assert_eq!(place.tries(&app), 2);
    }
}
