//! What becomes of tokens.

use chrono::TimeDelta;

use super::*;
use crate::simulator::Rotation;

#[tokio::test]
async fn a_refresh_rotates_omits_or_repeats_the_refresh_token() {
    let mut rig = Rig::new();
    let old = rig.spotify.mint(data::ADA, &ALL_SCOPES, HOUR).refresh_token;

    let reply = rig.refresh(&old).await.json();
    assert_eq!(reply["refresh_token"], Value::Null);
    assert_eq!(reply["scope"], ALL_SCOPES.join(" "));
    rig.token = reply["access_token"].as_str().unwrap().to_owned();
    assert_eq!(rig.get("/v1/me").await.status, 200);

    rig.spotify
        .configure(|options| options.rotation = Rotation::Same);
    assert_eq!(rig.refresh(&old).await.json()["refresh_token"], old);

    rig.spotify
        .configure(|options| options.rotation = Rotation::Rotate);
    let new = rig.refresh(&old).await.json()["refresh_token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_ne!(new, old);
    let revoked = (
        "invalid_grant".to_owned(),
        "Refresh token revoked".to_owned(),
    );
    assert_eq!(rig.refresh(&old).await.flat_error(), revoked);
    assert_eq!(rig.refresh(&new).await.status, 200);
}

#[tokio::test]
async fn refresh_tokens_live_six_months_from_the_authorization() {
    let rig = Rig::with(Options {
        rotation: Rotation::Rotate,
        ..Options::default()
    });
    let mut token = rig.spotify.mint(data::ADA, &ALL_SCOPES, HOUR).refresh_token;
    for _ in 0..2 {
        rig.spotify.advance(TimeDelta::days(90));
        token = rig.refresh(&token).await.json()["refresh_token"]
            .as_str()
            .unwrap()
            .to_owned();
    }
    rig.spotify.advance(TimeDelta::days(5));
    let expired = (
        "invalid_grant".to_owned(),
        "Refresh token expired".to_owned(),
    );
    assert_eq!(rig.refresh(&token).await.flat_error(), expired);
    let unknown = (
        "invalid_grant".to_owned(),
        "Invalid refresh token".to_owned(),
    );
    assert_eq!(rig.refresh("nonsense").await.flat_error(), unknown);
}

#[tokio::test]
async fn a_person_takes_back_what_they_allowed() {
    let rig = Rig::new();
    let tokens = rig.spotify.mint(data::ADA, &ALL_SCOPES, HOUR);
    rig.spotify.revoke(data::ADA);
    let revoked = (
        "invalid_grant".to_owned(),
        "Refresh token revoked".to_owned(),
    );
    assert_eq!(
        rig.refresh(&tokens.refresh_token).await.flat_error(),
        revoked
    );
    assert_eq!(
        rig.get("/v1/me").await.error(),
        (401, "Invalid access token".to_owned())
    );
    // To allow it again is a new authorization.
    let again = rig.spotify.mint(data::ADA, &ALL_SCOPES, HOUR);
    assert_eq!(rig.refresh(&again.refresh_token).await.status, 200);
}

#[tokio::test]
async fn the_web_api_says_what_is_wrong_with_a_token() {
    let rig = Rig::new();
    let me = format!("{}/v1/me", rig.spotify.url());
    for (authorization, message) in [
        (None, "No token provided"),
        (Some("Bearer "), "No token provided"),
        (Some("Bearer nonsense"), "Invalid access token"),
        (Some("Basic YTpi"), "Invalid access token"),
    ] {
        let mut request = rig.http.get(&me);
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let answer = answer(request).await.unwrap();
        assert_eq!(answer.error(), (401, message.to_owned()));
        assert!(answer.header("www-authenticate").unwrap().contains(message));
    }
    rig.spotify.advance(TimeDelta::seconds(3601));
    assert_eq!(
        rig.get("/v1/me").await.error(),
        (401, "The access token expired".to_owned())
    );

    let rig = Rig::new();
    rig.spotify.expire_access_tokens();
    assert_eq!(
        rig.get("/v1/me").await.error(),
        (401, "The access token expired".to_owned())
    );
}
