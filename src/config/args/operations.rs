//! The options of [`Operations`](crate::config::Operations).

use clap::Args;

/// What operators see, and how the process stops.
#[derive(Args, Clone, Default)]
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
