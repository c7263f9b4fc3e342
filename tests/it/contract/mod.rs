//! What others rely on, and what the project holds itself to.

mod layering;
