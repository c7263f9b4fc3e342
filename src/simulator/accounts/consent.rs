//! The page on which a person chooses who they are, and whether the app may have access.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::response::{IntoResponse, Response};
use url::Url;

use crate::simulator::data::{PEOPLE, Person, images};
use crate::simulator::shared::Shared;

/// Nothing but what the page holds itself, and pictures from here. No `form-action`: browsers apply it to the
/// redirect to the app too.
const POLICY: &str = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" type="image/svg+xml" href="/_simulator/images/simulator/32">
<title>Allow access? · Simulated Spotify</title>
<style>{{ style|safe }}</style>
</head>
<body>
<main>
<p class="brand"><span aria-hidden="true"></span>Simulated Spotify</p>
<h1>Allow access?</h1>
<p class="app">The app at <strong>{{ app }}</strong> wants to</p>
<ul class="scopes">
{%- for meaning in meanings %}
<li>{{ meaning }}</li>
{%- endfor %}
<li>See your name and picture</li>
</ul>
<form method="post" action="?{{ query }}">
<fieldset>
<legend>Who are you?</legend>
{%- for choice in choices %}
<label>
<input type="radio" name="person" value="{{ choice.person.id }}"{% if loop.first %} checked{% endif %}>
{%- if let Some(picture) = choice.picture %}
<img src="{{ picture }}" alt="" width="44" height="44">
{%- else %}
<span class="initial" aria-hidden="true">?</span>
{%- endif %}
<span class="who"><bdi>{{ choice.person.display_name.unwrap_or(choice.person.id) }}</bdi>
<small>{{ choice.playlists }} {% if choice.playlists == 1 %}playlist{% else %}playlists{% endif %}</small></span>
</label>
{%- endfor %}
</fieldset>
<div class="buttons">
<button name="decision" value="allow" class="primary">Agree</button>
<button name="decision" value="deny">Cancel</button>
</div>
</form>
<p class="note">Nobody here is real. This page stands in for accounts.spotify.com.</p>
</main>
</body>
</html>
"#
)]
struct Consent<'a> {
    style: &'static str,
    app: &'a str,
    query: &'a str,
    meanings: &'a [&'a str],
    choices: Vec<Choice>,
}

struct Choice {
    person: &'static Person,
    picture: Option<String>,
    playlists: usize,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" type="image/svg+xml" href="/_simulator/images/simulator/32">
<title>Error · Simulated Spotify</title>
<style>{{ style|safe }}</style>
</head>
<body>
<main>
<p class="brand"><span aria-hidden="true"></span>Simulated Spotify</p>
<h1>Something went wrong</h1>
<p class="app">{{ message }}</p>
<p class="note">The app asked for access in a way that Spotify refuses.</p>
</main>
</body>
</html>
"#
)]
struct Refusal<'a> {
    style: &'static str,
    message: &'a str,
}

/// The consent page.
pub(crate) fn page(
    shared: &Shared,
    query: &str,
    redirect_uri: &str,
    meanings: &[&str],
) -> Response {
    let catalogue = shared.catalogue();
    let choices = PEOPLE
        .iter()
        .map(|person| Choice {
            person,
            picture: person
                .has_image
                .then(|| images::link("", person.account_id, 88)),
            playlists: catalogue.library(person).count(),
        })
        .collect();
    drop(catalogue);
    let app = Url::parse(redirect_uri)
        .ok()
        .map(|url| url[..url::Position::BeforePath].to_owned());
    render(&Consent {
        style: STYLE,
        app: app.as_deref().unwrap_or(redirect_uri),
        query,
        meanings,
        choices,
    })
}

/// The page that says why there is no consent page.
pub(crate) fn error(message: &str) -> Response {
    render(&Refusal {
        style: STYLE,
        message,
    })
}

fn render(template: &impl Template) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    match template.render() {
        Ok(page) => (headers, page).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

const STYLE: &str = include_str!("consent.css");
