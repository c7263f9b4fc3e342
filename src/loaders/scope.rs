//! What one request runs in: the services, the caller, the deadline.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{OnceCell, Semaphore};
use tokio::time::Instant;

use crate::auth::{Authenticator, Credential, Error, Logins, Viewer};
use crate::clock::Clock;
use crate::spotify::{self, Call};
use crate::store::Store;

/// How many calls to Spotify one request has under way: all pages of a thousand tracks, and some
/// left of what the whole app may for other people's requests.
const CALLS_AT_ONCE: usize = 20;

/// The process's services, shared by all requests.
#[derive(Clone, Debug)]
pub struct Services {
    /// Knows callers, and calls Spotify in their name.
    pub authenticator: Arc<Authenticator>,
    /// Begins and ends sessions.
    pub logins: Arc<Logins>,
    /// Asks the Web API.
    pub spotify: spotify::Client,
    /// Keeps people, tokens, sessions and metadata.
    pub store: Store,
    /// Tells the time.
    pub clock: Clock,
}

/// One request's surroundings.
pub struct Scope {
    services: Services,
    credential: Credential,
    deadline: Instant,
    calls: Semaphore,
    viewer: OnceCell<Result<Arc<Viewer>, Error>>,
    logged_out: AtomicBool,
}

impl Scope {
    /// A request with `credential` that must be answered by `deadline`.
    #[must_use]
    pub fn new(services: Services, credential: Credential, deadline: Instant) -> Self {
        Self {
            services,
            credential,
            deadline,
            calls: Semaphore::new(CALLS_AT_ONCE),
            viewer: OnceCell::new(),
            logged_out: AtomicBool::new(false),
        }
    }

    /// The process's services.
    #[must_use]
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// The caller, looked up at the first need: a request that asks nothing of theirs costs nothing.
    ///
    /// # Errors
    /// Where there is none, or they cannot be known.
    pub async fn viewer(&self) -> Result<Arc<Viewer>, Error> {
        let find = || {
            self.services
                .authenticator
                .viewer(&self.credential, self.deadline)
        };
        self.viewer.get_or_init(find).await.clone()
    }

    /// The caller, where a resolver has needed them; nothing is looked up.
    #[must_use]
    pub fn known_viewer(&self) -> Option<&Arc<Viewer>> {
        self.viewer.get()?.as_ref().ok()
    }

    /// Asks Spotify in the caller's name.
    ///
    /// # Errors
    /// Spotify's and the caller's.
    pub async fn ask<T, F>(&self, request: impl Fn(Call) -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, spotify::Error>>,
    {
        let viewer = self.viewer().await?;
        // Whoever is before us is done by the deadline, so that this wait has an end as well.
        let _turn = self.calls.acquire().await;
        self.services
            .authenticator
            .ask(&viewer, self.deadline, request)
            .await
    }

    /// Ends the session that the request came with. `false`: it came with none.
    ///
    /// # Errors
    /// The store's.
    pub async fn log_out(&self) -> Result<bool, Error> {
        let Credential::Session { person, hash } = &self.credential else {
            return Ok(false);
        };
        let ended = self.services.logins.log_out(person, hash).await?;
        self.logged_out.store(true, Ordering::Relaxed);
        Ok(ended)
    }

    /// Whether the browser's cookie is to be taken back.
    #[must_use]
    pub fn logged_out(&self) -> bool {
        self.logged_out.load(Ordering::Relaxed)
    }
}

impl std::fmt::Debug for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scope")
            .field("credential", &self.credential)
            .finish_non_exhaustive()
    }
}
