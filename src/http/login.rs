//! `/login/spotify/`: the way out to Spotify's consent page, and the way back.

use std::fmt::Write;
use std::time::Duration;

use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use cookie::Cookie;
use serde::Deserialize;
use tokio::time::Instant;

use super::client_address::ClientAddress;
use super::device::device_name;
use super::login_page;
use super::state::HttpState;
use crate::auth::{self, Finished, LoginError, LoginRequest, handle};
use crate::causes::causes;
use crate::{metrics, spotify};

/// What stands in the query, on the way out or on the way back.
#[derive(Deserialize)]
pub(super) struct LoginQuery {
    redirect_uri: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

impl LoginQuery {
    /// Whether it is an app's that begins a login: nothing of it comes back from Spotify.
    fn is_apps(&self) -> bool {
        self.redirect_uri.is_some()
            || self.code_challenge.is_some()
            || self.code_challenge_method.is_some()
    }
}

/// Begins a login, or finishes the one that Spotify sends the browser back from.
pub(super) async fn spotify(
    State(state): State<HttpState>,
    client: Option<Extension<ClientAddress>>,
    headers: HeaderMap,
    query: Result<Query<LoginQuery>, QueryRejection>,
) -> Response {
    let client = client.map(|Extension(client)| client);
    let Ok(Query(query)) = query else {
        let problem = "the address has a parameter twice, or one that is not text";
        return login_page::failure(&state, &headers, StatusCode::BAD_REQUEST, problem);
    };
    let is_apps = query.is_apps();
    match (query.code, query.error, query.state) {
        (None, None, app_state) if app_state.is_none() || is_apps => {
            let request = LoginRequest {
                redirect_uri: query.redirect_uri,
                code_challenge: query.code_challenge,
                code_challenge_method: query.code_challenge_method,
                state: app_state,
            };
            start(&state, client, &headers, request)
        }
        (None, None, _) => {
            let problem = "the address has a state, but neither a code nor an error";
            login_page::failure(&state, &headers, StatusCode::BAD_REQUEST, problem)
        }
        // Where both are given, the refusal counts (RFC 6749, section 4.1.2).
        (_, Some(error), login) => finish(&state, client, &headers, login, Err(error)).await,
        (Some(code), None, login) => finish(&state, client, &headers, login, Ok(code)).await,
    }
}

/// Lets an address log in so often and no oftener: the refusal, where it is too often.
fn limit(
    state: &HttpState,
    client: Option<ClientAddress>,
    headers: &HeaderMap,
) -> Option<Response> {
    let exhausted = state.fair_use.login_account(client).charge(1).err()?;
    let seconds = exhausted.retry_after;
    let problem = format!("too many logins come from your address: try again in {seconds} s");
    let status = StatusCode::TOO_MANY_REQUESTS;
    let mut response = login_page::failure(state, headers, status, &problem);
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(seconds));
    Some(response)
}

/// People and apps leave the last slash out.
pub(super) async fn with_slash(State(state): State<HttpState>, uri: Uri) -> Response {
    let query = uri
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let target = format!("{}login/spotify/{query}", state.base_path);
    redirect(StatusCode::PERMANENT_REDIRECT, &target)
}

fn start(
    state: &HttpState,
    client: Option<ClientAddress>,
    headers: &HeaderMap,
    request: LoginRequest,
) -> Response {
    let started = match state.services.logins.start(request) {
        Ok(started) => started,
        // It costs nothing, neither the database nor Spotify, and so does not count.
        Err(failure) => return fail(state, headers, &failure),
    };
    if let Some(refusal) = limit(state, client, headers) {
        return refusal;
    }
    let mut cookies = state.cookies.surplus_logins(headers);
    cookies.push(state.cookies.set_login(&started.handle, started.sealed));
    let response = redirect(StatusCode::SEE_OTHER, started.url.as_str());
    with_cookies(response, cookies)
}

async fn finish(
    state: &HttpState,
    client: Option<ClientAddress>,
    headers: &HeaderMap,
    login: Option<String>,
    outcome: Result<String, String>,
) -> Response {
    if let Some(refusal) = limit(state, client, headers) {
        return refusal;
    }
    let login = login.unwrap_or_default();
    let handle = handle(&login);
    let sealed = state.cookies.login(headers, &handle);
    let deadline = Instant::now() + state.http.request_timeout;
    let logins = &state.services.logins;
    let finished = logins
        .finish(
            &login,
            outcome,
            sealed.as_deref(),
            device_name(headers),
            deadline,
        )
        .await;
    state.metrics.login(outcome_of(&finished));
    let mut cookies = Vec::new();
    let response = match finished {
        // 302, as apps have been called back all along.
        Ok(Finished::App(app)) => redirect(StatusCode::FOUND, &app.location(None)),
        Ok(Finished::AppRefused(app, failure)) => {
            let (_, message) = explain(&failure);
            redirect(StatusCode::FOUND, &app.location(Some(&message)))
        }
        Ok(Finished::Browser(session)) => {
            end_former_session(state, headers).await;
            cookies.push(state.cookies.set_session(&session));
            redirect(StatusCode::SEE_OTHER, &state.base_path)
        }
        Err(failure) => fail(state, headers, &failure),
    };
    if sealed.is_some() {
        // It works once, whatever came of it.
        cookies.push(state.cookies.clear_login(&handle));
    }
    with_cookies(response, cookies)
}

