//! A condition in a database's own SQL.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType};

/// SQL around values of the type `ST`. Its text is always the same, so that the query that it is part
/// of is kept prepared: one with diesel's `sql()` in it is parsed and planned anew each time.
pub(super) struct Condition<T, ST> {
    values: Vec<(&'static str, T)>,
    end: &'static str,
    sql_type: PhantomData<ST>,
}

impl<T, ST> Condition<T, ST> {
    /// Values, each behind its piece of SQL, and what comes after the last one.
    pub(super) fn new(values: impl Into<Vec<(&'static str, T)>>, end: &'static str) -> Self {
        Self {
            values: values.into(),
            end,
            sql_type: PhantomData,
        }
    }
}

impl<T, ST> Expression for Condition<T, ST> {
    type SqlType = Bool;
}

impl<T, ST, QS: ?Sized> AppearsOnTable<QS> for Condition<T, ST> {}

impl<T, ST, QS: ?Sized> SelectableExpression<QS> for Condition<T, ST> {}

impl<T, ST> ValidGrouping<()> for Condition<T, ST> {
    type IsAggregate = is_aggregate::Never;
}

/// Conditions of one type differ in their SQL, which therefore tells them apart.
impl<T, ST> QueryId for Condition<T, ST> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T, ST, DB> QueryFragment<DB> for Condition<T, ST>
where
    DB: Backend + HasSqlType<ST>,
    T: ToSql<ST, DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for (before, value) in &self.values {
            pass.push_sql(before);
            pass.push_bind_param::<ST, T>(value)?;
        }
        pass.push_sql(self.end);
        Ok(())
    }
}
