//! API tokens and login codes as they are written: a prefix that scanners for leaked secrets find,
//! the person's key, so that the look-up goes to one shard, a secret of 256 bits, and a checksum, so
//! that scanners, and this server, tell a damaged one without asking the database.

use aws_lc_rs::rand;
use secrecy::SecretString;

use super::Error;
use super::viewer::fingerprint;
use crate::store::PersonId;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What 128 bits take in base 62.
const NUMBER: usize = 22;

/// What the 32 bits of a CRC take.
const CHECKSUM: usize = 6;

/// What it is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A bearer token of this API.
    Api,
    /// What an app is called back with.
    LoginCode,
}

impl TokenKind {
    /// What it begins with.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Api => "lsk_",
            Self::LoginCode => "lsc_",
        }
    }
}

/// An API token or a login code.
pub struct OpaqueToken {
    /// Whose it says it is; believed only once the store knows the hash.
    pub person: PersonId,
    text: SecretString,
}

impl OpaqueToken {
    /// A new one for a person who has just logged in.
    ///
    /// # Errors
    /// Only where the system's randomness fails, or the person's key is none.
    pub fn new(kind: TokenKind, person: PersonId) -> Result<Self, Error> {
        let mut secret = [0; 32];
        rand::fill(&mut secret)?;
        let key = u128::from_str_radix(person.as_str(), 16)
            .map_err(|_| Error::Internal("a person's key is no number"))?;
        let mut text = kind.prefix().to_owned();
        push(&mut text, key, NUMBER);
        let (high, low) = secret.split_at(16);
        for half in [high, low] {
            let number = half
                .iter()
                .fold(0, |n: u128, byte| n << 8 | u128::from(*byte));
            push(&mut text, number, NUMBER);
        }
        let sum = crc32fast::hash(text.as_bytes());
        push(&mut text, u128::from(sum), CHECKSUM);
        Ok(Self {
            person,
            text: SecretString::from(text),
        })
    }

    /// Reads what [`OpaqueToken::new`] wrote. `None`: it is damaged, or none of ours.
    #[must_use]
    pub fn parse(kind: TokenKind, text: &str) -> Option<Self> {
        let body = text.strip_prefix(kind.prefix())?;
        if body.len() != 3 * NUMBER + CHECKSUM || !body.is_ascii() {
            return None;
        }
        let (summed, sum) = text.split_at(text.len() - CHECKSUM);
        if number(sum)? != u128::from(crc32fast::hash(summed.as_bytes())) {
            return None;
        }
        let key = number(&body[..NUMBER])?;
        number(&body[NUMBER..2 * NUMBER])?;
        number(&body[2 * NUMBER..3 * NUMBER])?;
        Some(Self {
            person: PersonId::parse(&format!("{key:032x}")).ok()?,
            text: SecretString::from(text),
        })
    }

    /// The whole of it, for whom it is for.
    #[must_use]
    pub fn text(&self) -> &SecretString {
        &self.text
    }

    /// What the store knows it by.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        fingerprint(&self.text)
    }
}

impl std::fmt::Debug for OpaqueToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpaqueToken")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

/// Appends `number` in base 62, in so many digits.
fn push(text: &mut String, mut number: u128, digits: usize) {
    let mut reversed = Vec::with_capacity(digits);
    for _ in 0..digits {
        let digit = usize::try_from(number % 62).unwrap_or_default();
        reversed.push(char::from(DIGITS[digit]));
        number /= 62;
    }
    text.extend(reversed.iter().rev());
}

fn number(text: &str) -> Option<u128> {
    text.bytes().try_fold(0, |number: u128, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        let digit = u128::try_from(digit).ok()?;
        number.checked_mul(62)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    #[test]
    fn a_token_is_read_back_and_another_kind_or_a_changed_digit_is_not() {
        let person = PersonId::new();
        let token = OpaqueToken::new(TokenKind::Api, person.clone()).unwrap();
        let text = token.text().expose_secret();
        assert!(text.starts_with("lsk_"), "{text}");
        assert_eq!(text.len(), 76);
        assert!(text[4..].bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let read = OpaqueToken::parse(TokenKind::Api, text).unwrap();
        assert_eq!(read.person, person);
        assert_eq!(read.hash(), token.hash());
        assert!(OpaqueToken::parse(TokenKind::LoginCode, text).is_none());
        for at in 0..text.len() {
            let mut changed = text.to_owned().into_bytes();
            changed[at] = if changed[at] == b'x' { b'y' } else { b'x' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(OpaqueToken::parse(TokenKind::Api, &changed).is_none());
        }
    }

    #[test]
    fn no_two_are_alike_and_none_is_printed() {
        let person = PersonId::new();
        let new = || OpaqueToken::new(TokenKind::LoginCode, person.clone()).unwrap();
        let (one, other) = (new(), new());
        assert_ne!(one.hash(), other.hash());
        assert!(!format!("{one:?}").contains("lsc_"));
    }

    #[test]
    fn the_first_and_the_last_person_have_tokens() {
        for key in ["0".repeat(32), "f".repeat(32)] {
            let person = PersonId::parse(&key).unwrap();
            let token = OpaqueToken::new(TokenKind::Api, person.clone()).unwrap();
            let read = OpaqueToken::parse(TokenKind::Api, token.text().expose_secret());
            assert_eq!(read.unwrap().person, person);
        }
    }

    proptest! {
        #[test]
        fn nothing_else_is_a_token(text in ".*", digits in "[0-9A-Za-z]{72}") {
            prop_assert!(OpaqueToken::parse(TokenKind::Api, &text).is_none());
            let text = format!("lsk_{digits}");
            prop_assert!(OpaqueToken::parse(TokenKind::Api, &text).is_none());
        }
    }
}
