//! Which failures are tried again, when, and for how long.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use tokio::time::{Instant, sleep_until};

use super::error::Error;
use super::gate::Gate;

/// How often a call is tried, and how long it waits in between. Always within the call's deadline.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// Before the second try; doubled for each further one.
    pub base_delay: Duration,
    /// The delay is not doubled beyond this.
    pub max_delay: Duration,
    /// A longer `Retry-After` is not waited for but reported.
    pub max_retry_after: Duration,
    /// For how long a 429 holds back everybody's calls at the most.
    pub max_hold: Duration,
    /// Tries in all, where Spotify is busy (429, 503).
    pub busy_tries: u32,
    /// Tries that may end in another fault: 5xx, no answer, half an answer.
    pub fault_tries: u32,
    /// One try may take this long, so that one hung connection does not use up the call's time.
    pub attempt_timeout: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            base_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(60),
            max_retry_after: Duration::from_secs(120),
            // The longest wait that Spotify has been seen to ask for.
            max_hold: Duration::from_secs(86_400),
            busy_tries: 8,
            fault_tries: 3,
            attempt_timeout: Duration::from_secs(10),
        }
    }
}

impl RetryPolicy {
    fn backoff(&self) -> impl Iterator<Item = Duration> {
        // Jitter is added where the wait is known, because a `Retry-After` needs it as well.
        ExponentialBuilder::new()
            .with_min_delay(self.base_delay)
            .with_max_delay(self.max_delay)
            .without_max_times()
            .build()
    }
}

/// A try that gave nothing.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: Error,
    pub(super) cause: Cause,
}

/// What a failure means for the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// 429: everybody has to wait.
    Limited { retry_after: Option<Duration> },
    /// 503: this call has to wait.
    Busy { retry_after: Option<Duration> },
    /// Spotify answered with an error of its own, or with something unreadable.
    Fault,
    /// Spotify did not answer.
    Silence,
    /// Trying again would change nothing.
    Refusal,
}

impl Cause {
    /// Tells it from the error, which is what Spotify's answer meant.
    pub(super) fn of(error: &Error, retry_after: Option<Duration>) -> Self {
        match error {
            Error::RateLimited { .. } => Self::Limited { retry_after },
            Error::Unavailable { status: 503, .. } => Self::Busy { retry_after },
            Error::Unavailable { .. } | Error::Unreadable { .. } => Self::Fault,
            Error::Connection => Self::Silence,
            Error::Unauthorized { .. }
            | Error::Forbidden { .. }
            | Error::NotFound { .. }
            | Error::QuotaExceeded { .. }
            | Error::Rejected { .. }
            | Error::DeadlineExceeded => Self::Refusal,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let cause = Cause::of(&error, None);
        Self { error, cause }
    }
}

/// Makes tries until one succeeds, is refused, or no further one is worth it. `attempt` gets the
/// number of the try, from 1 on, and when it must be over.
///
/// Never waits for something that ends after `deadline`: it fails right away with what is known.
pub(super) async fn run<T, F>(
    policy: &RetryPolicy,
    gate: &Gate,
    deadline: Instant,
    mut attempt: impl FnMut(u32, Instant) -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, Failure>>,
{
    let mut backoff = policy.backoff();
    let mut faults = 0;
    let mut number = 0;
    loop {
        let pass = gate.enter(deadline, policy.max_retry_after).await?;
        number += 1;
        let until = deadline.min(Instant::now() + policy.attempt_timeout);
        let Failure { error, cause } = match attempt(number, until).await {
            Ok(value) => {
                pass.answered();
                return Ok(value);
            }
            Err(failure) => failure,
        };
        let delay = backoff.next().unwrap_or(policy.max_delay);
        let (error, retry_after) = match cause {
            Cause::Limited { retry_after } => {
                let hold = retry_after.unwrap_or(delay);
                // Before the pass is given back, so that no one slips through.
                gate.shut(hold.min(policy.max_hold));
                drop(pass);
                (Error::RateLimited { retry_after: hold }, retry_after)
            }
            Cause::Busy { retry_after } => {
                pass.answered();
                (error, retry_after)
            }
            Cause::Fault => {
                pass.answered();
                faults += 1;
                (error, None)
            }
            Cause::Silence => {
                drop(pass);
                faults += 1;
                (error, None)
            }
            Cause::Refusal => {
                match &error {
                    Error::DeadlineExceeded => {}
                    // Calls made meanwhile would only lengthen it.
                    Error::QuotaExceeded {
                        message,
                        retry_after: Some(hold),
                    } => gate.shut_by_quota((*hold).min(policy.max_hold), message),
                    _ => pass.answered(),
                }
                return Err(error);
            }
        };
        let wait = delay.max(retry_after.unwrap_or_default());
        let now = Instant::now();
        let over = number >= policy.busy_tries
            || faults >= policy.fault_tries
            || retry_after.is_some_and(|wait| wait > policy.max_retry_after)
            || now + wait >= deadline;
        if over {
            return Err(error);
        }
        let jittered = now + wait + wait.mul_f64(jitter());
        let wake = if jittered < deadline {
            jittered
        } else {
            now + wait
        };
        sleep_until(wake).await;
    }
}

/// Up to a quarter, so that calls that failed together do not come back together.
fn jitter() -> f64 {
    let mut random = [0; 2];
    match aws_lc_rs::rand::fill(&mut random) {
        Ok(()) => f64::from(u16::from_ne_bytes(random)) / f64::from(u16::MAX) / 4.0,
        Err(_) => 0.0,
    }
}

#[cfg(test)]
mod tests;
