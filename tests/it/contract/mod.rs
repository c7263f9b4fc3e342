//! What others rely on, and what the project holds itself to.

mod errors;
mod from_flask;
mod layering;
mod settings;
