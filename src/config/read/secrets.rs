//! The rules of [`Secrets`].

use secrecy::SecretString;

use super::{given, required};
use crate::config::{Args, Problems, Secrets};

const MIN_SECRET_BYTES: usize = 32;

pub(super) fn secrets(args: &Args, problems: &mut Problems) -> Option<Secrets> {
    let (variable, value) = match given(&args.session_secret) {
        None if given(&args.flask_secret_key).is_some() => {
            ("FLASK_SECRET_KEY", &args.flask_secret_key)
        }
        _ => ("SESSION_SECRET", &args.session_secret),
    };
    let value = required(
        variable,
        value,
        "make one with `openssl rand -hex 32` and keep it",
        problems,
    )?;
    if value.len() < MIN_SECRET_BYTES {
        problems.add(
            variable,
            format_args!(
                "has {} bytes, and {MIN_SECRET_BYTES} are the least: make one with `openssl rand -hex 32`",
                value.len()
            ),
        );
        return None;
    }
    Some(Secrets {
        session_secret: SecretString::from(value),
    })
}

#[cfg(test)]
mod tests {
    use crate::config::read::testing::problem;

    #[test]
    fn a_short_secret_is_refused_without_being_shown() {
        let problem = problem(|args| args.session_secret = Some("hunter2".into()));
        assert!(problem.contains("SESSION_SECRET has 7 bytes"));
        assert!(!problem.contains("hunter2"));
    }
}
