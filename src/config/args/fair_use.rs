//! The options of [`FairUse`](crate::config::FairUse).

use clap::Args;

/// How much everybody may ask for in a minute.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Fair use")]
pub struct FairUseArgs {
    /// Points that a person may spend in a minute, or an address where it is not known whose its
    /// requests are: 100 a request, and 1 a field of the answer as estimated; 0 for no limit
    /// [default: 600000]
    #[arg(long, env = "RATE_LIMIT_POINTS_PER_MINUTE", value_name = "POINTS")]
    pub rate_limit_points_per_minute: Option<String>,

    /// Requests to /login/ that an address may make in a minute; a login takes two; 0 for no limit
    /// [default: 60]
    #[arg(long, env = "RATE_LIMIT_LOGINS_PER_MINUTE", value_name = "NUMBER")]
    pub rate_limit_logins_per_minute: Option<String>,
}
