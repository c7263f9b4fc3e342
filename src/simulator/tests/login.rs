//! From `/authorize` to a refreshed token.

use aws_lc_rs::digest::{SHA256, digest};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use url::Url;

use super::*;
use crate::simulator::{AuthorizeError, CodeReply, Decision, Rotation};

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

impl Bench {
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
    let mut bench = Bench::new();
    let path = format!("/authorize?{}", authorize_query(&[]));

    let page = bench.get(&path).await;
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
    let sent = bench.post_form(&path, &form).await;
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
    let reply = bench.exchange(&code, &[]).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let tokens = reply.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3600);
    assert_eq!(tokens["scope"], ALL_SCOPES.join(" "));
    assert!(tokens["refresh_token"].as_str().unwrap().len() > 100);

    bench.token = tokens["access_token"].as_str().unwrap().to_owned();
    assert_eq!(bench.get("/v1/me").await.json()["id"], data::MINSEO);
}

#[tokio::test]
async fn a_person_who_denies_is_sent_back_with_that() {
    let bench = Bench::new();
    let path = format!("/authorize?{}", authorize_query(&[]));
    let form = [("person", data::ADA), ("decision", "deny")];
    let sent = bench.post_form(&path, &form).await;
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
        bench
            .post_form(&path, &[("person", data::ADA)])
            .await
            .status,
        400
    );
    let nobody = bench
        .spotify
        .authorize(&authorize_query(&[]), "nobody", Decision::Allow);
    assert_eq!(nobody, Err(AuthorizeError::UnknownPerson));
}

