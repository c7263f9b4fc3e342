//! The process's handles, assembled the same way for the server, the demo and the tests.

use std::sync::Arc;

use crate::auth::{AppLogins, Authenticator, Cipher, Logins, OAuth, Tokens};
use crate::cache::Cache;
use crate::clock::Clock;
use crate::config::Config;
use crate::graphql::{Code, ManifestError, PersistedDocuments, Schema, schema};
use crate::loaders::Services;
use crate::metrics::Metrics;
use crate::shutdown::Shutdown;
use crate::spotify::RetryPolicy;
use crate::{spotify, store};

/// Everything that lives as long as the process.
pub struct App {
    /// All settings.
    pub config: Config,
    /// The schema, ready to execute what was found valid.
    pub schema: Schema,
    /// The documents that are known by a name.
    pub documents: PersistedDocuments,
    /// What resolvers and logins work with.
    pub services: Services,
    /// What is counted.
    pub metrics: Metrics,
    /// Whether the process is on its way out.
    pub shutdown: Shutdown,
    /// Refreshes of people's tokens, to be finished before the end.
    pub tokens: Tokens,
}

/// Why the process cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] store::OpenError),
    /// The HTTP client, such as where the system has no root certificates.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[from] reqwest::Error),
    /// The accounts URL.
    #[error("SPOTIFY_ACCOUNTS_URL cannot be used: {0}")]
    AccountsUrl(#[from] url::ParseError),
    /// The operator's list of documents.
    #[error(transparent)]
    Documents(#[from] ManifestError),
    /// The cryptographic library.
    #[error("keys cannot be derived from SESSION_SECRET")]
    Keys,
}

impl App {
    /// Opens the database, applying pending migrations, and sets up the rest. Spotify is not asked.
    /// `retry` is how calls to Spotify are tried again.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(
        config: Config,
        clock: Clock,
        retry: RetryPolicy,
    ) -> Result<Self, StartError> {
        let documents = PersistedDocuments::open(&config.documents)?;
        let store = store::Store::open(&config.database).await?;
        let metrics = Metrics::new();
        metrics.expect_errors(Code::ALL.iter().map(|code| code.as_str()));
        let spotify =
            spotify::Client::new(&config.spotify, metrics.clone())?.with_retry_policy(retry);
        let oauth = OAuth::new(&config.spotify, spotify.clone())?;
        let cipher = Cipher::new(&config.secrets).map_err(|_| StartError::Keys)?;
        let cipher = Arc::new(cipher);
        let tokens = Tokens::new(
            store.clone(),
            oauth.clone(),
            cipher.clone(),
            clock.clone(),
            config.token_refresh_skew,
            metrics.clone(),
        );
        let cache = Cache::new(&config.cache, &clock, metrics.clone());
        let authenticator = Authenticator::new(
            store.clone(),
            spotify.clone(),
            tokens.clone(),
            clock.clone(),
            cache.clone(),
            &metrics,
        );
        let logins = Logins::new(
            store.clone(),
            spotify.clone(),
            oauth,
            tokens.clone(),
            cipher,
            clock.clone(),
            cache.clone(),
            AppLogins {
                redirect_uris: config.spotify.app_redirect_uris.clone(),
                tokens_in_url: config.apps.tokens_in_url,
            },
        );
        Ok(Self {
            schema: schema(config.exposure),
            documents,
            services: Services {
                authenticator: Arc::new(authenticator),
                logins: Arc::new(logins),
                spotify,
                store,
                cache,
                under_way: Arc::default(),
                clock,
            },
            metrics,
            shutdown: Shutdown::default(),
            tokens,
            config,
        })
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}
