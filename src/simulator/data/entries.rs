//! Which entries a playlist has, in order, without having any of them.

use std::ops::Range;

/// An ordered list of entry numbers, kept as runs: ten thousand cost as much as one.
#[derive(Clone, Debug)]
pub(crate) struct Entries {
    runs: Vec<Range<u32>>,
    /// The next number never used before.
    fresh: u32,
}

impl Entries {
    /// The entries 0, 1, … of a new playlist.
    pub(crate) fn new(len: u32) -> Self {
        let mut entries = Self {
            runs: Vec::new(),
            fresh: 0,
        };
        entries.insert(0, len);
        entries
    }

    /// How many there are.
    pub(crate) fn len(&self) -> u32 {
        self.runs.iter().map(|run| run.end - run.start).sum()
    }

    /// The numbers of the entries from `offset` on.
    pub(crate) fn from(&self, offset: u32) -> impl Iterator<Item = u32> {
        let mut skip = offset;
        self.runs.iter().cloned().flat_map(move |run| {
            let skipped = skip.min(run.end - run.start);
            skip -= skipped;
            run.start + skipped..run.end
        })
    }

    /// Puts `count` new entries before the one at `position`, or at the end.
    pub(crate) fn insert(&mut self, position: u32, count: u32) {
        if count == 0 {
            return;
        }
        let at = self.split(position);
        self.runs.insert(at, self.fresh..self.fresh + count);
        self.fresh += count;
    }

    /// Takes out up to `count` entries from `position` on.
    pub(crate) fn remove(&mut self, position: u32, count: u32) {
        let from = self.split(position);
        let to = self.split(position.saturating_add(count));
        self.runs.drain(from..to);
    }

    /// Cuts the run at `position`; returns the index of the run that then starts there.
    fn split(&mut self, position: u32) -> usize {
        let mut before = 0;
        for (index, run) in self.runs.iter_mut().enumerate() {
            if before == position {
                return index;
            }
            let len = run.end - run.start;
            if position < before + len {
                let middle = run.start + (position - before);
                let tail = middle..run.end;
                run.end = middle;
                self.runs.insert(index + 1, tail);
                return index + 1;
            }
            before += len;
        }
        self.runs.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(entries: &Entries) -> Vec<u32> {
        entries.from(0).collect()
    }

    #[test]
    fn inserting_and_removing_agrees_with_a_plain_list() {
        let mut entries = Entries::new(5);
        let mut plain: Vec<u32> = (0..5).collect();
        let mut fresh = 5;
        for (position, count, insert) in [
            (2, 3, true),
            (0, 1, true),
            (100, 2, true),
            (1, 4, false),
            (6, 100, false),
            (3, 0, false),
            (3, 2, true),
            (0, 100, false),
            (0, 2, true),
        ] {
            let at = (position as usize).min(plain.len());
            if insert {
                entries.insert(position, count);
                plain.splice(at..at, fresh..fresh + count);
                fresh += count;
            } else {
                entries.remove(position, count);
                plain.drain(at..(at + count as usize).min(plain.len()));
            }
            assert_eq!(all(&entries), plain);
            assert_eq!(entries.len() as usize, plain.len());
            for offset in 0..=plain.len() {
                let rest: Vec<u32> = entries.from(offset as u32).collect();
                assert_eq!(rest, plain[offset..]);
            }
        }
    }
}
