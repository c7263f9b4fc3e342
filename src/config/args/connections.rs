//! The options of [`Connections`](crate::config::Connections).

use clap::Args;

/// How many connections there may be, and how patient the server is with each.
#[derive(Args, Clone, Default)]
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
