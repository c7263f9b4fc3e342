//! What this server calls its own records.

use std::fmt;
use std::str::FromStr;

use super::error::{Error, Result};

/// The id of an upload or of a session: 32 lowercase hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RecordId(String);

impl RecordId {
    /// Judges `text`, given as `argument`; `found` is where clients find such an id.
    ///
    /// # Errors
    /// [`Error::Input`] that tells the rule.
    pub(super) fn parse(argument: &'static str, text: &str, found: &str) -> Result<Self> {
        let problem = || Error::input(argument, format!("is no id: give it as {found} does"));
        text.parse().map_err(|()| problem())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RecordId {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() == 32 && text.bytes().all(digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(())
        }
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
