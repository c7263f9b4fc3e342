//! A native app that logs somebody in as RFC 8252 has it: in the system's browser, by a code that only
//! it can redeem.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lockstep_api::simulator::Decision;
use reqwest::header::LOCATION;
use serde_json::json;
use url::Url;
use uuid::Uuid;

use super::app::APP_REDIRECT_URI;
use super::{Answer, Caller, TestApp};

/// One login of an app's. What the app keeps to itself until the code comes back.
pub struct NativeApp {
    pub redirect_uri: String,
    pub verifier: String,
    pub state: String,
}

impl NativeApp {
    pub fn new() -> Self {
        let random = [Uuid::new_v4(), Uuid::new_v4()].map(Uuid::into_bytes);
        Self {
            redirect_uri: APP_REDIRECT_URI.to_owned(),
            verifier: URL_SAFE_NO_PAD.encode(random.concat()),
            state: Uuid::new_v4().simple().to_string(),
        }
    }

    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.verifier.as_bytes()))
    }

    /// What the app opens in a Custom Tab.
    pub fn address(&self) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("code_challenge", &self.challenge())
            .append_pair("code_challenge_method", "S256")
            .append_pair("state", &self.state)
            .finish();
        format!("/login/spotify/?{query}")
    }

    /// The Custom Tab, as far as Spotify's redirect back.
    pub async fn callback(&self, app: &TestApp, tab: &Caller, person: &str) -> String {
        let out = tab.get(&self.address()).await;
        let consent = out.header(LOCATION);
        let back = app.spotify.authorize(&consent, person, Decision::Allow);
        back.unwrap()
    }

    /// The Custom Tab to its end: what the system hands to the app.
    pub async fn redirect(&self, app: &TestApp, person: &str) -> Url {
        let tab = app.anonymous();
        let back = self.callback(app, &tab, person).await;
        let landed = tab.get(&back).await;
        landed.header(LOCATION).parse().unwrap()
    }

    /// The code in the redirect, once the app has found its state there.
    pub fn code(&self, redirect: &Url) -> String {
        let parameter = |name| {
            let mut pairs = redirect.query_pairs();
            pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
        };
        assert_eq!(parameter("state").as_ref(), Some(&self.state), "{redirect}");
        parameter("code").unwrap_or_else(|| panic!("no code in {redirect}"))
    }

    /// Redeems a code, with the app's verifier.
    pub async fn redeem(&self, caller: &Caller, code: &str) -> Answer {
        redeem(caller, code, &self.verifier).await
    }

    /// All of it: somebody who sends the app's token.
    pub async fn log_in(app: &TestApp, person: &str) -> Caller {
        let native = Self::new();
        let code = native.code(&native.redirect(app, person).await);
        let redeemed = native.redeem(&app.anonymous(), &code).await;
        let token = redeemed.data()["redeemLoginCode"]["token"].clone();
        app.anonymous().with_bearer(token.as_str().unwrap())
    }
}

/// Redeems a code with a verifier.
pub async fn redeem(caller: &Caller, code: &str, verifier: &str) -> Answer {
    let query = "mutation ($code: String!, $verifier: String!) {
        redeemLoginCode(input: {code: $code, codeVerifier: $verifier, deviceName: \"Pixel 9\"}) {
            token expiresAt me { id displayName }
        }
    }";
    let variables = json!({ "code": code, "verifier": verifier });
    caller.graphql(query, variables).await
}
