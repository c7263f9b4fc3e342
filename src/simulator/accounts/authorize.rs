//! `/authorize`: checks what the app asks for, lets a person decide, and sends them back to the app.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::response::{IntoResponse, Response};

use super::consent;
use super::redirect_uri::{is_registered, is_secure};
use super::vault::Code;
use crate::simulator::CLIENT_ID;
use crate::simulator::data::Person;
use crate::simulator::query::Query;
use crate::simulator::shared::Shared;

/// What a person says to an app that asks for access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The app gets a code.
    Allow,
    /// The app gets `error=access_denied`.
    Deny,
}

/// Why a person is not sent back to the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizeError {
    /// The request cannot be trusted with a redirect; the person gets to see this text, with status 400.
    #[error("{0}")]
    Refused(&'static str),
    /// There is nobody with this id.
    #[error("unknown person")]
    UnknownPerson,
}

/// A request for authorization that a person may decide on.
#[derive(Debug)]
struct Asked {
    redirect_uri: String,
    state: Option<String>,
    scopes: Vec<String>,
    challenge: Option<String>,
}

/// Scopes that an app may ask for, and what they mean to a person. Spotify has more; the rest is refused.
const SCOPES: [(&str, &str); 8] = [
    ("playlist-read-private", "See your private playlists"),
    (
        "playlist-read-collaborative",
        "See playlists you made together with others",
    ),
    (
        "user-read-private",
        "See your country and your kind of subscription",
    ),
    ("user-read-email", "See your e-mail address"),
    ("user-library-read", "See what you saved in your library"),
    (
        "user-read-playback-state",
        "See what you are listening to, and where",
    ),
    (
        "user-modify-playback-state",
        "Control what you are listening to",
    ),
    ("streaming", "Play music on its own"),
];

impl Asked {
    /// Checks a request. `Ok(Err(…))`: the app is told so, by a redirect to there.
    fn parse(query: &Query, registered: &[String]) -> Result<Result<Self, String>, AuthorizeError> {
        use AuthorizeError::Refused;
        match query.get("client_id") {
            None => return Err(Refused("Missing required parameter: client_id")),
            Some(CLIENT_ID) => {}
            Some(_) => return Err(Refused("INVALID_CLIENT: Invalid client")),
        }
        let redirect_uri = query
            .get("redirect_uri")
            .ok_or(Refused("Missing required parameter: redirect_uri"))?;
        if !is_secure(redirect_uri) {
            return Err(Refused("INVALID_CLIENT: Insecure redirect URI"));
        }
        if !is_registered(redirect_uri, registered) {
            return Err(Refused("INVALID_CLIENT: Invalid redirect URI"));
        }
        let state = query.get("state");
        let error = |error| Ok(Err(redirect(redirect_uri, ("error", error), state)));
        match query.get("response_type") {
            None => return Err(Refused("Missing required parameter: response_type")),
            Some("code") => {}
            // The implicit grant is gone.
            Some(_) => return error("unsupported_response_type"),
        }
        let scopes: Vec<String> = query
            .get("scope")
            .unwrap_or_default()
            .split_ascii_whitespace()
            .map(str::to_owned)
            .collect();
        if scopes.iter().any(|scope| meaning(scope).is_none()) {
            return error("invalid_scope");
        }
        let challenge = query.get("code_challenge");
        let method = query.get("code_challenge_method");
        let is_sound = match (challenge, method) {
            (None, None) => true,
            (Some(challenge), Some("S256")) => {
                challenge.len() == 43
                    && challenge
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            }
            _ => false,
        };
        if !is_sound {
            return error("invalid_request");
        }
        Ok(Ok(Self {
            redirect_uri: redirect_uri.to_owned(),
            state: state.map(str::to_owned),
            scopes,
            challenge: challenge.map(str::to_owned),
        }))
    }
}

/// Decides on a request for authorization; returns where the person is sent.
pub(crate) fn decide(
    shared: &Shared,
    query: &str,
    person: &str,
    decision: Decision,
) -> Result<String, AuthorizeError> {
    let asked = match Asked::parse(&Query::parse(query), &shared.options().redirect_uris)? {
        Ok(asked) => asked,
        Err(location) => return Ok(location),
    };
    let person = Person::find(person).ok_or(AuthorizeError::UnknownPerson)?;
    let state = asked.state.as_deref();
    if decision == Decision::Deny {
        return Ok(redirect(
            &asked.redirect_uri,
            ("error", "access_denied"),
            state,
        ));
    }
    let code = shared.vault().issue_code(Code {
        person,
        scopes: asked.scopes,
        redirect_uri: asked.redirect_uri.clone(),
        challenge: asked.challenge,
        issued_at: shared.now(),
    });
    Ok(redirect(&asked.redirect_uri, ("code", &code), state))
}

/// `GET /authorize`: shows the consent page.
pub(crate) async fn show(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let parsed = Asked::parse(&Query::parse(&query), &shared.options().redirect_uris);
    match parsed {
        Err(error) => refuse(error),
        Ok(Err(location)) => send(location),
        Ok(Ok(asked)) => {
            let meanings: Vec<&str> = asked
                .scopes
                .iter()
                .filter_map(|scope| meaning(scope))
                .collect();
            consent::page(&shared, &query, &asked.redirect_uri, &meanings)
        }
    }
}

/// `POST /authorize`, with the same query and a form of `person` and `decision` (`allow` or `deny`).
pub(crate) async fn submit(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let form = Query::parse(&body);
    let decision = match form.get("decision") {
        Some("allow") => Decision::Allow,
        Some("deny") => Decision::Deny,
        _ => {
            return refuse(AuthorizeError::Refused(
                "Missing required parameter: decision",
            ));
        }
    };
    let person = form.get("person").unwrap_or_default();
    match decide(&shared, &query.unwrap_or_default(), person, decision) {
        Ok(location) => send(location),
        Err(error) => refuse(error),
    }
}

fn refuse(error: AuthorizeError) -> Response {
    (StatusCode::BAD_REQUEST, consent::error(&error.to_string())).into_response()
}

/// 303: what the person posted must not be posted to the app.
fn send(location: String) -> Response {
    let headers = [(LOCATION, location), (CACHE_CONTROL, "no-store".to_owned())];
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn meaning(scope: &str) -> Option<&'static str> {
    SCOPES
        .iter()
        .find(|(name, _)| *name == scope)
        .map(|(_, meaning)| *meaning)
}

fn redirect(uri: &str, (name, value): (&str, &str), state: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair(name, value);
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    let separator = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{separator}{}", query.finish())
}
