//! The server starts with another `SESSION_SECRET`: what the old one sealed does not open.

use lockstep_api::simulator::data;
use reqwest::header::LOCATION;
use secrecy::SecretString;

use super::{ASK, refreshes};
use crate::login::steps::callback;
use crate::support::TestApp;

#[tokio::test]
async fn tokens_sealed_with_another_secret_ask_for_a_new_login() {
    let mut app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let old = app.config.secrets.session_secret.clone();
    app.config.secrets.session_secret = SecretString::from("another secret that tests use, too");
    app.restart().await;
    app.spotify.reset_counts();

    let answer = ada
        .query(r#"{ me { id } playlist(id: "0Playlist0000000000001") { name } }"#)
        .await;
    assert_eq!(answer.code(), "REAUTHORIZATION_REQUIRED");
    let error = answer.error();
    assert_eq!(error["extensions"]["loginUrl"], app.url("/login/spotify/"));
    assert_eq!(answer.partial_data()["me"]["id"], data::ADA);
    app.clock.advance(super::minutes(61));
    assert_eq!(ada.query(ASK).await.code(), "REAUTHORIZATION_REQUIRED");
    assert!(app.spotify.requests().is_empty());

    // Nothing is lost yet: the old secret opens it still.
    let new = std::mem::replace(&mut app.config.secrets.session_secret, old);
    app.restart().await;
    ada.query(ASK).await.data();
    assert_eq!(refreshes(&app.spotify), 1);

    app.config.secrets.session_secret = new;
    app.restart().await;
    let landed = ada.get(&callback(&app, &ada).await).await;
    assert_eq!(landed.header(LOCATION), "/", "{}", landed.text());
    ada.query(ASK).await.data();
}
