//! Which documents are known by a name.

use std::path::PathBuf;

use super::Problems;
use super::read::{given, number};

/// Persisted documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documents {
    /// `TRUSTED_DOCUMENTS`: a file that lists all that may be executed.
    pub trusted: Option<PathBuf>,
    /// `PERSISTED_QUERY_BYTES`: how much is kept of what clients register; nothing where it is 0.
    pub registered_bytes: u64,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            trusted: None,
            registered_bytes: 8 * 1024 * 1024,
        }
    }
}

/// Which documents are known by a name.
#[derive(clap::Args, Clone, Default)]
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

pub(super) fn documents(args: &DocumentsArgs, problems: &mut Problems) -> Documents {
    Documents {
        trusted: given(&args.trusted_documents).map(PathBuf::from),
        registered_bytes: number(
            "PERSISTED_QUERY_BYTES",
            &args.persisted_query_bytes,
            Documents::default().registered_bytes,
            0..=1 << 30,
            problems,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_trusted_unless_a_file_lists_it() {
        let mut problems = Problems::default();
        let mut args = DocumentsArgs::default();
        assert_eq!(documents(&args, &mut problems), Documents::default());
        args.trusted_documents = Some("".into());
        args.persisted_query_bytes = Some("0".to_owned());
        let none = documents(&args, &mut problems);
        assert_eq!((none.trusted, none.registered_bytes), (None, 0));
        args.trusted_documents = Some("list.json".into());
        assert_eq!(
            documents(&args, &mut problems).trusted,
            Some("list.json".into())
        );
        assert!(problems.is_empty());
        args.persisted_query_bytes = Some("much".to_owned());
        documents(&args, &mut problems);
        assert!(problems.to_string().contains("PERSISTED_QUERY_BYTES must"));
    }
}
