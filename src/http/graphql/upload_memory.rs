//! The memory that all bodies may take together, beyond what each may have in any case.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::{Http, Limits};

const KIBIBYTE: usize = 1024;

/// What there is of it, for the whole process; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct UploadMemory {
    kibibytes: Arc<Semaphore>,
    /// Bytes that a body has without asking.
    free: usize,
}

/// There is none left.
#[derive(Debug)]
pub(super) struct Spent;

impl UploadMemory {
    /// As much as the settings have, none of it taken.
    pub(crate) fn new(http: &Http, limits: &Limits) -> Self {
        Self {
            kibibytes: Arc::new(Semaphore::new(http.upload_memory_bytes / KIBIBYTE)),
            free: usize::try_from(limits.body_bytes).unwrap_or(usize::MAX),
        }
    }

    /// For a body of which nothing has come yet.
    pub(super) fn body(&self) -> CountedBody {
        CountedBody {
            bytes: BytesMut::new(),
            memory: self.clone(),
            share: None,
        }
    }
}

/// A body, or what has come of it, and its share of the memory. Both are given back together.
pub(super) struct CountedBody {
    bytes: BytesMut,
    memory: UploadMemory,
    share: Option<OwnedSemaphorePermit>,
}

impl CountedBody {
    pub(super) fn length(&self) -> usize {
        self.bytes.len()
    }

    /// Whether memory has to be there for it once it is so long.
    pub(super) fn costs(&self, length: usize) -> bool {
        length > self.memory.free
    }

    /// Adds what has come. Once a quarter of what is `announced` is there, room is made for all of it:
    /// growing step by step needs twice as much for a while. Not sooner, for what is reserved and not
    /// used is memory all the same, when it was somebody else's before.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub(super) fn extend(&mut self, chunk: &[u8], announced: usize) -> Result<(), Spent> {
        let length = self.length() + chunk.len();
        self.pay_for(length)?;
        if length >= announced / 4 {
            let rest = announced.max(length) - self.length();
            self.bytes.reserve(rest);
        }
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    fn pay_for(&mut self, length: usize) -> Result<(), Spent> {
        let due = length.saturating_sub(self.memory.free).div_ceil(KIBIBYTE);
        let paid = self.share.as_ref().map_or(0, |share| share.num_permits());
        let more = due.saturating_sub(paid);
        if more == 0 {
            return Ok(());
        }
        let more = u32::try_from(more).map_err(|_| Spent)?;
        let more = self.memory.kibibytes.clone().try_acquire_many_owned(more);
        let more = more.map_err(|_| Spent)?;
        match &mut self.share {
            Some(share) => share.merge(more),
            None => self.share = Some(more),
        }
        Ok(())
    }

    /// The whole of it. Its share is given back when the last piece of it is dropped.
    pub(super) fn freeze(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for CountedBody {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(bytes: usize) -> UploadMemory {
        let http = Http {
            upload_memory_bytes: bytes,
            ..Http::default()
        };
        let limits = Limits {
            body_bytes: 2048,
            ..Limits::default()
        };
        UploadMemory::new(&http, &limits)
    }

    fn left(memory: &UploadMemory) -> usize {
        memory.kibibytes.available_permits()
    }

    #[test]
    fn what_every_body_may_have_costs_nothing() {
        let memory = memory(10 * KIBIBYTE);
        let mut body = memory.body();
        body.extend(&[1; 2048], 0).unwrap();
        assert_eq!(left(&memory), 10);
        assert_eq!(body.freeze(), [1; 2048].as_slice());
    }

    #[test]
    fn more_is_paid_for_as_it_comes_and_given_back_with_the_last_piece() {
        let memory = memory(10 * KIBIBYTE);
        let mut body = memory.body();
        for (chunk, expected) in [(2048, 10), (1, 9), (1023, 9), (1, 8)] {
            body.extend(&vec![0; chunk], 4000).unwrap();
            assert_eq!(left(&memory), expected, "after {chunk} more");
        }
        let whole = body.freeze();
        let piece = whole.slice(100..200);
        drop(whole);
        assert_eq!(left(&memory), 8);
        drop(piece);
        assert_eq!(left(&memory), 10);
    }

    #[test]
    fn who_announces_much_gets_room_for_it_when_a_quarter_has_come() {
        let mut body = memory(1024 * KIBIBYTE).body();
        body.extend(&[0; 2000], 100_000).unwrap();
        assert!(body.bytes.capacity() < 8000, "{}", body.bytes.capacity());
        body.extend(&[0; 23_000], 100_000).unwrap();
        assert_eq!(body.bytes.capacity(), 100_000);
    }

    #[test]
    fn who_finds_it_spent_is_told_and_what_was_taken_comes_back() {
        let memory = memory(10 * KIBIBYTE);
        let (mut first, mut second) = (memory.body(), memory.body());
        first.extend(&[0; 2048 + 8 * 1024], 0).unwrap();
        second.extend(&[0; 2048 + 2 * 1024], 0).unwrap();
        assert!(second.extend(&[0], 0).is_err());
        assert_eq!(left(&memory), 0);
        drop(second);
        assert_eq!(left(&memory), 2);
        drop(first);
        assert_eq!(left(&memory), 10);
    }
}
