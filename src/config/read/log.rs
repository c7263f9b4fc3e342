//! The rules of [`Log`].

use super::given;
use crate::config::{Args, Log, LogFormat, Problems};

pub(super) fn log(args: &Args, problems: &mut Problems) -> Option<Log> {
    let default = Log::default();
    let filter = given(&args.rust_log).map_or(default.filter, str::to_owned);
    if tracing_subscriber::EnvFilter::try_new(&filter).is_err() {
        problems.add(
            "RUST_LOG",
            "is not a log filter: write info, or lockstep_api=debug,info",
        );
        return None;
    }
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
