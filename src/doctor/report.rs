//! What was found.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Ok,
    Warning,
    Problem,
}

#[derive(Debug)]
struct Finding {
    level: Level,
    subject: &'static str,
    what: String,
    /// What to do about it.
    advice: Option<String>,
}

/// What was found, in order.
#[derive(Debug, Default)]
pub struct Report(Vec<Finding>);

impl Report {
    pub(super) fn ok(&mut self, subject: &'static str, what: impl fmt::Display) {
        self.0.push(Finding {
            level: Level::Ok,
            subject,
            what: what.to_string(),
            advice: None,
        });
    }

    pub(super) fn warning(
        &mut self,
        subject: &'static str,
        what: impl fmt::Display,
        advice: impl fmt::Display,
    ) {
        self.0.push(Finding {
            level: Level::Warning,
            subject,
            what: what.to_string(),
            advice: Some(advice.to_string()),
        });
    }

    pub(super) fn problem(
        &mut self,
        subject: &'static str,
        what: impl fmt::Display,
        advice: impl fmt::Display,
    ) {
        self.0.push(Finding {
            level: Level::Problem,
            subject,
            what: what.to_string(),
            advice: Some(advice.to_string()),
        });
    }

    pub(super) fn add(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How many problems there are. Warnings are none.
    #[must_use]
    pub fn problems(&self) -> usize {
        let problems = self.0.iter();
        problems
            .filter(|finding| finding.level == Level::Problem)
            .count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.0 {
            let level = match finding.level {
                Level::Ok => "ok",
                Level::Warning => "warning",
                Level::Problem => "PROBLEM",
            };
            writeln!(f, "{level:<8} {}: {}", finding.subject, finding.what)?;
            if let Some(advice) = &finding.advice {
                writeln!(f, "         → {advice}")?;
            }
        }
        match self.problems() {
            0 => write!(f, "\nNothing stands in the way."),
            1 => write!(f, "\n1 problem stands in the way."),
            count => write!(f, "\n{count} problems stand in the way."),
        }
    }
}
