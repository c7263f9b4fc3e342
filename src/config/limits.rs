//! How much one request may ask for.

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
