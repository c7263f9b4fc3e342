//! What one request runs in: the services, the caller, the deadline.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use tokio::sync::{OnceCell, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::Meter;
use super::flights::Flights;
use super::reach::Reach;
use super::under_way::UnderWay;
use crate::auth::{
    Authenticator, Carrier, Credential, Error, Logins, OpaqueToken, RedeemError, Viewer,
    ViewerSession, to_the_end,
};
use crate::cache::{AccessToken, Cache};
use crate::clock::Clock;
use crate::spotify::{self, Call};
use crate::store::{self, Budget, Store};

/// How many calls to Spotify one request has under way: a playlist and all pages of a thousand tracks,
/// wherever those begin, and some left of what the whole app may for other people's requests.
const CALLS_AT_ONCE: usize = 22;

/// The process's services, shared by all requests.
#[derive(Clone)]
pub struct Services {
    /// Knows callers, and calls Spotify in their name.
    pub authenticator: Arc<Authenticator>,
    /// Begins and ends sessions.
    pub logins: Arc<Logins>,
    /// Asks the Web API.
    pub spotify: spotify::Client,
    /// Keeps people, tokens, sessions and metadata.
    pub store: Store,
    /// What earlier requests learned.
    pub cache: Cache,
    /// What requests are asking Spotify for.
    pub under_way: Arc<UnderWay>,
    /// Tells the time.
    pub clock: Clock,
}

/// One request's surroundings.
pub struct Scope {
    services: Reach,
    credential: Credential,
    deadline: Instant,
    calls: Semaphore,
    meter: Meter,
    budget: Budget,
    viewer: OnceCell<Result<Arc<Viewer>, Error>>,
    logged_out: AtomicBool,
    gives_spotify_token: bool,
}

impl Scope {
    /// A request with `credential` that must be answered by `deadline`, and may ask Spotify as often
    /// as `meter` says, and read as much of collections as `budget` has.
    #[must_use]
    pub fn new(
        services: Arc<Services>,
        credential: Credential,
        deadline: Instant,
        meter: Meter,
        budget: Budget,
    ) -> Self {
        Self {
            services: Reach::new(services),
            credential,
            deadline,
            calls: Semaphore::new(CALLS_AT_ONCE),
            meter,
            budget,
            viewer: OnceCell::new(),
            logged_out: AtomicBool::new(false),
            gives_spotify_token: false,
        }
    }

    /// The same for a client that may have the person's Spotify access token, if `allowed`.
    #[must_use]
    pub fn giving_spotify_token(self, allowed: bool) -> Self {
        Self {
            gives_spotify_token: allowed,
            ..self
        }
    }

    /// The process's services.
    #[must_use]
    pub fn services(&self) -> &Services {
        self.services.all()
    }

    /// Whether nothing was needed so far but who the caller is.
    #[must_use]
    pub fn needed_caller_alone(&self) -> bool {
        !self.services.is_beyond_caller()
    }

