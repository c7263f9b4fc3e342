//! The arguments of a connection, judged.

use super::cursor;
use super::error::{Error, Result};

/// What a connection gives where `first` is not said.
const DEFAULT_FIRST: i64 = 50;

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Paging {
    /// The position of the first edge.
    pub start: u32,
    /// How many edges at the most.
    pub first: u32,
}

impl Paging {
    /// Judges `first` (at most `max`; wider than an `Int` may be, so that a number beyond 32 bits is
    /// refused here too, by the name of its argument) and `after` (a cursor of the list called `list`).
    ///
    /// # Errors
    /// [`Error::Input`] that names the argument.
    pub(super) fn new(
        first: Option<i64>,
        after: Option<&str>,
        max: u32,
        list: &str,
    ) -> Result<Self> {
        let first = first.unwrap_or(DEFAULT_FIRST);
        let first = u32::try_from(first)
            .ok()
            .filter(|first| *first <= max)
            .ok_or_else(|| {
                Error::input(
                    "first",
                    format!("is {first}, and must be from 0 to {max}; page on with after"),
                )
            })?;
        let start = match after {
            None => 0,
            Some(after) => cursor::decode(list, after)?.saturating_add(1),
        };
        Ok(Self { start, first })
    }
}
