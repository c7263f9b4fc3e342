//! Starts that are refused: one message, which says what is wrong and what to do, and status 1.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use tempfile::TempDir;

use super::tools::is_root;

/// The binary in a directory of its own, with all that must be set.
fn binary(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep-api"));
    command
        .current_dir(directory)
        .env_clear()
        .env("SPOTIFY_CLIENT_ID", "id")
        .env("SPOTIFY_CLIENT_SECRET", "a client secret")
        .env("SESSION_SECRET", "a secret that is used in tests only")
        .env("LISTEN_ADDR", "127.0.0.1:0")
        .env("RUST_LOG", "warn")
        .stdin(Stdio::null());
    command
}

/// What it says on its way out.
fn refusal(output: &Output) -> String {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(output.stdout.is_empty());
    assert!(stderr.starts_with("error: "), "{stderr}");
    for secret in ["a client secret", "a secret that is used"] {
        assert!(!stderr.contains(secret), "{stderr}");
    }
    stderr
}

/// The one line that a database is refused with.
fn line(output: &Output, file: &Path) -> String {
    let refusal = refusal(output);
    assert_eq!(refusal.lines().count(), 1, "{refusal}");
    assert!(refusal.contains(file.to_str().unwrap()), "{refusal}");
    refusal
}

/// A database with its tables, at rest.
fn database(directory: &Path) -> PathBuf {
    let made = binary(directory).arg("migrate").output().unwrap();
    assert!(made.status.success(), "{made:?}");
    directory.join("lockstep.db")
}

fn execute(file: &Path, sql: &str) {
    let mut database = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    database.batch_execute(sql).unwrap();
}

#[test]
fn a_file_that_is_no_database() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("lockstep.db");
    let text = "These are my notes, and nobody else's business. ".repeat(100);
    fs::write(&file, &text).unwrap();
    for command in ["serve", "migrate"] {
        let output = binary(directory.path()).arg(command).output().unwrap();
        let line = line(&output, Path::new("lockstep.db"));
        assert!(line.contains("is not an SQLite database"), "{line}");
        assert!(
            line.contains("name another file, or restore a backup"),
            "{line}"
        );
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), text, "left as it was");
}

#[test]
fn a_database_from_a_newer_version() {
    let directory = TempDir::new().unwrap();
    let file = database(directory.path());
    execute(
        &file,
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')",
    );
    for command in ["serve", "migrate"] {
        let output = binary(directory.path()).arg(command).output().unwrap();
        let refusal = refusal(&output);
        assert_eq!(refusal.lines().count(), 1, "{refusal}");
        for part in [
            "newer version",
            "29991231000000",
            "start that version, or restore a backup",
        ] {
            assert!(refusal.contains(part), "{refusal}");
        }
    }
}

#[test]
fn a_directory_and_a_place_that_is_not_there() {
    let directory = TempDir::new().unwrap();
    fs::create_dir(directory.path().join("data")).unwrap();
    for (url, file, what) in [
        (
            "sqlite://data",
            "data",
            "it is a directory; name a file in it",
        ),
        (
            "sqlite://none/x.db",
            "none/x.db",
            "its directory does not exist; create it",
        ),
    ] {
        let mut command = binary(directory.path());
        let output = command.env("DATABASE_URL", url).output().unwrap();
        let line = line(&output, Path::new(file));
        assert!(line.contains(what), "{line}");
    }
}

/// Root may write to everything, so the binary then runs as somebody else.
#[cfg(unix)]
#[test]
fn a_file_or_a_directory_that_is_read_only() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65_534;

    let directory = TempDir::new().unwrap();
    let file = database(directory.path());
    // Where everybody may go, and start it.
    let program = directory.path().join("lockstep-api");
    fs::copy(env!("CARGO_BIN_EXE_lockstep-api"), &program).unwrap();
    let allow = |path: &Path, mode| {
        fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    };
    allow(&program, 0o755);
    for (file_mode, directory_mode) in [(0o444, 0o777), (0o666, 0o555), (0o000, 0o777)] {
        allow(&file, file_mode);
        allow(directory.path(), directory_mode);
        let mut command = Command::new(&program);
        let template = binary(directory.path());
        let settings = template
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?)));
        command
            .current_dir(directory.path())
            .env_clear()
            .envs(settings);
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        let output = command.stdin(Stdio::null()).output().unwrap();
        allow(directory.path(), 0o755);
        let line = line(&output, Path::new("lockstep.db"));
        assert!(
            line.contains("not writable by this user"),
            "{file_mode:o}: {line}"
        );
        assert!(line.contains("SQLite needs to write to both"), "{line}");
    }
}

#[test]
fn no_room_for_a_database() {
    let directory = TempDir::new().unwrap();
    let template = binary(directory.path());
    let settings = template
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)));
    let limited = format!("ulimit -f 8; exec '{}'", env!("CARGO_BIN_EXE_lockstep-api"));
    let output = Command::new("sh")
        .args(["-c", &limited])
        .current_dir(directory.path())
        .env_clear()
        .envs(settings)
        .output()
        .unwrap();
    let line = line(&output, Path::new("lockstep.db"));
    assert!(line.contains("file size limit (ulimit -f)"), "{line}");
    // There is room now, and nothing half-made is in the way.
    database(directory.path());
}

#[test]
fn an_address_that_is_taken() {
    let directory = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    for command in ["serve", "demo"] {
        let mut binary = binary(directory.path());
        let output = binary
            .arg(command)
            .env("LISTEN_ADDR", &addr)
            .output()
            .unwrap();
        let refusal = refusal(&output);
        assert!(
            refusal.contains(&format!("LISTEN_ADDR {addr}")),
            "{refusal}"
        );
        assert!(refusal.contains("in use"), "{refusal}");
    }
}

#[test]
fn an_address_that_is_none() {
    let directory = TempDir::new().unwrap();
    for command in ["serve", "demo"] {
        let mut binary = binary(directory.path());
        let output = binary.arg(command).env("LISTEN_ADDR", "8000").output();
        let refusal = refusal(&output.unwrap());
        let rule = "LISTEN_ADDR must be an address and a port, for example 127.0.0.1:8000";
        assert!(refusal.contains(rule), "{refusal}");
    }
}

#[test]
fn a_dot_env_that_is_malformed_is_told_without_what_is_in_it() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join(".env");
    for (text, told) in [
        (
            "SESSION_SECRET=\"a secret that is used\nX Y\n",
            "the line of SESSION_SECRET",
        ),
        (
            "RUST_LOG=info\na secret that is used\n",
            "a setting without a name",
        ),
    ] {
        fs::write(&file, text).unwrap();
        let refusal = refusal(&binary(directory.path()).output().unwrap());
        assert_eq!(refusal.lines().count(), 1, "{refusal}");
        assert!(refusal.contains(told), "{refusal}");
    }
    fs::write(&file, [0xff, 0xfe]).unwrap();
    let refusal = refusal(&binary(directory.path()).output().unwrap());
    assert!(refusal.contains(".env cannot be read"), "{refusal}");
}
