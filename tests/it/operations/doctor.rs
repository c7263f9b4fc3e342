//! The doctor: what it looks at, and what it says to do. It changes nothing and tells no secret.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use lockstep_api::simulator::{CLIENT_ID, CLIENT_SECRET, Fault, Options, Rule, Simulator};
use lockstep_api::store::Store;
use lockstep_api::store::testing::TestDatabase;
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use super::run;
use super::tools::is_root;

/// What it prints, and whether it is content.
async fn examine(spotify: &str, settings: &[(&str, &str)]) -> (String, bool) {
    let mut all = vec![
        ("SPOTIFY_API_URL", spotify),
        ("SPOTIFY_ACCOUNTS_URL", spotify),
    ];
    all.extend_from_slice(settings);
    let output = run(&["doctor"], &all).await;
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    for secret in [
        CLIENT_SECRET,
        "a secret that is used in tests only",
        "hunter2",
    ] {
        assert!(
            !text.contains(secret) && !errors.contains(secret),
            "{text}{errors}"
        );
    }
    assert!(
        output.status.success() || output.status.code() == Some(1),
        "{errors}"
    );
    (text, output.status.success())
}

fn simulator() -> Simulator {
    Simulator::start(Options::default()).unwrap()
}

/// The line that has all of these, and the advice behind it.
fn says(text: &str, parts: &[&str]) -> String {
    let mut lines = text.lines();
    let found = lines.find(|line| parts.iter().all(|part| line.contains(part)));
    let found = found.unwrap_or_else(|| panic!("{parts:?} in\n{text}"));
    format!("{found}\n{}", lines.next().unwrap_or_default())
}

#[tokio::test]
async fn where_all_is_well_it_says_so_and_prints_what_to_register() {
    let spotify = simulator();
    for database in TestDatabase::all().await {
        let url = database.url();
        let settings = [("DATABASE_URL", url.as_str())];
        let (text, content) = examine(spotify.url(), &settings).await;
        assert!(content, "{text}");
        let exact = "register exactly this at developer.spotify.com/dashboard: http://127.0.0.1:8000/login/spotify/";
        says(&text, &["ok", exact]);
        says(&text, &["ok", "settings"]);
        says(&text, &["ok", "Web API"]);
        says(&text, &["ok", "accounts service", "knows the app"]);
        says(&text, &["ok", "clock", "agrees"]);
        says(
            &text,
            &[
                "ok",
                "app redirect URI",
                "at.lockstep.player://spotify/callback",
            ],
        );
        let fresh = match database.kind() {
            "SQLite" => "is not there yet",
            _ => "migrations are pending",
        };
        says(&text, &["ok", "database", fresh]);
        drop(Store::open(&database.config()).await.unwrap());
        let (text, _) = examine(spotify.url(), &settings).await;
        says(&text, &["ok", "database", "up to date"]);
    }
}

#[tokio::test]
async fn who_moves_in_without_a_redirect_uri_is_told_that_flasks_was_another() {
    let spotify = simulator();
    let moved_in = [
        ("SESSION_SECRET", ""),
        ("FLASK_SECRET_KEY", "a secret that is used in tests only"),
    ];
    let (text, content) = examine(spotify.url(), &moved_in).await;
    assert!(content, "{text}");
    let told = says(
        &text,
        &["warning", "redirect URI", "https://api.lockstep.at"],
    );
    assert!(told.contains("SPOTIFY_REDIRECT_URI"), "{told}");
    let set = (
        "SPOTIFY_REDIRECT_URI",
        "http://127.0.0.1:8000/login/spotify/",
    );
    for settings in [&[moved_in[0], moved_in[1], set][..], &moved_in[1..]] {
        let (text, _) = examine(spotify.url(), settings).await;
        assert!(!text.contains("https://api.lockstep.at"), "{text}");
    }
}

