//! The rules of [`FairUse`].

use std::num::NonZeroU32;

use super::number;
use crate::config::args::FairUseArgs;
use crate::config::{FairUse, Problems};

pub(super) fn fair_use(args: &FairUseArgs, problems: &mut Problems) -> FairUse {
    let default = FairUse::default();
    let mut limit = |variable, value: &Option<String>, default: Option<NonZeroU32>| {
        let default = default.map_or(0, NonZeroU32::get);
        let range = 0..=u64::from(u32::MAX);
        let number = number(variable, value, u64::from(default), range, problems);
        NonZeroU32::new(u32::try_from(number).unwrap_or(default))
    };
    FairUse {
        points_per_minute: limit(
            "RATE_LIMIT_POINTS_PER_MINUTE",
            &args.rate_limit_points_per_minute,
            default.points_per_minute,
        ),
        logins_per_minute: limit(
            "RATE_LIMIT_LOGINS_PER_MINUTE",
            &args.rate_limit_logins_per_minute,
            default.logins_per_minute,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::judged;
    use super::*;

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
    fn what_is_no_number_is_told_by_the_name_of_its_variable() {
        let problems = read("many", "-1").unwrap_err();
        assert!(problems.contains("RATE_LIMIT_POINTS_PER_MINUTE must be a whole number"));
        assert!(problems.contains("RATE_LIMIT_LOGINS_PER_MINUTE must be a whole number"));
        assert!(read("4294967296", "0").is_err());
    }
}
