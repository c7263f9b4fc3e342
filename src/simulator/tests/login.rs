//! From `/authorize` to the first token.

use aws_lc_rs::digest::{SHA256, digest};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use url::Url;

use super::*;
use crate::simulator::{AuthorizeError, CodeReply, Decision};

const REDIRECT_URI: &str = "http://127.0.0.1:8000/login/spotify/";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0123";

fn authorize_query(changes: &[(&str, Option<&str>)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
    let scope = ALL_SCOPES.join(" ");
    let mut query = vec![
        ("client_id", CLIENT_ID),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("scope", &scope),
        ("state", "s t/a&te="),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        query.retain(|(key, _)| key != name);
        query.extend(value.map(|value| (*name, value)));
    }
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query)
        .finish()
}

fn parameter(location: &str, name: &str) -> Option<String> {
    let url = Url::parse(location).unwrap();
    let found = url.query_pairs().find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned())
}

impl Rig {
    fn code(&self, changes: &[(&str, Option<&str>)]) -> String {
        let location = self
            .spotify
            .authorize(&authorize_query(changes), data::ADA, Decision::Allow)
            .unwrap();
        parameter(&location, "code").unwrap()
    }

    async fn exchange(&self, code: &str, changes: &[(&str, Option<&str>)]) -> Answer {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in changes {
            form.retain(|(key, _)| key != name);
            form.extend(value.map(|value| (*name, value)));
        }
        self.post_form("/api/token", &form).await
    }
}

#[tokio::test]
async fn the_whole_flow_through_the_consent_page() {
    let mut rig = Rig::new();
    let path = format!("/authorize?{}", authorize_query(&[]));

    let page = rig.get(&path).await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    for person in &data::PEOPLE {
        assert!(
            page.text.contains(&format!("value=\"{}\"", person.id)),
            "{}",
            page.text
        );
    }
    assert!(page.text.contains("http://127.0.0.1:8000") && page.text.contains("private playlists"));
    assert!(!page.text.contains("<script") && !page.text.contains("//open.spotify"));

    let form = [("person", data::MINSEO), ("decision", "allow")];
    let sent = rig.post_form(&path, &form).await;
    assert_eq!(sent.status, 303);
    assert!(
        sent.location()
            .starts_with("http://127.0.0.1:8000/login/spotify/?code=")
    );
    assert_eq!(
        parameter(sent.location(), "state").as_deref(),
        Some("s t/a&te=")
    );

    let code = parameter(sent.location(), "code").unwrap();
    let reply = rig.exchange(&code, &[]).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let tokens = reply.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3600);
    assert_eq!(tokens["scope"], ALL_SCOPES.join(" "));
    assert!(tokens["refresh_token"].as_str().unwrap().len() > 100);

    rig.token = tokens["access_token"].as_str().unwrap().to_owned();
    assert_eq!(rig.get("/v1/me").await.json()["id"], data::MINSEO);
}

#[tokio::test]
async fn a_person_who_denies_is_sent_back_with_that() {
    let rig = Rig::new();
    let path = format!("/authorize?{}", authorize_query(&[]));
    let form = [("person", data::ADA), ("decision", "deny")];
    let sent = rig.post_form(&path, &form).await;
    assert_eq!(sent.status, 303);
    assert_eq!(
        parameter(sent.location(), "error").as_deref(),
        Some("access_denied")
    );
    assert_eq!(
        parameter(sent.location(), "state").as_deref(),
        Some("s t/a&te=")
    );
    assert_eq!(parameter(sent.location(), "code"), None);

    assert_eq!(
        rig.post_form(&path, &[("person", data::ADA)]).await.status,
        400
    );
    let nobody = rig
        .spotify
        .authorize(&authorize_query(&[]), "nobody", Decision::Allow);
    assert_eq!(nobody, Err(AuthorizeError::UnknownPerson));
}