#[tokio::test]
async fn it_changes_nothing() {
    let spotify = simulator();
    let database = TestDatabase::sqlite();
    let url = database.url();
    examine(spotify.url(), &[("DATABASE_URL", &url)]).await;
    let file = url.strip_prefix("sqlite://").unwrap();
    assert!(!std::path::Path::new(file).exists());
    let folder = std::path::Path::new(file).parent().unwrap();
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
    drop(Store::open(&database.config()).await.unwrap());
    let tables = "SELECT group_concat(name) AS line FROM sqlite_schema";
    let before = database.lines(tables).await;
    examine(spotify.url(), &[("DATABASE_URL", &url)]).await;
    assert_eq!(database.lines(tables).await, before);
}

#[tokio::test]
async fn settings_that_are_wrong_are_all_told_and_the_database_is_examined_still() {
    let settings = [
        (
            "SPOTIFY_REDIRECT_URI",
            "http://localhost:8000/login/spotify/",
        ),
        ("LISTEN_ADDR", "8000"),
        ("DATABASE_URL", "sqlite:///nowhere/at/all/lockstep.db"),
    ];
    let (text, content) = examine("http://127.0.0.1:9", &settings).await;
    assert!(!content);
    says(&text, &["PROBLEM", "SPOTIFY_REDIRECT_URI names localhost"]);
    says(&text, &["PROBLEM", "LISTEN_ADDR must be"]);
    let database = says(
        &text,
        &["PROBLEM", "database", "its directory does not exist"],
    );
    assert!(database.contains("→ create it"), "{database}");
    assert!(text.contains("3 problems"), "{text}");
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_told_with_what_to_do() {
    let spotify = simulator();
    let nobody = "postgres://me:hunter2@127.0.0.1:9/lockstep";
    let (text, content) = examine(spotify.url(), &[("DATABASE_URL", nobody)]).await;
    assert!(!content);
    let told = says(&text, &["PROBLEM", "database", "127.0.0.1:9"]);
    assert!(told.contains("→ is PostgreSQL running there"), "{told}");
    for database in TestDatabase::all().await {
        drop(Store::open(&database.config()).await.unwrap());
        let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231235959')";
        database.execute(newer).await;
        let (text, content) = examine(spotify.url(), &[("DATABASE_URL", &database.url())]).await;
        assert!(!content);
        says(&text, &["PROBLEM", "database", "newer version"]);
    }
}

/// Root may write to everything, so the binary then runs as somebody else.
#[cfg(unix)]
#[tokio::test]
async fn a_directory_in_which_no_database_can_be_made_is_told() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65_534;

    let spotify = simulator();
    let directory = TempDir::new().unwrap();
    // Where everybody may start it.
    let program = directory.path().join("lockstep-api");
    fs::copy(env!("CARGO_BIN_EXE_lockstep-api"), &program).unwrap();
    let allow = |path: &Path, mode| {
        fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    };
    allow(&program, 0o755);
    for (mode, told) in [
        (
            0o555,
            "PROBLEM  database: cannot open the database lockstep.db: the file or its directory is not writable",
        ),
        (0o777, "ok       database: is not there yet"),
    ] {
        allow(directory.path(), mode);
        let mut command = Command::new(&program);
        command
            .arg("doctor")
            .current_dir(directory.path())
            .env_clear()
            .env("SPOTIFY_CLIENT_ID", CLIENT_ID)
            .env("SPOTIFY_CLIENT_SECRET", CLIENT_SECRET)
            .env("SESSION_SECRET", "a secret that is used in tests only")
            .env("SPOTIFY_API_URL", spotify.url())
            .env("SPOTIFY_ACCOUNTS_URL", spotify.url());
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        let output = spawn_blocking(move || command.stdin(Stdio::null()).output());
        let output = output.await.unwrap().unwrap();
        allow(directory.path(), 0o755);
        let text = String::from_utf8(output.stdout).unwrap();
        says(&text, &[told]);
        assert_eq!(output.status.success(), mode == 0o777, "{text}");
        let left = fs::read_dir(directory.path()).unwrap().count();
        assert_eq!(left, 1, "only the program");
    }
}

