//! What an app calls the device that it runs on.

use super::error::{Error, Result};

const MAX_CHARS: usize = 64;

/// Judges `text`, given as `argument`: 1 to 64 characters, none of them a control character; or none
/// given.
///
/// # Errors
/// [`Error::Input`] that tells the rule.
pub(super) fn device_name(argument: &'static str, text: Option<String>) -> Result<Option<String>> {
    let Some(text) = text else {
        return Ok(None);
    };
    let text = text.trim();
    let right = !text.is_empty()
        && text.chars().count() <= MAX_CHARS
        && !text.chars().any(char::is_control);
    if right {
        Ok(Some(text.to_owned()))
    } else {
        Err(Error::input(
            argument,
            "must be 1 to 64 characters without control characters, or left out",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_can_be_shown() {
        let judge = |text: &str| device_name("input.deviceName", Some(text.to_owned()));
        for good in ["Pixel 9", " Ada's 📱 ", &"ä".repeat(64)] {
            assert_eq!(judge(good).unwrap().as_deref(), Some(good.trim()));
        }
        for bad in ["", "  ", "a\0b", "a\nb", "a\u{85}b", &"a".repeat(65)] {
            assert!(judge(bad).is_err(), "{bad:?}");
        }
        assert_eq!(device_name("input.deviceName", None).unwrap(), None);
    }
}
