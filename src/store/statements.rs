//! Counts what is asked of the database, for the metrics and for tests of how often it is asked.

use std::mem::take;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use diesel::connection::{Instrumentation, InstrumentationEvent};

/// The number of statements so far, shared by the connections of a store. What only begins or ends a
/// transaction does not count.
#[derive(Clone, Debug, Default)]
pub(super) struct Statements {
    count: Arc<AtomicU64>,
    /// Whether the next statement of this connection begins or ends a transaction.
    control: bool,
}

impl Statements {
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

impl Instrumentation for Statements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::BeginTransaction { .. }
            | InstrumentationEvent::CommitTransaction { .. }
            | InstrumentationEvent::RollbackTransaction { .. } => self.control = true,
            InstrumentationEvent::StartQuery { .. } if !take(&mut self.control) => {
                self.count.fetch_add(1, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}
