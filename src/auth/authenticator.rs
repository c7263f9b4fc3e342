//! From a credential to a viewer, and from a viewer to calls that Spotify answers.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use secrecy::SecretString;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use super::Error;
use super::authorization::session_end;
use super::session_uses::SessionUses;
use super::tokens::Tokens;
use super::viewer::{Credential, Proof, Viewer, ViewerSession, fingerprint};
use crate::cache::{AccessToken, Cache as Memory, KeptSession, KnownPerson};
use crate::clock::Clock;
use crate::metrics::{Lookups, Metrics};
use crate::spotify::{self, Call};
use crate::store::{PersonId, Profile, Store};

/// How long the identity behind a bearer is remembered, so that it costs no call each time. A
/// revoked token can still read its owner's uploads for this long, and nothing of Spotify's.
const IDENTITY_LASTS: Duration = Duration::from_secs(300);

/// Each remembered identity is a few hundred bytes.
const IDENTITIES: u64 = 10_000;

/// How many unknown bearers Spotify is asked about at a time. Anybody can make up any number of them, so
/// they get far fewer than all of the calls that may be under way to Spotify, and keep none but each other
/// waiting.
const LOOK_UPS: usize = 6;

/// Knows callers.
pub struct Authenticator {
    store: Store,
    spotify: spotify::Client,
    tokens: Tokens,
    clock: Clock,
    /// Under the hash of the bearer: a token is kept nowhere but in its request.
    identities: Cache<[u8; 32], Arc<KnownPerson>>,
    /// As many more look-ups of unknown bearers as this has permits may begin now.
    look_ups: Semaphore,
    uses: SessionUses,
    cache: Memory,
    lookups: Lookups,
}

impl Authenticator {
    /// Looks sessions up in `store`, and asks `spotify` whose a bearer is.
    #[must_use]
    pub fn new(
        store: Store,
        spotify: spotify::Client,
        tokens: Tokens,
        clock: Clock,
        cache: Memory,
        metrics: &Metrics,
    ) -> Self {
        Self {
            uses: SessionUses::new(store.clone(), clock.clone()),
            store,
            spotify,
            tokens,
            clock,
            identities: Cache::builder()
                .max_capacity(IDENTITIES)
                .time_to_live(IDENTITY_LASTS)
                .build(),
            look_ups: Semaphore::new(LOOK_UPS),
            cache,
            lookups: metrics.identity_lookups(),
        }
    }

    /// The caller behind `credential`.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where there is none; Spotify's and the store's failures.
    pub async fn viewer(
        &self,
        credential: &Credential,
        deadline: Instant,
    ) -> Result<Arc<Viewer>, Error> {
        match credential {
            Credential::None => Err(Error::Unauthenticated(
                "not logged in: log in at /login/spotify/, or send Authorization: Bearer with an \
                 API token of this server or a Spotify access token",
            )),
            Credential::Malformed(why) => Err(Error::Unauthenticated(why)),
            Credential::MalformedCookie => Err(Error::Unauthenticated(
                "the session cookie is not one of this server's",
            )),
            // Looking somebody up is a large future, and nearly every resolver's has a place for it.
            Credential::Bearer(token) => Box::pin(self.bearer(token, deadline)).await,
            Credential::Session { person, hash, .. } => self.session(person, hash).await,
        }
    }

    async fn session(&self, person: &PersonId, hash: &[u8; 32]) -> Result<Arc<Viewer>, Error> {
        const ENDED: Error =
            Error::Unauthenticated("the session has ended: log in again at /login/spotify/");
        let now = self.clock.now();
        let kept = self.cache.sessions().find(person, hash, now);
        let KeptSession {
            person, session, ..
        } = match kept {
            Some(kept) => kept,
            None => Box::pin(self.look_up(person, hash)).await?.ok_or(ENDED)?,
        };
        let ends_at = session_end(&session);
        if ends_at <= now {
            return Err(ENDED);
        }
        let id = session.id.clone();
        let session = ViewerSession { id, ends_at };
        Ok(Arc::new(Viewer::by_session(person, session)))
    }

    async fn look_up(
        &self,
        person: &PersonId,
        hash: &[u8; 32],
    ) -> Result<Option<KeptSession>, Error> {
        let ticket = self.cache.ticket(person);
        let asked_at = self.clock.now();
        let Some(session) = self.store.session(person, hash).await? else {
            return Ok(None);
        };
        let Some(person) = self.store.person(person).await? else {
            return Ok(None);
        };
        if session_end(&session) > asked_at {
            self.uses.note(&person.id, hash, session.last_used_at);
        }
        let looked_up = KeptSession {
            person: Arc::new(KnownPerson::new(person)),
            session: Arc::new(session),
            asked_at,
        };
        self.cache.sessions().keep(ticket, *hash, looked_up.clone());
        Ok(Some(looked_up))
    }

