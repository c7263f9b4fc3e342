//! What of the process's services a request reaches for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Services;
use crate::auth::Authenticator;
use crate::clock::Clock;

/// The services, and whether any was needed for more than who the caller is.
pub(super) struct Reach {
    services: Arc<Services>,
    beyond_caller: AtomicBool,
}

impl Reach {
    pub(super) fn new(services: Arc<Services>) -> Self {
        Self {
            services,
            beyond_caller: AtomicBool::new(false),
        }
    }

    /// For finding out who the caller is, and nothing else.
    pub(super) fn authenticator(&self) -> &Authenticator {
        &self.services.authenticator
    }

    /// For the time, which is not to show in an answer.
    pub(super) fn clock(&self) -> &Clock {
        &self.services.clock
    }

    /// For everything else.
    pub(super) fn all(&self) -> &Arc<Services> {
        self.beyond_caller.store(true, Ordering::Relaxed);
        &self.services
    }

    pub(super) fn is_beyond_caller(&self) -> bool {
        self.beyond_caller.load(Ordering::Relaxed)
    }
}
