//! The name of a kind of metadata collection.

use super::error::{Error, Result};

const MAX_CHARS: usize = 64;

/// 1 to 64 letters, digits, `.`, `_` or `-`, beginning with a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectionType(String);

impl CollectionType {
    /// Judges `text`, given as `argument`.
    ///
    /// # Errors
    /// [`Error::Input`] that tells the rule.
    pub fn parse(argument: &'static str, text: &str) -> Result<Self> {
        let follows = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
        let right = text.len() <= MAX_CHARS
            && text
                .as_bytes()
                .first()
                .is_some_and(u8::is_ascii_alphanumeric)
            && text.as_bytes().iter().all(follows);
        if right {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::input(
                argument,
                "must be 1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit",
            ))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_letters_digits_and_three_signs() {
        for good in ["beats", "b", "0", "Beats-v2.1_x", &"a".repeat(64)] {
            assert!(CollectionType::parse("type", good).is_ok(), "{good}");
        }
        for bad in [
            "",
            " ",
            "../etc",
            ".beats",
            "-x",
            "_x",
            "a b",
            "a/b",
            "a\\b",
            "a\0",
            "beäts",
            "拍",
            "a\n",
            &"a".repeat(65),
            &"a".repeat(10_000),
        ] {
            assert!(CollectionType::parse("type", bad).is_err(), "{bad:?}");
        }
    }
}
