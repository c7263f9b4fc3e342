//! Getting in, and out.

mod addresses;
mod app;
mod browser;
mod hostile;
mod outage;
mod redirect_uris;
mod refused;
mod session;
mod start;
pub(crate) mod steps;
