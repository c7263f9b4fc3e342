//! What can be wrong with a database at the start, and that it is said clearly.

use std::fs;
use std::path::PathBuf;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use tempfile::TempDir;

use super::someone;
use crate::config::{Database, DatabaseUrl};
use crate::store::testing::TestDatabase;
use crate::store::{OpenError, Store};

async fn error_of(path: PathBuf) -> OpenError {
    let url = DatabaseUrl::Sqlite(path);
    Store::open(&Database { url }).await.unwrap_err()
}

#[tokio::test]
async fn a_missing_directory_is_named_and_not_made() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("missing").join("lockstep.db");
    let error = error_of(path.clone()).await;
    assert!(
        matches!(error, OpenError::MissingDirectory { .. }),
        "{error:?}"
    );
    assert!(
        error.to_string().contains(path.to_str().unwrap()),
        "{error}"
    );
    assert!(!path.parent().unwrap().exists());
}

#[tokio::test]
async fn a_directory_is_no_database() {
    let directory = TempDir::new().unwrap();
    let error = error_of(directory.path().into()).await;
    assert!(matches!(error, OpenError::IsDirectory { .. }), "{error:?}");
}

#[tokio::test]
async fn another_file_is_refused_and_left_as_it_is() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("notes.txt");
    let text = "Not a database at all, but long enough to be taken for one. ".repeat(40);
    fs::write(&path, &text).unwrap();
    let error = error_of(path.clone()).await;
    assert!(matches!(error, OpenError::NotADatabase { .. }), "{error:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_place_where_nothing_can_be_written_is_told() {
    // Not even root makes files there.
    let error = error_of("/sys/lockstep.db".into()).await;
    assert!(matches!(error, OpenError::NotWritable { .. }), "{error:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_cannot_be_written_is_told() {
    use std::os::unix::fs::PermissionsExt;

    let directory = TempDir::new().unwrap();
    let path = directory.path().join("lockstep.db");
    let url = DatabaseUrl::Sqlite(path.clone());
    drop(Store::open(&Database { url }).await.unwrap());
    fs::set_permissions(&path, PermissionsExt::from_mode(0o400)).unwrap();
    let privileged = fs::OpenOptions::new().append(true).open(&path).is_ok();
    let url = DatabaseUrl::Sqlite(path);
    match Store::open(&Database { url }).await {
        Err(OpenError::NotWritable { .. }) => assert!(!privileged),
        Ok(_) => assert!(privileged, "root writes to what nobody may write to"),
        Err(error) => panic!("{error:?}"),
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let directory = TempDir::new().unwrap();
    let path = directory.path().join("lockstep.db");
    let url = DatabaseUrl::Sqlite(path);
    let store = Store::open(&Database { url }).await.unwrap();
    someone(&store, "ada").await;
    let mut files = 0;
    for entry in fs::read_dir(directory.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{entry:?}");
        files += 1;
    }
    assert_eq!(files, 3, "the database, its log and the log's index");
}

#[tokio::test]
async fn names_that_sqlite_would_read_otherwise_are_file_names() {
    let directory = TempDir::new().unwrap();
    for name in [":memory:", "file:x?mode=memory", "a b#c?d%20", "日本.db"] {
        let path = directory.path().join(name);
        let url = DatabaseUrl::Sqlite(path.clone());
        let store = Store::open(&Database { url }).await.unwrap();
        someone(&store, "ada").await;
        assert!(path.is_file(), "{name}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_path_that_is_no_text_is_told() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let directory = TempDir::new().unwrap();
    let error = error_of(directory.path().join(OsStr::from_bytes(b"\xff.db"))).await;
    assert!(matches!(error, OpenError::PathNotText { .. }), "{error:?}");
}

#[tokio::test]
async fn a_database_that_stays_locked_is_told_after_a_while() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("lockstep.db");
    let mut other = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    other
        .batch_execute("PRAGMA journal_mode = WAL; BEGIN EXCLUSIVE")
        .unwrap();
    let error = error_of(path).await;
    assert!(matches!(error, OpenError::Locked { .. }), "{error:?}");
}

#[tokio::test]
async fn what_is_wrong_with_a_postgres_url_is_told_without_its_password() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let good = url::Url::parse(&database.url()).unwrap();
    let change = |change: fn(&mut url::Url)| {
        let mut url = good.clone();
        url.set_password(Some("hunter2")).unwrap();
        change(&mut url);
        String::from(url)
    };
    let free_port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let closed = format!("postgres://u:hunter2@127.0.0.1:{free_port}/d");
    let cases = [
        (closed.as_str(), "Unreachable"),
        (
            &change(|url| url.set_path("lockstep_no_such_database")),
            "NoSuchDatabase",
        ),
        (
            &change(|url| url.set_username("lockstep_no_such_user").unwrap()),
            "AuthenticationFailed",
        ),
        ("postgres://u:hunter2@h.invalid/d", "Unreachable"),
        ("postgres://u:hunter2@h/d?nonsense=1", "InvalidUrl"),
        (
            "postgres://u:hunter2@h/d?sslmode=verify-full&sslrootcert=/hunter3",
            "Certificates",
        ),
    ];
    for (url, expected) in cases {
        let url = DatabaseUrl::Postgres(url.to_owned().into());
        let error = Store::open(&Database { url }).await.unwrap_err();
        let debug = format!("{error:?}");
        assert!(debug.starts_with(expected), "{expected}: {debug}");
        assert!(!format!("{error} {debug}").contains("hunter2"), "{error}");
    }
}
