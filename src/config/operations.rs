//! What operators see, and how the process stops.

use std::net::SocketAddr;
use std::time::Duration;

/// The second listener and the way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operations {
    /// `OPS_ADDR`: where `/healthz`, `/readyz` and `/metrics` are; nowhere unless it is set.
    pub addr: Option<SocketAddr>,
    /// `SHUTDOWN_DELAY_SECONDS`: between the first signal, when `/readyz` begins to say no, and the
    /// last accepted connection.
    pub shutdown_delay: Duration,
    /// `SHUTDOWN_TIMEOUT_SECONDS`: what runs may take this much longer after that.
    pub shutdown_timeout: Duration,
}

impl Default for Operations {
    fn default() -> Self {
        Self {
            addr: None,
            shutdown_delay: Duration::ZERO,
            shutdown_timeout: Duration::from_secs(30),
        }
    }
}
