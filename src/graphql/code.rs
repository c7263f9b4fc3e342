//! The codes of errors, all of them.

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)+) => {
        /// `extensions.code` of an error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])* $name,)+
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// As clients compare it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

codes! {
    /// No credential, or one that is not valid.
    Unauthenticated = "UNAUTHENTICATED",
    /// The stored refresh token was refused.
    ReauthorizationRequired = "REAUTHORIZATION_REQUIRED",
    /// Spotify's 403, or what the caller's credential is not good for.
    Forbidden = "FORBIDDEN",
    /// The HTTP request is not a GraphQL request.
    BadRequest = "BAD_REQUEST",
    /// A page of another origin could have sent the request with the person's cookie.
    CsrfPrevented = "CSRF_PREVENTED",
    /// An argument fails its rule.
    BadUserInput = "BAD_USER_INPUT",
    /// Spotify's 429 outlasts the request's time.
    RateLimited = "RATE_LIMITED",
    /// Spotify's 429 of the developer account's quota.
    QuotaExceeded = "QUOTA_EXCEEDED",
    /// No usable answer from Spotify.
    UpstreamError = "UPSTREAM_ERROR",
    /// The request's time is over.
    Timeout = "TIMEOUT",
    /// The database cannot be reached or written.
    ServiceUnavailable = "SERVICE_UNAVAILABLE",
    /// The body is larger than an upload may be.
    PayloadTooLarge = "PAYLOAD_TOO_LARGE",
    /// The operation is over a limit.
    QueryTooComplex = "QUERY_TOO_COMPLEX",
    /// The document is not GraphQL.
    GraphqlParseFailed = "GRAPHQL_PARSE_FAILED",
    /// The document does not fit the schema.
    GraphqlValidationFailed = "GRAPHQL_VALIDATION_FAILED",
    /// No document is known by the name that the request gives.
    PersistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND",
    /// Documents have no names here.
    PersistedQueryNotSupported = "PERSISTED_QUERY_NOT_SUPPORTED",
    /// The document is not among those that the operator has listed.
    DocumentNotTrusted = "DOCUMENT_NOT_TRUSTED",
    /// A bug; details in the log.
    InternalServerError = "INTERNAL_SERVER_ERROR",
}
