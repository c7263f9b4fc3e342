//! What can go wrong with the database.
//!
//! The texts name neither SQL nor values: they may reach a log or a client as they are. The cause
//! is in `source()`, for the log only.

use std::path::PathBuf;

/// The cause of an error, for the log.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// An operation of the store failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be reached, did not answer in time, or has no connection free. Trying
    /// again later is right.
    #[error("the database is not available")]
    Unavailable(#[source] Cause),
    /// The disk is full, and nothing was written.
    #[error("the database has no space left")]
    Full,
    /// The database takes no writes, and nothing was written.
    #[error("the database is read-only")]
    ReadOnly,
    /// The person was forgotten meanwhile, and nothing was written.
    #[error("the person is not known any more")]
    NoPerson,
    /// The collections that a request asks for are larger than one may.
    #[error("the collections asked for have {found} bytes together, and {max} are the most")]
    TooMuch {
        /// What it has read, and what it would have read next.
        found: u64,
        /// What it may.
        max: u64,
    },
    /// The collections that are read for all requests leave no memory for more. Trying again later is right.
    #[error("the answers under way leave no memory for more collections")]
    NoMemory,
    /// What is stored is damaged. The text says what, without its content.
    #[error("the database holds {0}")]
    Corrupt(&'static str),
    /// Anything else: a defect of this program, or a database that somebody changed.
    #[error("the database refused an operation")]
    Other(#[source] Cause),
}

/// The database could not be opened. Each text says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file's directory is not there.
    #[error("cannot open the database {}: its directory does not exist; create it, or name another file", path.display())]
    MissingDirectory {
        /// The database file.
        path: PathBuf,
    },
    /// The path names a directory.
    #[error("cannot open the database {}: it is a directory; name a file in it", path.display())]
    IsDirectory {
        /// The database file.
        path: PathBuf,
    },
    /// SQLite takes only paths that are text.
    #[error("cannot open the database {}: the path is not valid UTF-8; name another file", path.display())]
    PathNotText {
        /// The database file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("cannot open the database {}: the file is not an SQLite database, or it is damaged; name another file, or restore a backup", path.display())]
    NotADatabase {
        /// The database file.
        path: PathBuf,
    },
    /// The file or its directory cannot be written, or not even read.
    #[error("cannot open the database {}: the file or its directory is not writable by this user; SQLite needs to write to both", path.display())]
    NotWritable {
        /// The database file.
        path: PathBuf,
    },
    /// Another process holds the database.
    #[error("cannot open the database {}: another process has kept it locked for {seconds} seconds; stop it", path.display())]
    Locked {
        /// The database file.
        path: PathBuf,
        /// How long it was waited for.
        seconds: u64,
    },
    /// No space for the database.
    #[error("cannot open the database {}: the disk is full; make room on it", path.display())]
    Full {
        /// The database file.
        path: PathBuf,
    },
    /// The file can neither be read nor written as it should.
    #[error("cannot open the database {}: reading or writing the file fails; is a quota or a file size limit (ulimit -f) reached, or is the disk failing?", path.display())]
    Failing {
        /// The database file.
        path: PathBuf,
    },
    /// The URL cannot be understood. It is not repeated, as it may carry a password.
    #[error("DATABASE_URL cannot be understood: {reason}")]
    InvalidUrl {
        /// What is wrong, or what is expected.
        reason: &'static str,
    },
    /// No answer, or none that a PostgreSQL server gives.
    #[error(
        "cannot open the database at {server}: {reason}; is PostgreSQL running there, and does a firewall let it through?"
    )]
    Unreachable {
        /// Host and port.
        server: String,
        /// What the system or the server says.
        reason: String,
    },
    /// Wrong user or password, or the server does not let this host in.
    #[error(
        "cannot open the database at {server}: the login was refused ({reason}); check user and password in DATABASE_URL, and the server's pg_hba.conf"
    )]
    AuthenticationFailed {
        /// Host and port.
        server: String,
        /// What the server says.
        reason: String,
    },
    /// The server is there, the database is not.
    #[error(
        "cannot open the database at {server}: {reason}; create it (createdb), or name another one in DATABASE_URL"
    )]
    NoSuchDatabase {
        /// Host and port.
        server: String,
        /// What the server says.
        reason: String,
    },
    /// `sslmode` asks for TLS, and the server has none.
    #[error(
        "cannot open the database at {server}: the server does not offer TLS, but sslmode in DATABASE_URL requires it; turn on ssl on the server, or use sslmode=prefer on a network you trust"
    )]
    TlsNotOffered {
        /// Host and port.
        server: String,
    },
    /// The TLS handshake failed, most often over the server's certificate.
    #[error(
        "cannot open the database at {server}: no TLS ({reason}); check sslmode and sslrootcert in DATABASE_URL, and the server's certificate"
    )]
    TlsFailed {
        /// Host and port.
        server: String,
        /// What was wrong.
        reason: String,
    },
    /// The certificates to verify the server with cannot be read.
    #[error(
        "cannot open the database: the certificates of sslrootcert cannot be read ({source}); let sslrootcert in DATABASE_URL name a PEM file that this user can read"
    )]
    Certificates {
        /// Why not.
        source: Cause,
    },
    /// The user lacks a right.
    #[error(
        "cannot open the database: {reason}; let the user of DATABASE_URL connect to the database and create tables in its schema"
    )]
    NotPermitted {
        /// What the server says.
        reason: String,
    },
    /// A later version of this program has changed the tables.
    #[error(
        "the database was made by a newer version of lockstep-api (its migration {version} is unknown to this one); start that version, or restore a backup from before"
    )]
    NewerSchema {
        /// The first migration that is not known.
        version: String,
    },
    /// Anything else.
    #[error("cannot open the database: {reason}")]
    Other {
        /// What was being done.
        reason: &'static str,
        /// Why it failed.
        #[source]
        source: Cause,
    },
}
