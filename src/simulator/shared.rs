//! What the handlers of a running simulator share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use super::accounts::Vault;
use super::api::Kept;
use super::connection::Connections;
use super::data::shape::Shape;
use super::data::{Catalogue, Person};
use super::fault::Faults;
use super::fields::Fields;
use super::options::Options;
use super::query::Query;
use super::record::Recorder;
use super::tokens::Tokens;
use super::window::Window;
use crate::clock::Clock;

/// The state of a simulator.
#[derive(Debug)]
pub(crate) struct Shared {
    /// Where it answers, without a slash at the end.
    pub(crate) url: String,
    pub(crate) clock: Clock,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) connections: Connections,
    /// How often hanging requests were let go.
    pub(crate) released: watch::Sender<u64>,
    options: RwLock<Options>,
    vault: Mutex<Vault>,
    catalogue: RwLock<Catalogue>,
    faults: Mutex<Faults>,
    window: Mutex<Option<Window>>,
    kept: Mutex<Kept>,
}

impl Shared {
    pub(crate) fn new(url: String, options: Options) -> Self {
        Self {
            url,
            clock: options.clock.clone(),
            recorder: Arc::new(Recorder::new()),
            connections: Connections::default(),
            released: watch::Sender::new(0),
            options: RwLock::new(options),
            vault: Mutex::default(),
            catalogue: RwLock::new(Catalogue::new()),
            faults: Mutex::default(),
            window: Mutex::default(),
            kept: Mutex::default(),
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn options(&self) -> RwLockReadGuard<'_, Options> {
        self.options.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn options_mut(&self) -> RwLockWriteGuard<'_, Options> {
        self.options.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn vault(&self) -> MutexGuard<'_, Vault> {
        self.vault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn catalogue(&self) -> RwLockReadGuard<'_, Catalogue> {
        self.catalogue
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn catalogue_mut(&self) -> RwLockWriteGuard<'_, Catalogue> {
        self.catalogue
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn window(&self) -> MutexGuard<'_, Option<Window>> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The shape of an answer to a request with this query.
    pub(crate) fn shape(&self, query: &Query) -> Shape<'_> {
        let fields = Fields::parse(query.get("fields").unwrap_or_default());
        let wanted = |fields: &Fields| fields.keeps_markets();
        Shape {
            url: &self.url,
            mode: self.options().mode,
            market: query.get("market").is_some(),
            markets: fields.ok().flatten().as_ref().is_none_or(wanted),
        }
    }

    /// Tokens for a person, as if they had just authorized the app.
    pub(crate) fn mint(&self, person: &'static Person, scopes: &[&str], ttl: Duration) -> Tokens {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        let issued = self.vault().authorize(person, scopes, self.now(), ttl);
        Tokens {
            access_token: issued.access_token,
            refresh_token: issued.refresh_token.unwrap_or_default(),
        }
    }

    /// Lets go on what hangs.
    pub(crate) fn release(&self) {
        self.released.send_modify(|count| *count += 1);
    }
}
