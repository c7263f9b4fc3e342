//! The name of a document by its content.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};

/// The SHA-256 of a document's text. Written in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct QueryHash([u8; 32]);

impl QueryHash {
    pub(crate) fn of(text: &str) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
        Self(hash)
    }
}

/// What is no SHA-256 in hexadecimal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotAHash;

impl FromStr for QueryHash {
    type Err = NotAHash;

    /// Reads 64 hexadecimal digits, after `sha256:` or nothing.
    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let digits = text.strip_prefix("sha256:").unwrap_or(text).as_bytes();
        if digits.len() != 64 {
            return Err(NotAHash);
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).ok_or(NotAHash);
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            let value = digit(pair[0])? * 16 + digit(pair[1])?;
            *byte = u8::try_from(value).map_err(|_| NotAHash)?;
        }
        Ok(Self(hash))
    }
}

impl fmt::Display for QueryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_TYPENAME: &str = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38";

    #[test]
    fn a_hash_is_that_of_the_text() {
        let hash = QueryHash::of("{__typename}");
        assert_eq!(hash.to_string(), OF_TYPENAME);
        for text in [
            OF_TYPENAME.to_owned(),
            OF_TYPENAME.to_uppercase(),
            format!("sha256:{OF_TYPENAME}"),
        ] {
            assert_eq!(text.parse(), Ok(hash), "{text}");
        }
    }

    #[test]
    fn what_is_no_hash_is_none() {
        for text in [
            String::new(),
            OF_TYPENAME[1..].to_owned(),
            format!("{OF_TYPENAME}0"),
            format!("md5:{OF_TYPENAME}"),
            format!("+{}", &OF_TYPENAME[1..]),
            format!("g{}", &OF_TYPENAME[1..]),
            "é".repeat(32),
        ] {
            assert_eq!(text.parse::<QueryHash>(), Err(NotAHash), "{text}");
        }
    }
}