#[tokio::test]
async fn requests_that_cannot_be_trusted_show_a_page_and_others_tell_the_app() {
    let bench = Bench::with(Options {
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
        let page = bench
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
        let sent = bench
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
    let bench = Bench::new();
    let code = bench.code(&[]);
    assert_eq!(bench.exchange(&code, &[]).await.status, 200);
    let invalid = (
        "invalid_grant".to_owned(),
        "Invalid authorization code".to_owned(),
    );
    assert_eq!(bench.exchange(&code, &[]).await.flat_error(), invalid);
    assert_eq!(bench.exchange("nonsense", &[]).await.flat_error(), invalid);

    let code = bench.code(&[]);
    bench.spotify.advance(TimeDelta::seconds(61));
    let (error, description) = bench.exchange(&code, &[]).await.flat_error();
    assert_eq!(
        (error.as_str(), description.as_str()),
        ("invalid_grant", "Authorization code expired")
    );
}

#[tokio::test]
async fn a_code_needs_its_verifier_and_its_redirect_uri() {
    let bench = Bench::new();
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
        let code = bench.code(&[]);
        let (error, description) = bench.exchange(&code, &[(name, value)]).await.flat_error();
        assert_eq!((error.as_str(), description.as_str()), expected);
    }
    let code = bench.code(&[("code_challenge", None), ("code_challenge_method", None)]);
    assert_eq!(
        bench
            .exchange(&code, &[("code_verifier", None)])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn the_client_must_identify_itself() {
    let bench = Bench::new();
    for credentials in [
        None,
        Some("other:secret"),
        Some("simulated-client-id:wrong"),
        Some("nocolon"),
    ] {
        let mut request = bench
            .http
            .post(format!("{}/api/token", bench.spotify.url()))
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
async fn a_refresh_rotates_omits_or_repeats_the_refresh_token() {
    let mut bench = Bench::new();
    let old = bench
        .spotify
        .mint(data::ADA, &ALL_SCOPES, HOUR)
        .refresh_token;

    let reply = bench.refresh(&old).await.json();
    assert_eq!(reply["refresh_token"], Value::Null);
    assert_eq!(reply["scope"], ALL_SCOPES.join(" "));
    bench.token = reply["access_token"].as_str().unwrap().to_owned();
    assert_eq!(bench.get("/v1/me").await.status, 200);

    bench
        .spotify
        .configure(|options| options.rotation = Rotation::Same);
    assert_eq!(bench.refresh(&old).await.json()["refresh_token"], old);

    bench
        .spotify
        .configure(|options| options.rotation = Rotation::Rotate);
    let new = bench.refresh(&old).await.json()["refresh_token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_ne!(new, old);
    let revoked = (
        "invalid_grant".to_owned(),
        "Refresh token revoked".to_owned(),
    );
    assert_eq!(bench.refresh(&old).await.flat_error(), revoked);
    assert_eq!(bench.refresh(&new).await.status, 200);
}

#[tokio::test]
async fn refresh_tokens_live_six_months_from_the_authorization() {
    let bench = Bench::with(Options {
        rotation: Rotation::Rotate,
        ..Options::default()
    });
    let mut token = bench
        .spotify
        .mint(data::ADA, &ALL_SCOPES, HOUR)
        .refresh_token;
    for _ in 0..2 {
        bench.spotify.advance(TimeDelta::days(90));
        token = bench.refresh(&token).await.json()["refresh_token"]
            .as_str()
            .unwrap()
            .to_owned();
    }
    bench.spotify.advance(TimeDelta::days(5));
    let expired = (
        "invalid_grant".to_owned(),
        "Refresh token expired".to_owned(),
    );
    assert_eq!(bench.refresh(&token).await.flat_error(), expired);
    let unknown = (
        "invalid_grant".to_owned(),
        "Invalid refresh token".to_owned(),
    );
    assert_eq!(bench.refresh("nonsense").await.flat_error(), unknown);
}

#[tokio::test]
async fn a_person_takes_back_what_they_allowed() {
    let bench = Bench::new();
    let tokens = bench.spotify.mint(data::ADA, &ALL_SCOPES, HOUR);
    bench.spotify.revoke(data::ADA);
    let revoked = (
        "invalid_grant".to_owned(),
        "Refresh token revoked".to_owned(),
    );
    assert_eq!(
        bench.refresh(&tokens.refresh_token).await.flat_error(),
        revoked
    );
    assert_eq!(
        bench.get("/v1/me").await.error(),
        (401, "Invalid access token".to_owned())
    );
    // To allow it again is a new authorization.
    let again = bench.spotify.mint(data::ADA, &ALL_SCOPES, HOUR);
    assert_eq!(bench.refresh(&again.refresh_token).await.status, 200);
}

#[tokio::test]
async fn a_code_exchange_may_lack_a_token() {
    let bench = Bench::new();
    for (code_reply, missing) in [
        (CodeReply::WithoutRefreshToken, "refresh_token"),
        (CodeReply::WithoutAccessToken, "access_token"),
    ] {
        bench
            .spotify
            .configure(|options| options.code_reply = code_reply);
        let reply = bench.exchange(&bench.code(&[]), &[]).await;
        assert_eq!(reply.status, 200);
        let reply = reply.json();
        assert_eq!(reply[missing], Value::Null);
        assert_eq!(reply["expires_in"], 3600);
    }
}

#[tokio::test]
async fn the_web_api_says_what_is_wrong_with_a_token() {
    let bench = Bench::new();
    let me = format!("{}/v1/me", bench.spotify.url());
    for (authorization, message) in [
        (None, "No token provided"),
        (Some("Bearer "), "No token provided"),
        (Some("Bearer nonsense"), "Invalid access token"),
        (Some("Basic YTpi"), "Invalid access token"),
    ] {
        let mut request = bench.http.get(&me);
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let answer = answer(request).await.unwrap();
        assert_eq!(answer.error(), (401, message.to_owned()));
        assert!(answer.header("www-authenticate").unwrap().contains(message));
    }
    bench.spotify.advance(TimeDelta::seconds(3601));
    assert_eq!(
        bench.get("/v1/me").await.error(),
        (401, "The access token expired".to_owned())
    );

    let bench = Bench::new();
    bench.spotify.expire_access_tokens();
    assert_eq!(
        bench.get("/v1/me").await.error(),
        (401, "The access token expired".to_owned())
    );
}
