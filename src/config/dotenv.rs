//! The file `.env`, for development.

/// Why `.env` cannot be read. It holds secrets, so none of its text is told but a name.
#[derive(Debug, thiserror::Error)]
pub enum DotenvError {
    /// A line is not `NAME=value`.
    #[error(
        ".env cannot be read: the line of {0} is not understood; write NAME=value, and put a value \
         with spaces, quotes, # or $ into single quotes"
    )]
    Line(String),
    /// The file cannot be opened, or is not text.
    #[error(".env cannot be read: {0}")]
    File(std::io::Error),
}

/// Adds the settings of `.env` to the environment, which wins. It is looked for in the working
/// directory and those above.
///
/// # Errors
/// A file that is there and cannot be read; that there is none is no failure.
pub fn read_dotenv() -> Result<(), DotenvError> {
    match dotenvy::dotenv() {
        Ok(_) => Ok(()),
        Err(error) if error.not_found() => Ok(()),
        Err(dotenvy::Error::LineParse(line, _)) => Err(DotenvError::Line(name(&line))),
        Err(dotenvy::Error::Io(error)) => Err(DotenvError::File(error)),
        Err(error) => Err(DotenvError::File(std::io::Error::other(error))),
    }
}

/// What a line sets, if it can be told from a value.
fn name(line: &str) -> String {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let end = line.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
    match end {
        Some(end @ 1..=64) if line[end..].starts_with(['=', ' ']) => line[..end].to_owned(),
        _ => "a setting without a name".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_told_by_its_name_alone() {
        for (line, expected) in [
            ("SESSION_SECRET=\"secret\nsecret", "SESSION_SECRET"),
            ("  export SESSION_SECRET = secret secret", "SESSION_SECRET"),
            ("SESSION_SECRET secret", "SESSION_SECRET"),
            ("secret", "a setting without a name"),
            ("S3CRET", "a setting without a name"),
            ("=SECRET", "a setting without a name"),
            ("", "a setting without a name"),
        ] {
            assert_eq!(name(line), expected, "{line}");
        }
    }
}
