//! The two cookies: a session's, and that of a login under way.
//!
//! Both are `HttpOnly` and `SameSite=Lax` (the redirect back from Spotify is a cross-site
//! navigation, which `Strict` would send without them). Behind https they are `Secure` and carry the
//! `__Host-` prefix, so that no other host of the domain can plant them. That prefix goes with the path
//! `/` alone, so a server below a path prefix uses it too: a path would keep its neighbours on the
//! host from nothing, as they are of the same origin.

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use time::Duration;

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
    pub(crate) fn session(self, jar: &CookieJar) -> Option<Option<SessionToken>> {
        let cookie = jar.get(&self.name("session"))?;
        Some(SessionToken::parse(cookie.value()))
    }

    /// Hands the browser a session.
    #[must_use]
    pub(crate) fn set_session(self, token: &SessionToken) -> Cookie<'static> {
        // As long as a session can last: six months. The server ends it, not the browser.
        self.cookie("session", token.cookie_value(), 184 * 24 * 3600)
    }

    /// Takes the session back.
    #[must_use]
    pub(crate) fn clear_session(self) -> Cookie<'static> {
        self.cookie("session", String::new(), 0)
    }

    /// What the login called `handle` was begun with.
    #[must_use]
    pub(crate) fn login(self, jar: &CookieJar, handle: &str) -> Option<String> {
        let cookie = jar.get(&self.name(&format!("login_{handle}")))?;
        Some(cookie.value().to_owned())
    }

    /// Lets the browser take along what the login called `handle` was begun with.
    #[must_use]
    pub(crate) fn set_login(self, handle: &str, sealed: String) -> Cookie<'static> {
        let name = format!("login_{handle}");
        self.cookie(&name, sealed, LOGIN_LASTS.num_seconds())
    }

    /// Takes it back: it works once.
    #[must_use]
    pub(crate) fn clear_login(self, handle: &str) -> Cookie<'static> {
        self.cookie(&format!("login_{handle}"), String::new(), 0)
    }

    /// Takes all logins back where the browser has so many under way that another is too many.
    #[must_use]
    pub(crate) fn surplus_logins(self, jar: &CookieJar) -> Vec<Cookie<'static>> {
        let prefix = self.name("login_");
        let handles: Vec<&str> = jar
            .iter()
            .filter_map(|cookie| cookie.name().strip_prefix(&prefix))
            .collect();
        if handles.len() < MAX_LOGINS {
            return Vec::new();
        }
        handles
            .into_iter()
            .map(|handle| self.clear_login(handle))
            .collect()
    }

    fn name(self, name: &str) -> String {
        let prefix = if self.secure { "__Host-" } else { "" };
        format!("{prefix}lockstep_{name}")
    }

    fn cookie(self, name: &str, value: String, seconds: i64) -> Cookie<'static> {
        Cookie::build((self.name(name), value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .max_age(Duration::seconds(seconds))
            .build()
    }
}
