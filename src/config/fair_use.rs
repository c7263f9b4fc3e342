//! How much everybody may ask for in a minute.

use std::num::NonZeroU32;

/// Rate limits. What is not used for a while adds up to a minute's worth and no further. `None`
/// stands for no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FairUse {
    /// `RATE_LIMIT_POINTS_PER_MINUTE`: GraphQL requests, of a person, or of an address where it is
    /// not known whose they are.
    pub points_per_minute: Option<NonZeroU32>,
    /// `RATE_LIMIT_LOGINS_PER_MINUTE`: beginnings and ends of logins, of an address.
    pub logins_per_minute: Option<NonZeroU32>,
}

impl FairUse {
    /// No limits: for what is not open to the public.
    pub const OFF: Self = Self {
        points_per_minute: None,
        logins_per_minute: None,
    };
}

impl Default for FairUse {
    fn default() -> Self {
        Self {
            points_per_minute: NonZeroU32::new(6_000_000),
            logins_per_minute: NonZeroU32::new(300),
        }
    }
}
