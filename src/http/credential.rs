//! Reads who a request says it comes from. A bad credential is never taken for none.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use secrecy::SecretString;

use super::cookies::CookieRules;
use crate::auth::{Carrier, Credential, OpaqueToken, TokenKind};

/// Longer ones are not Spotify's.
const MAX_TOKEN_BYTES: usize = 4096;

/// The schemes that browsers know (<https://developer.mozilla.org/docs/Web/HTTP/Guides/Authentication>).
const OF_BROWSERS: [&str; 4] = ["Basic", "Digest", "Negotiate", "NTLM"];

const NOT_UNDERSTOOD: Credential = Credential::Malformed(
    "Authorization is not understood: send \"Authorization: Bearer \" and an API token or a Spotify \
     access token, or no such header",
);

/// `Authorization: Bearer` where it is present, else the session cookie.
#[must_use]
pub(super) fn credential(headers: &HeaderMap, cookies: CookieRules) -> Credential {
    let session = || cookies.session(headers);
    let mut authorization = headers.get_all(AUTHORIZATION).iter();
    let session = match (authorization.next(), authorization.next()) {
        (None, _) => session(),
        (Some(line), None) => {
            let line = line.to_str().unwrap_or_default();
            if let Some(token) = bearer(line) {
                return of_bearer(token);
            }
            // What it says is who may see the site, and not who is logged in here. A person cannot keep
            // the browser from sending it.
            if !is_of_browsers(line) {
                return NOT_UNDERSTOOD;
            }
            session()
        }
        // Of two, it could not be told which one counts.
        (Some(_), Some(_)) => return NOT_UNDERSTOOD,
    };
    match session {
        None => Credential::None,
        Some(None) => Credential::MalformedCookie,
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

/// Whether a browser sends it by itself, for a person who told it a site's password.
fn is_of_browsers(value: &str) -> bool {
    value.split_once(' ').is_some_and(|(scheme, _)| {
        let mut known = OF_BROWSERS.iter();
        known.any(|known| scheme.eq_ignore_ascii_case(known))
    })
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
