//! What is wrong with the settings, all of it at once.

use std::fmt;

/// Every setting that is missing or malformed, each with what would be right.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<String>);

impl Problems {
    pub(super) fn add(&mut self, variable: &str, what: impl fmt::Display) {
        self.0.push(format!("{variable} {what}"));
    }

    /// Each of them, with the variable's name.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the settings are not right:")?;
        for problem in &self.0 {
            write!(f, "\n  - {problem}")?;
        }
        write!(
            f,
            "\nSet them in the environment or in a file named .env (.env.example explains each), \
             or try the demo, which needs none: cargo demo"
        )
    }
}

impl std::error::Error for Problems {}
