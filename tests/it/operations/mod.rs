//! Running it: health, metrics, the log, the end of the process, and days without a database.

mod health;
mod logs;
mod metrics;
mod outage;
mod process;
mod shutdown;
mod tcp_proxy;

use process::Process;
