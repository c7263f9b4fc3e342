//! Getting in, and out.

mod addresses;
mod app;
mod app_code;
mod app_code_attacks;
mod app_code_refused;
mod at_rest;
mod authorization;
mod browser;
mod disconnect;
mod freshness;
mod hostile;
mod log;
mod outage;
mod planted;
mod redirect_uris;
mod refused;
mod session;
mod sessions;
mod spotify_token;
mod start;
pub(crate) mod steps;
