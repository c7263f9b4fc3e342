//! Reads the PostgreSQL URL: the driver's parameters, and those of libpq and of ours that the driver
//! does not know.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use url::form_urlencoded;

use super::super::error::OpenError;

/// How long one attempt to connect may take, unless the URL says `connect_timeout`.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// After how long a silent peer is taken for gone, unless the URL says otherwise.
const PEER_TIMEOUT: Duration = Duration::from_secs(10);
const KEEPALIVES_IDLE: Duration = Duration::from_secs(30);

/// What to connect to, and how.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) driver: Config,
    pub(super) verification: Verification,
    /// `pgbouncer=true`: a pooler in transaction mode is in between.
    pub(super) pooler: bool,
}

/// What is verified of the server's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verification {
    /// Nothing: `prefer` and `require` keep listeners out, not impostors. So it is in libpq too.
    Nothing,
    /// `verify-ca`: that one of the authorities in this PEM file issued it.
    Issuer(PathBuf),
    /// `verify-full`: that, and that it names the host.
    IssuerAndHost(Roots),
}

/// Whom to trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Roots {
    /// The operating system's authorities.
    Platform,
    /// The certificates in a PEM file, `sslrootcert`.
    File(PathBuf),
}

impl Settings {
    /// How long the driver tries to reach the server, whose hosts it tries one after the other.
    pub(super) fn reached_within(&self) -> Duration {
        let each = self.driver.get_connect_timeout().copied();
        let hosts = self.driver.get_hosts().len().max(1);
        each.unwrap_or(CONNECT_TIMEOUT)
            .saturating_mul(u32::try_from(hosts).unwrap_or(u32::MAX))
    }

    pub(super) fn parse(url: &SecretString) -> Result<Self, OpenError> {
        let url = url.expose_secret();
        // The driver takes everything up to an `@` for credentials, a question mark included.
        let authority = url.find('@').unwrap_or(0);
        let (server, parameters) = match url[authority..].find('?') {
            Some(at) => (&url[..authority + at], &url[authority + at + 1..]),
            None => (url, ""),
        };

        let mut rest = Vec::new();
        let (mut mode, mut root_file, mut pooler) = (None, None, false);
        for parameter in parameters.split('&').filter(|text| !text.is_empty()) {
            let decoded = form_urlencoded::parse(parameter.as_bytes()).next();
            let (name, value) = decoded.unwrap_or_default();
            match (&*name, &*value) {
                ("sslmode", _) => mode = Some(value.into_owned()),
                ("sslrootcert", _) => root_file = Some(value.into_owned()),
                ("pgbouncer", "true") => pooler = true,
                ("pgbouncer", "false") => pooler = false,
                ("pgbouncer", _) => return invalid("pgbouncer must be true or false"),
                _ => rest.push(parameter),
            }
        }

        let mut driver = format!("{server}?{}", rest.join("&"))
            .parse::<Config>()
            // The driver's reason may quote a piece of a password with an unescaped `@` or `?`.
            .or_else(|_| {
                invalid(
                    "expected is postgres://user:password@host:port/database?parameter=value, with \
                     special characters in the password percent-encoded, and of libpq's parameters: \
                     application_name, connect_timeout, tcp_user_timeout, keepalives, \
                     keepalives_idle, keepalives_interval, keepalives_retries, options, host, \
                     hostaddr, port, user, password, dbname, target_session_attrs, \
                     load_balance_hosts, sslmode, sslnegotiation, sslrootcert; and pgbouncer=true \
                     behind a pooler in transaction mode",
                )
            })?;
        if driver.get_hosts().is_empty() && driver.get_hostaddrs().is_empty() {
            return invalid("it names no host");
        }

        let roots = match root_file.as_deref() {
            None | Some("system") => Roots::Platform,
            Some(file) => Roots::File(file.into()),
        };
        let (mode, verification) = match (mode.as_deref(), roots) {
            (Some("disable"), _) => (SslMode::Disable, Verification::Nothing),
            (None | Some("prefer"), _) => (SslMode::Prefer, Verification::Nothing),
            (Some("require"), _) if root_file.is_none() => {
                (SslMode::Require, Verification::Nothing)
            }
            // As libpq does: whoever gives an authority wants it to be asked.
            (Some("require" | "verify-ca"), Roots::File(file)) => {
                (SslMode::Require, Verification::Issuer(file))
            }
            // Anyone can have a certificate of a public authority, for some host.
            (Some("require" | "verify-ca"), Roots::Platform) => {
                return invalid(
                    "sslmode=verify-ca needs sslrootcert to name a file; with the system's \
                     authorities, use verify-full",
                );
            }
            (Some("verify-full"), roots) => (SslMode::Require, Verification::IssuerAndHost(roots)),
            (Some(_), _) => {
                return invalid(
                    "sslmode must be disable, prefer, require, verify-ca or verify-full",
                );
            }
        };
        // As libpq does: a Unix socket needs no TLS, whatever `sslmode` says.
        let hosts = driver.get_hosts();
        let local = !hosts.is_empty() && !hosts.iter().any(|host| matches!(host, Host::Tcp(_)));
        driver.ssl_mode(if local { SslMode::Disable } else { mode });

        if driver.get_application_name().is_none() {
            driver.application_name("lockstep-api");
        }
        if driver.get_connect_timeout().is_none() {
            driver.connect_timeout(CONNECT_TIMEOUT);
        }
        if driver.get_tcp_user_timeout().is_none() {
            driver.tcp_user_timeout(PEER_TIMEOUT);
        }
        if !rest.iter().any(|text| text.starts_with("keepalives_idle=")) {
            driver.keepalives_idle(KEEPALIVES_IDLE);
        }
        Ok(Self {
            driver,
            verification,
            pooler,
        })
    }

