//! How far a command has come.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on a terminal; elsewhere nothing is drawn.
pub(crate) fn bar(steps: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(steps).with_style(style)
}
