//! How much everybody may ask for in a minute.

use std::num::NonZeroU32;

use super::Problems;
use super::read::number;

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
    /// What a GraphQL request costs before it is known what it asks for.
    pub const REQUEST: u64 = 100;

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

/// With fewer points a minute there is next to nothing that a request could ask for.
const LEAST_POINTS: u64 = 2 * FairUse::REQUEST;

/// How much everybody may ask for in a minute.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "Fair use")]
pub struct FairUseArgs {
    /// Points that a person may spend in a minute, or an address where it is not known whose its
    /// requests are: 100 a request, and 1 a field of the answer as estimated; 200 or more, or 0 for no
    /// limit
    /// [default: 6000000]
    #[arg(long, env = "RATE_LIMIT_POINTS_PER_MINUTE", value_name = "POINTS")]
    pub rate_limit_points_per_minute: Option<String>,

    /// Beginnings and ends of logins in a minute, of an address; a login takes two; 0 for no limit
    /// [default: 300]
    #[arg(long, env = "RATE_LIMIT_LOGINS_PER_MINUTE", value_name = "NUMBER")]
    pub rate_limit_logins_per_minute: Option<String>,
}

pub(super) fn fair_use(args: &FairUseArgs, problems: &mut Problems) -> FairUse {
    let default = FairUse::default();
    let mut limit = |variable, value: &Option<String>, default: Option<NonZeroU32>, least| {
        let default = default.map_or(0, NonZeroU32::get);
        let range = 0..=u64::from(u32::MAX);
        let number = number(variable, value, u64::from(default), range, problems);
        if (1..least).contains(&number) {
            problems.add(
                variable,
                format_args!("must be 0, for no limit, or at least {least}"),
            );
        }
        NonZeroU32::new(u32::try_from(number).unwrap_or(default))
    };
    FairUse {
        points_per_minute: limit(
            "RATE_LIMIT_POINTS_PER_MINUTE",
            &args.rate_limit_points_per_minute,
            default.points_per_minute,
            LEAST_POINTS,
        ),
        logins_per_minute: limit(
            "RATE_LIMIT_LOGINS_PER_MINUTE",
            &args.rate_limit_logins_per_minute,
            default.logins_per_minute,
            1,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::read::testing::judged;

    fn read(points: &str, logins: &str) -> Result<FairUse, String> {
        let args = FairUseArgs {
            rate_limit_points_per_minute: Some(points.to_owned()),
            rate_limit_logins_per_minute: Some(logins.to_owned()),
        };
        judged(|problems| fair_use(&args, problems))
    }

    #[test]
    fn limits_are_there_unless_they_are_turned_off() {
        assert_eq!(read("", " "), Ok(FairUse::default()));
        assert_eq!(read("0", "0"), Ok(FairUse::OFF));
        let read = read("1000", "5").unwrap();
        assert_eq!(read.points_per_minute.unwrap().get(), 1000);
        assert_eq!(read.logins_per_minute.unwrap().get(), 5);
    }

    #[test]
    fn a_limit_that_no_request_could_be_answered_under_is_refused() {
        for few in ["1", "100", "199"] {
            let problem = read(few, "1").unwrap_err();
            assert!(
                problem.contains(
                    "RATE_LIMIT_POINTS_PER_MINUTE must be 0, for no limit, or at least 200"
                ),
                "{problem}"
            );
        }
        assert!(read("200", "1").is_ok());
    }

    #[test]
    fn what_is_no_number_is_told_by_the_name_of_its_variable() {
        let problems = read("many", "-1").unwrap_err();
        assert!(problems.contains("RATE_LIMIT_POINTS_PER_MINUTE must be a whole number"));
        assert!(problems.contains("RATE_LIMIT_LOGINS_PER_MINUTE must be a whole number"));
        assert!(read("4294967296", "0").is_err());
    }
}