#[tokio::test]
async fn requests_that_cannot_be_trusted_show_a_page_and_others_tell_the_app() {
    let rig = Rig::with(Options {
        redirect_uris: vec![REDIRECT_URI.to_owned()],
        ..Options::default()
    });
    for (name, value, message) in [
        (
            "client_id",
            Some("another"),
            "INVALID_CLIENT: Invalid client",
        ),
        ("client_id", None, "client_id"),
        (
            "redirect_uri",
            Some("https://example.org/"),
            "INVALID_CLIENT: Invalid redirect URI",
        ),
        (
            "redirect_uri",
            Some("http://localhost:8000/login/spotify/"),
            "INVALID_CLIENT: Insecure redirect URI",
        ),
        ("redirect_uri", None, "redirect_uri"),
        ("response_type", None, "response_type"),
    ] {
        let page = rig
            .get(&format!("/authorize?{}", authorize_query(&[(name, value)])))
            .await;
        assert_eq!(page.status, 400, "{name}");
        assert!(page.text.contains(message), "{}", page.text);
    }
    for (name, value, error) in [
        ("response_type", Some("token"), "unsupported_response_type"),
        (
            "scope",
            Some("playlist-read-private everything"),
            "invalid_scope",
        ),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("code_challenge", Some("short"), "invalid_request"),
        ("code_challenge", None, "invalid_request"),
    ] {
        let sent = rig
            .get(&format!("/authorize?{}", authorize_query(&[(name, value)])))
            .await;
        assert_eq!(sent.status, 303, "{name}");
        assert_eq!(parameter(sent.location(), "error").as_deref(), Some(error));
        assert_eq!(
            parameter(sent.location(), "state").as_deref(),
            Some("s t/a&te=")
        );
    }
}

#[tokio::test]
async fn a_code_is_good_once_and_not_for_long() {
    let rig = Rig::new();
    let code = rig.code(&[]);
    assert_eq!(rig.exchange(&code, &[]).await.status, 200);
    let invalid = (
        "invalid_grant".to_owned(),
        "Invalid authorization code".to_owned(),
    );
    assert_eq!(rig.exchange(&code, &[]).await.flat_error(), invalid);
    assert_eq!(rig.exchange("nonsense", &[]).await.flat_error(), invalid);

    let code = rig.code(&[]);
    rig.spotify.advance(TimeDelta::seconds(61));
    let (error, description) = rig.exchange(&code, &[]).await.flat_error();
    assert_eq!(
        (error.as_str(), description.as_str()),
        ("invalid_grant", "Authorization code expired")
    );
}

#[tokio::test]
async fn a_code_needs_its_verifier_and_its_redirect_uri() {
    let rig = Rig::new();
    for (name, value, expected) in [
        (
            "code_verifier",
            Some("another-verifier"),
            ("invalid_grant", "code_verifier was incorrect"),
        ),
        (
            "code_verifier",
            None,
            ("invalid_request", "code_verifier required"),
        ),
        (
            "redirect_uri",
            Some("http://127.0.0.1:8000/login/spotify"),
            ("invalid_grant", "Invalid redirect URI"),
        ),
        (
            "redirect_uri",
            None,
            ("invalid_request", "redirect_uri must be supplied"),
        ),
        (
            "grant_type",
            Some("client_magic"),
            (
                "unsupported_grant_type",
                "grant_type must be client_credentials, authorization_code or refresh_token",
            ),
        ),
        (
            "grant_type",
            None,
            ("unsupported_grant_type", "grant_type parameter is missing"),
        ),
    ] {
        let code = rig.code(&[]);
        let (error, description) = rig.exchange(&code, &[(name, value)]).await.flat_error();
        assert_eq!((error.as_str(), description.as_str()), expected);
    }
    let code = rig.code(&[("code_challenge", None), ("code_challenge_method", None)]);
    assert_eq!(
        rig.exchange(&code, &[("code_verifier", None)]).await.status,
        200
    );
}

#[tokio::test]
async fn the_client_must_identify_itself() {
    let rig = Rig::new();
    for credentials in [
        None,
        Some("other:secret"),
        Some("simulated-client-id:wrong"),
        Some("nocolon"),
    ] {
        let mut request = rig
            .http
            .post(format!("{}/api/token", rig.spotify.url()))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body("grant_type=refresh_token&refresh_token=x");
        if let Some(credentials) = credentials {
            request = request.header(
                AUTHORIZATION,
                format!("Basic {}", STANDARD.encode(credentials)),
            );
        }
        let (error, _) = answer(request).await.unwrap().flat_error();
        assert_eq!(error, "invalid_client");
    }
}

#[tokio::test]
async fn a_code_exchange_may_lack_a_token() {
    let rig = Rig::new();
    for (code_reply, missing) in [
        (CodeReply::WithoutRefreshToken, "refresh_token"),
        (CodeReply::WithoutAccessToken, "access_token"),
    ] {
        rig.spotify
            .configure(|options| options.code_reply = code_reply);
        let reply = rig.exchange(&rig.code(&[]), &[]).await;
        assert_eq!(reply.status, 200);
        let reply = reply.json();
        assert_eq!(reply[missing], Value::Null);
        assert_eq!(reply["expires_in"], 3600);
    }
}
