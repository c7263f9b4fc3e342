//! Reads who a request says it comes from. A bad credential is never taken for none.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum_extra::extract::cookie::CookieJar;
use secrecy::SecretString;

use super::cookies::CookieRules;
use crate::auth::{Carrier, Credential, OpaqueToken, TokenKind};

/// Longer ones are not Spotify's.
const MAX_TOKEN_BYTES: usize = 4096;

/// `Authorization` where it is present, else the session cookie.
#[must_use]
pub(super) fn credential(headers: &HeaderMap, cookies: CookieRules) -> Credential {
    let mut authorization = headers.get_all(AUTHORIZATION).iter();
    if let Some(value) = authorization.next() {
        return match value.to_str().ok().and_then(bearer) {
            // Of two, it could not be told which one counts.
            Some(token) if authorization.next().is_none() => of_bearer(token),
            _ => Credential::Malformed(
                "Authorization is not understood: send \"Authorization: Bearer \" and an API token or \
                 a Spotify access token, or no such header",
            ),
        };
    }
    match cookies.session(&CookieJar::from_headers(headers)) {
        None => Credential::None,
        Some(None) => Credential::Malformed("the session cookie is not one of this server's"),
        Some(Some(token)) => Credential::Session {
            hash: token.hash(),
            person: token.person,
            carrier: Carrier::Cookie,
        },
    }
}

/// A token of this server's, or one of Spotify's. What begins as ours is never shown to Spotify, be
/// it damaged.
fn of_bearer(token: &str) -> Credential {
    let prefix = |kind: TokenKind| {
        let start = token.get(..kind.prefix().len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(kind.prefix()))
    };
    if prefix(TokenKind::LoginCode) {
        return Credential::Malformed(
            "this is a login code, not a token: redeem it by the mutation redeemLoginCode",
        );
    }
    if !prefix(TokenKind::Api) {
        return Credential::Bearer(SecretString::from(token));
    }
    match OpaqueToken::parse(TokenKind::Api, token) {
        Some(token) => Credential::Session {
            hash: token.hash(),
            person: token.person,
            carrier: Carrier::ApiToken,
        },
        None => Credential::Malformed("the API token is damaged: send it as it was given"),
    }
}

/// The token of RFC 6750, section 2.1; the scheme is case-insensitive (RFC 9110, section 11.1).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    let right = scheme.eq_ignore_ascii_case("bearer")
        && !token.is_empty()
        && token.len() <= MAX_TOKEN_BYTES
        && token
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte));
    right.then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_is_the_scheme_and_one_token() {
        for good in ["Bearer abc", "bearer abc", "BEARER  a-b._~+/=="] {
            assert!(bearer(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "Bearer",
            "Bearer ",
            "Basic abc",
            "Bearer a b",
            "Bearer ä",
            "abc",
        ] {
            assert!(bearer(bad).is_none(), "{bad}");
        }
        assert!(bearer(&format!("Bearer {}", "a".repeat(5000))).is_none());
    }
}
