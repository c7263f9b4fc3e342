//! What operators see, and how the process stops.

use std::net::SocketAddr;
use std::time::Duration;

use super::Problems;
use super::read::{given, seconds};

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

/// What operators see, and how the process stops.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "Operation")]
pub struct OperationsArgs {
    /// Address and port of /healthz, /readyz and /metrics, not for the public [default: off]
    #[arg(long, env = "OPS_ADDR", value_name = "ADDR")]
    pub ops_addr: Option<String>,

    /// Seconds to go on serving after the signal to stop, with /readyz saying no, until load
    /// balancers have noticed [default: 0]
    #[arg(long, env = "SHUTDOWN_DELAY_SECONDS", value_name = "SECONDS")]
    pub shutdown_delay_seconds: Option<String>,

    /// Seconds that what runs may take to finish after that [default: 30]
    #[arg(long, env = "SHUTDOWN_TIMEOUT_SECONDS", value_name = "SECONDS")]
    pub shutdown_timeout_seconds: Option<String>,
}

pub(super) fn operations(
    args: &OperationsArgs,
    listen_addr: Option<SocketAddr>,
    problems: &mut Problems,
) -> Operations {
    const VARIABLE: &str = "OPS_ADDR";
    let default = Operations::default();
    let addr: Option<SocketAddr> = given(&args.ops_addr).and_then(|text| {
        let addr = text.parse().ok();
        if addr.is_none() {
            problems.add(
                VARIABLE,
                "must be an address and a port, for example 127.0.0.1:9000",
            );
        }
        addr
    });
    if addr.is_some_and(|addr| addr.port() != 0 && Some(addr) == listen_addr) {
        problems.add(
            VARIABLE,
            "is LISTEN_ADDR: metrics are not for the public, so they need a port of their own",
        );
    }
    Operations {
        addr,
        shutdown_delay: seconds(
            "SHUTDOWN_DELAY_SECONDS",
            &args.shutdown_delay_seconds,
            default.shutdown_delay,
            0..=300,
            problems,
        ),
        shutdown_timeout: seconds(
            "SHUTDOWN_TIMEOUT_SECONDS",
            &args.shutdown_timeout_seconds,
            default.shutdown_timeout,
            1..=600,
            problems,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::read::testing::judged;

    fn read(change: impl FnOnce(&mut OperationsArgs)) -> Result<Operations, String> {
        let mut args = OperationsArgs::default();
        change(&mut args);
        let listen_addr = "127.0.0.1:8000".parse().ok();
        judged(|problems| operations(&args, listen_addr, problems))
    }

    #[test]
    fn there_is_no_second_listener_unless_one_is_asked_for() {
        let operations = read(|_| {}).unwrap();
        assert_eq!(operations.addr, None);
        assert_eq!(operations.shutdown_delay, Duration::ZERO);
        assert_eq!(operations.shutdown_timeout, Duration::from_secs(30));
    }

    #[test]
    fn the_second_listener_has_an_address_of_its_own() {
        let addr = |text: &str| read(|args| args.ops_addr = Some(text.to_owned()));
        assert_eq!(
            addr("127.0.0.1:9000").unwrap().addr,
            "127.0.0.1:9000".parse().ok()
        );
        assert!(addr("127.0.0.1:8000").unwrap_err().contains("OPS_ADDR is"));
        for not_an_address in ["9000", "localhost:9000", "on"] {
            assert!(addr(not_an_address).unwrap_err().contains("OPS_ADDR must"));
        }
    }

    #[test]
    fn a_shutdown_is_bounded() {
        for text in ["0", "601", "-1", "soon"] {
            let refused = read(|args| args.shutdown_timeout_seconds = Some(text.to_owned()));
            assert!(
                refused.unwrap_err().contains("SHUTDOWN_TIMEOUT_SECONDS"),
                "{text}"
            );
        }
        assert!(read(|args| args.shutdown_delay_seconds = Some("301".to_owned())).is_err());
    }
}
