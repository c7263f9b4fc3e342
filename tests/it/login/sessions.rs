//! A person sees where they are logged in, and ends it.

use chrono::TimeDelta;
use lockstep_api::simulator::{Decision, data};
use reqwest::header::{ACCEPT, LOCATION, USER_AGENT};
use serde_json::{Value, json};

use super::steps::{SetCookie, consent};
use crate::support::{Answer, Caller, NativeApp, TestApp};

const ME: &str = "{ me { id } }";
const SESSIONS: &str = "{ me { sessions { id deviceName createdAt lastUsedAt current } } }";
const REVOKE_OTHERS: &str = "mutation { revokeOtherSessions { revokedCount } }";

async fn sessions(caller: &Caller) -> Vec<Value> {
    let data = caller.query(SESSIONS).await.data();
    data["me"]["sessions"].as_array().unwrap().clone()
}

/// The id of the session that `caller` comes with.
async fn current(caller: &Caller) -> String {
    let sessions = sessions(caller).await;
    let current: Vec<_> = sessions.iter().filter(|s| s["current"] == true).collect();
    assert_eq!(current.len(), 1, "{sessions:?}");
    current[0]["id"].as_str().unwrap().to_owned()
}

async fn revoke(caller: &Caller, id: &str) -> Answer {
    let query = "mutation ($id: ID!) { revokeSession(input: {id: $id}) { revoked } }";
    caller.graphql(query, json!({ "id": id })).await
}

/// Ada logs in with a browser that says what it is.
async fn log_in_with(app: &TestApp, agent: &str) -> Caller {
    let browser = app.anonymous();
    let consent = consent(&browser).await;
    let back = app.spotify.authorize(&consent, data::ADA, Decision::Allow);
    let request = browser.request("GET", &back.unwrap());
    let request = request
        .header(ACCEPT, "text/html")
        .header(USER_AGENT, agent);
    assert_eq!(Answer::of(request).await.header(LOCATION), "/");
    browser
}

#[tokio::test]
async fn a_person_sees_each_browser_and_app_with_its_name() {
    let app = TestApp::start().await;
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
    let browser = log_in_with(&app, firefox).await;
    app.clock.advance(TimeDelta::seconds(1));
    let phone = NativeApp::log_in(&app, data::ADA).await;
    app.logged_in(data::MINSEO).await;
    for (caller, current) in [(&browser, "Firefox on Linux"), (&phone, "Pixel 9")] {
        let sessions = sessions(caller).await;
        let names: Vec<_> = sessions
            .iter()
            .map(|session| &session["deviceName"])
            .collect();
        assert_eq!(
            names,
            ["Pixel 9", "Firefox on Linux"],
            "the last used first, Ada's alone"
        );
        for session in &sessions {
            assert_eq!(session["current"], session["deviceName"] == current);
            assert_eq!(session["createdAt"], session["lastUsedAt"]);
        }
    }
}

#[tokio::test]
async fn what_a_session_is_called_opens_nothing() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let id = current(&ada).await;
    let cookie = ada.cookies();
    let (person, _) = cookie.split_once('.').unwrap();
    let thief = app.anonymous();
    thief.set_cookie(&format!("{person}.{id}"));
    assert_eq!(thief.query(ME).await.code(), "UNAUTHENTICATED");
    assert!(!cookie.contains(&id));
}

