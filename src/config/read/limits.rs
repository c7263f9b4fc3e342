//! The rules of [`Limits`].

use super::{boolean, number};
use crate::config::args::LimitsArgs;
use crate::config::{Limits, Problems};

pub(super) fn limits(args: &LimitsArgs, problems: &mut Problems) -> Limits {
    let default = Limits::default();
    let mut limit = |variable, value: &Option<String>, default, range| {
        number(variable, value, default, range, problems)
    };
    // What a body or an answer may have at the most is what the databases hold in one value.
    let bytes = 1024..=512 * 1024 * 1024;
    let any = 1..=1_000_000_000;
    Limits {
        body_bytes: limit(
            "MAX_BODY_BYTES",
            &args.max_body_bytes,
            default.body_bytes,
            bytes.clone(),
        ),
        document_characters: limit(
            "MAX_DOCUMENT_CHARACTERS",
            &args.max_document_characters,
            default.document_characters,
            any.clone(),
        ),
        document_tokens: limit(
            "MAX_DOCUMENT_TOKENS",
            &args.max_document_tokens,
            default.document_tokens,
            any.clone(),
        ),
        name_characters: limit(
            "MAX_NAME_CHARACTERS",
            &args.max_name_characters,
            default.name_characters,
            any.clone(),
        ),
        // No document goes deeper than the parser and the pass over it.
        depth: limit("MAX_DEPTH", &args.max_depth, default.depth, 1..=32),
        aliases: limit(
            "MAX_ALIASES",
            &args.max_aliases,
            default.aliases,
            0..=1_000_000_000,
        ),
        root_fields: limit(
            "MAX_ROOT_FIELDS",
            &args.max_root_fields,
            default.root_fields,
            any.clone(),
        ),
        directives: limit(
            "MAX_DIRECTIVES",
            &args.max_directives,
            default.directives,
            0..=1_000_000_000,
        ),
        selections: limit(
            "MAX_SELECTIONS",
            &args.max_selections,
            default.selections,
            any.clone(),
        ),
        cost: limit("MAX_COST", &args.max_cost, default.cost, any.clone()),
        upstream_calls: limit(
            "MAX_UPSTREAM_CALLS",
            &args.max_upstream_calls,
            default.upstream_calls,
            any.clone(),
        ),
        errors: limit("MAX_ERRORS", &args.max_errors, default.errors, any.clone()),
        error_characters: limit(
            "MAX_ERROR_CHARACTERS",
            &args.max_error_characters,
            default.error_characters,
            any,
        ),
        answer_bytes: limit(
            "MAX_ANSWER_BYTES",
            &args.max_answer_bytes,
            default.answer_bytes,
            bytes,
        ),
        warn_only: boolean(
            "LIMITS_WARN_ONLY",
            &args.limits_warn_only,
            default.warn_only,
            problems,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::judged;
    use super::*;

    fn read(change: impl FnOnce(&mut LimitsArgs)) -> Result<Limits, String> {
        let mut args = LimitsArgs::default();
        change(&mut args);
        judged(|problems| limits(&args, problems))
    }

    #[test]
    fn each_is_set_by_its_own_variable() {
        assert_eq!(read(|_| {}).unwrap(), Limits::default());
        let set = |text: &str| Some(text.to_owned());
        let limits = read(|args| {
            *args = LimitsArgs {
                max_body_bytes: set("1024"),
                max_document_characters: set("2"),
                max_document_tokens: set("3"),
                max_name_characters: set("4"),
                max_depth: set("5"),
                max_aliases: set("0"),
                max_root_fields: set("7"),
                max_directives: set("8"),
                max_selections: set("9"),
                max_cost: set("10"),
                max_upstream_calls: set("11"),
                max_errors: set("12"),
                max_error_characters: set("13"),
                max_answer_bytes: set("1025"),
                limits_warn_only: set("true"),
            };
        });
        let expected = Limits {
            body_bytes: 1024,
            document_characters: 2,
            document_tokens: 3,
            name_characters: 4,
            depth: 5,
            aliases: 0,
            root_fields: 7,
            directives: 8,
            selections: 9,
            cost: 10,
            upstream_calls: 11,
            errors: 12,
            error_characters: 13,
            answer_bytes: 1025,
            warn_only: true,
        };
        assert_eq!(limits.unwrap(), expected);
    }

    #[test]
    fn what_is_out_of_bounds_is_told_by_its_variable() {
        let refused = read(|args| {
            args.max_depth = Some("33".to_owned());
            args.max_body_bytes = Some("1".to_owned());
            args.limits_warn_only = Some("maybe".to_owned());
        });
        let refused = refused.unwrap_err();
        for variable in ["MAX_DEPTH", "MAX_BODY_BYTES", "LIMITS_WARN_ONLY"] {
            assert!(refused.contains(variable), "{refused}");
        }
    }
}
