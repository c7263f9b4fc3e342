//! What an import did.

use std::fmt;

/// Counts, and what could not be taken over.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// Tokens that could be read.
    pub tokens_found: usize,
    /// Those of them that were added: of people who had none here.
    pub tokens_added: usize,
    /// Uploads that could be read.
    pub uploads_found: usize,
    /// Those of them that were added: that were not here yet.
    pub uploads_added: usize,
    /// What was skipped, and why.
    pub skipped: Vec<(String, String)>,
}

impl Report {
    pub(super) fn skip(&mut self, what: String, why: impl Into<String>) {
        self.skipped.push((what, why.into()));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, found, added) in [
            ("tokens", self.tokens_found, self.tokens_added),
            ("uploads", self.uploads_found, self.uploads_added),
        ] {
            if self.dry_run {
                writeln!(f, "{what}: {found} can be taken over")?;
            } else {
                let known = found - added;
                writeln!(
                    f,
                    "{what}: {found} read, {added} added, {known} here already"
                )?;
            }
        }
        write!(f, "skipped: {}", self.skipped.len())?;
        for (what, why) in &self.skipped {
            write!(f, "\n  - {what}: {why}")?;
        }
        Ok(())
    }
}
