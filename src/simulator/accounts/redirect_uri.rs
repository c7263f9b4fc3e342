//! Which redirect URIs Spotify lets through.

use url::{Host, Url};

/// Whether Spotify's rules allow this redirect URI at all: https, or http on a loopback literal. `localhost` is
/// refused since November 2025. Schemes of apps are allowed.
pub(crate) fn is_secure(uri: &str) -> bool {
    let Ok(url) = Url::parse(uri) else {
        return false;
    };
    if url.fragment().is_some() {
        return false;
    }
    match url.scheme() {
        "https" => url.has_host(),
        "http" => match url.host() {
            Some(Host::Ipv4(addr)) => addr == std::net::Ipv4Addr::LOCALHOST,
            Some(Host::Ipv6(addr)) => addr.is_loopback(),
            Some(Host::Domain(_)) | None => false,
        },
        "javascript" | "data" | "file" | "blob" | "about" => false,
        _ => true,
    }
}

/// Whether the redirect URI is one of those registered. They are compared exactly, but for the port of a loopback
/// address that was registered without one.
pub(crate) fn is_registered(uri: &str, registered: &[String]) -> bool {
    registered.is_empty()
        || registered
            .iter()
            .any(|entry| entry == uri || without_loopback_port(uri).as_deref() == Some(entry))
}

fn without_loopback_port(uri: &str) -> Option<String> {
    ["http://127.0.0.1", "http://[::1]"]
        .into_iter()
        .find_map(|origin| {
            let port_and_path = uri.strip_prefix(origin)?.strip_prefix(':')?;
            let path =
                port_and_path.trim_start_matches(|character: char| character.is_ascii_digit());
            (path.len() < port_and_path.len() && path.starts_with('/'))
                .then(|| format!("{origin}{path}"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_loopback_literals_are_secure() {
        for good in [
            "https://example.org/callback",
            "http://127.0.0.1:8000/login/spotify/",
            "http://[::1]:8000/login/spotify/",
            "at.lockstep.player://spotify/callback",
        ] {
            assert!(is_secure(good), "{good}");
        }
        for bad in [
            "http://localhost:8000/login/spotify/",
            "http://example.org/callback",
            "http://127.0.0.2/callback",
            "https://example.org/callback#fragment",
            "javascript:alert(1)",
            "/login/spotify/",
            "",
        ] {
            assert!(!is_secure(bad), "{bad}");
        }
    }

    #[test]
    fn registered_uris_are_compared_exactly() {
        let registered = [
            "https://example.org/callback".to_owned(),
            "http://127.0.0.1/login".to_owned(),
        ];
        for good in [
            "https://example.org/callback",
            "http://127.0.0.1:4711/login",
            "http://127.0.0.1/login",
        ] {
            assert!(is_registered(good, &registered), "{good}");
        }
        for bad in [
            "https://example.org/callback/",
            "https://example.org/callback?x=1",
            "https://example.org:443/callback",
            "HTTPS://example.org/callback",
            "http://127.0.0.1:4711/login/",
            "http://127.0.0.1:/login",
        ] {
            assert!(!is_registered(bad, &registered), "{bad}");
        }
        assert!(is_registered("https://anything.example/", &[]));
    }
}
