//! The arguments of a connection, judged.

use super::cursor;
use super::error::{Error, Result};

/// What a connection gives where `first` is not said.
pub(super) const DEFAULT_FIRST: u16 = 50;

/// The most that a page may have.
pub(super) const MAX_FIRST: u16 = 1000;

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Paging {
    /// The position of the first edge.
    pub start: u32,
    /// How many edges at the most.
    pub first: u32,
}

impl Paging {
    /// Judges `first` and `after` (a cursor of the list called `list`).
    ///
    /// # Errors
    /// [`Error::Input`] that names the argument.
    pub(super) fn new(first: Option<i32>, after: Option<&str>, list: &str) -> Result<Self> {
        let first = first.unwrap_or(i32::from(DEFAULT_FIRST));
        let first = u32::try_from(first)
            .ok()
            .filter(|first| *first <= u32::from(MAX_FIRST))
            .ok_or_else(|| {
                Error::input(
                    "first",
                    format!("is {first}, and must be from 0 to {MAX_FIRST}; page on with after"),
                )
            })?;
        let start = match after {
            None => 0,
            Some(after) => cursor::decode(list, after)?.saturating_add(1),
        };
        Ok(Self { start, first })
    }
}