#[tokio::test]
async fn addresses_of_other_machines_cannot_be_listened_on() {
    let spotify = simulator();
    // Reserved, so of no machine.
    let settings = [
        ("LISTEN_ADDR", "240.0.0.1:8000"),
        ("OPS_ADDR", "240.0.0.2:9000"),
        // Not another problem.
        (
            "SPOTIFY_REDIRECT_URI",
            "https://api.example.org/login/spotify/",
        ),
    ];
    let (text, content) = examine(spotify.url(), &settings).await;
    assert!(!content);
    for parts in [["LISTEN_ADDR", "240.0.0.1"], ["OPS_ADDR", "240.0.0.2"]] {
        let told = says(
            &text,
            &["PROBLEM", parts[0], parts[1], "cannot be listened on"],
        );
        assert!(told.contains("→ set an address of this machine"), "{told}");
    }
    assert!(text.contains("2 problems"), "{text}");
}

#[tokio::test]
async fn a_server_that_runs_is_in_nobodys_way() {
    let spotify = simulator();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = server.local_addr().unwrap();
    let uri = format!("http://{addr}/login/spotify/");
    let settings = [
        ("LISTEN_ADDR", addr.to_string()),
        ("SPOTIFY_REDIRECT_URI", uri),
    ];
    let settings = settings.each_ref().map(|(name, value)| (*name, &**value));
    let (text, content) = examine(spotify.url(), &settings).await;
    assert!(content, "{text}");
}

#[tokio::test]
async fn what_to_do_about_a_database_belongs_to_what_is_wrong_with_it() {
    let spotify = simulator();
    let broken = TestDatabase::sqlite();
    drop(Store::open(&broken.config()).await.unwrap());
    broken
        .execute("ALTER TABLE __diesel_schema_migrations RENAME COLUMN version TO name")
        .await;
    let broken = broken.url();
    for (url, wrong, advice) in [
        (
            "postgres://me:hunter2@h:port/db",
            "expected is postgres://",
            "→ put DATABASE_URL right",
        ),
        (
            "postgres:///db",
            "names no host",
            "→ put DATABASE_URL right",
        ),
        (
            "postgres://me:hunter2@h/db?sslmode=verify-ca",
            "sslmode=verify-ca needs sslrootcert to name a file; with the system's",
            "→ put DATABASE_URL right",
        ),
        (
            "postgres://me:hunter2@h/db?sslmode=verify-full&sslrootcert=/nowhere.pem",
            "certificates of sslrootcert cannot be read",
            "→ let sslrootcert in DATABASE_URL name",
        ),
        (
            &broken,
            "its tables cannot be read: no such column",
            "→ put that right",
        ),
    ] {
        let (text, content) = examine(spotify.url(), &[("DATABASE_URL", url)]).await;
        assert!(!content);
        let told = says(&text, &["PROBLEM", "database", wrong]);
        assert!(told.contains(advice), "{told}");
    }
}

#[tokio::test]
async fn trusted_documents_that_a_start_would_refuse_are_told() {
    let spotify = simulator();
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("documents.json");
    let settings = [("TRUSTED_DOCUMENTS", file.to_str().unwrap())];
    for (content, told) in [
        (None, "cannot be read"),
        (Some("{\"a\": \"{\"}"), "is not GraphQL"),
    ] {
        if let Some(content) = content {
            fs::write(&file, content).unwrap();
        }
        let (text, content) = examine(spotify.url(), &settings).await;
        assert!(!content, "{text}");
        says(&text, &["PROBLEM", "TRUSTED_DOCUMENTS", told]);
        assert!(text.contains("→ put the file right"), "{text}");
    }
    fs::write(&file, "{\"a\": \"{ __typename }\"}").unwrap();
    let (text, content) = examine(spotify.url(), &settings).await;
    assert!(content, "{text}");
    says(&text, &["ok", "TRUSTED_DOCUMENTS is understood"]);
}

#[tokio::test]
async fn credentials_that_spotify_does_not_know_are_told() {
    let spotify = simulator();
    let wrong = [("SPOTIFY_CLIENT_SECRET", "hunter2")];
    let (text, content) = examine(spotify.url(), &wrong).await;
    assert!(!content);
    let told = says(&text, &["PROBLEM", "accounts service", "does not accept"]);
    assert!(told.contains("→ copy both"), "{told}");
}

