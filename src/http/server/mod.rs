//! The listener: so many connections at once, each with bounded patience.

mod connection;
mod pace;
mod patient;
mod streams;

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Connections;

/// How long nothing is accepted after the system refused to, as when there are too many open files.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// A bound listener and what it will serve.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    addr: SocketAddr,
    router: Router,
    connections: Connections,
}

/// The address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error(
    "{variable} {addr} cannot be listened on ({source}): {}",
    advice(source)
)]
pub struct BindError {
    variable: &'static str,
    addr: SocketAddr,
    source: io::Error,
}

/// What to do about it.
fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => "stop what listens there, or set another address",
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 need a privilege; set a higher one, and put a reverse proxy in front"
        }
        _ => "set an address of this machine",
    }
}

impl Server {
    /// Binds `addr`, which is set by `variable`; port 0 takes any that is free.
    ///
    /// # Errors
    /// [`BindError`], such as where another program listens there.
    pub async fn bind(
        variable: &'static str,
        addr: SocketAddr,
        router: Router,
    ) -> Result<Self, BindError> {
        let bind = async {
            let listener = TcpListener::bind(addr).await?;
            let addr = listener.local_addr()?;
            Ok((listener, addr))
        };
        let (listener, addr) = bind.await.map_err(|source| BindError {
            variable,
            addr,
            source,
        })?;
        Ok(Self {
            listener,
            addr,
            router,
            connections: Connections::default(),
        })
    }

    /// The same with other bounds on its connections.
    #[must_use]
    pub fn with_connections(mut self, connections: Connections) -> Self {
        self.connections = connections;
        self
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Serves until `stop` is there, and then until the requests that run are answered.
    ///
    /// # Errors
    /// Where the listener itself fails.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let (open, closing) = (TaskTracker::new(), CancellationToken::new());
        let slots = Arc::new(Semaphore::new(self.connections.max));
        let accept = async {
            // Who comes when all slots are taken waits with the system, up to its backlog.
            while let Ok(slot) = slots.clone().acquire_owned().await {
                let (stream, peer) = match self.listener.accept().await {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        endure(&error).await;
                        continue;
                    }
                };
                let router = self.router.clone();
                let closing = closing.clone();
                let connection = connection::serve(stream, peer, router, self.connections, closing);
                open.spawn(async move {
                    connection.await;
                    drop(slot);
                });
            }
        };
        tokio::select! {
            () = accept => {}
            () = pin!(stop) => {}
        }
        drop(self.listener);
        closing.cancel();
        open.close();
        open.wait().await;
        Ok(())
    }
}

/// A connection that ended before it was accepted is nobody's loss. Anything else will be no better
/// the next moment.
async fn endure(error: &io::Error) {
    let of_the_connection = matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    );
    if !of_the_connection {
        tracing::error!(%error, "connections cannot be accepted");
        tokio::time::sleep(AFTER_FAILURE).await;
    }
}
