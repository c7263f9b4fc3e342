//! Times in the database: whole milliseconds since the epoch in a `BigInt`.
//!
//! The two databases' own time types differ in range, precision and time zone; a number does not.

use chrono::{DateTime, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;

/// A point in time as a column holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub(super) struct Timestamp(i64);

impl From<DateTime<Utc>> for Timestamp {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.timestamp_millis())
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(Timestamp(millis): Timestamp) -> Self {
        // Out of range is refused on the way in and on the way out of the database.
        DateTime::from_timestamp_millis(millis).unwrap_or_default()
    }
}

impl<DB> ToSql<BigInt, DB> for Timestamp
where
    DB: Backend,
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB> FromSql<BigInt, DB> for Timestamp
where
    DB: Backend,
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let millis = i64::from_sql(bytes)?;
        match DateTime::from_timestamp_millis(millis) {
            Some(_) => Ok(Self(millis)),
            None => Err("a time out of range".into()),
        }
    }
}
