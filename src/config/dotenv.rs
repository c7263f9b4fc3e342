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
    /// A value has a `$`, and what follows it would be taken for another variable's name and replaced by
    /// that one's value, or by nothing.
    #[error(
        ".env: the value of {0} has a $, and what follows it would be replaced; put the value into \
         single quotes"
    )]
    Replaced(String),
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
        Ok(path) => {
            let text = std::fs::read_to_string(path).map_err(DotenvError::File)?;
            replaced(&text).map_or(Ok(()), |name| Err(DotenvError::Replaced(name)))
        }
        Err(error) if error.not_found() => Ok(()),
        Err(dotenvy::Error::LineParse(line, _)) => Err(DotenvError::Line(name(&line))),
        Err(dotenvy::Error::Io(error)) => Err(DotenvError::File(error)),
        Err(error) => Err(DotenvError::File(std::io::Error::other(error))),
    }
}

/// The first setting in whose value a `$` stands neither in single quotes nor after a backslash.
fn replaced(text: &str) -> Option<String> {
    let (mut line, mut before) = (0, '\n');
    let (mut quote, mut is_escaped, mut is_comment) = (None, false, false);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '\n') => (line, is_escaped, is_comment) = (at + 1, false, false),
            _ if is_comment => {}
            _ if is_escaped => is_escaped = false,
            (None, '#') if before.is_whitespace() => is_comment = true,
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (Some('\''), _) => {}
            (_, '\\') => is_escaped = true,
            (_, '$') => return Some(name(&text[line..])),
            (None, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        before = c;
    }
    None
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
    fn a_value_that_would_be_replaced_is_told_by_its_name() {
        let before = "# it's $5\nA='$5\n$6' # \"$7\"\nB=\\$5 \t#'$6\nC=\"\\$5'\"\nPATH=x#y\n";
        assert_eq!(replaced(before), None);
        for line in [
            "SESSION_SECRET=pa$$word",
            "SESSION_SECRET=\"pa$word\"",
            "SESSION_SECRET=\"a\n${b}\"",
            "SESSION_SECRET='pa'$word",
            "SESSION_SECRET=a#$b",
            "export SESSION_SECRET = $A",
        ] {
            let name = replaced(&format!("{before}{line}\nD=1\n"));
            assert_eq!(name.as_deref(), Some("SESSION_SECRET"), "{line}");
        }
    }

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
