//! The app-wide gate: Spotify limits the app, not the person, so one 429 holds back everybody's
//! calls until it is over, and there are never more than a few calls under way. A quota belongs to the
//! developer's account: while it is used up nobody waits, everybody is told.
//!
//! The calls that waited do not all start at once when the gate opens: a few go first, and each
//! answer lets one more join, until the usual number is reached.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::error::Error;
use crate::metrics::Metrics;

/// How many calls go first after the gate was shut.
const FIRST_CALLS: usize = 4;

/// Lets calls through, so many at a time, unless it is shut.
#[derive(Debug)]
pub(super) struct Gate {
    /// As many calls as this has permits may start now.
    permits: Semaphore,
    state: Mutex<State>,
    /// How many calls may be under way when all is well.
    limit: usize,
    /// Where waits are counted, and under which name.
    counted: Option<(&'static str, Metrics)>,
}

#[derive(Debug)]
struct State {
    opens_at: Option<Instant>,
    /// The quota that is among the reasons why it is shut.
    used_up: Option<UsedUp>,
    /// How many calls may be under way at present.
    allowed: usize,
    /// How many permits there are: `allowed`, or more until enough calls have come back.
    existing: usize,
}

/// A quota that Spotify called used up.
#[derive(Debug)]
struct UsedUp {
    until: Instant,
    /// What Spotify said.
    message: String,
}

impl State {
    fn opens_in(&self) -> Option<Duration> {
        left(self.opens_at?)
    }

    /// What a call is told that must not be made, because the quota is used up.
    fn quota(&self) -> Option<Error> {
        let UsedUp { until, message } = self.used_up.as_ref()?;
        Some(Error::QuotaExceeded {
            message: message.clone(),
            retry_after: Some(left(*until)?),
        })
    }
}

fn left(until: Instant) -> Option<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    (!left.is_zero()).then_some(left)
}

impl Gate {
    /// An open gate that lets `limit` calls through at a time.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            permits: Semaphore::new(limit),
            state: Mutex::new(State {
                opens_at: None,
                used_up: None,
                allowed: limit,
                existing: limit,
            }),
            limit,
            counted: None,
        }
    }

    /// The same gate, whose waits `metrics` counts under `name`.
    pub(super) fn counted(self, name: &'static str, metrics: Metrics) -> Self {
        Self {
            counted: Some((name, metrics)),
            ..self
        }
    }

    /// Waits for the gate to be open and for its turn. Fails at once if the gate opens only after
    /// `deadline` or in more than `patience`, or if it is shut because of a quota.
    pub(super) async fn enter(
        &self,
        deadline: Instant,
        patience: Duration,
    ) -> Result<Pass<'_>, Error> {
        let start = Instant::now();
        let admitted = self.admit(deadline, patience).await;
        if let Some((name, metrics)) = &self.counted {
            metrics.gate_waited(name, start.elapsed());
        }
        admitted
    }

    async fn admit(&self, deadline: Instant, patience: Duration) -> Result<Pass<'_>, Error> {
        loop {
            self.opened(deadline, patience).await?;
            let Ok(Ok(permit)) = timeout_at(deadline, self.permits.acquire()).await else {
                return Err(Error::DeadlineExceeded);
            };
            permit.forget();
            let pass = Pass { gate: self };
            // A 429 may have come in while this call waited for its turn.
            if self.state().opens_in().is_none() {
                return Ok(pass);
            }
        }
    }

    /// Shuts the gate for `hold` from now on. The longest wins.
    pub(super) fn shut(&self, hold: Duration) {
        self.shut_because(hold, None);
    }

    /// Shuts it because the quota is used up, which is what Spotify's `message` says.
    pub(super) fn shut_by_quota(&self, hold: Duration, message: &str) {
        self.shut_because(hold, Some(message));
    }

    fn shut_because(&self, hold: Duration, quota: Option<&str>) {
        if let Some((name, metrics)) = &self.counted {
            metrics.gate_shut(name);
        }
        let until = Instant::now() + hold;
        let mut state = self.state();
        if let Some(message) = quota
            && state
                .used_up
                .as_ref()
                .is_none_or(|quota| quota.until < until)
        {
            let message = message.to_owned();
            state.used_up = Some(UsedUp { until, message });
        }
        state.opens_at = state.opens_at.max(Some(until));
        state.allowed = FIRST_CALLS.min(self.limit);
        let surplus = state.existing.saturating_sub(state.allowed);
        state.existing -= self.permits.forget_permits(surplus);
    }

    /// Tells how much longer it is shut.
    pub(super) fn count(&self) {
        if let Some((name, metrics)) = &self.counted {
            let left = self.state().opens_in().unwrap_or_default();
            metrics.set_gate_opens_in(name, left);
        }
    }

    /// Waits until the gate is open. It may have been shut for longer meanwhile.
    async fn opened(&self, deadline: Instant, patience: Duration) -> Result<(), Error> {
        loop {
            let now = Instant::now();
            if now >= deadline {
                return Err(Error::DeadlineExceeded);
            }
            let left = {
                let state = self.state();
                if let Some(quota) = state.quota() {
                    return Err(quota);
                }
                let Some(left) = state.opens_in() else {
                    return Ok(());
                };
                left
            };
            if left > patience || now + left >= deadline {
                return Err(Error::RateLimited { retry_after: left });
            }
            sleep_until(now + left).await;
        }
    }

    #[cfg(test)]
    pub(super) fn is_open(&self) -> bool {
        self.state().opens_in().is_none()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to make one call; given back when dropped.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    gate: &'a Gate,
}

impl Pass<'_> {
    /// Spotify answered, and did not ask to slow down: one more call may be under way.
    pub(super) fn answered(self) {
        let mut state = self.gate.state();
        if state.allowed < self.gate.limit && state.opens_in().is_none() {
            state.allowed += 1;
            if state.existing < state.allowed {
                state.existing += 1;
                self.gate.permits.add_permits(1);
            }
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        if state.existing > state.allowed {
            state.existing -= 1;
        } else {
            self.gate.permits.add_permits(1);
        }
    }
}

#[cfg(test)]
mod tests;