/// A session that the browser came with ends here: its cookie is about to be replaced.
async fn end_former_session(state: &HttpState, headers: &HeaderMap) {
    let Some(Some(former)) = state.cookies.session(headers) else {
        return;
    };
    state.fair_use.forget(&former.hash());
    let logins = &state.services.logins;
    if let Err(error) = logins.log_out(&former.person, &former.hash()).await {
        // The new session is stored, and withholding its cookie would end neither.
        tracing::warn!(%error, "a login could not end the browser's former session");
    }
}

/// What came of a login that came back, for the count.
fn outcome_of(finished: &Result<Finished, LoginError>) -> metrics::Login {
    match finished {
        Ok(Finished::Browser(_) | Finished::App(_)) => metrics::Login::Done,
        Ok(Finished::AppRefused(_, failure)) | Err(failure) => match failure {
            LoginError::Denied(_) => metrics::Login::Denied,
            LoginError::UnknownState => metrics::Login::UnknownState,
            LoginError::Auth(_) => metrics::Login::Failed,
            _ => metrics::Login::Refused,
        },
    }
}

fn redirect(status: StatusCode, target: &str) -> Response {
    let mut response = status.into_response();
    let target = target.bytes().fold(String::new(), |mut target, byte| {
        if byte.is_ascii_graphic() {
            target.push(char::from(byte));
        } else {
            // What a header cannot carry, as it stands in a URI.
            let _ = write!(target, "%{byte:02X}");
        }
        target
    });
    if let Ok(target) = HeaderValue::from_str(&target) {
        response.headers_mut().insert(LOCATION, target);
    }
    response
}

fn with_cookies(mut response: Response, cookies: Vec<Cookie<'static>>) -> Response {
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
    response
}

fn fail(state: &HttpState, headers: &HeaderMap, failure: &LoginError) -> Response {
    let (status, message) = explain(failure);
    let mut response = login_page::failure(state, headers, status, &message);
    if let Some(wait) = retry_after(failure) {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
    }
    response
}

/// What a person reads, and the status that goes with it.
fn explain(failure: &LoginError) -> (StatusCode, String) {
    use auth::Error as A;
    let status = match failure {
        LoginError::Denied(code) if code == "access_denied" => {
            let message =
                "you did not allow it at Spotify (access_denied), so you are not logged in";
            return (StatusCode::BAD_REQUEST, message.to_owned());
        }
        LoginError::RedirectUriNotAllowed
        | LoginError::BadParameter { .. }
        | LoginError::UnknownState
        | LoginError::Denied(_)
        | LoginError::CodeRefused
        | LoginError::Incomplete => StatusCode::BAD_REQUEST,
        LoginError::Misconfigured(description) => {
            tracing::error!(
                description,
                "Spotify refused a token request: SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET or \
                 SPOTIFY_REDIRECT_URI does not match the app's settings there"
            );
            StatusCode::BAD_GATEWAY
        }
        LoginError::Auth(A::Spotify(error)) => {
            tracing::warn!(%error, "a login failed at Spotify");
            return at_spotify(error);
        }
        LoginError::Auth(error) => {
            tracing::error!(error = causes(error), "a login failed");
            let status = match error {
                A::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            };
            let message = "the login could not be stored: try again in a moment";
            return (status, message.to_owned());
        }
    };
    (status, failure.to_string())
}

fn at_spotify(error: &spotify::Error) -> (StatusCode, String) {
    use spotify::Error as E;
    let (status, message) = match error {
        E::Forbidden { .. } => (
            StatusCode::FORBIDDEN,
            "Spotify does not let this app see who you are: while the app is in development mode, \
             its developer has to add you to its users first",
        ),
        E::RateLimited { .. } => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Spotify's rate limit for this app is reached: try again later",
        ),
        E::QuotaExceeded { .. } => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the Spotify quota of this app's developer account is used up: try again later",
        ),
        E::DeadlineExceeded => (
            StatusCode::GATEWAY_TIMEOUT,
            "Spotify did not answer in time: try again",
        ),
        _ => (
            StatusCode::BAD_GATEWAY,
            "Spotify could not be asked who you are: try again in a moment",
        ),
    };
    (status, message.to_owned())
}

fn retry_after(failure: &LoginError) -> Option<Duration> {
    use spotify::Error as E;
    match failure {
        LoginError::Auth(auth::Error::Spotify(E::RateLimited { retry_after })) => {
            Some(*retry_after)
        }
        LoginError::Auth(auth::Error::Spotify(E::QuotaExceeded { retry_after, .. })) => {
            *retry_after
        }
        _ => None,
    }
}
