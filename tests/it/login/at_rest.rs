//! What lies on the disk after people have logged in: nothing that whoever copies it could use.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use lockstep_api::simulator::{CLIENT_SECRET, Rotation, data};
use reqwest::header::LOCATION;
use secrecy::ExposeSecret;

use super::steps::{allowed, consent_of};
use crate::support::{NativeApp, TestApp};

const APP_LOGIN: &str =
    "/login/spotify/?redirect_uri=at.lockstep.player%3A%2F%2Fspotify%2Fcallback";

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn the_database_holds_no_token_code_cookie_or_secret_that_can_be_read() {
    let mut app = TestApp::on_sqlite().await;
    app.spotify
        .configure(|options| options.rotation = Rotation::Rotate);
    let ada = app.logged_in(data::ADA).await;
    let minseo = app.bearer(data::MINSEO);
    for _ in 0..2 {
        app.clock.advance(TimeDelta::minutes(61));
        ada.query("{ me { playlists(first: 1) { totalCount } } }")
            .await
            .data();
    }
    minseo.query("{ me { id } }").await;
    let phone = app.anonymous();
    let back = allowed(&app, &consent_of(&phone, APP_LOGIN).await);
    let location = phone.get(&back).await.header(LOCATION);
    assert!(location.contains("refresh_token="));

    let native = NativeApp::new();
    let code = native.code(&native.redirect(&app, data::ADA).await);
    let redeemed = native.redeem(&app.anonymous(), &code).await.data();
    let token = redeemed["redeemLoginCode"]["token"]
        .as_str()
        .unwrap()
        .to_owned();

    let mut secrets: Vec<Vec<u8>> = app
        .spotify
        .secrets()
        .into_iter()
        .map(String::into_bytes)
        .collect();
    // A code, two tokens of the login, two of each refresh; the bearer; each app's three.
    assert_eq!(secrets.len(), 3 + 4 + 2 + 3 + 3);
    secrets.extend([code, token, native.verifier].map(String::into_bytes));
    let cookies = ada.cookies();
    let (_, secret) = cookies.split_once('.').unwrap();
    secrets.push(secret.as_bytes().to_vec());
    secrets.push(URL_SAFE_NO_PAD.decode(secret).unwrap());
    secrets.push(CLIENT_SECRET.as_bytes().to_vec());
    let session_secret = app.config.secrets.session_secret.clone();
    secrets.push(session_secret.expose_secret().as_bytes().to_vec());

    for restarted in [false, true] {
        let mut found = false;
        let mut files = 0;
        for file in fs::read_dir(app.sqlite_file().parent().unwrap()).unwrap() {
            let path = file.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            files += 1;
            found |= contains(&bytes, data::ADA.as_bytes());
            for secret in &secrets {
                assert!(!contains(&bytes, secret), "{}", path.display());
            }
        }
        assert!(found && files > 0, "what is no secret is found");
        if !restarted {
            app.restart().await;
        }
    }
}
