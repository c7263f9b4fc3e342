//! How much one request may ask for.

use super::Problems;
use super::read::{boolean, number};

/// Bounds on a request and its answer, in the order in which they are checked. `docs/limits.md` says
/// why each is what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `MAX_BODY_BYTES`: the largest body of what uploads nothing.
    pub body_bytes: u64,
    /// `MAX_DOCUMENT_CHARACTERS`
    pub document_characters: u64,
    /// `MAX_DOCUMENT_TOKENS`
    pub document_tokens: u64,
    /// `MAX_NAME_CHARACTERS`: the longest name in a document.
    pub name_characters: u64,
    /// `MAX_DEPTH`: how many fields may stand below one another.
    pub depth: u64,
    /// `MAX_ALIASES`
    pub aliases: u64,
    /// `MAX_ROOT_FIELDS`
    pub root_fields: u64,
    /// `MAX_DIRECTIVES`
    pub directives: u64,
    /// `MAX_SELECTIONS`: fields and fragments, with every fragment in the place of its spreads.
    pub selections: u64,
    /// `MAX_COST`: how many fields an answer may be estimated to have.
    pub cost: u64,
    /// `MAX_UPSTREAM_CALLS`: how often one request may ask Spotify.
    pub upstream_calls: u64,
    /// `MAX_ERRORS`: how many an answer tells.
    pub errors: u64,
    /// `MAX_ERROR_CHARACTERS`: the longest message of one.
    pub error_characters: u64,
    /// `MAX_ANSWER_BYTES`
    pub answer_bytes: u64,
    /// `LIMITS_WARN_ONLY`: what is over a limit is logged, and not refused.
    pub warn_only: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 256 * 1024,
            document_characters: 15_000,
            document_tokens: 1000,
            name_characters: 128,
            depth: 10,
            aliases: 15,
            root_fields: 10,
            directives: 20,
            selections: 2000,
            cost: 100_000,
            upstream_calls: 250,
            errors: 50,
            error_characters: 400,
            answer_bytes: 64 * 1024 * 1024,
            warn_only: false,
        }
    }
}

/// How much one request may ask for. `docs/limits.md` explains each.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "Limits")]
pub struct LimitsArgs {
    /// Largest request body in bytes, of what uploads nothing [default: 262144]
    #[arg(long, env = "MAX_BODY_BYTES", value_name = "BYTES")]
    pub max_body_bytes: Option<String>,

    /// Longest document, in characters [default: 15000]
    #[arg(long, env = "MAX_DOCUMENT_CHARACTERS", value_name = "NUMBER")]
    pub max_document_characters: Option<String>,

    /// Longest document, in tokens [default: 1000]
    #[arg(long, env = "MAX_DOCUMENT_TOKENS", value_name = "NUMBER")]
    pub max_document_tokens: Option<String>,

    /// Longest name in a document, in characters [default: 128]
    #[arg(long, env = "MAX_NAME_CHARACTERS", value_name = "NUMBER")]
    pub max_name_characters: Option<String>,

    /// How deep fields may stand inside of one another [default: 10]
    #[arg(long, env = "MAX_DEPTH", value_name = "NUMBER")]
    pub max_depth: Option<String>,

    /// Aliases of an operation [default: 15]
    #[arg(long, env = "MAX_ALIASES", value_name = "NUMBER")]
    pub max_aliases: Option<String>,

    /// Root fields of an operation [default: 10]
    #[arg(long, env = "MAX_ROOT_FIELDS", value_name = "NUMBER")]
    pub max_root_fields: Option<String>,

    /// Directives of an operation [default: 20]
    #[arg(long, env = "MAX_DIRECTIVES", value_name = "NUMBER")]
    pub max_directives: Option<String>,

    /// Fields and fragments of a document, each fragment counted wherever it is spread
    /// [default: 2000]
    #[arg(long, env = "MAX_SELECTIONS", value_name = "NUMBER")]
    pub max_selections: Option<String>,

    /// Estimated cost of an operation: the fields of its answer [default: 100000]
    #[arg(long, env = "MAX_COST", value_name = "NUMBER")]
    pub max_cost: Option<String>,

    /// Calls to Spotify for one request [default: 250]
    #[arg(long, env = "MAX_UPSTREAM_CALLS", value_name = "NUMBER")]
    pub max_upstream_calls: Option<String>,

    /// Errors in an answer; how many more there are is told [default: 50]
    #[arg(long, env = "MAX_ERRORS", value_name = "NUMBER")]
    pub max_errors: Option<String>,

    /// Longest message of an error, in characters [default: 400]
    #[arg(long, env = "MAX_ERROR_CHARACTERS", value_name = "NUMBER")]
    pub max_error_characters: Option<String>,

    /// Largest answer in bytes [default: 67108864]
    #[arg(long, env = "MAX_ANSWER_BYTES", value_name = "BYTES")]
    pub max_answer_bytes: Option<String>,

    /// true: log what is over a limit instead of refusing it, to try limits out [default: false]
    #[arg(long, env = "LIMITS_WARN_ONLY", value_name = "BOOLEAN")]
    pub limits_warn_only: Option<String>,
}

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
    use super::*;
    use crate::config::read::testing::judged;

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
