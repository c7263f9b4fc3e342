//! The rules of [`Exposure`].

use super::boolean;
use crate::config::args::ExposureArgs;
use crate::config::{Exposure, Problems};

pub(super) fn exposure(args: &ExposureArgs, problems: &mut Problems) -> Exposure {
    let mut switch =
        |variable, value: &Option<String>, default| boolean(variable, value, default, problems);
    let default = Exposure::new(!switch("PRODUCTION", &args.production, false));
    Exposure {
        introspection: switch("INTROSPECTION", &args.introspection, default.introspection),
        suggestions: switch(
            "FIELD_SUGGESTIONS",
            &args.field_suggestions,
            default.suggestions,
        ),
        playground: switch("PLAYGROUND", &args.playground, default.playground),
        get_documents: switch("GET_DOCUMENTS", &args.get_documents, default.get_documents),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::judged;
    use super::*;

    fn read(change: impl FnOnce(&mut ExposureArgs)) -> Result<Exposure, String> {
        let mut args = ExposureArgs::default();
        change(&mut args);
        judged(|problems| exposure(&args, problems))
    }

    fn set(value: &str) -> Option<String> {
        Some(value.to_owned())
    }

    #[test]
    fn production_turns_all_of_it_off_together_and_each_can_be_turned_alone() {
        assert_eq!(read(|_| {}), Ok(Exposure::new(true)));
        assert_eq!(
            read(|args| args.production = set("true")),
            Ok(Exposure::new(false))
        );
        let introspection = read(|args| {
            args.production = set("true");
            args.introspection = set("true");
        });
        let expected = Exposure {
            introspection: true,
            ..Exposure::new(false)
        };
        assert_eq!(introspection, Ok(expected));
        let page = read(|args| args.playground = set("false"));
        let expected = Exposure {
            playground: false,
            ..Exposure::new(true)
        };
        assert_eq!(page, Ok(expected));
    }

    #[test]
    fn a_switch_is_true_or_false() {
        for (variable, change) in [
            (
                "PRODUCTION",
                (|args| args.production = set("yes")) as fn(&mut ExposureArgs),
            ),
            ("INTROSPECTION", |args| args.introspection = set("on")),
            ("FIELD_SUGGESTIONS", |args| {
                args.field_suggestions = set("2")
            }),
            ("PLAYGROUND", |args| args.playground = set("no")),
            ("GET_DOCUMENTS", |args| args.get_documents = set("TRUE!")),
        ] {
            let refused = read(change).unwrap_err();
            assert!(
                refused.contains(&format!("{variable} must be")),
                "{refused}"
            );
        }
    }
}
