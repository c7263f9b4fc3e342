//! What is logged, and how it is written.

use tracing_subscriber::filter::{LevelFilter, Targets};

use super::read::{given, listed};
use super::{Args, Problems};

/// The log's form and filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    /// `LOG_FORMAT`
    pub format: LogFormat,
    /// `RUST_LOG`
    pub filter: Targets,
}

/// How a log line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: Targets::new().with_default(LevelFilter::INFO),
        }
    }
}

impl Log {
    /// Judges the log's settings alone, for commands that need no others.
    ///
    /// # Errors
    /// What is malformed in them.
    pub fn read(args: &Args) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        log(args, &mut problems).ok_or(problems)
    }
}

pub(super) fn log(args: &Args, problems: &mut Problems) -> Option<Log> {
    let default = Log::default();
    let Some(filter) = given(&args.rust_log).map_or(Some(default.filter), directives) else {
        problems.add(
            "RUST_LOG",
            "is not a log filter: write info, or lockstep_api=debug,info",
        );
        return None;
    };
    let format = match given(&args.log_format) {
        None => default.format,
        Some("text") => LogFormat::Text,
        Some("json") => LogFormat::Json,
        Some(_) => {
            problems.add("LOG_FORMAT", "must be text or json");
            return None;
        }
    };
    Some(Log { format, filter })
}

/// Levels, and targets with a level each. Of nothing between two commas `Targets` would make "error".
fn directives(text: &str) -> Option<Targets> {
    // The name of a span would count as a part of the target's, and so choose nothing.
    if text.contains('[') {
        return None;
    }
    let parts: Vec<&str> = listed(text).collect();
    parts.join(",").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_a_level_or_levels_by_module() {
        for (text, same) in [
            ("debug", "debug"),
            ("INFO", "info"),
            ("off", "off"),
            ("lockstep_api=debug, info", "info,lockstep_api=debug"),
            ("info,", "info"),
            (",,warn", "warn"),
        ] {
            let same: Targets = same.parse().unwrap();
            assert_eq!(directives(text).unwrap(), same, "{text}");
        }
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for text in [
            "lockstep_api=loud",
            "a=b=info",
            "info,hyper=9",
            "lockstep_api[request]=debug",
            "info,[{request_id}]=debug",
        ] {
            let args = Args {
                rust_log: Some(text.to_owned()),
                ..Args::default()
            };
            let mut problems = Problems::default();
            assert_eq!(log(&args, &mut problems), None, "{text}");
            let problems = problems.to_string();
            assert!(problems.contains("RUST_LOG"), "{text}: {problems}");
        }
    }
}
