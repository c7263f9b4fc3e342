//! Every query of the store, written once and compiled once for each database.
//!
//! The modules `sqlite` and `postgres` each include this directory as their own submodule. What
//! `super` means here is therefore one of the two, and it brings the few things that differ:
//!
//! - `Conn`, the connection;
//! - `begin`, which starts a transaction that is going to write;
//! - `execute!`, which executes a statement that binds much;
//! - `locked!`, which makes a query lock the rows that it reads, where others may write meanwhile;
//! - `is_among` and `is_one_of`, which filter metadata by any number of keys and ids with a fixed number
//!   of binds.
//!
//! A query that compiles for one but not for the other is thereby an error at build time. The
//! functions answer diesel's own results; the backend turns its errors into the store's.

/// Does `$work` in a transaction.
macro_rules! transaction {
    ($conn:ident, $work:expr) => {{
        super::begin($conn).await?;
        let outcome = $work.await;
        super::end($conn, outcome).await
    }};
}

/// Does `$work` in a transaction, and anew in another one while a concurrent write came first.
macro_rules! until_won {
    ($conn:ident, $work:expr) => {{
        let mut attempt = 1;
        loop {
            match transaction!($conn, $work) {
                Err(error) if super::lost_a_race(&error) && attempt < super::ATTEMPTS => {
                    attempt += 1;
                }
                outcome => break outcome,
            }
        }
    }};
}

pub(in crate::store) mod imports;
pub(in crate::store) mod login_codes;
pub(in crate::store) mod logins;
pub(in crate::store) mod metadata;
pub(in crate::store) mod migrations;
pub(in crate::store) mod people;
mod reunion;
pub(in crate::store) mod sessions;
pub(in crate::store) mod tokens;
pub(in crate::store) mod uploads;

use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::{AsyncConnection, TransactionManager};

use super::{Conn, begin, is_among, is_one_of};

type Transactions = <Conn as AsyncConnection>::TransactionManager;

/// How often a write starts over because another one was faster. Each round, one of the writers
/// gets through, so this is the number of competitors that one write can outlast.
const ATTEMPTS: usize = 100;

/// Ends the transaction that `begin` started: commits what succeeded, takes back what did not.
pub(super) async fn end<T>(conn: &mut Conn, outcome: QueryResult<T>) -> QueryResult<T> {
    match outcome {
        Ok(value) => {
            Transactions::commit_transaction(conn).await?;
            Ok(value)
        }
        Err(error) => {
            // Whether the rollback was heard matters no more: a connection that failed is not
            // used again, and its end takes the transaction back too.
            let _ = Transactions::rollback_transaction(conn).await;
            Err(error)
        }
    }
}

/// Whether a concurrent write came first, so that starting over is right.
fn lost_a_race(error: &Error) -> bool {
    use DatabaseErrorKind as Kind;

    match error {
        Error::DatabaseError(Kind::UniqueViolation | Kind::SerializationFailure, _) => true,
        // PostgreSQL's; diesel has no kind for it.
        Error::DatabaseError(Kind::Unknown, information) => {
            information.message() == "deadlock detected"
        }
        _ => false,
    }
}

/// The error of whoever finds that a concurrent write came first.
fn race() -> Error {
    Error::DatabaseError(
        DatabaseErrorKind::SerializationFailure,
        Box::new("another write came first".to_owned()),
    )
}
