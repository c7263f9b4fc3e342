//! The listener and what it lets in.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use url::Url;

use super::read::{given, listed, number, seconds};
use super::{Args, Problems};

/// The public listener.
#[derive(Clone, Debug)]
pub struct Http {
    /// `LISTEN_ADDR`
    pub listen_addr: SocketAddr,
    /// `REQUEST_TIMEOUT_SECONDS`: a whole GraphQL request, retries and waits included.
    pub request_timeout: Duration,
    /// `MAX_UPLOAD_BYTES`: the largest request body, in bytes.
    pub max_upload_bytes: usize,
    /// `UPLOAD_MEMORY_BYTES`: of all requests' bodies together, beyond what a body that uploads
    /// nothing may have. At least `max_upload_bytes`.
    pub upload_memory_bytes: usize,
    /// `ANSWER_MEMORY_BYTES`: of the collections in all requests' answers together. At least one answer's.
    pub answer_memory_bytes: u64,
    /// `CORS_ALLOWED_ORIGINS`: compared exactly, as a browser sends them.
    pub cors_allowed_origins: Vec<String>,
    /// `TRUSTED_PROXY_HOPS`: how many reverse proxies stand in front.
    pub trusted_proxy_hops: usize,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen_addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 8000)),
            request_timeout: Duration::from_secs(30),
            max_upload_bytes: 16 * 1024 * 1024,
            upload_memory_bytes: 256 * 1024 * 1024,
            answer_memory_bytes: 512 * 1024 * 1024,
            cors_allowed_origins: Vec::new(),
            trusted_proxy_hops: 0,
        }
    }
}

impl Http {
    /// Judges `LISTEN_ADDR` alone, for a command that takes no other of these settings.
    ///
    /// # Errors
    /// That it is malformed.
    pub fn listen_addr(args: &Args) -> Result<SocketAddr, Problems> {
        let mut problems = Problems::default();
        listen_addr(args, &mut problems).ok_or(problems)
    }
}

fn listen_addr(args: &Args, problems: &mut Problems) -> Option<SocketAddr> {
    let addr = match given(&args.listen_addr) {
        Some(text) => text.parse().ok(),
        None => Some(Http::default().listen_addr),
    };
    if addr.is_none() {
        problems.add(
            "LISTEN_ADDR",
            "must be an address and a port, for example 127.0.0.1:8000",
        );
    }
    addr
}

pub(super) fn http(args: &Args, answer_bytes: u64, problems: &mut Problems) -> Option<Http> {
    let default = Http::default();
    let listen_addr = listen_addr(args, problems);
    let request_timeout = seconds(
        "REQUEST_TIMEOUT_SECONDS",
        &args.request_timeout_seconds,
        default.request_timeout,
        1..=600,
        problems,
    );
    // SQLite and PostgreSQL both hold a gigabyte in one value at the most.
    let max_upload_bytes = number(
        "MAX_UPLOAD_BYTES",
        &args.max_upload_bytes,
        default.max_upload_bytes as u64,
        1024..=512 * 1024 * 1024,
        problems,
    );
    let upload_memory_bytes = memory(
        ("UPLOAD_MEMORY_BYTES", &args.upload_memory_bytes),
        max_upload_bytes.max(default.upload_memory_bytes as u64),
        ("MAX_UPLOAD_BYTES", max_upload_bytes),
        problems,
    );
    let answer_memory_bytes = memory(
        ("ANSWER_MEMORY_BYTES", &args.answer_memory_bytes),
        default.answer_memory_bytes,
        ("MAX_ANSWER_BYTES", answer_bytes),
        problems,
    );
    let trusted_proxy_hops = number(
        "TRUSTED_PROXY_HOPS",
        &args.trusted_proxy_hops,
        0,
        0..=16,
        problems,
    );
    let cors_allowed_origins = origins(given(&args.cors_allowed_origins).unwrap_or(""), problems);
    Some(Http {
        listen_addr: listen_addr?,
        request_timeout,
        max_upload_bytes: usize::try_from(max_upload_bytes).ok()?,
        upload_memory_bytes: usize::try_from(upload_memory_bytes).ok()?,
        answer_memory_bytes,
        cors_allowed_origins: cors_allowed_origins?,
        trusted_proxy_hops: usize::try_from(trusted_proxy_hops).ok()?,
    })
}

/// Whether it is written exactly as browsers send it.
pub(super) fn is_origin(text: &str) -> bool {
    let as_sent = |url: Url| url.has_host() && url.origin().ascii_serialization() == text;
    !text.contains('*') && Url::parse(text).is_ok_and(as_sent)
}

fn origins(text: &str, problems: &mut Problems) -> Option<Vec<String>> {
    let mut origins = Vec::new();
    for origin in listed(text) {
        if !is_origin(origin) {
            problems.add(
                "CORS_ALLOWED_ORIGINS",
                format_args!(
                    "lists {origin:?}, which is not an origin as a browser sends it: write scheme, host \
                     and port only, for example https://player.example.org"
                ),
            );
            return None;
        }
        origins.push(origin.to_owned());
    }
    Some(origins)
}

/// Bytes for all of something together, enough for one of the largest.
fn memory(
    (variable, value): (&'static str, &Option<String>),
    default: u64,
    (largest, least): (&str, u64),
    problems: &mut Problems,
) -> u64 {
    let bounds = 1024..=1024 * 1024 * 1024 * 1024;
    let bytes = number(variable, value, default, bounds, problems);
    if bytes < least {
        problems.add(
            variable,
            format_args!("must be at least {largest}, which is {least}"),
        );
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::config::read::testing::{minimal, problem};

    #[test]
    fn the_memory_of_all_uploads_is_enough_for_the_largest() {
        let read = |change: fn(&mut Args)| {
            let mut args = minimal();
            change(&mut args);
            Config::read(&args).expect("accepted").http
        };
        assert_eq!(read(|_| {}).upload_memory_bytes, 256 * 1024 * 1024);
        let large = read(|args| args.max_upload_bytes = Some("500000000".to_owned()));
        assert_eq!(large.upload_memory_bytes, 500_000_000);
        let set = read(|args| args.upload_memory_bytes = Some("16777216".to_owned()));
        assert_eq!(set.upload_memory_bytes, set.max_upload_bytes);
        let refused = problem(|args| args.upload_memory_bytes = Some("16777215".to_owned()));
        let expected = "UPLOAD_MEMORY_BYTES must be at least MAX_UPLOAD_BYTES, which is 16777216";
        assert!(refused.contains(expected), "{refused}");
    }
    #[test]
    fn the_memory_of_all_answers_is_enough_for_the_largest() {
        let config = Config::read(&minimal()).expect("accepted");
        assert_eq!(config.http.answer_memory_bytes, 536_870_912);
        let of = |memory: &str| {
            let mut args = minimal();
            args.answer_memory_bytes = Some(memory.to_owned());
            args.limits.max_answer_bytes = Some("100000000".to_owned());
            Config::read(&args).map(|config| config.http.answer_memory_bytes)
        };
        assert_eq!(of("100000000").expect("accepted"), 100_000_000);
        let refused = of("99999999").expect_err("refused").to_string();
        let expected = "ANSWER_MEMORY_BYTES must be at least MAX_ANSWER_BYTES, which is 100000000";
        assert!(refused.contains(expected), "{refused}");
    }
}