    async fn bearer(&self, token: &SecretString, deadline: Instant) -> Result<Arc<Viewer>, Error> {
        let hash = fingerprint(token);
        let person = loop {
            let known = self.identities.entry(hash);
            let known = known.or_try_insert_with(async {
                let call = Call {
                    token: token.clone(),
                    is_ours: false,
                    deadline,
                };
                let profile = self.profile(&call).await?;
                let now = self.clock.now();
                let person = self.store.identify(&Profile::from(&profile), now).await?;
                Ok(Arc::new(KnownPerson::new(person)))
            });
            let known = known.await;
            let remembered = known.as_ref().is_ok_and(|known| !known.is_fresh());
            self.lookups.count(remembered);
            match known.map_err(|error: Arc<Error>| (*error).clone()) {
                Ok(known) => break known.into_value(),
                // The time that was over may be that of another request, which asked first.
                Err(Error::Spotify(spotify::Error::DeadlineExceeded))
                    if Instant::now() < deadline => {}
                Err(error) => return Err(explain_bearer(error)),
            }
        };
        Ok(Arc::new(Viewer::by_bearer(person, token.clone(), hash)))
    }

    /// Whose the token of `call` is, which nobody here knows yet.
    async fn profile(&self, call: &Call) -> Result<spotify::PrivateUser, spotify::Error> {
        let Ok(Ok(_permit)) = timeout_at(call.deadline, self.look_ups.acquire()).await else {
            return Err(spotify::Error::DeadlineExceeded);
        };
        self.spotify.current_user(call).await
    }

    /// A token of the viewer's that Spotify should accept now.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the server keeps none for them; as [`Tokens::valid`].
    pub async fn access_token(
        &self,
        viewer: &Viewer,
        deadline: Instant,
    ) -> Result<Arc<AccessToken>, Error> {
        match &viewer.proof {
            Proof::Session(_) => self.tokens.valid(&viewer.person.id, deadline).await,
            Proof::Bearer(_) => Err(Error::Forbidden("you have a Spotify access token already")),
        }
    }

    /// Forgets what is remembered of a person. To be called when their rows were deleted, all of their
    /// sessions have ended in the store, or their tokens were replaced there.
    pub async fn forget_person(&self, id: &PersonId) {
        self.cache.forget_person(id);
        for (token, person) in &self.identities {
            if person.id == *id {
                self.identities.invalidate(&*token).await;
            }
        }
    }

    /// Asks Spotify on the viewer's behalf. A session's token that Spotify refuses before its time
    /// is refreshed and the call made once more; a bearer that it refuses is forgotten.
    ///
    /// # Errors
    /// Spotify's, in the caller's terms.
    pub async fn ask<T, F>(
        &self,
        viewer: &Viewer,
        deadline: Instant,
        request: impl Fn(Call) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, spotify::Error>>,
    {
        match &viewer.proof {
            Proof::Bearer(token) => {
                let call = Call {
                    token: token.clone(),
                    is_ours: false,
                    deadline,
                };
                let answer = request(call).await;
                if matches!(answer, Err(spotify::Error::Unauthorized { .. })) {
                    self.identities.invalidate(&fingerprint(token)).await;
                }
                answer.map_err(|error| explain_bearer(error.into()))
            }
            Proof::Session(_) => {
                let call = |token: &AccessToken| Call {
                    token: token.secret.clone(),
                    is_ours: true,
                    deadline,
                };
                let token = self.token(viewer, None, deadline).await?;
                match request(call(&token)).await {
                    Err(spotify::Error::Unauthorized { .. }) => {}
                    answer => return Ok(answer?),
                }
                let token = self.token(viewer, Some(token.version), deadline).await?;
                request(call(&token)).await.map_err(|error| match error {
                    spotify::Error::Unauthorized { .. } => Error::ReauthorizationRequired,
                    error => error.into(),
                })
            }
        }
    }

    /// The token that the viewer's request uses, which is another one than that of the version that
    /// Spotify `refused`.
    async fn token(
        &self,
        viewer: &Viewer,
        refused: Option<i64>,
        deadline: Instant,
    ) -> Result<Arc<AccessToken>, Error> {
        let person = &viewer.person.id;
        let mut held = viewer.token.lock().await;
        if let Some(token) = &*held
            && Some(token.version) != refused
        {
            return Ok(token.clone());
        }
        let Some(refused) = refused else {
            let kept = viewer.person.token();
            let token = match kept.filter(|token| self.tokens.is_fresh(token)) {
                Some(token) => token,
                None => {
                    let opened = self.tokens.valid(person, deadline).await?;
                    viewer.person.keep_token(&opened);
                    opened
                }
            };
            return Ok(held.insert(token).clone());
        };
        // Whoever else needs another one joins the same refresh.
        drop(held);
        let token = self.tokens.after_refusal(person, refused, deadline).await?;
        viewer.person.keep_token(&token);
        *viewer.token.lock().await = Some(token.clone());
        Ok(token)
    }
}

fn explain_bearer(error: Error) -> Error {
    match error {
        Error::Spotify(spotify::Error::Unauthorized { .. }) => Error::Unauthenticated(
            "Spotify did not accept the access token in Authorization: it is expired, revoked or \
             not one of Spotify's",
        ),
        error => error,
    }
}
