//! The life of a serving process: from its listeners to its end.

use std::future::pending;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::causes::causes;
use crate::clock::Clock;
use crate::http::{BindError, HttpState, Server, operations_router, router};
use crate::shutdown::Signals;
use crate::store::Store;
use crate::telemetry;

/// How often what is of no more use is removed.
const HOUSEKEEPING: Duration = Duration::from_secs(3600);

/// How long a login or its code is kept when it is over, to notice when it is used again, also by an
/// instance whose clock is late.
const KEPT_LOGINS: TimeDelta = TimeDelta::hours(1);

/// Files besides the clients' connections: the database's, and those to Spotify.
const OTHER_FILES: u64 = 256;

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All that ran was finished.
    Complete,
    /// The time was over before all that ran was finished.
    CutShort,
    /// A second signal came.
    AtOnce,
}

/// Why it could not serve, or no longer.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address cannot be listened on.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// Signals cannot be waited for.
    #[error("SIGTERM and SIGINT cannot be handled: {0}")]
    Signals(std::io::Error),
    /// The listener failed.
    #[error("the listener failed: {0}")]
    Listener(#[from] std::io::Error),
    /// A bug.
    #[error("the listener's task failed: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// Serves `app` until a signal asks for the end, and then in this order: `/readyz` says no; after
/// the delay nothing new is accepted; what runs is finished, refreshes of tokens included; the end.
/// A second signal ends it at once. `serving` is told where it serves.
///
/// # Errors
/// See [`ServeError`].
pub async fn serve(
    app: &App,
    serving: impl FnOnce(std::net::SocketAddr),
) -> Result<Ending, ServeError> {
    let mut signals = Signals::install().map_err(ServeError::Signals)?;
    allow_open_files(app.config.connections.max as u64 + OTHER_FILES);
    let operations = &app.config.operations;
    let state = HttpState::new(app);
    let addr = app.config.http.listen_addr;
    let server = Server::bind("LISTEN_ADDR", addr, router(state.clone())).await?;
    let server = server.with_connections(app.config.connections);
    if let Some(addr) = operations.addr {
        let server = Server::bind("OPS_ADDR", addr, operations_router(state)).await?;
        tracing::info!("operations on http://{}", server.addr());
        // It is there to the end, to tell that the end is near.
        tokio::spawn(server.run(pending()));
    }
    serving(server.addr());
    telemetry::defer();
    let services = &app.services;
    tokio::spawn(keep_house(services.store.clone(), services.clock.clone()));

    let closing = CancellationToken::new();
    let mut listener = tokio::spawn(server.run(closing.clone().cancelled_owned()));
    let signal = tokio::select! {
        signal = signals.next() => signal,
        failed = &mut listener => {
            failed??;
            return Ok(Ending::Complete);
        }
    };
    app.shutdown.begin();
    tracing::info!(
        signal,
        delay_seconds = operations.shutdown_delay.as_secs(),
        timeout_seconds = operations.shutdown_timeout.as_secs(),
        "stopping: what runs is finished; a second signal stops at once"
    );
    let orderly = async {
        sleep(operations.shutdown_delay).await;
        closing.cancel();
        let finish = async {
            let stopped = listener.await;
            app.tokens.finished().await;
            stopped
        };
        match timeout(operations.shutdown_timeout, finish).await {
            Ok(stopped) => {
                stopped??;
                tracing::info!("stopped");
                Ok(Ending::Complete)
            }
            Err(_elapsed) => {
                tracing::warn!("stopped before all requests were answered: the time was over");
                Ok(Ending::CutShort)
            }
        }
    };
    tokio::select! {
        ending = orderly => ending,
        signal = signals.next() => {
            tracing::warn!(signal, "stopped at once");
            Ok(Ending::AtOnce)
        }
    }
}

/// Raises the process's limit on open files to `wanted`, as far as the system lets it. Many begin with
/// 1024, though they may have more.
fn allow_open_files(wanted: u64) {
    match rlimit::increase_nofile_limit(wanted) {
        Ok(allowed) if allowed >= wanted => {}
        Ok(allowed) => tracing::warn!(
            allowed,
            wanted,
            "MAX_CONNECTIONS is more than the system lets this process open: raise its limit on open \
             files, or lower MAX_CONNECTIONS"
        ),
        Err(error) => tracing::warn!(%error, "the limit on open files cannot be raised"),
    }
}

/// Removes ended sessions, logins and login codes, now and then. Every instance does, which costs little and
/// needs no agreement.
async fn keep_house(store: Store, clock: Clock) {
    loop {
        match store.delete_expired_sessions(clock.now()).await {
            Ok(0) => {}
            Ok(sessions) => tracing::info!(sessions, "removed sessions that had ended"),
            Err(error) => tracing::warn!(error = causes(&error), "sessions were not removed"),
        }
        // A used code is of use a while longer: who uses it again gives themselves away.
        let long_ago = clock.now() - KEPT_LOGINS;
        if let Err(error) = store.delete_expired_login_codes(long_ago).await {
            tracing::warn!(error = causes(&error), "login codes were not removed");
        }
        if let Err(error) = store.delete_expired_logins(long_ago).await {
            tracing::warn!(error = causes(&error), "finished logins were not removed");
        }
        sleep(HOUSEKEEPING).await;
    }
}
