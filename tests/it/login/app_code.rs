//! An app logs a person in and is called back with a code, which it redeems for a token of its own.

use chrono::{Months, TimeDelta};
use lockstep_api::simulator::{Decision, Fault, Rule, data};
use reqwest::StatusCode;
use reqwest::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY, SET_COOKIE};

use super::steps::{SetCookie, parameter, stored};
use crate::support::{NativeApp, TestApp};

const ME: &str = "{ me { id } }";
const LIBRARY: &str = "{ me { playlists(first: 1) { totalCount } } }";

#[tokio::test]
async fn an_app_gets_a_code_and_for_it_a_token_that_is_good_for_everything() {
    let app = TestApp::start().await;
    let native = NativeApp::new();
    let tab = app.anonymous();
    let back = native.callback(&app, &tab, data::ADA).await;
    let landed = tab.get(&back).await;
    assert_eq!(landed.status, StatusCode::FOUND);
    assert_eq!(landed.header(CACHE_CONTROL), "no-store");
    assert_eq!(landed.header(REFERRER_POLICY), "no-referrer");
    let redirect: url::Url = landed.header(LOCATION).parse().unwrap();
    let names: Vec<String> = redirect
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    assert_eq!(names, ["code", "state"], "and no token");
    assert!(redirect.as_str().starts_with(&native.redirect_uri));
    assert_eq!(tab.cookies(), "", "the tab gets no session");
    for token in app.spotify.secrets() {
        assert!(!redirect.as_str().contains(&token), "{redirect}");
    }
    assert_eq!(stored(&app), (1, 1, 0));

    let code = native.code(&redirect);
    let redeemed = native.redeem(&app.anonymous(), &code).await;
    assert_eq!(redeemed.header(CACHE_CONTROL), "no-store");
    assert!(redeemed.headers.get(SET_COOKIE).is_none());
    let payload = redeemed.data()["redeemLoginCode"].clone();
    assert_eq!(payload["me"]["id"], data::ADA);
    let token = payload["token"].as_str().unwrap();
    assert!(
        token.starts_with("lsk_"),
        "scanners for leaked secrets find it"
    );
    let expires_at = chrono::DateTime::parse_from_rfc3339(payload["expiresAt"].as_str().unwrap());
    let life = expires_at.unwrap().to_utc() - app.clock.now();
    assert!((180..=184).contains(&life.num_days()), "{life}");
    assert_eq!(stored(&app), (1, 1, 1));

    let ada = app.anonymous().with_bearer(token);
    assert_eq!(ada.query(ME).await.data()["me"]["id"], data::ADA);
    let upload = ada.upload("4uLU6hMCjMI75M1A2tKUQC", "beats", 1, "{}").await;
    assert_eq!(upload.uploaded()["version"], 1);
    // The server keeps Spotify's token fresh for it.
    app.clock.advance(TimeDelta::hours(30));
    app.spotify.reset_counts();
    assert!(ada.query(LIBRARY).await.data()["me"]["playlists"]["totalCount"].is_number());
    let requests = app.spotify.requests();
    assert!(
        requests
            .iter()
            .any(|request| request.endpoint == "POST /api/token")
    );
}

#[tokio::test]
async fn the_payload_tells_everything_of_who_has_logged_in() {
    let app = TestApp::start().await;
    let native = NativeApp::new();
    let code = native.code(&native.redirect(&app, data::ADA).await);
    let query = format!(
        "mutation {{ redeemLoginCode(input: {{code: \"{code}\", codeVerifier: \"{}\"}}) {{
            me {{ id playlists(first: 1) {{ nodes {{ name }} }} sessions {{ deviceName current }} }}
        }} }}",
        native.verifier
    );
    // An app may send along what it had before, though it is of no more use.
    let caller = app.anonymous().with_bearer("lsk_old");
    let me = caller.query(&query).await.data()["redeemLoginCode"]["me"].clone();
    assert!(me["playlists"]["nodes"][0]["name"].is_string());
    assert_eq!(me["sessions"][0]["current"], true);
    assert_eq!(me["sessions"][0]["deviceName"], serde_json::Value::Null);
}

