//! Getting in, and out.

mod addresses;
mod app;
mod app_code;
mod app_code_attacks;
mod app_code_refused;
mod at_rest;
mod browser;
mod hostile;
mod log;
mod outage;
mod redirect_uris;
mod refused;
mod session;
mod sessions;
mod start;
pub(crate) mod steps;
