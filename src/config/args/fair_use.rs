//! The options of [`FairUse`](crate::config::FairUse).

use clap::Args;

/// How much everybody may ask for in a minute.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Fair use")]
pub struct FairUseArgs {
    /// Points that a person may spend in a minute, or an address where it is not known whose its
    /// requests are: 100 a request, and 1 a field of the answer as estimated; 0 for no limit
    /// [default: 6000000]
    #[arg(long, env = "RATE_LIMIT_POINTS_PER_MINUTE", value_name = "POINTS")]
    pub rate_limit_points_per_minute: Option<String>,

    /// Beginnings and ends of logins in a minute, of an address; a login takes two; 0 for no limit
    /// [default: 300]
    #[arg(long, env = "RATE_LIMIT_LOGINS_PER_MINUTE", value_name = "NUMBER")]
    pub rate_limit_logins_per_minute: Option<String>,
}
