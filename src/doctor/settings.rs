//! What the settings say by themselves.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::report::Report;
use crate::config::{Args, Config, is_loopback};

pub(super) fn examine(args: &Args, config: &Config, report: &mut Report) {
    report.ok("settings", "all are understood");
    flask_redirect_uri(args, report);
    redirect_uri(config, report);
    for uri in &config.spotify.app_redirect_uris {
        app_redirect_uri(uri, report);
    }
}

/// A Flask server's `.env` may have relied on another default.
fn flask_redirect_uri(args: &Args, report: &mut Report) {
    let is_set =
        |value: &Option<String>| value.as_ref().is_some_and(|text| !text.trim().is_empty());
    let moved_in = is_set(&args.flask_secret_key) && !is_set(&args.session_secret);
    if moved_in && !is_set(&args.spotify_redirect_uri) {
        report.warning(
            "redirect URI",
            "is not set; the Flask server took https://api.lockstep.at/login/spotify/ then, and this \
             one does not",
            "write the one that is registered with Spotify into SPOTIFY_REDIRECT_URI",
        );
    }
}

fn redirect_uri(config: &Config, report: &mut Report) {
    let uri = &config.spotify.redirect_uri;
    report.ok(
        "redirect URI",
        format_args!("register exactly this at developer.spotify.com/dashboard: {uri}"),
    );
    let http = &config.http;
    if uri.scheme() == "https" {
        if http.trusted_proxy_hops == 0 {
            // Points are a person's once it is known whose a request is; logins are always an address's.
            let logins = config.fair_use.logins_per_minute.map_or_else(
                String::new,
                |most| {
                    format!(
                        ", and everybody together has that one address's {most} beginnings and ends of \
                         logins a minute"
                    )
                },
            );
            report.warning(
                "redirect URI",
                "is https, which a reverse proxy in front speaks, and no proxy is believed",
                format_args!(
                    "set TRUSTED_PROXY_HOPS to the number of proxies: without it logs tell the proxy's \
                     address and not the clients'{logins}"
                ),
            );
        }
    } else if uri.port_or_known_default() != Some(http.listen_addr.port()) {
        report.problem(
            "redirect URI",
            format_args!(
                "leads to another port than LISTEN_ADDR, which is {}",
                http.listen_addr
            ),
            "write the same port in SPOTIFY_REDIRECT_URI and LISTEN_ADDR, and register it",
        );
    } else if !is_heard(http.listen_addr.ip(), uri) {
        report.warning(
            "redirect URI",
            format_args!(
                "leads to another address than LISTEN_ADDR, which is {}: nobody comes back from Spotify \
                 unless something passes them on",
                http.listen_addr
            ),
            "write the same address in SPOTIFY_REDIRECT_URI and LISTEN_ADDR, and register it",
        );
    } else {
        report.ok(
            "redirect URI",
            "is a loopback address: only browsers on this machine can log in",
        );
    }
}

/// Whether who listens there is reached at the URI, whose host is a number.
fn is_heard(listen: IpAddr, uri: &Url) -> bool {
    let address: IpAddr = match uri.host() {
        Some(Host::Ipv4(address)) => address.into(),
        Some(Host::Ipv6(address)) => address.into(),
        _ => return false,
    };
    match listen.to_canonical() {
        // Systems let it hear IPv4 as well, unless they are told otherwise.
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => true,
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.is_ipv4(),
        listen => listen == address,
    }
}

fn app_redirect_uri(text: &str, report: &mut Report) {
    const SUBJECT: &str = "app redirect URI";
    // The settings have been judged; what is no URI is not among them.
    let Ok(uri) = Url::parse(text) else {
        return;
    };
    match uri.scheme() {
        "https" => report.ok(SUBJECT, text),
        "http" if is_loopback(&uri) => report.ok(SUBJECT, text),
        "http" => report.problem(
            SUBJECT,
            format_args!("{text} is http: whoever is on the way reads what is sent there"),
            "use https, or a scheme of the app's own",
        ),
        scheme if !scheme.contains('.') => report.warning(
            SUBJECT,
            format_args!("{text} has a scheme without a dot, which other apps may use as well"),
            "use one that is the app's domain in reverse (RFC 8252, section 7.1), such as \
             at.lockstep.player",
        ),
        _ => report.ok(
            SUBJECT,
            format_args!("{text} (any app can claim a scheme, so let apps log in by code)"),
        ),
    }
}
