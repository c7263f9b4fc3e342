//! Getting in, and out.

mod browser;
