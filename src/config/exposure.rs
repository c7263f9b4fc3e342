//! What the server shows of itself.

use super::Problems;
use super::read::boolean;

/// What helps developers, and tells strangers more than they need. `PRODUCTION=true` turns all of it
/// off; each has a variable of its own, which counts more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// `INTROSPECTION`: whether the schema can be asked for.
    pub introspection: bool,
    /// `FIELD_SUGGESTIONS`: whether errors guess which name was meant.
    pub suggestions: bool,
    /// `PLAYGROUND`: whether there is a page to try queries on.
    pub playground: bool,
    /// `GET_DOCUMENTS`: whether a GET may carry a document, and not just the name of one.
    pub get_documents: bool,
}

impl Exposure {
    /// All of it, or nothing.
    #[must_use]
    pub fn new(everything: bool) -> Self {
        Self {
            introspection: everything,
            suggestions: everything,
            playground: everything,
            get_documents: everything,
        }
    }
}

impl Default for Exposure {
    fn default() -> Self {
        Self::new(true)
    }
}

/// What the server shows of itself.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "Exposure")]
pub struct ExposureArgs {
    /// true: turn off what helps developers and strangers alike, unless it is turned on below
    /// [default: false]
    #[arg(long, env = "PRODUCTION", value_name = "BOOLEAN")]
    pub production: Option<String>,

    /// Whether clients may ask for the schema [default: true, in production false]
    #[arg(long, env = "INTROSPECTION", value_name = "BOOLEAN")]
    pub introspection: Option<String>,

    /// Whether errors guess which name was meant [default: true, in production false]
    #[arg(long, env = "FIELD_SUGGESTIONS", value_name = "BOOLEAN")]
    pub field_suggestions: Option<String>,

    /// Whether there is a page to try queries on at / [default: true, in production false]
    #[arg(long, env = "PLAYGROUND", value_name = "BOOLEAN")]
    pub playground: Option<String>,

    /// Whether a GET may carry a document, and not just the name of a persisted one
    /// [default: true, in production false]
    #[arg(long, env = "GET_DOCUMENTS", value_name = "BOOLEAN")]
    pub get_documents: Option<String>,
}

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
    use super::*;
    use crate::config::read::testing::judged;

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
