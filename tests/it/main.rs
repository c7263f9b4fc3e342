//! What the server does, told over HTTP: the real router, a real database, a simulated Spotify
//! behind real connections. One file per feature; the names of the tests are its specification.

mod contract;
mod login;
mod query;
mod support;