#[tokio::test]
async fn the_last_use_is_noted_but_not_at_each_request() {
    let app = TestApp::start().await;
    let phone = NativeApp::log_in(&app, data::ADA).await;
    let last_used = async || sessions(&phone).await[0]["lastUsedAt"].clone();
    let at_first = last_used().await;
    app.clock.advance(TimeDelta::minutes(4));
    let before = app.store.statement_count();
    phone.query(ME).await.data();
    assert_eq!(
        app.store.statement_count() - before,
        2,
        "session and person"
    );
    assert_eq!(last_used().await, at_first);
    app.clock.advance(TimeDelta::minutes(2));
    // The write is behind the request that caused it.
    let noted = async {
        while last_used().await == at_first {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(30), noted);
    in_time.await.expect("noted");
}

#[tokio::test]
async fn a_session_that_is_revoked_ends_at_once_and_at_every_instance() {
    let app = TestApp::start().await;
    let other = app.instance().await;
    let browser = app.logged_in(data::ADA).await;
    let phone = NativeApp::log_in(&app, data::ADA).await;
    phone.query(ME).await.data();
    other.called_by(&phone).query(ME).await.data();
    let id = current(&phone).await;
    let revoked = revoke(&browser, &id).await;
    assert_eq!(revoked.data()["revokeSession"]["revoked"], true);
    assert!(
        SetCookie::all(&revoked).is_empty(),
        "it was not the browser's own"
    );
    assert_eq!(phone.query(ME).await.code(), "UNAUTHENTICATED");
    assert_eq!(
        other.called_by(&phone).query(ME).await.code(),
        "UNAUTHENTICATED"
    );
    assert_eq!(sessions(&browser).await.len(), 1);
    let again = revoke(&browser, &id).await;
    assert_eq!(again.data()["revokeSession"]["revoked"], false);
}

#[tokio::test]
async fn revoking_ones_own_session_is_logging_out() {
    let app = TestApp::start().await;
    let browser = app.logged_in(data::ADA).await;
    let revoked = revoke(&browser, &current(&browser).await).await;
    assert!(SetCookie::find(&revoked, "session").unwrap().clears());
    assert_eq!(browser.query(ME).await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn all_others_can_be_ended_at_once_with_codes_that_wait() {
    let app = TestApp::start().await;
    let browser = app.logged_in(data::ADA).await;
    let others = [
        NativeApp::log_in(&app, data::ADA).await,
        app.logged_in(data::ADA).await,
    ];
    let minseo = app.logged_in(data::MINSEO).await;
    let native = NativeApp::new();
    let code = native.code(&native.redirect(&app, data::ADA).await);
    let revoked = browser.query(REVOKE_OTHERS).await.data();
    assert_eq!(revoked["revokeOtherSessions"]["revokedCount"], 2);
    for other in &others {
        assert_eq!(other.query(ME).await.code(), "UNAUTHENTICATED");
    }
    assert_eq!(
        native.redeem(&app.anonymous(), &code).await.code(),
        "UNAUTHENTICATED"
    );
    minseo.query(ME).await.data();
    assert_eq!(sessions(&browser).await.len(), 1);
}

#[tokio::test]
async fn nobody_ends_what_is_somebody_elses() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let minseo = app.logged_in(data::MINSEO).await;
    let revoked = revoke(&minseo, &current(&ada).await).await;
    assert_eq!(revoked.data()["revokeSession"]["revoked"], false);
    ada.query(ME).await.data();
}

#[tokio::test]
async fn a_spotify_access_token_is_not_enough_to_end_sessions() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let bearer = app.bearer(data::ADA);
    assert_eq!(sessions(&bearer).await[0]["current"], false);
    let id = current(&ada).await;
    for refused in [
        revoke(&bearer, &id).await,
        bearer.query(REVOKE_OTHERS).await,
    ] {
        assert_eq!(refused.code(), "FORBIDDEN");
    }
    for refused in [
        revoke(&app.anonymous(), &id).await,
        app.anonymous().query(REVOKE_OTHERS).await,
    ] {
        assert_eq!(refused.code(), "UNAUTHENTICATED");
    }
    ada.query(ME).await.data();
}

#[tokio::test]
async fn an_id_that_is_none_is_told() {
    let app = TestApp::start().await;
    let ada = app.logged_in(data::ADA).await;
    let upper = current(&ada).await.to_uppercase();
    for bad in ["", "x", "\0", &upper, &"é".repeat(16), &"0".repeat(33)] {
        let refused = revoke(&ada, bad).await;
        assert_eq!(refused.code(), "BAD_USER_INPUT", "{bad:?}");
        assert_eq!(refused.error()["extensions"]["argument"], "input.id");
    }
}

#[tokio::test]
async fn a_devices_name_can_be_shown() {
    let app = TestApp::start().await;
    let native = NativeApp::new();
    let code = native.code(&native.redirect(&app, data::ADA).await);
    let query = "mutation ($input: RedeemLoginCodeInput!) {
        redeemLoginCode(input: $input) { me { sessions { deviceName } } } }";
    let input = |name: &str| {
        json!({ "input": {
        "code": code, "codeVerifier": native.verifier, "deviceName": name } })
    };
    for bad in ["", " ", "a\nb", &"x".repeat(65)] {
        let refused = app.anonymous().graphql(query, input(bad)).await;
        assert_eq!(refused.code(), "BAD_USER_INPUT", "{bad:?}");
        assert_eq!(
            refused.error()["extensions"]["argument"],
            "input.deviceName"
        );
    }
    let name = "Ada’s 📱 <b>";
    let redeemed = app.anonymous().graphql(query, input(name)).await.data();
    assert_eq!(
        redeemed["redeemLoginCode"]["me"]["sessions"][0]["deviceName"],
        name
    );
}
