//! Who may ask, from where, and how much.

mod connections;
mod cors;
mod csrf;
mod fair_use;
mod headers;
mod http2;
