//! What an app calls the device that it runs on.

use super::error::{Error, Result};

const MAX_CHARS: usize = 64;

/// 1 to 64 characters, none of them a control character; or none given.
pub(super) struct DeviceName(Option<String>);

impl DeviceName {
    /// Judges `text`, given as `argument`.
    ///
    /// # Errors
    /// [`Error::Input`] that tells the rule.
    pub(super) fn parse(argument: &'static str, text: Option<String>) -> Result<Self> {
        let Some(text) = text else {
            return Ok(Self(None));
        };
        let text = text.trim();
        let right = !text.is_empty()
            && text.chars().count() <= MAX_CHARS
            && !text.chars().any(char::is_control);
        if right {
            Ok(Self(Some(text.to_owned())))
        } else {
            Err(Error::input(
                argument,
                "must be 1 to 64 characters without control characters, or left out",
            ))
        }
    }
}

impl From<DeviceName> for Option<String> {
    fn from(name: DeviceName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_can_be_shown() {
        let parse = |text: &str| DeviceName::parse("input.deviceName", Some(text.to_owned()));
        for good in ["Pixel 9", " Ada's 📱 ", &"ä".repeat(64)] {
            let name = Option::<String>::from(parse(good).unwrap());
            assert_eq!(name.as_deref(), Some(good.trim()));
        }
        for bad in ["", "  ", "a\0b", "a\nb", "a\u{85}b", &"a".repeat(65)] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
        let none = DeviceName::parse("input.deviceName", None).unwrap();
        assert_eq!(Option::<String>::from(none), None);
    }
}
