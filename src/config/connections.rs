//! How many connections there may be, and how patient the server is with each.

use std::time::Duration;

/// The public listener's connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// `MAX_CONNECTIONS`: who comes when there are as many waits until one ends.
    pub max: usize,
    /// `HEADER_TIMEOUT_SECONDS`: from the first byte of a request's head to its last.
    pub header_timeout: Duration,
    /// `IDLE_TIMEOUT_SECONDS`: between two requests of a connection, and before the first.
    pub idle_timeout: Duration,
    /// How long a client may take to read an answer at a snail's pace before it is given up.
    pub write_window: Duration,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            max: 8192,
            header_timeout: Duration::from_secs(10),
            // More than the 60 s that nginx and cloud load balancers keep theirs: who closes first
            // must be the one that sends the requests, or some are lost.
            idle_timeout: Duration::from_secs(75),
            write_window: Duration::from_secs(30),
        }
    }
}
