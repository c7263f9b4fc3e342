//! `/login/spotify/`: the way out to Spotify's consent page, and the way back.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar};
use serde::Deserialize;
use tokio::time::Instant;

use super::login_page;
use super::state::HttpState;
use crate::auth::{self, Finished, LoginError, handle};
use crate::causes::causes;
use crate::spotify;

/// What stands in the query, on the way out or on the way back.
#[derive(Deserialize)]
pub(super) struct LoginQuery {
    redirect_uri: Option<String>,
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// Begins a login, or finishes the one that Spotify sends the browser back from.
pub(super) async fn spotify(
    State(state): State<HttpState>,
    headers: HeaderMap,
    query: Result<Query<LoginQuery>, QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else {
        let problem = "the address has a parameter twice, or one that is not text";
        return login_page::failure(&state, &headers, StatusCode::BAD_REQUEST, problem);
    };
    let outcome = match (query.code, query.error) {
        (None, None) => start(&state, query.redirect_uri),
        // Where both are given, the refusal counts (RFC 6749, section 4.1.2).
        (_, Some(error)) => counted(
            &state,
            finish(&state, &headers, query.state, Err(error)).await,
        ),
        (Some(code), None) => counted(
            &state,
            finish(&state, &headers, query.state, Ok(code)).await,
        ),
    };
    outcome.unwrap_or_else(|failure| {
        let (status, message) = explain(&failure);
        let mut response = login_page::failure(&state, &headers, status, &message);
        retry_after(&mut response, &failure);
        response
    })
}

/// People and apps leave the last slash out.
pub(super) async fn with_slash(State(state): State<HttpState>, uri: Uri) -> Response {
    let query = uri
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let target = format!("{}login/spotify/{query}", state.base_path);
    redirect(StatusCode::PERMANENT_REDIRECT, &target, [])
}

fn start(state: &HttpState, redirect_uri: Option<String>) -> Result<Response, LoginError> {
    let started = state.services.logins.start(redirect_uri)?;
    let cookie = state.cookies.set_login(&started.handle, started.sealed);
    Ok(redirect(
        StatusCode::SEE_OTHER,
        started.url.as_str(),
        [cookie],
    ))
}

async fn finish(
    state: &HttpState,
    headers: &HeaderMap,
    login_state: Option<String>,
    outcome: Result<String, String>,
) -> Result<Response, LoginError> {
    let jar = CookieJar::from_headers(headers);
    let login_state = login_state.unwrap_or_default();
    let handle = handle(&login_state);
    let sealed = state.cookies.login(&jar, &handle);
    let deadline = Instant::now() + state.request_timeout;
    let finished = state
        .services
        .logins
        .finish(&login_state, outcome, sealed.as_deref(), deadline)
        .await?;
    let used_up = state.cookies.clear_login(&handle);
    match finished {
        Finished::App(app) => Ok(redirect(StatusCode::SEE_OTHER, &app.location(), [used_up])),
        Finished::Browser(session) => {
            // A session that the browser came with ends here: its cookie is about to be replaced.
            if let Some(Some(old)) = state.cookies.session(&jar) {
                state
                    .services
                    .logins
                    .log_out(&old.person, &old.hash())
                    .await?;
            }
            let cookie = state.cookies.set_session(&session);
            Ok(redirect(
                StatusCode::SEE_OTHER,
                &state.base_path,
                [used_up, cookie],
            ))
        }
    }
}

/// Counts a login that came back.
fn counted(
    state: &HttpState,
    outcome: Result<Response, LoginError>,
) -> Result<Response, LoginError> {
    state.metrics.login(match &outcome {
        Ok(_) => "done",
        Err(LoginError::Denied(_)) => "denied",
        Err(LoginError::UnknownState) => "unknown_state",
        Err(LoginError::Auth(_)) => "failed",
        Err(_) => "refused",
    });
    outcome
}

fn redirect<const N: usize>(
    status: StatusCode,
    target: &str,
    cookies: [Cookie<'static>; N],
) -> Response {
    let mut response = status.into_response();
    match HeaderValue::from_str(target) {
        Ok(target) => response.headers_mut().insert(LOCATION, target),
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
    response
}

/// What a person reads, and the status that goes with it.
fn explain(failure: &LoginError) -> (StatusCode, String) {
    use auth::Error as A;
    let status = match failure {
        LoginError::Denied(code) if code == "access_denied" => {
            let message =
                "access_denied: you did not allow it at Spotify, so you are not logged in";
            return (StatusCode::BAD_REQUEST, message.to_owned());
        }
        LoginError::RedirectUriNotAllowed
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
        E::RateLimited { .. } | E::QuotaExceeded { .. } => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Spotify's rate limit for this app is reached: try again later",
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

fn retry_after(response: &mut Response, failure: &LoginError) {
    if let LoginError::Auth(auth::Error::Spotify(spotify::Error::RateLimited { retry_after })) =
        failure
    {
        let seconds = HeaderValue::from(retry_after.as_secs() + 1);
        response
            .headers_mut()
            .insert(axum::http::header::RETRY_AFTER, seconds);
    }
}
