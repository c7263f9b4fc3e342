//! The options of [`Documents`](crate::config::Documents).

use clap::Args;

/// Which documents are known by a name.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Persisted documents")]
pub struct DocumentsArgs {
    /// JSON file of documents by id, as Apollo's or Relay's tools write it; then no others are
    /// executed [default: none]
    #[arg(long, env = "TRUSTED_DOCUMENTS", value_name = "FILE")]
    pub trusted_documents: Option<String>,

    /// Memory for automatic persisted queries in bytes; 0 turns them off [default: 8388608]
    #[arg(long, env = "PERSISTED_QUERY_BYTES", value_name = "BYTES")]
    pub persisted_query_bytes: Option<String>,
}
