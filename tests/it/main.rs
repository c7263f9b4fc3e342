//! What the server does, told over HTTP: the real router, a real database, a simulated Spotify
//! behind real connections. One file per feature; the names of the tests are its specification.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what goes wrong in a test is to fail it"
)]

mod access;
mod backends;
mod contract;
mod endpoint;
mod faults;
mod fuzz;
mod history;
mod import;
mod limits;
mod login;
mod metadata;
mod operations;
mod persisted;
mod production;
mod query;
mod rust_client;
mod support;
mod tokens;
