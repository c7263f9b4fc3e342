//! The command line.

use std::process::ExitCode;

use clap::{Arg, CommandFactory, FromArgMatches, Parser, Subcommand};
use lockstep_api::app::App;
use lockstep_api::auth::Cipher;
use lockstep_api::causes::causes;
use lockstep_api::clock::Clock;
use lockstep_api::config::{Args, Config, Database, Log, Secrets, read_dotenv};
use lockstep_api::serve::Ending;
use lockstep_api::spotify::RetryPolicy;
use lockstep_api::store::{Examination, Store};
use lockstep_api::{doctor, graphql, import, reseal, telemetry};

/// What one thread allocates, others free: glibc's has them wait for each other. Its settings are in
/// .cargo/config.toml.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// GraphQL server of the lockstep player: Spotify playlists and per-track metadata collections
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = false)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    args: Args,
}

#[derive(Clone, Subcommand)]
enum Command {
    /// Serves, after applying pending migrations (also with no command)
    Serve,
    /// Prints the GraphQL schema, byte for byte schema.graphql
    Schema,
    /// Applies pending migrations and stops
    Migrate,
    /// Looks at the settings, the trusted documents, the database, the clock and Spotify, and says what
    /// to do about each problem
    Doctor,
    /// Moves in from the Flask server: takes over its people, tokens and uploads
    Import(import::Source),
    /// Seals stored tokens anew with the first secret of SESSION_SECRET, so that the others can go
    Reseal,
    /// Serves with a simulated Spotify and a database of its own, with nothing configured
    #[cfg(feature = "simulator")]
    Demo,
}

/// Takes the settings before the command and after it. Only the help of the whole lists them: a command's
/// own options would be lost among them.
fn command_line() -> clap::Command {
    let all = Cli::command().mut_args(|option| option.global(true));
    let settings: Vec<Arg> = all
        .get_arguments()
        .map(|option| option.clone().hide(true))
        .collect();
    all.mut_subcommands(|command| {
        command
            .args(settings.clone())
            .after_help("Takes the settings that `lockstep-api --help` lists as well.")
    })
}

fn main() -> ExitCode {
    if let Err(error) = read_dotenv() {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    let cli = Cli::from_arg_matches(&command_line().get_matches());
    let cli = cli.unwrap_or_else(|error| error.exit());
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: threads cannot be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(run(cli.command.unwrap_or(Command::Serve), &cli.args));
    // What had to be waited for has been. A database that hangs must not hold the process.
    runtime.shutdown_background();
    telemetry::flush();
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}", causes(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command, args: &Args) -> Result<ExitCode, Box<dyn std::error::Error>> {
    match command {
        Command::Schema => print!("{}", graphql::sdl()),
        Command::Migrate => {
            telemetry::init(&Log::read(args)?);
            Store::open(&Database::read(args)?).await?;
        }
        Command::Import(source) => import(&source, args).await?,
        Command::Reseal => reseal(args).await?,
        Command::Doctor => {
            let report = doctor::examine(args, &Clock::system()).await;
            println!("{report}");
            if report.problems() > 0 {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::Serve => return serve(Config::read(args)?).await,
        #[cfg(feature = "simulator")]
        Command::Demo => lockstep_api::demo::run(args).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn import(source: &import::Source, args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    telemetry::init(&Log::read(args)?);
    let cipher = cipher(args)?;
    let store = if source.dry_run {
        None
    } else {
        Some(Store::open(&Database::read(args)?).await?)
    };
    let report = import::run(source, store.as_ref(), &cipher).await?;
    println!("{report}");
    match report.skipped.len() {
        0 => Ok(()),
        skipped => Err(format!("{skipped} records were skipped").into()),
    }
}

async fn reseal(args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    telemetry::init(&Log::read(args)?);
    let cipher = cipher(args)?;
    let database = Database::read(args)?;
    // To open it would make it, and nothing would be left to seal in it.
    if !Examination::of(&database).await?.exists {
        return Err(
            "there is no database there: is DATABASE_URL the servers', and is it relative \
                    to their directory?"
                .into(),
        );
    }
    let store = Store::open(&database).await?;
    let report = reseal::run(&store, &cipher).await?;
    println!("{report}");
    if report.is_complete() {
        Ok(())
    } else {
        Err("some tokens still need an older secret".into())
    }
}

fn cipher(args: &Args) -> Result<Cipher, Box<dyn std::error::Error>> {
    Ok(Cipher::new(&Secrets::read(args)?)
        .map_err(|_| "keys cannot be derived from SESSION_SECRET")?)
}

async fn serve(config: Config) -> Result<ExitCode, Box<dyn std::error::Error>> {
    telemetry::init(&config.log);
    let app = App::start(config, Clock::system(), RetryPolicy::default()).await?;
    let ending = lockstep_api::serve::serve(&app, |addr| {
        tracing::info!("serving on http://{addr}");
    })
    .await?;
    Ok(match ending {
        Ending::Complete | Ending::CutShort => ExitCode::SUCCESS,
        Ending::AtOnce => ExitCode::FAILURE,
    })
}
