//! `lockstep-api demo`: the whole thing with nothing configured, a simulated Spotify included.

use std::net::SocketAddr;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::app::App;
use crate::clock::Clock;
use crate::config::{
    Apps, Args, Config, Database, DatabaseUrl, Http, Log, Operations, Secrets, Spotify,
};
use crate::simulator::{CLIENT_ID, CLIENT_SECRET, Options, Simulator};
use crate::spotify::RetryPolicy;
use crate::{serve, telemetry};

/// Serves until it is told to stop. Everything is forgotten then.
///
/// # Errors
/// Where the address cannot be listened on, or the temporary directory cannot be written.
pub async fn run(args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    telemetry::init(&Log::read(args)?);
    let listen_addr = args.listen_addr.as_deref().unwrap_or("127.0.0.1:8000");
    let listen_addr: SocketAddr = listen_addr.parse()?;
    let redirect_uri = format!("http://{listen_addr}/login/spotify/");
    let simulator = Simulator::start(Options {
        redirect_uris: vec![redirect_uri.clone()],
        ..Options::default()
    })?;
    let directory = tempfile::tempdir()?;
    let config = Config {
        spotify: Spotify {
            client_id: CLIENT_ID.to_owned(),
            client_secret: SecretString::from(CLIENT_SECRET),
            redirect_uri: Url::parse(&redirect_uri)?,
            app_redirect_uris: vec!["at.lockstep.player://spotify/callback".to_owned()],
            api_url: Url::parse(simulator.url())?,
            accounts_url: Url::parse(simulator.url())?,
        },
        database: Database {
            url: DatabaseUrl::Sqlite(directory.path().join("lockstep.db")),
        },
        secrets: Secrets::from(SecretString::from(
            "the demo's data is gone when the demo ends",
        )),
        http: Http {
            listen_addr,
            ..Http::default()
        },
        apps: Apps::default(),
        operations: Operations {
            addr: None,
            shutdown_delay: Duration::ZERO,
            shutdown_timeout: Duration::from_secs(30),
        },
        token_refresh_skew: Duration::from_secs(3000),
        log: Log::read(args)?,
    };
    let app = App::start(config, Clock::system(), RetryPolicy::default()).await?;
    serve::serve(&app, |addr| {
        println!(
            "\n  lockstep-api with a simulated Spotify\n\n  \
             Open        http://{addr}/\n  \
             GraphQL     http://{addr}/graphql\n  \
             Simulator   {}\n\n  \
             Everything is forgotten when you stop it with Ctrl-C.\n",
            simulator.url()
        );
    })
    .await?;
    Ok(())
}
