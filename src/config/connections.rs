//! How many connections there may be, and how patient the server is with each.

use std::time::Duration;

use super::Problems;
use super::read::{number, seconds};

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

/// How many connections there may be, and how patient the server is with each.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "Connections")]
pub struct ConnectionsArgs {
    /// Connections at once; who comes when there are as many waits [default: 8192]
    #[arg(long, env = "MAX_CONNECTIONS", value_name = "NUMBER")]
    pub max_connections: Option<String>,

    /// Seconds that the head of a request may take to arrive [default: 10]
    #[arg(long, env = "HEADER_TIMEOUT_SECONDS", value_name = "SECONDS")]
    pub header_timeout_seconds: Option<String>,

    /// Seconds that a connection is kept without a request; more than a proxy in front keeps
    /// its own [default: 75]
    #[arg(long, env = "IDLE_TIMEOUT_SECONDS", value_name = "SECONDS")]
    pub idle_timeout_seconds: Option<String>,
}

pub(super) fn connections(args: &ConnectionsArgs, problems: &mut Problems) -> Connections {
    let default = Connections::default();
    let max = number(
        "MAX_CONNECTIONS",
        &args.max_connections,
        default.max as u64,
        1..=1_000_000,
        problems,
    );
    let mut timeout = |variable, value: &Option<String>, default: Duration| {
        seconds(variable, value, default, 1..=3600, problems)
    };
    Connections {
        max: usize::try_from(max).unwrap_or(default.max),
        header_timeout: timeout(
            "HEADER_TIMEOUT_SECONDS",
            &args.header_timeout_seconds,
            default.header_timeout,
        ),
        idle_timeout: timeout(
            "IDLE_TIMEOUT_SECONDS",
            &args.idle_timeout_seconds,
            default.idle_timeout,
        ),
        write_window: default.write_window,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_is_a_number_within_reason() {
        let mut problems = Problems::default();
        let args = ConnectionsArgs {
            max_connections: Some("0".to_owned()),
            header_timeout_seconds: Some("soon".to_owned()),
            idle_timeout_seconds: Some("3601".to_owned()),
        };
        connections(&args, &mut problems);
        let problems = problems.to_string();
        for variable in [
            "MAX_CONNECTIONS",
            "HEADER_TIMEOUT_SECONDS",
            "IDLE_TIMEOUT_SECONDS",
        ] {
            assert!(problems.contains(variable), "{variable} in {problems}");
        }
        let mut problems = Problems::default();
        let read = connections(&ConnectionsArgs::default(), &mut problems);
        assert_eq!(read, Connections::default());
        assert!(problems.is_empty());
    }
}
