//! Connects to the server, and tells what is wrong when that fails.

use std::error::Error as _;
use std::time::Duration;

use diesel::connection::CacheSize;
use diesel::result::{ConnectionError, Error as DieselError};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use tokio::time::timeout;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use super::settings::Settings;
use super::tls::Tls;
use crate::store::error::OpenError;
use crate::store::statements::Statements;

/// Makes connections to one server.
#[derive(Clone)]
pub(super) struct Connector {
    settings: Settings,
    tls: Tls,
    statements: Statements,
}

impl Connector {
    /// Reads certificates from disk; blocks.
    pub(super) fn new(settings: Settings, statements: Statements) -> Result<Self, OpenError> {
        let tls = Tls::new(&settings.verification)
            .map_err(|source| OpenError::Certificates { source })?;
        Ok(Self {
            settings,
            tls,
            statements,
        })
    }

    /// The first connection, whose failure is explained. The driver limits how long it takes to reach the
    /// server; how long the server may then take to answer is `patience`.
    pub(super) async fn connect_first(
        &self,
        patience: Duration,
    ) -> Result<AsyncPgConnection, OpenError> {
        let limit = self.settings.reached_within().saturating_add(patience);
        match timeout(limit, self.connect()).await {
            Ok(connected) => connected.map_err(|error| self.explain(error)),
            Err(_elapsed) => Err(OpenError::Unreachable {
                server: self.settings.server(),
                reason: "it accepts connections, but does not answer".to_owned(),
            }),
        }
    }

    /// A new connection, ready for queries.
    pub(super) async fn connect(&self) -> Result<AsyncPgConnection, ConnectError> {
        let (client, connection) = self.settings.driver.connect(self.tls.clone()).await?;
        // The driver's half that reads and writes. It ends with the client's half or the server.
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(?error, "connection lost");
            }
        });
        // Behind a pooler, only what is one transaction goes to one server. Here it is the settings
        // that diesel-async makes with prepared statements.
        let pooler = self.settings.pooler;
        if pooler {
            client.batch_execute("BEGIN").await?;
        }
        let mut conn = AsyncPgConnection::try_from(client).await?;
        if pooler {
            conn.batch_execute("COMMIT").await?;
            conn.set_prepared_statement_cache_size(CacheSize::Disabled);
        }
        conn.set_instrumentation(self.statements.clone());
        Ok(conn)
    }

    /// What to tell a person about a failed first connection.
    fn explain(&self, error: ConnectError) -> OpenError {
        let server = self.settings.server();
        let error = match error {
            ConnectError::Driver(error) => error,
            ConnectError::Setup(source) => {
                return OpenError::Other {
                    reason: "the connection cannot be set up",
                    source: source.into(),
                };
            }
        };
        let Some(refusal) = error.as_db_error() else {
            // The driver keeps its kinds of error to itself; its fixed texts are all there is.
            let reason = error.source().map(ToString::to_string);
            return match (error.to_string().as_str(), reason.as_deref()) {
                ("error performing TLS handshake", Some("server does not support TLS")) => {
                    OpenError::TlsNotOffered { server }
                }
                ("error performing TLS handshake", _) => OpenError::TlsFailed {
                    server,
                    reason: reason.unwrap_or_default(),
                },
                ("authentication error", _) | (_, Some("password missing")) => {
                    OpenError::AuthenticationFailed {
                        server,
                        reason: reason.unwrap_or_default(),
                    }
                }
                ("invalid configuration", _) => OpenError::InvalidUrl {
                    reason: "hosts, addresses and ports do not fit together",
                },
                _ => OpenError::Unreachable {
                    server,
                    reason: reason.unwrap_or_else(|| error.to_string()),
                },
            };
        };
        // What the server says names the user or the database, never the password.
        let reason = refusal.message().to_owned();
        match *refusal.code() {
            SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
                OpenError::AuthenticationFailed { server, reason }
            }
            SqlState::INVALID_CATALOG_NAME => OpenError::NoSuchDatabase { server, reason },
            // pgbouncer says it with a code of its own.
            _ if reason.starts_with("database ") && reason.ends_with(" does not exist") => {
                OpenError::NoSuchDatabase { server, reason }
            }
            SqlState::INSUFFICIENT_PRIVILEGE => OpenError::NotPermitted { reason },
            _ => OpenError::Unreachable { server, reason },
        }
    }
}

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum ConnectError {
    Driver(Error),
    Setup(ConnectionError),
}

impl From<Error> for ConnectError {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

impl From<ConnectionError> for ConnectError {
    fn from(error: ConnectionError) -> Self {
        Self::Setup(error)
    }
}

impl From<DieselError> for ConnectError {
    fn from(error: DieselError) -> Self {
        Self::Setup(ConnectionError::CouldntSetupConfiguration(error))
    }
}

// For the pool, which wants diesel's error.
impl From<ConnectError> for ConnectionError {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Driver(error) => {
                let reason = error.source().map(ToString::to_string);
                Self::BadConnection(match reason {
                    Some(reason) => format!("{error}: {reason}"),
                    None => error.to_string(),
                })
            }
            ConnectError::Setup(error) => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_server_that_accepts_and_stays_silent_is_told_after_a_while() {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = silent.local_addr().unwrap();
        let url = format!("postgres://u:hunter2@{addr}/d");
        let mut settings = Settings::parse(&url.into()).unwrap();
        let moment = Duration::from_millis(50);
        settings.driver.connect_timeout(moment);
        let connector = Connector::new(settings, Statements::default()).unwrap();
        let connecting = connector.connect_first(moment);
        let error = timeout(Duration::from_secs(30), connecting).await;
        let Err(error) = error.expect("it does not wait for ever") else {
            panic!("nobody answered");
        };
        assert!(matches!(error, OpenError::Unreachable { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains("does not answer"), "{text}");
        assert!(text.contains(&addr.to_string()), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}
