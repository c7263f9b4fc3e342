//! Whether Spotify can be reached, takes the app's credentials, and agrees about the time.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;
use http::header::{CONTENT_TYPE, DATE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use secrecy::ExposeSecret;
use serde_json::Value;
use url::Url;

use super::report::Report;
use crate::clock::Clock;
use crate::config;

const PATIENCE: Duration = Duration::from_secs(10);

/// The header has whole seconds, and the answer took its time.
const UNREMARKABLE: TimeDelta = TimeDelta::seconds(5);

/// From here on tokens are taken for alive that are over, or the other way about.
const TOO_FAR: TimeDelta = TimeDelta::seconds(60);

pub(super) async fn examine(config: &config::Spotify, clock: &Clock) -> Report {
    let mut report = Report::default();
    let client = Client::builder()
        .user_agent(concat!("lockstep-api/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .timeout(PATIENCE)
        .build();
    let Ok(client) = client else {
        let advice = "install the system's root certificates (package ca-certificates)";
        report.problem("spotify", "TLS cannot be set up", advice);
        return report;
    };
    let api = client.get(address(&config.api_url, "v1/me")).send();
    // Needs no person, and gives a token that reads nobody's data.
    let grant = client
        .post(address(&config.accounts_url, "api/token"))
        .basic_auth(
            &config.client_id,
            Some(config.client_secret.expose_secret()),
        )
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials")
        .send();
    // Each with its own time: one may be much later than the other.
    let ((api, api_at), (grant, grant_at)) =
        tokio::join!(async { (api.await, clock.now()) }, async {
            (grant.await, clock.now())
        });
    let ahead = [(&api, api_at), (&grant, grant_at)]
        .into_iter()
        .find_map(|(answer, now)| Some(now - date(answer.as_ref().ok()?)?));
    web_api(api, &mut report);
    credentials(grant, &mut report).await;
    time(ahead, &mut report);
    report
}

fn address(base: &Url, path: &str) -> String {
    format!("{}/{path}", base.as_str().trim_end_matches('/'))
}

fn web_api(answer: reqwest::Result<Response>, report: &mut Report) {
    const SUBJECT: &str = "Web API";
    match answer {
        Err(error) => unreachable(SUBJECT, "SPOTIFY_API_URL", &error, report),
        // Nobody's token was sent.
        Ok(answer) if answer.status() == StatusCode::UNAUTHORIZED => {
            report.ok(SUBJECT, "can be reached");
        }
        Ok(answer) => report.warning(
            SUBJECT,
            format_args!(
                "answers {} where 401 was expected",
                answer.status().as_u16()
            ),
            "look at status.spotify.dev, and at SPOTIFY_API_URL",
        ),
    }
}

async fn credentials(answer: reqwest::Result<Response>, report: &mut Report) {
    const SUBJECT: &str = "accounts service";
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return unreachable(SUBJECT, "SPOTIFY_ACCOUNTS_URL", &error, report),
    };
    let status = answer.status();
    let body = answer.bytes().await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    if status == StatusCode::OK && body["access_token"].is_string() {
        report.ok(
            SUBJECT,
            "can be reached, and knows the app by its id and secret",
        );
    } else if body["error"] == "invalid_client" {
        report.problem(
            SUBJECT,
            "does not accept SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET",
            "copy both from the app's settings at developer.spotify.com/dashboard",
        );
    } else {
        report.warning(
            SUBJECT,
            format_args!(
                "answers {}, which does not tell whether it knows the app",
                status.as_u16()
            ),
            "look at status.spotify.dev, and at SPOTIFY_ACCOUNTS_URL",
        );
    }
}

fn unreachable(subject: &'static str, variable: &str, error: &reqwest::Error, report: &mut Report) {
    let why = if error.is_timeout() {
        "did not answer in time"
    } else if error.is_connect() {
        "cannot be connected to"
    } else {
        "gave no answer"
    };
    report.problem(
        subject,
        why,
        format_args!(
            "check the network, DNS, firewall and proxy (HTTPS_PROXY) of this machine, and {variable}"
        ),
    );
}

fn date(answer: &Response) -> Option<DateTime<Utc>> {
    let date = answer.headers().get(DATE)?.to_str().ok()?;
    Some(httpdate::parse_http_date(date).ok()?.into())
}

fn time(ahead: Option<TimeDelta>, report: &mut Report) {
    const SUBJECT: &str = "clock";
    const ADVICE: &str = "keep this machine's time by NTP (systemd-timesyncd, chrony)";
    let Some(ahead) = ahead else {
        let what = "cannot be compared with Spotify's";
        return report.warning(SUBJECT, what, "ask again once Spotify answers");
    };
    let seconds = ahead.num_seconds().abs();
    let direction = if ahead > TimeDelta::zero() {
        "ahead of"
    } else {
        "behind"
    };
    let what = format!("is {seconds} s {direction} Spotify's");
    if ahead.abs() <= UNREMARKABLE {
        report.ok(SUBJECT, "agrees with Spotify's");
    } else if ahead.abs() <= TOO_FAR {
        report.warning(SUBJECT, what, ADVICE);
    } else {
        report.problem(SUBJECT, what, ADVICE);
    }
}