#[tokio::test]
async fn the_login_may_begin_end_and_be_redeemed_each_at_another_instance() {
    let app = TestApp::start().await;
    let (second, third) = (app.instance().await, app.instance().await);
    let native = NativeApp::new();
    let tab = app.anonymous();
    let back: url::Url = native
        .callback(&app, &tab, data::ADA)
        .await
        .parse()
        .unwrap();
    let path = format!("{}?{}", back.path(), back.query().unwrap());
    let landed = second.called_by(&tab).get(&path).await;
    let code = native.code(&landed.header(LOCATION).parse().unwrap());
    let redeemed = native
        .redeem(&third.called_by(&app.anonymous()), &code)
        .await;
    let payload = redeemed.data()["redeemLoginCode"].clone();
    let ada = app
        .anonymous()
        .with_bearer(payload["token"].as_str().unwrap());
    for caller in [ada.clone(), second.called_by(&ada), third.called_by(&ada)] {
        caller.query(LIBRARY).await.data();
    }
    // And whatever ends it at one ends it at all.
    let again = native
        .redeem(&second.called_by(&app.anonymous()), &code)
        .await;
    assert_eq!(again.code(), "UNAUTHENTICATED");
    for caller in [ada.clone(), second.called_by(&ada), third.called_by(&ada)] {
        assert_eq!(caller.query(ME).await.code(), "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn a_code_survives_a_restart() {
    let mut app = TestApp::start().await;
    let native = NativeApp::new();
    let code = native.code(&native.redirect(&app, data::ADA).await);
    app.restart().await;
    native.redeem(&app.anonymous(), &code).await.data();
}

#[tokio::test]
async fn a_token_ends_with_a_logout_and_with_the_authorization() {
    let app = TestApp::start().await;
    let phone = NativeApp::log_in(&app, data::ADA).await;
    let tablet = NativeApp::log_in(&app, data::ADA).await;
    let logout = phone.query("mutation { logout { loggedOut } }").await;
    assert_eq!(logout.data()["logout"]["loggedOut"], true);
    assert!(
        logout.headers.get(SET_COOKIE).is_none(),
        "it came in no cookie"
    );
    assert_eq!(phone.query(ME).await.code(), "UNAUTHENTICATED");
    tablet.query(ME).await.data();
    let now = app.clock.now();
    app.clock.advance(now + Months::new(6) - now);
    assert_eq!(tablet.query(ME).await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn an_app_is_told_when_the_person_refuses_or_spotify_fails() {
    let app = TestApp::start().await;
    let native = NativeApp::new();
    let tab = app.anonymous();
    let consent = tab.get(&native.address()).await.header(LOCATION);
    let refused = app.spotify.authorize(&consent, data::ADA, Decision::Deny);
    let landed = tab.get(&refused.unwrap()).await;
    assert_eq!(landed.status, StatusCode::FOUND);
    let redirect = landed.header(LOCATION);
    assert!(redirect.starts_with(&native.redirect_uri));
    assert_eq!(
        parameter(&redirect, "error").as_deref(),
        Some("access_denied")
    );
    assert_eq!(parameter(&redirect, "state"), Some(native.state.clone()));
    assert!(
        parameter(&redirect, "error_description")
            .unwrap()
            .contains("did not allow")
    );
    assert_eq!(parameter(&redirect, "code"), None);

    let fault = Fault::status(403);
    app.spotify.inject(Rule::on("GET /v1/me", fault).times(1));
    let redirect = native.redirect(&app, data::ADA).await;
    assert_eq!(
        parameter(redirect.as_str(), "error").as_deref(),
        Some("access_denied")
    );
    assert!(SetCookie::all(&landed).iter().all(SetCookie::clears));
    assert_eq!(stored(&app), (0, 0, 0));
}

#[tokio::test]
async fn a_person_is_asked_each_time_where_any_app_can_claim_the_address() {
    let web = "https://player.lockstep.example/done";
    let app = TestApp::with(|setup| {
        setup.config.spotify.app_redirect_uris.push(web.to_owned());
    })
    .await;
    let asked_again = async |address: &str| {
        let out = app.anonymous().get(address).await;
        parameter(&out.header(LOCATION), "show_dialog")
    };
    let of_the_web = NativeApp {
        redirect_uri: web.to_owned(),
        ..NativeApp::new()
    };
    let tokens_in_url = |uri: &str| {
        let uri: String = url::form_urlencoded::byte_serialize(uri.as_bytes()).collect();
        format!("/login/spotify/?redirect_uri={uri}")
    };
    for address in [
        NativeApp::new().address(),
        tokens_in_url("at.lockstep.player://spotify/callback"),
    ] {
        assert_eq!(asked_again(&address).await.as_deref(), Some("true"));
    }
    for address in [
        of_the_web.address(),
        tokens_in_url(web),
        "/login/spotify/".to_owned(),
    ] {
        assert_eq!(asked_again(&address).await, None, "{address}");
    }
}

#[tokio::test]
async fn tokens_in_the_address_can_be_turned_off() {
    let app = TestApp::with(|setup| setup.config.apps.tokens_in_url = false).await;
    let old = "/login/spotify/?redirect_uri=at.lockstep.player%3A%2F%2Fspotify%2Fcallback";
    let refused = app.anonymous().get(old).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let error = refused.json()["error"].as_str().unwrap().to_owned();
    assert!(error.starts_with("code_challenge is required"), "{error}");
    NativeApp::log_in(&app, data::ADA)
        .await
        .query(ME)
        .await
        .data();
    app.logged_in(data::ADA).await;
}
