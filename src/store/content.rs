//! A collection's text on its way into and out of the database: digest and compression.
//!
//! All of it is work for the processor, so callers run anything but small texts on the blocking
//! threads, and outside any transaction.

use std::io::{self, Read};

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;

use super::error::Error;

/// zstd's fastest but for the negative ones. JSON of numbers shrinks to about a fifth, and by no more at
/// zstd's own default of 3, which takes half as much time again.
const LEVEL: i32 = 1;

/// What is allocated at once for a text; a longer one grows as it really decompresses, so that a
/// damaged length cannot ask for all memory.
const FIRST_ALLOCATION: usize = 16 * 1024 * 1024;

/// A text as the database keeps it.
pub(super) struct Packed {
    pub(super) size_bytes: i64,
    pub(super) sha256: Vec<u8>,
    pub(super) compressed: Bytes,
}

/// Digests and compresses a text.
pub(super) fn pack(text: &[u8]) -> io::Result<Packed> {
    let size_bytes = i64::try_from(text.len()).map_err(io::Error::other)?;
    let mut compressor = zstd::bulk::Compressor::new(LEVEL)?;
    compressor.include_checksum(true)?;
    let mut compressed = compressor.compress(text)?;
    compressed.shrink_to_fit();
    Ok(Packed {
        size_bytes,
        sha256: digest(&SHA256, text).as_ref().to_vec(),
        compressed: compressed.into(),
    })
}

/// Decompresses a text of `size_bytes`.
///
/// # Errors
///
/// [`Error::Corrupt`] when it is damaged or of another length.
pub(super) fn unpack(compressed: &[u8], size_bytes: i64) -> Result<Bytes, Error> {
    let damaged = |_| Error::Corrupt("a collection that does not decompress");
    let size =
        u64::try_from(size_bytes).map_err(|_| Error::Corrupt("a collection of negative length"))?;
    let decoder = zstd::stream::read::Decoder::with_buffer(compressed).map_err(damaged)?;
    let expected = usize::try_from(size).unwrap_or(usize::MAX);
    let mut text = Vec::with_capacity(expected.min(FIRST_ALLOCATION));
    // One byte more than expected is enough to see that it is too long. Reading up to the end also
    // verifies the checksum.
    decoder
        .take(size.saturating_add(1))
        .read_to_end(&mut text)
        .map_err(damaged)?;
    if text.len() == expected {
        Ok(Bytes::from(text))
    } else {
        Err(Error::Corrupt("a collection of another length than noted"))
    }
}

/// SHA-256 as clients see it.
pub(super) fn hex(digest: &[u8]) -> String {
    use std::fmt::Write;

    digest
        .iter()
        .fold(String::with_capacity(digest.len() * 2), |mut text, byte| {
            let _infallible = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_come_back_as_they_were(text in proptest::collection::vec(any::<u8>(), 0..5000)) {
            let packed = pack(&text).unwrap();
            prop_assert_eq!(packed.size_bytes, text.len() as i64);
            prop_assert_eq!(&unpack(&packed.compressed, packed.size_bytes).unwrap()[..], &text[..]);
        }

        #[test]
        fn a_flipped_bit_is_noticed(text in proptest::collection::vec(any::<u8>(), 1..2000), at: usize, bit in 0..8) {
            let packed = pack(&text).unwrap();
            let at = at % packed.compressed.len();
            let mut compressed = packed.compressed.to_vec();
            compressed[at] ^= 1_u8 << bit;
            // A bit of the frame header may be one that decoders must ignore.
            if let Ok(unpacked) = unpack(&compressed, packed.size_bytes) {
                prop_assert_eq!(&unpacked[..], &text[..]);
            }
        }
    }

    #[test]
    fn a_wrong_length_is_damage_and_asks_for_no_memory() {
        let packed = pack(b"{}").unwrap();
        for size in [-1, 0, 1, 3, i64::MAX] {
            let result = unpack(&packed.compressed, size);
            assert!(matches!(result, Err(Error::Corrupt(_))), "{size}");
        }
    }

    #[test]
    fn a_bomb_is_stopped_at_the_noted_length() {
        let packed = pack(&vec![b' '; 50_000_000]).unwrap();
        assert!(packed.compressed.len() < 10_000);
        assert!(matches!(
            unpack(&packed.compressed, 10),
            Err(Error::Corrupt(_))
        ));
    }

    #[test]
    fn the_digest_is_lowercase_hexadecimal() {
        let empty = pack(b"").unwrap();
        assert_eq!(
            hex(&empty.sha256),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
