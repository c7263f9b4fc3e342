//! Opening the file: what can be wrong with it is found out here, once, and said clearly.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;

use super::BUSY_TIMEOUT;
use crate::store::error::{Cause, OpenError};
use crate::store::examination::Examination;
use crate::store::migrations::{self, MigrateError};

/// Makes the file if need be and brings its tables up to date. Blocks. Answers the path under which
/// connections find it.
pub(super) fn prepare(path: &Path) -> Result<String, OpenError> {
    let failed = |reason, source: Cause| explain(path, reason, source);
    let absolute = locate(path)?;
    let Some(file) = absolute.to_str() else {
        return Err(OpenError::PathNotText { path: path.into() });
    };
    create(&absolute).map_err(|error| failed("the file cannot be made", error.into()))?;

    let mut conn = SqliteConnection::establish(file)
        .map_err(|error| failed("the file cannot be opened", error.into()))?;
    enter_wal_mode(&mut conn)
        .map_err(|error| failed("write-ahead logging cannot be turned on", error.into()))?;
    let outcome = conn.immediate_transaction(|conn| {
        migrations::apply(conn, migrations::SQLITE)?;
        // A file that cannot be written is opened for reading without a word. This asks to write,
        // and changes nothing.
        conn.batch_execute("DELETE FROM __diesel_schema_migrations WHERE version IS NULL")?;
        Ok(())
    });
    match outcome {
        Ok(()) => Ok(file.to_owned()),
        Err(MigrateError::Newer { version }) => Err(OpenError::NewerSchema { version }),
        Err(MigrateError::Failed(source)) => {
            Err(failed("its tables cannot be brought up to date", source))
        }
    }
}

/// Looks at the file, and begins to write, but takes it back; where there is none, tries whether one can be
/// made. Blocks.
pub(super) fn examine(path: &Path) -> Result<Examination, OpenError> {
    let failed = |reason, source: Cause| explain(path, reason, source);
    let absolute = locate(path)?;
    if !absolute.exists() {
        try_to_create(&absolute)
            .map_err(|error| failed("the file cannot be made", error.into()))?;
        return Ok(Examination {
            exists: false,
            pending: migrations::versions::<Sqlite>(migrations::SQLITE)
                .map_err(|error| failed("its migrations cannot be read", error))?,
        });
    }
    let Some(file) = absolute.to_str() else {
        return Err(OpenError::PathNotText { path: path.into() });
    };
    let mut conn = SqliteConnection::establish(file)
        .map_err(|error| failed("the file cannot be opened", error.into()))?;
    let begin = format!(
        "PRAGMA busy_timeout = {}; BEGIN IMMEDIATE; CREATE TABLE lockstep_probe (probe int)",
        BUSY_TIMEOUT.as_millis()
    );
    conn.batch_execute(&begin)
        .map_err(|error| failed("it cannot be written", error.into()))?;
    // Closing the connection would take it back, too.
    let pending = migrations::missing(&mut conn, &migrations::SQLITE);
    conn.batch_execute("ROLLBACK")
        .map_err(|error| failed("it cannot be written", error.into()))?;
    match pending {
        Ok(pending) => Ok(Examination {
            exists: true,
            pending,
        }),
        Err(MigrateError::Newer { version }) => Err(OpenError::NewerSchema { version }),
        Err(MigrateError::Failed(source)) => Err(failed("its tables cannot be read", source)),
    }
}

/// Where the file is, or is to be. An absolute path also keeps SQLite from reading `:memory:` or
/// `file:…` out of a name.
fn locate(path: &Path) -> Result<PathBuf, OpenError> {
    if path.is_dir() {
        return Err(OpenError::IsDirectory { path: path.into() });
    }
    let absolute = std::path::absolute(path)
        .map_err(|error| explain(path, "its path cannot be found", error.into()))?;
    if !absolute.parent().is_some_and(Path::is_dir) {
        return Err(OpenError::MissingDirectory { path: path.into() });
    }
    Ok(absolute)
}

/// A new file is its owner's alone, as it will hold tokens. SQLite gives the files beside it the
/// same mode. An existing file keeps the mode that somebody chose for it.
fn create(path: &Path) -> io::Result<()> {
    // Closing a file ends all locks that this process has on it, those of SQLite too. So no other
    // opening goes on to SQLite before a file that is made here is closed.
    static CREATING: Mutex<()> = Mutex::new(());
    let _creating = CREATING.lock().unwrap_or_else(PoisonError::into_inner);

    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Whether the file could be made, tried beside it under another name: by that of the database a server may
/// be making it at the same time.
fn try_to_create(path: &Path) -> io::Result<()> {
    let probe = path.with_file_name(format!(".lockstep-probe-{}", std::process::id()));
    create(&probe)?;
    fs::remove_file(&probe)
}

/// The change to WAL mode, which lasts, is the one step for which SQLite does not wait when another
/// process is at it too.
fn enter_wal_mode(conn: &mut SqliteConnection) -> QueryResult<()> {
    conn.batch_execute(&format!(
        "PRAGMA busy_timeout = {}",
        BUSY_TIMEOUT.as_millis()
    ))?;
    let give_up = Instant::now() + BUSY_TIMEOUT;
    loop {
        match conn.batch_execute("PRAGMA journal_mode = WAL") {
            Err(error) if is_locked(&error.to_string()) && Instant::now() < give_up => {
                thread::sleep(Duration::from_millis(10));
            }
            outcome => return outcome,
        }
    }
}

/// SQLite's message for its result code is all that diesel passes on.
fn explain(path: &Path, reason: &'static str, source: Cause) -> OpenError {
    let path = PathBuf::from(path);
    let message = source.to_string();
    if let Some(error) = source.downcast_ref::<io::Error>() {
        return match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                OpenError::NotWritable { path }
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OpenError::Full { path },
            _ => OpenError::Other { reason, source },
        };
    }
    if message.contains("file is not a database") || message.contains("disk image is malformed") {
        OpenError::NotADatabase { path }
    } else if message.contains("readonly database")
        || message.contains("unable to open database file")
    {
        OpenError::NotWritable { path }
    } else if message.contains("database or disk is full") {
        OpenError::Full { path }
    } else if message.contains("disk I/O error") {
        OpenError::Failing { path }
    } else if is_locked(&message) {
        OpenError::Locked {
            path,
            seconds: BUSY_TIMEOUT.as_secs(),
        }
    } else {
        OpenError::Other { reason, source }
    }
}

pub(super) fn is_locked(message: &str) -> bool {
    message.contains("database is locked") || message.contains("database table is locked")
}
