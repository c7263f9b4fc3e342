//! Running it: health, metrics, the log, the end of the process, days without a database, and what
//! stands around it.

mod backup;
#[cfg(target_os = "linux")]
mod full_disk;
mod health;
mod housekeeping;
mod logs;
mod metrics;
mod nginx;
mod outage;
mod pgbouncer;
mod process;
mod refused_start;
mod reseal;
mod shutdown;
mod tcp_proxy;
mod tools;

use process::{Process, run};
