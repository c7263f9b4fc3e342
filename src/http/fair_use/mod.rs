//! How much everybody may ask for: a bucket of points that fills steadily, and that requests are paid
//! from.
//!
//! A request is paid by the person it comes from, where an earlier one proved its credential, and by
//! its address otherwise: so neither a new credential a request nor somebody else's name in a
//! cookie is a way around, and people behind one address do not spend each other's points.

mod account;
mod buckets;
mod payer;

use std::num::NonZeroU32;
use std::time::Duration;

use moka::sync::Cache;

pub(super) use account::{Account, Exhausted};
use buckets::Buckets;
use payer::Payer;

use super::client_address::ClientAddress;
use crate::auth::Credential;
use crate::clock::Clock;
use crate::config;
use crate::store::PersonId;

/// What a GraphQL request costs before it is known what it asks for: about as much work as so many
/// fields.
pub(super) const REQUEST: u64 = config::FairUse::REQUEST;

/// How many credentials are known to be somebody's, and for how long after they proved it. Using one does
/// not make it longer: who holds a revoked one could spend its former owner's points for ever.
const KNOWN: u64 = 20_000;
const KNOWN_FOR: Duration = Duration::from_secs(600);

/// The process's buckets.
pub(super) struct FairUse {
    points: Option<Buckets>,
    logins: Option<Buckets>,
    /// By the credential's fingerprint.
    known: Cache<[u8; 32], Known>,
    clock: Clock,
}

/// Whose a credential is.
#[derive(Clone)]
struct Known {
    person: PersonId,
    /// By the clock's time since its beginning.
    until: Duration,
}

impl FairUse {
    pub(super) fn new(limits: config::FairUse, clock: &Clock) -> Self {
        let buckets = |a_minute: Option<NonZeroU32>| Some(Buckets::new(a_minute?, clock.clone()));
        Self {
            points: buckets(limits.points_per_minute),
            logins: buckets(limits.logins_per_minute),
            known: Cache::new(KNOWN),
            clock: clock.clone(),
        }
    }

    /// The account that a GraphQL request is paid from.
    pub(super) fn account(
        &self,
        credential: &Credential,
        client: Option<ClientAddress>,
    ) -> Account<'_> {
        // Nothing is known where nobody pays.
        let fingerprint = self.points.as_ref().and_then(|_| credential.fingerprint());
        let known = fingerprint.and_then(|it| self.known.get(&it));
        let payer = match known {
            Some(known) if self.clock.elapsed() < known.until => Payer::Person(known.person),
            _ => Payer::of_address(client),
        };
        Account::new(self.points.as_ref(), payer)
    }

    /// The account that a request to `/login/…` is paid from.
    pub(super) fn login_account(&self, client: Option<ClientAddress>) -> Account<'_> {
        Account::new(self.logins.as_ref(), Payer::of_address(client))
    }

    /// Takes note that `fingerprint` is of a credential of `person`'s.
    pub(super) fn remember(&self, fingerprint: [u8; 32], person: &PersonId) {
        if self.points.is_some() {
            let known = Known {
                person: person.clone(),
                until: self.clock.elapsed() + KNOWN_FOR,
            };
            self.known.insert(fingerprint, known);
        }
    }

    /// Takes note that the credential is nobody's, or soon will be.
    pub(super) fn forget(&self, fingerprint: &[u8; 32]) {
        self.known.invalidate(fingerprint);
    }
}