    /// The time, for what it says of the caller: no answer is to tell it.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.services.clock().now()
    }

    /// What the request may still read of collections; who holds what it reads has a clone.
    #[must_use]
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// What the store is asked to read, until the request's deadline: a database that hangs is to cost the
    /// fields that need it, not the whole answer. Writes have their time, so that what became of them is told.
    ///
    /// # Errors
    /// The store's, and [`Error::StoreDeadlineExceeded`].
    pub fn read<T>(
        &self,
        reading: impl Future<Output = Result<T, store::Error>>,
    ) -> impl Future<Output = Result<T, Error>> {
        // Nearly every resolver's future has a place for it.
        let reading = Box::pin(timeout_at(self.deadline, reading));
        reading.map(|ended| match ended {
            Ok(read) => Ok(read?),
            Err(_) => Err(Error::StoreDeadlineExceeded),
        })
    }

    /// The caller, looked up at the first need: a request that asks nothing of theirs costs nothing.
    ///
    /// # Errors
    /// Where there is none, or they cannot be known.
    pub async fn viewer(&self) -> Result<Arc<Viewer>, Error> {
        let authenticator = self.services.authenticator();
        let find = || authenticator.viewer(&self.credential, self.deadline);
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
    /// Spotify's and the caller's, and where the request has asked often enough.
    pub async fn ask<T, F>(&self, request: impl Fn(Call) -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, spotify::Error>>,
    {
        let viewer = self.viewer().await?;
        self.meter.count()?;
        // Whoever is before us is done by the deadline, so that this wait has an end as well.
        let _turn = self.calls.acquire().await;
        self.services()
            .authenticator
            .ask(&viewer, self.deadline, request)
            .await
    }

    /// Redeems an app's login code. What else the request asks is asked in the name of who logged in:
    /// what its credential was is of no more interest, as long as it was not used.
    ///
    /// # Errors
    /// See [`RedeemError`].
    pub async fn redeem_login_code(
        &self,
        code: &str,
        verifier: &str,
        device_name: Option<String>,
    ) -> Result<(OpaqueToken, Arc<Viewer>, DateTime<Utc>), RedeemError> {
        if self.viewer.initialized() {
            let why = "the request is somebody's already: redeem a login code by itself";
            return Err(Error::Forbidden(why).into());
        }
        let logins = &self.services().logins;
        let token = logins.redeem(code, verifier, device_name).await?;
        let credential = Credential::Session {
            person: token.person.clone(),
            hash: token.hash(),
            carrier: Carrier::ApiToken,
        };
        let authenticator = &self.services().authenticator;
        let viewer = authenticator.viewer(&credential, self.deadline).await?;
        let ends_at = viewer.session().map(|session| session.ends_at);
        let ends_at = ends_at.ok_or(Error::Internal("a redeemed token is no session's"))?;
        if self.viewer.set(Ok(viewer.clone())).is_err() {
            return Err(Error::Internal("two callers in one request").into());
        }
        Ok((token, viewer, ends_at))
    }

    /// Ends one of the caller's sessions; tells whether there was one.
    ///
    /// # Errors
    /// The store's and the caller's, who must have come with a session.
    pub async fn revoke_session(&self, id: &str) -> Result<bool, Error> {
        let viewer = self.viewer().await?;
        let current = session_of(&viewer)?;
        let services = self.services.all().clone();
        let (person, session) = (viewer.person.id.clone(), id.to_owned());
        let revoked = to_the_end(async move {
            let revoked = services.store.revoke_session(&person, &session).await;
            services.cache.forget_sessions(&person);
            Ok(revoked?)
        })
        .await?;
        if current.id == id {
            self.forget_cookie();
        }
        Ok(revoked)
    }

    /// Ends all of the caller's sessions but this; tells how many.
    ///
    /// # Errors
    /// The store's and the caller's, who must have come with a session.
    pub async fn revoke_other_sessions(&self) -> Result<usize, Error> {
        let viewer = self.viewer().await?;
        let current = session_of(&viewer)?;
        let (services, now) = (self.services.all().clone(), self.now());
        let (person, current) = (viewer.person.id.clone(), current.id.clone());
        to_the_end(async move {
            let revoked = services.store.revoke_other_sessions(&person, &current, now);
            let revoked = revoked.await;
            services.cache.forget_sessions(&person);
            Ok(revoked?)
        })
        .await
    }

    /// Waits for what the flight for `key` brings, which `fetch` begins where there is none. Whoever
    /// began it, this request waits no longer than its own deadline, and no shorter.
    ///
    /// # Errors
    /// The flight's.
    pub(crate) async fn share<K, T, F>(
        &self,
        flights: &Flights<K, T>,
        key: &K,
        fetch: impl Fn() -> F,
    ) -> Result<T, Error>
    where
        K: Clone + Eq + std::hash::Hash + Send + 'static,
        T: Clone + Send + Sync + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let count = |joined| self.services().cache.count_call(joined);
        flights.share(key, self.deadline, fetch, count).await
    }

    /// The caller's Spotify access token, for a client that may have it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for others; the caller's.
    pub async fn spotify_access_token(&self) -> Result<Arc<AccessToken>, Error> {
        let viewer = self.viewer().await?;
        let authenticator = &self.services().authenticator;
        if !self.gives_spotify_token && viewer.session().is_some() {
            return Err(Error::Forbidden(
                "Spotify's access token is only for apps that send an API token, and for pages whose \
                 origin this server's SPOTIFY_ACCESS_TOKEN_FOR lists",
            ));
        }
        authenticator.access_token(&viewer, self.deadline).await
    }

    /// Forgets the caller; tells how many uploads they had.
    ///
    /// # Errors
    /// The store's and the caller's, who must have come with a session.
    pub async fn disconnect(&self, delete_uploads: bool) -> Result<usize, Error> {
        let viewer = self.viewer().await?;
        session_of(&viewer)?;
        let (services, person) = (self.services.all().clone(), viewer.person.id.clone());
        let uploads = to_the_end(async move {
            let uploads = services.store.forget(&person, delete_uploads).await;
            services.authenticator.forget_person(&person).await;
            let uploads = uploads?;
            tracing::info!(person = person.as_str(), delete_uploads, "disconnected");
            Ok(uploads)
        })
        .await?;
        self.forget_cookie();
        Ok(uploads)
    }

    /// How often Spotify was asked.
    #[must_use]
    pub fn calls_made(&self) -> u64 {
        self.meter.made()
    }

    /// Ends the session that the request came with. `false`: it came with none.
    ///
    /// # Errors
    /// The store's.
    pub async fn log_out(&self) -> Result<bool, Error> {
        let Credential::Session { person, hash, .. } = &self.credential else {
            self.forget_cookie();
            return Ok(false);
        };
        let ended = self.services().logins.log_out(person, hash).await?;
        self.forget_cookie();
        Ok(ended)
    }

    /// Whether the caller is who a cookie says, which any page can have sent along.
    #[must_use]
    pub fn is_by_cookie(&self) -> bool {
        self.credential.is_cookie()
    }

    /// The session that the request came with is over: its cookie, if it came in one, is of no use.
    fn forget_cookie(&self) {
        self.logged_out
            .fetch_or(self.is_by_cookie(), Ordering::Relaxed);
    }

    /// Whether the browser's cookie is to be taken back.
    #[must_use]
    pub fn logged_out(&self) -> bool {
        self.logged_out.load(Ordering::Relaxed)
    }
}

/// The viewer's session. A Spotify access token may have been given to any of Spotify's apps, so it is
/// not enough to decide about sessions.
fn session_of(viewer: &Viewer) -> Result<&ViewerSession, Error> {
    viewer.session().ok_or(Error::Forbidden(
        "this takes a session of this server: log in at /login/spotify/; a Spotify access token is not \
         enough, as it may be that of any app",
    ))
}
