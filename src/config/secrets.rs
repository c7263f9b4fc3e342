//! The secrets that keys are derived from.
//!
//! `SESSION_SECRET` is a list, separated by commas. `FLASK_SECRET_KEY` is one secret, taken whole: the
//! Flask server took it so, and there may be a comma in it.

use secrecy::SecretString;

use super::read::{given, listed};
use super::{Args, Problems};

const MIN_SECRET_BYTES: usize = 32;

/// What cookies and stored tokens are sealed with, each of at least 32 bytes.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// The first of `SESSION_SECRET`, or `FLASK_SECRET_KEY` where that is not set. It seals.
    pub session_secret: SecretString,
    /// The others, which only open: what is being replaced.
    pub older_secrets: Vec<SecretString>,
}

impl From<SecretString> for Secrets {
    fn from(session_secret: SecretString) -> Self {
        Self {
            session_secret,
            older_secrets: Vec::new(),
        }
    }
}

impl Secrets {
    /// Judges the secrets alone, for commands that need no others.
    ///
    /// # Errors
    /// What is missing or malformed in them.
    pub fn read(args: &Args) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        secrets(args, &mut problems).ok_or(problems)
    }
}

pub(super) fn secrets(args: &Args, problems: &mut Problems) -> Option<Secrets> {
    let list = given(&args.session_secret).unwrap_or_default();
    let list: Vec<&str> = listed(list).collect();
    let (variable, secrets) = match given(&args.flask_secret_key) {
        Some(flask) if list.is_empty() => ("FLASK_SECRET_KEY", vec![flask]),
        // One that is too short has never sealed anything: it was refused.
        Some(flask) if is_long_enough(flask) => {
            ("SESSION_SECRET", list.into_iter().chain([flask]).collect())
        }
        _ => ("SESSION_SECRET", list),
    };
    for (place, secret) in (1..).zip(&secrets).filter(|(_, s)| !is_long_enough(s)) {
        let short = format!(
            "has {} bytes, and {MIN_SECRET_BYTES} are the least: make one with `openssl rand -hex 32`",
            secret.len()
        );
        if secrets.len() == 1 {
            problems.add(variable, short);
        } else {
            problems.add(
                variable,
                format_args!(
                    "is a list separated by commas, and number {place} in it {short}; one secret \
                     with a comma in it goes into FLASK_SECRET_KEY, which is taken whole"
                ),
            );
        }
    }
    let Some((first, older)) = secrets.split_first() else {
        problems.add(
            variable,
            "is not set: make one with `openssl rand -hex 32` and keep it",
        );
        return None;
    };
    let accepted = secrets.iter().all(|secret| is_long_enough(secret));
    accepted.then(|| Secrets {
        session_secret: SecretString::from(*first),
        older_secrets: older.iter().copied().map(SecretString::from).collect(),
    })
}

fn is_long_enough(secret: &str) -> bool {
    secret.len() >= MIN_SECRET_BYTES
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use crate::config::read::testing::{minimal, problem};
    use crate::config::{Args, Config};

    const NEW: &str = "new-new-new-new-new-new-new-new-";
    const OLD: &str = "old-old-old-old-old-old-old-old-";

    /// All secrets, the one that seals first.
    fn read(session_secret: Option<&str>, flask_secret_key: Option<&str>) -> Vec<String> {
        let args = Args {
            session_secret: session_secret.map(str::to_owned),
            flask_secret_key: flask_secret_key.map(str::to_owned),
            ..minimal()
        };
        let secrets = Config::read(&args).expect("accepted").secrets;
        let all = std::iter::once(&secrets.session_secret).chain(&secrets.older_secrets);
        all.map(|secret| secret.expose_secret().to_owned())
            .collect()
    }

    #[test]
    fn a_short_secret_is_refused_without_being_shown() {
        let problem = problem(|args| args.session_secret = Some("hunter2".into()));
        assert!(problem.contains("SESSION_SECRET has 7 bytes"));
        assert!(!problem.contains("hunter2"));
    }

    #[test]
    fn the_first_of_a_list_seals() {
        assert_eq!(read(Some(NEW), None), [NEW]);
        let list = format!("{NEW},{OLD}");
        assert_eq!(read(Some(&list), None), [NEW, OLD]);
        let loose = format!(" {NEW} , {OLD} ,, ");
        assert_eq!(read(Some(&loose), None), [NEW, OLD]);
    }

    #[test]
    fn the_flask_servers_secret_is_taken_whole() {
        let comma = format!("{OLD},x");
        assert_eq!(read(None, Some(&comma)), [comma.as_str()]);
        // Beside a new one it still opens.
        assert_eq!(read(Some(NEW), Some(&comma)), [NEW, comma.as_str()]);
        // It was too short for this server, so another was given; that goes on working.
        assert_eq!(read(Some(NEW), Some("dev")), [NEW]);
    }

    #[test]
    fn one_secret_with_a_comma_in_it_is_not_taken_for_two_in_silence() {
        for list in [
            format!("{OLD},x"),
            format!("x,{OLD}"),
            format!("{NEW},{OLD},x"),
        ] {
            let problem = problem(|args| args.session_secret = Some(list.clone()));
            assert!(problem.contains("number"), "{problem}");
            assert!(problem.contains("has 1 bytes"), "{problem}");
            assert!(problem.contains("goes into FLASK_SECRET_KEY"), "{problem}");
            assert!(!problem.contains("old-") && !problem.contains("new-"));
        }
    }

    #[test]
    fn a_list_of_nothing_is_none() {
        let problem = problem(|args| args.session_secret = Some(" , ,".into()));
        assert!(problem.contains("SESSION_SECRET is not set"), "{problem}");
    }
}
