//! 401, 403 and 404: what Spotify means by them, told in the caller's terms.

use std::time::Duration;

use lockstep_api::simulator::data::{self, playlist_id};
use lockstep_api::simulator::{ALL_SCOPES, Body, Fault};
use serde_json::json;

use super::{Place, server};

#[tokio::test]
async fn a_bearer_that_is_refused_is_unauthenticated_and_not_asked_about_again() {
    for place in Place::all() {
        let app = server().await;
        let ada = app.bearer(data::ADA);
        place.befall(&app, Fault::status(401));
        let answer = ada.query(&place.query).await;
        let error = place.failed(&answer, "UNAUTHENTICATED");
        assert!(error["message"].as_str().unwrap().contains("access token"));
        assert_eq!(place.tries(&app), 1);
    }
}

#[tokio::test]
async fn a_session_whose_new_token_is_refused_as_well_has_to_log_in_again() {
    for place in &Place::all()[1..] {
        let app = server().await;
        let ada = place.caller(&app).await;
        place.befall(&app, Fault::status(401));
        let answer = ada.query(&place.query).await;
        let error = place.failed(&answer, "REAUTHORIZATION_REQUIRED");
        assert_eq!(error["extensions"]["loginUrl"], app.url("/login/spotify/"));
        assert_eq!(place.tries(&app), 2);
    }
}

#[tokio::test]
async fn a_403_is_told_with_the_likely_reason() {
    for place in Place::all() {
        let app = server().await;
        let ada = place.caller(&app).await;
        app.spotify.reset_counts();
        place.befall(&app, Fault::status(403));
        let error = place.failed(&ada.query(&place.query).await, "FORBIDDEN");
        let spotify = json!({ "status": 403, "message": "Forbidden" });
        assert_eq!(error["extensions"]["spotify"], spotify);
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("owner and collaborators"), "{message}");
        assert!(message.contains("development mode"), "{message}");
        assert_eq!(place.tries(&app), 1);
    }
}

#[tokio::test]
async fn a_reason_in_plain_text_is_told_as_spotify_wrote_it() {
    let text = "User not registered in the Developer Dashboard";
    for place in Place::all() {
        let app = server().await;
        let ada = place.caller(&app).await;
        let body = Body::Text(format!("{text}\n"));
        place.befall(&app, Fault::Status { status: 403, body });
        let error = place.failed(&ada.query(&place.query).await, "FORBIDDEN");
        assert_eq!(error["extensions"]["spotify"]["message"], text);
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(text), "{message}");
        assert!(message.contains("operator to add you"), "{message}");
        assert!(!message.contains("collaborators"), "{message}");
    }
}

#[tokio::test]
async fn who_allowed_too_little_is_told_what_to_allow() {
    let app = server().await;
    let hour = Duration::from_secs(3600);
    let token = app.spotify.mint(data::ADA, &[], hour).access_token;
    let caller = app.anonymous().with_bearer(&token);
    let place = Place::library();
    let error = place.failed(&caller.query(&place.query).await, "FORBIDDEN");
    let spotify = json!({ "status": 403, "message": "Insufficient client scope" });
    assert_eq!(error["extensions"]["spotify"], spotify);
    let message = error["message"].as_str().unwrap();
    for scope in ALL_SCOPES {
        assert!(message.contains(scope), "{message}");
    }
    assert!(message.contains("Log in again"), "{message}");
    assert!(!message.contains("development mode"), "{message}");
}

#[tokio::test]
async fn a_playlist_that_is_not_there_is_null_and_no_error() {
    let app = server().await;
    let ada = app.logged_in(data::ADA).await;
    let place = Place::playlist();
    place.befall(&app, Fault::status(404));
    assert_eq!(ada.query(&place.query).await.data(), place.kept);
    assert_eq!(place.tries(&app), 1);
}

#[tokio::test]
async fn anything_else_that_is_not_there_is_told() {
    for place in [
        Place::profile(),
        Place::library(),
        Place::tracks(),
        Place::page(),
    ] {
        let app = server().await;
        let ada = place.caller(&app).await;
        app.spotify.reset_counts();
        place.befall(&app, Fault::status(404));
        let error = place.failed(&ada.query(&place.query).await, "UPSTREAM_ERROR");
        assert_eq!(error["extensions"]["spotify"]["status"], 404);
        assert_eq!(place.tries(&app), 1);
    }
}

#[tokio::test]
async fn one_refused_playlist_costs_nothing_of_another() {
    let app = server().await;
    let ada = app.logged_in(data::ADA).await;
    let query = format!(
        "{{ a: playlist(id: \"{}\") {{ tracks {{ totalCount }} }}
            b: playlist(id: \"{}\") {{ name tracks {{ totalCount }} }} }}",
        playlist_id(101),
        data::FOLLOWED
    );
    let answer = ada.query(&query).await;
    assert_eq!(answer.code(), "FORBIDDEN");
    assert_eq!(answer.error()["path"], json!(["b", "tracks"]));
    let expected = json!({ "a": { "tracks": { "totalCount": 101 } },
        "b": { "name": "ليالي الدار البيضاء", "tracks": null } });
    assert_eq!(answer.partial_data(), expected);
}
