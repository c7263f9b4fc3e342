//! The server of the lockstep player: a GraphQL API over Spotify and the player's own metadata.
//!
//! Dependencies point one way: `main → serve → http → app → graphql → loaders → auth → cache →
//! {spotify | store} → {metrics | config}`. `docs/architecture.md` tells what each room is for.

pub mod app;
pub mod auth;
pub mod cache;
pub mod causes;
pub mod clock;
pub mod config;
#[cfg(feature = "simulator")]
pub mod demo;
pub mod doctor;
pub mod graphql;
pub mod http;
pub mod import;
pub mod loaders;
pub mod metrics;
mod progress;
pub mod reseal;
pub mod serve;
pub mod shutdown;
#[cfg(feature = "simulator")]
pub mod simulator;
pub mod spotify;
pub mod store;
pub mod telemetry;
