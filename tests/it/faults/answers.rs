//! Answers that are none: Spotify's own failures, and what cannot be read.

use lockstep_api::simulator::{Body, Fault};
use serde_json::{Value, json};

use super::{Place, server};

fn status(status: u16, body: Body) -> Fault {
    Fault::Status { status, body }
}

/// What befalls every try, how many tries there are, and what is told of the last.
fn faults() -> Vec<(Fault, usize, Value)> {
    let said = |status: u16, message: &str| json!({ "status": status, "message": message });
    let unreadable = |status| said(status, "unreadable answer");
    let text = Body::Text("upstream connect error".to_owned());
    vec![
        (Fault::status(500), 3, said(500, "Internal Server Error")),
        (Fault::status(502), 3, said(502, "Bad Gateway")),
        (Fault::status(504), 3, said(504, "Gateway Timeout")),
        (Fault::status(503), 8, said(503, "Service Unavailable")),
        (status(503, Body::Html), 8, said(503, "Service Unavailable")),
        (
            status(500, Body::Empty),
            3,
            said(500, "Internal Server Error"),
        ),
        (status(502, text), 3, said(502, "upstream connect error")),
        (Fault::status(400), 1, said(400, "Bad Request")),
        (Fault::status(418), 1, said(418, "I'm a teapot")),
        (Fault::html(), 3, unreadable(200)),
        (status(200, Body::Empty), 3, unreadable(200)),
        (status(204, Body::Empty), 3, unreadable(204)),
        (status(302, Body::Empty), 1, said(302, "Found")),
        (Fault::HalfBody, 3, unreadable(200)),
        (Fault::json("null"), 3, unreadable(200)),
        (Fault::json("[]"), 3, unreadable(200)),
        (Fault::json("\"ok\""), 3, unreadable(200)),
        (Fault::json("{"), 3, unreadable(200)),
        (Fault::json("{}"), 3, unreadable(200)),
        (Fault::json(r#"{"total":1000}"#), 3, unreadable(200)),
        (Fault::json(&"[".repeat(100_000)), 3, unreadable(200)),
    ]
}

async fn are_told(place: Place) {
    let app = server().await;
    for (fault, tries, spotify) in faults() {
        let caller = place.caller(&app).await;
        app.spotify.reset_counts();
        place.befall(&app, fault.clone());
        let error = place.failed(&caller.query(&place.query).await, "UPSTREAM_ERROR");
        assert_eq!(error["extensions"]["spotify"], spotify, "{fault:?}");
        let message = error["message"].as_str().unwrap();
        let what_to_do = match tries {
            1 => "tell this server's operator",
            _ => "try again later",
        };
        assert!(message.ends_with(what_to_do), "{message}");
        assert_eq!(place.tries(&app), tries, "{fault:?}");
        app.spotify.clear_faults();
        caller.query(&place.query).await.data();
    }
}

#[tokio::test]
async fn of_whose_a_bearer_is() {
    are_told(Place::profile()).await;
}

#[tokio::test]
async fn of_the_callers_playlists() {
    are_told(Place::library()).await;
}

#[tokio::test]
async fn of_a_playlist() {
    are_told(Place::playlist()).await;
}

#[tokio::test]
async fn of_a_playlists_tracks() {
    are_told(Place::tracks()).await;
}

#[tokio::test]
async fn of_one_page_of_many() {
    are_told(Place::page()).await;
}

#[tokio::test]
async fn what_spotify_does_not_implement_stays_so() {
    let place = Place::library();
    for status in [501, 505] {
        let app = server().await;
        let caller = place.caller(&app).await;
        place.befall(&app, Fault::status(status));
        let error = place.failed(&caller.query(&place.query).await, "UPSTREAM_ERROR");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("will not change by itself"), "{message}");
        assert_eq!(place.tries(&app), 1);
    }
}

#[tokio::test]
async fn a_stored_profile_stands_in_for_one_that_cannot_be_renewed() {
    let app = server().await;
    let ada = app.logged_in(lockstep_api::simulator::data::ADA).await;
    app.clock.advance(chrono::TimeDelta::hours(25));
    let rest = faults().into_iter().map(|(fault, ..)| fault);
    for fault in rest.chain([Fault::status(403), Fault::status(404), Fault::Drop]) {
        Place::profile().befall(&app, fault);
        let me = ada.query("{ me { displayName } }").await.data();
        assert_eq!(me["me"]["displayName"], "Ada Lindqvist");
        app.spotify.clear_faults();
    }
}
