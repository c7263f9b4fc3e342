//! Who may ask, from where, and how much.

mod cors;
mod csrf;
mod headers;
