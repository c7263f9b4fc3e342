//! Running it: health, metrics, the log, the end of the process, days without a database, and what
//! stands around it.

mod backup;
mod command_line;
mod doctor;
#[cfg(target_os = "linux")]
mod full_disk;
mod health;
mod housekeeping;
mod instances;
mod kill;
mod logs;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod memory;
mod metrics;
mod nginx;
mod outage;
mod pgbouncer;
mod postgres_restart;
mod postgres_server;
mod process;
mod refused_start;
mod reseal;
mod shutdown;
mod site;
mod starting;
mod tcp_proxy;
mod tools;

pub use process::{Process, run};

/// Held by tests that load the machine: with two of them at once, the bounded waits of the servers under test
/// would be over before their turn comes.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
