//! The rules of [`Connections`].

use std::time::Duration;

use super::{number, seconds};
use crate::config::args::ConnectionsArgs;
use crate::config::{Connections, Problems};

pub(super) fn connections(args: &ConnectionsArgs, problems: &mut Problems) -> Connections {
    let default = Connections::default();
    let max = number(
        "MAX_CONNECTIONS",
        &args.max_connections,
        default.max as u64,
        1..=1_000_000,
        problems,
    );
    let mut timeout = |variable, value: &Option<String>, default: Duration| {
        seconds(variable, value, default, 1..=3600, problems)
    };
    Connections {
        max: usize::try_from(max).unwrap_or(default.max),
        header_timeout: timeout(
            "HEADER_TIMEOUT_SECONDS",
            &args.header_timeout_seconds,
            default.header_timeout,
        ),
        idle_timeout: timeout(
            "IDLE_TIMEOUT_SECONDS",
            &args.idle_timeout_seconds,
            default.idle_timeout,
        ),
        write_window: default.write_window,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_is_a_number_within_reason() {
        let mut problems = Problems::default();
        let args = ConnectionsArgs {
            max_connections: Some("0".to_owned()),
            header_timeout_seconds: Some("soon".to_owned()),
            idle_timeout_seconds: Some("3601".to_owned()),
        };
        connections(&args, &mut problems);
        let problems = problems.to_string();
        for variable in [
            "MAX_CONNECTIONS",
            "HEADER_TIMEOUT_SECONDS",
            "IDLE_TIMEOUT_SECONDS",
        ] {
            assert!(problems.contains(variable), "{variable} in {problems}");
        }
        let mut problems = Problems::default();
        let read = connections(&ConnectionsArgs::default(), &mut problems);
        assert_eq!(read, Connections::default());
        assert!(problems.is_empty());
    }
}
