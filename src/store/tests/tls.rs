//! TLS to PostgreSQL: what each `sslmode` accepts of a server, and what it refuses.
//!
//! In front of the test server stands one of our own that speaks TLS with the certificate in
//! `postgres/fixtures`, as the test server's own is not known here.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, lookup_host};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use url::Url;

use crate::config::{Database, DatabaseUrl};
use crate::store::Store;
use crate::store::testing::TestDatabase;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/postgres/fixtures");

/// The first eight bytes of a client that would like TLS.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

fn acceptor() -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_file(format!("{FIXTURES}/server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(format!("{FIXTURES}/server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// Listens on loopback in front of `server`, with TLS or without; answers its port.
async fn in_front_of(server: SocketAddr, tls: Option<TlsAcceptor>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let tls = tls.clone();
            tokio::spawn(async move {
                let mut request = [0; 8];
                client.read_exact(&mut request).await?;
                assert_eq!(request, SSL_REQUEST);
                let mut server = TcpStream::connect(server).await?;
                match tls {
                    Some(tls) => {
                        client.write_all(b"S").await?;
                        let mut client = tls.accept(client).await?;
                        copy_bidirectional(&mut client, &mut server).await
                    }
                    None => {
                        client.write_all(b"N").await?;
                        copy_bidirectional(&mut client, &mut server).await
                    }
                }
            });
        }
    });
    port
}

#[tokio::test]
async fn each_sslmode_accepts_what_libpqs_does() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let url = Url::parse(&database.url()).unwrap();
    let (host, port) = (url.host_str().unwrap(), url.port().unwrap_or(5432));
    let server = lookup_host((host, port)).await.unwrap().next().unwrap();
    let secure = in_front_of(server, Some(acceptor())).await;
    let plain = in_front_of(server, None).await;
    let authority = format!("sslrootcert={FIXTURES}/authority.pem");
    let stranger = format!("sslrootcert={FIXTURES}/stranger.pem");

    for (port, host, parameters, expected) in [
        (secure, "127.0.0.1", "sslmode=prefer".to_owned(), "opened"),
        (secure, "127.0.0.1", "sslmode=require".to_owned(), "opened"),
        (
            secure,
            "127.0.0.1",
            format!("sslmode=verify-ca&{authority}"),
            "opened",
        ),
        (
            secure,
            "127.0.0.1",
            format!("sslmode=require&{stranger}"),
            "TlsFailed",
        ),
        (
            secure,
            "127.0.0.1",
            format!("sslmode=verify-ca&{stranger}"),
            "TlsFailed",
        ),
        (
            secure,
            "localhost",
            format!("sslmode=verify-full&{authority}"),
            "opened",
        ),
        (
            secure,
            "127.0.0.1",
            format!("sslmode=verify-full&{authority}"),
            "TlsFailed",
        ),
        (
            secure,
            "localhost",
            format!("sslmode=verify-full&{stranger}"),
            "TlsFailed",
        ),
        (
            secure,
            "localhost",
            "sslmode=verify-full".to_owned(),
            "TlsFailed",
        ),
        (plain, "127.0.0.1", "sslmode=prefer".to_owned(), "opened"),
        (
            plain,
            "127.0.0.1",
            "sslmode=require".to_owned(),
            "TlsNotOffered",
        ),
        (
            plain,
            "localhost",
            format!("sslmode=verify-full&{authority}"),
            "TlsNotOffered",
        ),
    ] {
        let mut url = url.clone();
        url.set_host(Some(host)).unwrap();
        url.set_port(Some(port)).unwrap();
        url.set_query(Some(&parameters));
        let url = DatabaseUrl::Postgres(String::from(url).into());
        let outcome = match Store::open(&Database { url }).await {
            Ok(store) => {
                assert_eq!(
                    store.delete_expired_sessions(super::at(0)).await.unwrap(),
                    0
                );
                "opened".to_owned()
            }
            Err(error) => format!("{error:?}"),
        };
        // A machine without any authorities cannot verify by them either.
        let none = outcome.starts_with("Certificates") && !parameters.contains("sslrootcert");
        assert!(
            none || outcome.starts_with(expected),
            "{host} {parameters}: {outcome}"
        );
    }
}
