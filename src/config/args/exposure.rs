//! The options of [`Exposure`](crate::config::Exposure).

use clap::Args;

/// What the server shows of itself.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Exposure")]
pub struct ExposureArgs {
    /// true: turn off what helps developers and strangers alike, unless it is turned on below
    /// [default: false]
    #[arg(long, env = "PRODUCTION", value_name = "BOOLEAN")]
    pub production: Option<String>,

    /// Whether clients may ask for the schema [default: true, in production false]
    #[arg(long, env = "INTROSPECTION", value_name = "BOOLEAN")]
    pub introspection: Option<String>,

    /// Whether errors guess which name was meant [default: true, in production false]
    #[arg(long, env = "FIELD_SUGGESTIONS", value_name = "BOOLEAN")]
    pub field_suggestions: Option<String>,

    /// Whether there is a page to try queries on at / [default: true, in production false]
    #[arg(long, env = "PLAYGROUND", value_name = "BOOLEAN")]
    pub playground: Option<String>,

    /// Whether a GET may carry a document, and not just the name of a persisted one
    /// [default: true, in production false]
    #[arg(long, env = "GET_DOCUMENTS", value_name = "BOOLEAN")]
    pub get_documents: Option<String>,
}
