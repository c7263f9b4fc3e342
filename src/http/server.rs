//! The listener.

use std::net::SocketAddr;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

/// A bound listener and what it will serve.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    addr: SocketAddr,
    router: Router,
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
    source: std::io::Error,
}

/// What to do about it.
fn advice(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => "stop what listens there, or set another address",
        std::io::ErrorKind::PermissionDenied => {
            "ports below 1024 need a privilege; set a higher one, and put a reverse proxy in front"
        }
        _ => "set an address of this machine",
    }
}

impl Server {
    /// Binds `addr`, where the public is served; port 0 takes any that is free.
    ///
    /// # Errors
    /// [`BindError`], such as where another program listens there.
    pub async fn bind(addr: SocketAddr, router: Router) -> Result<Self, BindError> {
        Self::bind_for("LISTEN_ADDR", addr, router).await
    }

    /// Binds `addr`, where operators look.
    ///
    /// # Errors
    /// As [`Server::bind`].
    pub async fn bind_operations(addr: SocketAddr, router: Router) -> Result<Self, BindError> {
        Self::bind_for("OPS_ADDR", addr, router).await
    }

    async fn bind_for(
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
        })
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
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        let service = self
            .router
            .into_make_service_with_connect_info::<SocketAddr>();
        let listener = self.listener.tap_io(|connection| {
            // An answer's last piece is not to wait for the client's acknowledgement of the first. It
            // works without, slower.
            let _ = connection.set_nodelay(true);
        });
        axum::serve(listener, service)
            .with_graceful_shutdown(stop)
            .await
    }
}
