//! The two cookies: a session's, and that of a login under way.
//!
//! Both are `HttpOnly` and `SameSite=Lax` (the redirect back from Spotify is a cross-site
//! navigation, which `Strict` would send without them). Behind https they are `Secure` and carry the
//! `__Host-` prefix, so that no other host of the domain can plant them. That prefix goes with the path
//! `/` alone, so a server below a path prefix uses it too: a path would keep its neighbours on the
//! host from nothing, as they are of the same origin.
//!
//! What a browser sends is read as it stands. Browsers know the prefix by its bytes: were `%5F%5FHost-`
//! decoded, it would be the same name here, and any host of the domain may set it.

use std::borrow::Cow;

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

use crate::auth::{LOGIN_LASTS, SessionToken};

/// A browser may have so many logins under way. Their cookies go with every request, and proxies
/// refuse requests whose headers are large.
const MAX_LOGINS: usize = 8;

/// How cookies are named and marked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CookieRules {
    secure: bool,
}

impl CookieRules {
    /// `secure`: browsers reach this server by https.
    #[must_use]
    pub(crate) fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// The session that the request came with. `Some(None)`: a cookie that is not one of ours.
    #[must_use]
    pub(crate) fn session(self, headers: &HeaderMap) -> Option<Option<SessionToken>> {
        let value = value(headers, self.session_name())?;
        Some(visible(value).and_then(SessionToken::parse))
    }

    /// Hands the browser a session.
    #[must_use]
    pub(crate) fn set_session(self, token: &SessionToken) -> Cookie<'static> {
        // As long as a session can last: six months. The server ends it, not the browser.
        self.cookie(self.session_name(), token.cookie_value(), 184 * 24 * 3600)
    }

    /// Takes the session back.
    #[must_use]
    pub(crate) fn clear_session(self) -> Cookie<'static> {
        self.cookie(self.session_name(), String::new(), 0)
    }

    /// What the login called `handle` was begun with.
    #[must_use]
    pub(crate) fn login(self, headers: &HeaderMap, handle: &str) -> Option<String> {
        let value = value(headers, &self.login_name(handle))?;
        visible(value).map(str::to_owned)
    }

    /// Lets the browser take along what the login called `handle` was begun with.
    #[must_use]
    pub(crate) fn set_login(self, handle: &str, sealed: String) -> Cookie<'static> {
        self.cookie(self.login_name(handle), sealed, LOGIN_LASTS.num_seconds())
    }

    /// Takes it back: it works once.
    #[must_use]
    pub(crate) fn clear_login(self, handle: &str) -> Cookie<'static> {
        self.cookie(self.login_name(handle), String::new(), 0)
    }

    /// Takes all logins back where the browser has so many under way that another is too many.
    #[must_use]
    pub(crate) fn surplus_logins(self, headers: &HeaderMap) -> Vec<Cookie<'static>> {
        let prefix = self.login_name("");
        let handles: Vec<&str> = pairs(headers)
            .filter_map(|(name, _)| name.strip_prefix(prefix.as_bytes()))
            .filter_map(as_handle)
            .collect();
        if handles.len() < MAX_LOGINS {
            return Vec::new();
        }
        handles
            .into_iter()
            .map(|handle| self.clear_login(handle))
            .collect()
    }

    fn session_name(self) -> &'static str {
        if self.secure {
            "__Host-lockstep_session"
        } else {
            "lockstep_session"
        }
    }

    fn login_name(self, handle: &str) -> String {
        let prefix = if self.secure { "__Host-" } else { "" };
        format!("{prefix}lockstep_login_{handle}")
    }

    fn cookie(
        self,
        name: impl Into<Cow<'static, str>>,
        value: String,
        seconds: i64,
    ) -> Cookie<'static> {
        Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .max_age(Duration::seconds(seconds))
            .build()
    }
}

/// The cookies that a request came with, over HTTP/2 in several lines. A pair without `=` has no name.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(|pair| {
        let end = pair.iter().position(|byte| *byte == b'=')?;
        Some((trimmed(&pair[..end]), trimmed(&pair[end + 1..])))
    })
}

/// The value of the cookie called `name`. Of several the first: browsers send that of the longest path
/// first, and of equals the oldest (RFC 6265, section 5.4). A name with `__Host-` has the path `/` and
/// this host alone, and so is there once.
fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a [u8]> {
    pairs(headers).find_map(|(its, value)| (its == name.as_bytes()).then_some(value))
}

/// Without the spaces and tabs around it. Browsers keep other white space as a part of the name.
fn trimmed(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// All that is given out is visible ASCII.
fn visible(value: &[u8]) -> Option<&str> {
    let value = std::str::from_utf8(value).ok()?;
    let mut bytes = value.bytes();
    bytes.all(|byte| byte.is_ascii_graphic()).then_some(value)
}

/// What may be a login's handle. It is written into a header again.
fn as_handle(name: &[u8]) -> Option<&str> {
    let name = std::str::from_utf8(name).ok()?;
    let of_handle = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    name.bytes().all(of_handle).then_some(name)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(lines: &[&[u8]]) -> HeaderMap {
        let value = |line: &&[u8]| (COOKIE, HeaderValue::from_bytes(line).unwrap());
        lines.iter().map(value).collect()
    }

    #[test]
    fn a_name_is_its_bytes_and_a_value_what_follows_the_first_equals_sign() {
        let headers = headers(&[
            b"%61=decoded; A=upper; \xe9=\xff;; =; a; \ta =\tx=y ; a=second",
            b"b=1",
        ]);
        assert_eq!(value(&headers, "a"), Some(&b"x=y"[..]));
        assert_eq!(value(&headers, "b"), Some(&b"1"[..]));
        assert_eq!(value(&headers, "c"), None);
    }

    #[test]
    fn a_handle_is_never_more_than_a_part_of_a_name() {
        assert_eq!(as_handle(b"aZ0-_"), Some("aZ0-_"));
        for bad in [&b"a%3B"[..], b"a b", b"a\xe9", b"a,b", b"a\"b"] {
            assert_eq!(as_handle(bad), None);
        }
    }
}
