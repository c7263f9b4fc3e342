//! What one request may ask for, told to clients.

use async_graphql::SimpleObject;

use crate::config::{Http, Limits};
use crate::graphql::paging::MAX_FIRST;

/// How much one request may ask for. What is over a limit is refused with an error of code
/// `QUERY_TOO_COMPLEX`, whose extensions tell the limit's name as it stands here (`limit`), its value
/// (`max`) and, but for `upstreamCalls`, what was `found`. Over `bodyBytes` or `uploadBytes` the code
/// is `PAYLOAD_TOO_LARGE`, over `pageSize` `BAD_USER_INPUT`, over `requestSeconds` `TIMEOUT`. Errors
/// beyond `errors` and `errorCharacters` are cut.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Limits")]
pub(crate) struct ServerLimits {
    /// The largest body in bytes of a request that uploads nothing.
    pub body_bytes: u64,
    /// The largest body in bytes of an `uploadMetadata`.
    pub upload_bytes: u64,
    /// The longest document, in characters.
    pub document_characters: u64,
    /// The longest document, in GraphQL's tokens: names, numbers, signs, strings.
    pub document_tokens: u64,
    /// The longest name in a document, in characters.
    pub name_characters: u64,
    /// How deep fields may stand inside of one another. Those inside of introspection do not count.
    pub depth: u64,
    /// How many aliases an operation may have. Here and below a fragment counts wherever it is spread.
    pub aliases: u64,
    /// How many fields of `Query` or `Mutation` an operation may select.
    pub root_fields: u64,
    /// How many directives an operation may have, on anything.
    pub directives: u64,
    /// How many fields and fragments a document may select.
    pub selections: u64,
    /// The largest cost. The cost is how many fields the answer may have: a field counts once for each
    /// object that it is selected on, a page has as many objects as `first` says, and other lists
    /// count as three. Send the header `GraphQL-Cost: report` to have an answer tell its own, as
    /// `extensions.cost`.
    pub cost: u64,
    /// The largest `first` of `Me.playlists` and `Playlist.tracks`. Of uploads it is 100.
    pub page_size: u64,
    /// How often one request may ask Spotify: once for every 50 entries of a page, and once for each
    /// playlist.
    pub upstream_calls: u64,
    /// How many errors an answer tells; the last one tells how many are left out.
    pub errors: u64,
    /// The longest message of an error, in characters.
    pub error_characters: u64,
    /// The largest answer, in bytes.
    pub answer_bytes: u64,
    /// How long a request may take, in seconds.
    pub request_seconds: u64,
}

impl ServerLimits {
    /// As they are set.
    #[must_use]
    pub(crate) fn new(limits: &Limits, http: &Http) -> Self {
        Self {
            body_bytes: limits.body_bytes,
            upload_bytes: http.max_upload_bytes as u64,
            document_characters: limits.document_characters,
            document_tokens: limits.document_tokens,
            name_characters: limits.name_characters,
            depth: limits.depth,
            aliases: limits.aliases,
            root_fields: limits.root_fields,
            directives: limits.directives,
            selections: limits.selections,
            cost: limits.cost,
            page_size: u64::from(MAX_FIRST),
            upstream_calls: limits.upstream_calls,
            errors: limits.errors,
            error_characters: limits.error_characters,
            answer_bytes: limits.answer_bytes,
            request_seconds: http.request_timeout.as_secs(),
        }
    }
}
