//! The arguments of a connection, judged.

use std::fmt::Display;
use std::str::FromStr;

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
        let first = judge_first(first, u32::from(MAX_FIRST))?;
        let start = match after {
            None => 0,
            Some(after) => cursor::decode::<u32>(list, after)?.saturating_add(1),
        };
        Ok(Self { start, first })
    }
}

/// Which part of a list is asked for whose pages begin behind a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeysetPaging<Key> {
    /// Behind which key; none begins at the start.
    pub after: Option<Key>,
    /// How many edges at the most.
    pub first: u32,
}

impl<Key: FromStr + Display> KeysetPaging<Key> {
    /// Judges `first` (at most `max`) and `after` (a cursor of the list called `list`).
    ///
    /// # Errors
    /// [`Error::Input`] that names the argument.
    pub(super) fn new(
        first: Option<i32>,
        after: Option<&str>,
        max: u32,
        list: &str,
    ) -> Result<Self> {
        let first = judge_first(first, max)?;
        let after = after.map(|after| cursor::decode(list, after)).transpose()?;
        Ok(Self { after, first })
    }
}

fn judge_first(first: Option<i32>, max: u32) -> Result<u32> {
    let first = first.unwrap_or(i32::from(DEFAULT_FIRST));
    u32::try_from(first)
        .ok()
        .filter(|first| *first <= max)
        .ok_or_else(|| {
            Error::input(
                "first",
                format!("is {first}, and must be from 0 to {max}; page on with after"),
            )
        })
}