    /// The server, as a message names it.
    pub(super) fn server(&self) -> String {
        let port = |index: usize| {
            let ports = self.driver.get_ports();
            // One port is for all hosts.
            ports.get(index).or(ports.first()).copied().unwrap_or(5432)
        };
        let hosts = self.driver.get_hosts();
        if hosts.is_empty() {
            let addresses = self.driver.get_hostaddrs().iter().enumerate();
            return addresses
                .map(|(index, address)| format!("{address}:{}", port(index)))
                .collect::<Vec<_>>()
                .join(", ");
        }
        let named = hosts.iter().enumerate().map(|(index, host)| match host {
            Host::Tcp(name) => format!("{name}:{}", port(index)),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        });
        named.collect::<Vec<_>>().join(", ")
    }
}

fn invalid<T>(reason: &'static str) -> Result<T, OpenError> {
    Err(OpenError::InvalidUrl { reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Settings, OpenError> {
        Settings::parse(&SecretString::from(url.to_owned()))
    }

    #[test]
    fn every_sslmode_of_libpq_is_understood() {
        use Verification::{Issuer, IssuerAndHost, Nothing};

        let file = || PathBuf::from("/etc/ca.pem");
        for (parameters, mode, verification) in [
            ("", SslMode::Prefer, Nothing),
            ("sslmode=disable", SslMode::Disable, Nothing),
            ("sslmode=prefer", SslMode::Prefer, Nothing),
            ("sslmode=require", SslMode::Require, Nothing),
            (
                "sslmode=require&sslrootcert=/etc/ca.pem",
                SslMode::Require,
                Issuer(file()),
            ),
            (
                "sslmode=verify-ca&sslrootcert=%2Fetc%2Fca.pem",
                SslMode::Require,
                Issuer(file()),
            ),
            (
                "sslmode=verify-full&sslrootcert=/etc/ca.pem",
                SslMode::Require,
                IssuerAndHost(Roots::File(file())),
            ),
            (
                "sslmode=verify-full",
                SslMode::Require,
                IssuerAndHost(Roots::Platform),
            ),
            (
                "sslrootcert=system&sslmode=verify-full",
                SslMode::Require,
                IssuerAndHost(Roots::Platform),
            ),
        ] {
            let settings = parse(&format!("postgres://u:p@h/d?{parameters}")).unwrap();
            assert_eq!(settings.driver.get_ssl_mode(), mode, "{parameters}");
            assert_eq!(settings.verification, verification, "{parameters}");
        }
        for parameters in [
            "sslmode=verify",
            "sslmode=verify-ca",
            "sslmode=require&sslrootcert=system",
        ] {
            let error = parse(&format!("postgres://u:p@h/d?{parameters}"))
                .err()
                .unwrap();
            assert!(error.to_string().contains("verify-full"), "{error}");
        }
    }

    #[test]
    fn a_unix_socket_takes_no_tls() {
        let settings = parse("postgres:///d?host=/run/postgresql&sslmode=require").unwrap();
        assert_eq!(settings.driver.get_ssl_mode(), SslMode::Disable);
        let mixed = parse("postgres:///d?host=/run/postgresql&host=h&sslmode=require").unwrap();
        assert_eq!(mixed.driver.get_ssl_mode(), SslMode::Require);
    }

    #[test]
    fn what_the_url_says_wins_over_the_defaults() {
        let plain = parse("postgresql://u@h/d").unwrap();
        assert_eq!(plain.driver.get_application_name(), Some("lockstep-api"));
        assert_eq!(plain.driver.get_connect_timeout(), Some(&CONNECT_TIMEOUT));
        assert_eq!(plain.driver.get_keepalives_idle(), KEEPALIVES_IDLE);
        assert!(!plain.pooler);

        let url = "postgresql://u@h/d?pgbouncer=true&application_name=a%20b&connect_timeout=1&keepalives_idle=7";
        let told = parse(url).unwrap();
        assert_eq!(told.driver.get_application_name(), Some("a b"));
        let second = Duration::from_secs(1);
        assert_eq!(told.driver.get_connect_timeout(), Some(&second));
        let seven = Duration::from_secs(7);
        assert_eq!(told.driver.get_keepalives_idle(), seven);
        assert!(told.pooler);
    }

    #[test]
    fn hosts_are_named_without_credentials() {
        for (url, server) in [
            ("postgres://u:secret@h/d", "h:5432"),
            ("postgres://u:secret@h1,h2:6432/d", "h1:5432, h2:6432"),
            ("postgres://u:secret@[::1]:7/d", "::1:7"),
            ("postgres:///d?host=/run/postgresql", "/run/postgresql"),
            ("postgres://u:se?cret@h/d", "h:5432"),
        ] {
            assert_eq!(parse(url).unwrap().server(), server);
        }
    }

    #[test]
    fn a_url_that_cannot_be_read_is_not_repeated() {
        for url in [
            "postgres://u:hunter2@h/d?nonsense=hunter2",
            "postgres://u:hunter2@h/d?hunter2",
            "postgres://u:p@hunter2?hunter2=1@h/d",
            "postgres://u:hunter2@h:port/d",
            "postgres://u:hunter2@h/d?pgbouncer=hunter2",
            "postgres://u:hunter2@h/d?sslmode=hunter2",
            "postgres:///hunter2",
        ] {
            let error = parse(url).err().unwrap();
            assert!(matches!(error, OpenError::InvalidUrl { .. }), "{url}");
            let text = format!("{error} {error:?}");
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}