#[tokio::test]
async fn a_spotify_that_is_away_is_told_from_one_that_has_a_bad_day() {
    let (text, content) = examine("http://127.0.0.1:9", &[]).await;
    assert!(!content);
    for service in ["Web API", "accounts service"] {
        let told = says(&text, &["PROBLEM", service, "cannot be connected to"]);
        assert!(told.contains("→ check the network"), "{told}");
    }
    says(&text, &["warning", "clock", "cannot be compared"]);
    let spotify = simulator();
    spotify.inject(Rule::on("POST /api/token", Fault::status(503)));
    let (text, content) = examine(spotify.url(), &[]).await;
    assert!(content, "{text}");
    says(&text, &["warning", "accounts service", "answers 503"]);
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_told_with_how_far() {
    // Answers everything, years ago.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().take(2) {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let answer = "HTTP/1.1 401 Unauthorized\r\nDate: Wed, 01 Jan 2020 00:00:00 GMT\r\n\
                          Content-Length: 0\r\nConnection: close\r\n\r\n";
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    let (text, content) = examine(&url, &[]).await;
    assert!(!content);
    let told = says(&text, &["PROBLEM", "clock", "ahead of Spotify's"]);
    assert!(told.contains("→ keep this machine's time by NTP"), "{told}");
}

#[tokio::test]
async fn the_clock_is_not_blamed_for_an_answer_that_is_slow() {
    let spotify = simulator();
    // More than a clock may be ahead, less than is waited for.
    let slow = Fault::Latency(Duration::from_secs(6));
    spotify.inject(Rule::on("POST /api/token", slow));
    let (text, _) = examine(spotify.url(), &[]).await;
    says(&text, &["ok", "clock", "agrees"]);
}

#[tokio::test]
async fn addresses_that_lead_nowhere_or_can_be_overheard_are_told() {
    let spotify = simulator();
    let (text, content) = examine(spotify.url(), &[("LISTEN_ADDR", "127.0.0.1:9000")]).await;
    assert!(!content);
    says(
        &text,
        &["PROBLEM", "redirect URI", "another port than LISTEN_ADDR"],
    );
    for (listen, uri, heard) in [
        ("127.0.0.1:8000", "http://127.0.0.1:8000", true),
        ("0.0.0.0:8000", "http://127.0.0.1:8000", true),
        ("127.0.0.1:8000", "http://[::1]:8000", false),
        ("0.0.0.0:8000", "http://[::1]:8000", false),
        ("127.0.0.1:8000", "http://127.0.0.2:8000", false),
    ] {
        let uri = format!("{uri}/login/spotify/");
        let settings = [("LISTEN_ADDR", listen), ("SPOTIFY_REDIRECT_URI", &uri)];
        let (text, _) = examine(spotify.url(), &settings).await;
        if heard {
            says(&text, &["ok", "redirect URI", "is a loopback address"]);
        } else {
            let parts = ["warning", "redirect URI", "another address", listen];
            says(&text, &parts);
        }
    }
    let apps = (
        "SPOTIFY_APP_POST_LOGIN_REDIRECT_URI",
        "http://player.example.org/,lockstep:,https://player.example.org/",
    );
    let https = (
        "SPOTIFY_REDIRECT_URI",
        "https://api.example.org/login/spotify/",
    );
    let (text, content) = examine(spotify.url(), &[apps, https]).await;
    assert!(!content);
    says(&text, &["PROBLEM", "http://player.example.org/ is http"]);
    says(&text, &["warning", "lockstep: has a scheme without a dot"]);
    says(
        &text,
        &["ok", "app redirect URI: https://player.example.org/"],
    );
    let logins = "300 beginnings and ends of logins a minute";
    assert!(says(&text, &["warning", "no proxy is believed"]).contains(logins));
    let unlimited = ("RATE_LIMIT_LOGINS_PER_MINUTE", "0");
    let (text, _) = examine(spotify.url(), &[unlimited, https]).await;
    assert!(!says(&text, &["warning", "no proxy is believed"]).contains("logins"));
}
