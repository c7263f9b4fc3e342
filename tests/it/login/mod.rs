//! Getting in, and out.

mod browser;
mod start;
pub(crate) mod steps;
