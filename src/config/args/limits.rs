//! The options of [`Limits`](crate::config::Limits).

use clap::Args;

/// How much one request may ask for. `docs/limits.md` explains each.
#[derive(Args, Clone, Default)]
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
