//! Running it: health, metrics, the log, the end of the process, days without a database, and what
//! stands around it.

mod backup;
mod health;
mod housekeeping;
mod logs;
mod metrics;
mod nginx;
mod outage;
mod pgbouncer;
mod process;
mod reseal;
mod shutdown;
mod tcp_proxy;
mod tools;

use process::{Process, run};
