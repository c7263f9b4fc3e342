//! What handlers share.

use std::sync::Arc;

use axum::http::HeaderValue;

use super::cookies::CookieRules;
use super::fair_use::FairUse;
use super::graphql::{AnsweredBefore, Documents, UploadMemory};
use crate::app::App;
use crate::config::{Exposure, Http, Limits, SpotifyAccessTokenFor};
use crate::graphql::{PersistedDocuments, Schema, ServerLimits, TypeSystem, validator};
use crate::loaders::Services;
use crate::metrics::Metrics;
use crate::shutdown::Shutdown;
use crate::store::AnswerMemory;

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct HttpState(Arc<Inner>);

/// What [`HttpState`] leads to.
pub struct Inner {
    /// For documents that were found valid.
    pub(crate) schema: Schema,
    /// Finds whether they are, and executes nothing.
    pub(crate) validator: Schema,
    pub(crate) documents: Documents,
    pub(crate) answered_before: AnsweredBefore,
    pub(crate) upload_memory: UploadMemory,
    pub(crate) answer_memory: AnswerMemory,
    pub(crate) types: TypeSystem,
    pub(crate) services: Arc<Services>,
    pub(crate) metrics: Metrics,
    pub(crate) shutdown: Shutdown,
    pub(crate) cookies: CookieRules,
    pub(super) fair_use: FairUse,
    /// Browsers reach this server by https.
    pub(crate) https: bool,
    /// Whose pages may read answers, besides this server's own.
    pub(crate) cors_allowed_origins: Vec<HeaderValue>,
    /// Where this server stands for browsers: ends in a slash.
    pub(crate) base_path: String,
    /// Where a person logs in, absolute.
    pub(crate) login_url: String,
    pub(crate) http: Http,
    pub(crate) limits: Limits,
    pub(crate) told_limits: ServerLimits,
    pub(crate) exposure: Exposure,
    pub(crate) persisted: PersistedDocuments,
    /// Who may ask for people's Spotify access tokens.
    pub(crate) spotify_access_token_for: SpotifyAccessTokenFor,
    /// Where a playlist's or a person's pictures may come from besides Spotify's own hosts.
    pub(crate) picture_origin: Option<String>,
}

impl HttpState {
    /// Takes from `app` what handlers need.
    #[must_use]
    pub fn new(app: &App) -> Self {
        let redirect_uri = &app.config.spotify.redirect_uri;
        let base_path = redirect_uri
            .path()
            .strip_suffix("login/spotify/")
            .unwrap_or("/")
            .to_owned();
        let https = redirect_uri.scheme() == "https";
        let origins = app.config.http.cors_allowed_origins.iter();
        let api_url = &app.config.spotify.api_url;
        Self(Arc::new(Inner {
            schema: app.schema.clone(),
            validator: validator(app.config.exposure),
            documents: Documents::new(),
            answered_before: AnsweredBefore::new(&app.metrics),
            upload_memory: UploadMemory::new(&app.config.http, &app.config.limits),
            answer_memory: AnswerMemory::new(
                app.config.http.answer_memory_bytes,
                app.config.limits.answer_bytes,
            ),
            types: TypeSystem::of_schema(),
            services: Arc::new(app.services.clone()),
            metrics: app.metrics.clone(),
            shutdown: app.shutdown.clone(),
            cookies: CookieRules::new(https),
            fair_use: FairUse::new(app.config.fair_use, &app.services.clock),
            https,
            // An origin is a header's value by the rules of the settings.
            cors_allowed_origins: origins.filter_map(|origin| origin.parse().ok()).collect(),
            base_path,
            login_url: redirect_uri.to_string(),
            http: app.config.http.clone(),
            limits: app.config.limits.clone(),
            told_limits: ServerLimits::new(&app.config.limits, &app.config.http),
            exposure: app.config.exposure,
            persisted: app.documents.clone(),
            spotify_access_token_for: app.config.apps.spotify_access_token_for.clone(),
            picture_origin: (api_url.host_str() != Some("api.spotify.com"))
                .then(|| api_url.origin().ascii_serialization()),
        }))
    }
}

impl Inner {
    /// As many bytes as the body of any request may have.
    pub(crate) fn largest_body(&self) -> usize {
        let small = usize::try_from(self.limits.body_bytes).unwrap_or(usize::MAX);
        small.max(self.http.max_upload_bytes)
    }
}

impl std::ops::Deref for HttpState {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
