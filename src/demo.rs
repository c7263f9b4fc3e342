//! `lockstep-api demo`: the whole thing with nothing configured, a simulated Spotify included.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::app::App;
use crate::clock::Clock;
use crate::config::{Args, Config, Database, DatabaseUrl, FairUse, Http, Log, Secrets, Spotify};
use crate::simulator::{ALL_SCOPES, CLIENT_ID, CLIENT_SECRET, Options, Simulator, data};
use crate::spotify::RetryPolicy;
use crate::{serve, telemetry};

/// How long the access token serves that the demo gives out for trying things by hand.
const TOKEN_LASTS: Duration = Duration::from_secs(24 * 3600);

/// Serves until it is told to stop. Everything is forgotten then.
///
/// # Errors
/// Where the address cannot be listened on, or the temporary directory cannot be written.
pub async fn run(args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    telemetry::init(&Log::read(args)?);
    let listen_addr = with_port(Http::listen_addr(args)?)?;
    let url = format!("http://{}", local(listen_addr));
    let redirect_uri = format!("{url}/login/spotify/");
    let simulator = Simulator::start(Options {
        redirect_uris: vec![redirect_uri.clone()],
        ..Options::default()
    })?;
    let directory = tempfile::tempdir()?;
    let spotify = Spotify {
        client_id: CLIENT_ID.to_owned(),
        client_secret: SecretString::from(CLIENT_SECRET),
        redirect_uri: Url::parse(&redirect_uri)?,
        app_redirect_uris: vec!["at.lockstep.player://spotify/callback".to_owned()],
        api_url: Url::parse(simulator.url())?,
        accounts_url: Url::parse(simulator.url())?,
    };
    let database = Database {
        url: DatabaseUrl::Sqlite(directory.path().join("lockstep.db")),
    };
    let secret = SecretString::from("the demo's data is gone when the demo ends");
    let config = Config {
        http: Http {
            listen_addr,
            ..Http::default()
        },
        // Nobody but whoever tries it out is there.
        fair_use: FairUse::OFF,
        log: Log::read(args)?,
        ..Config::new(spotify, database, Secrets::from(secret))
    };
    let token = simulator.mint(data::ADA, &ALL_SCOPES, TOKEN_LASTS);
    let app = App::start(config, Clock::system(), RetryPolicy::default()).await?;
    serve::serve(&app, |_| {
        println!(
            "\n  lockstep-api with a simulated Spotify\n\n  \
             Open        {url}/\n  \
             GraphQL     {url}/graphql\n  \
             Simulator   {}\n  \
             Token       {}\n              \
             (Ada Lindqvist's for a day, for Authorization: Bearer)\n\n  \
             Everything is forgotten when you stop it with Ctrl-C.\n",
            simulator.url(),
            token.access_token
        );
    })
    .await?;
    Ok(())
}

/// The port must be known before it is listened on: it is part of the redirect URI.
fn with_port(addr: SocketAddr) -> std::io::Result<SocketAddr> {
    match addr.port() {
        0 => TcpListener::bind(addr)?.local_addr(),
        _ => Ok(addr),
    }
}

/// Where a browser on this machine finds what listens on `addr`, which may be every address.
fn local(mut addr: SocketAddr) -> SocketAddr {
    if addr.ip().is_unspecified() {
        addr.set_ip(match addr {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    addr
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_sent_where_it_can_go() {
        for (listened_on, address) in [
            ("127.0.0.1:8000", "127.0.0.1:8000"),
            ("0.0.0.0:8000", "127.0.0.1:8000"),
            ("[::]:8000", "[::1]:8000"),
            ("192.0.2.7:80", "192.0.2.7:80"),
        ] {
            let addr = local(listened_on.parse().unwrap());
            assert_eq!(addr.to_string(), address);
        }
        let any = with_port("127.0.0.1:0".parse().unwrap()).unwrap();
        assert_ne!(any.port(), 0);
        assert_eq!(with_port(any).unwrap(), any);
    }
}
