//! Getting in, and out.

mod addresses;
mod app;
mod at_rest;
mod browser;
mod hostile;
mod log;
mod outage;
mod redirect_uris;
mod refused;
mod session;
mod start;
pub(crate) mod steps;
