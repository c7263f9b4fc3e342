//! The rules of [`Documents`].

use std::path::PathBuf;

use super::{given, number};
use crate::config::args::DocumentsArgs;
use crate::config::{Documents, Problems};

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
