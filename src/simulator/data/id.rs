//! Identifiers that are the same in every run.

/// Spotify's alphabet for identifiers.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// How many characters an identifier has.
const LENGTH: usize = 22;

/// Spreads the bits of `seed`: neighbours become unlike (the finalizer of SplitMix64).
pub(crate) fn mix(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A number for a text, the same in every run (FNV-1a).
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// The identifier of the `number`th thing of its kind: 22 base62 characters, as Spotify's are.
pub(crate) fn base62(kind: &str, number: u64) -> String {
    let seed = hash(kind).wrapping_add(number);
    let mut rest = (u128::from(mix(seed)) << 64) | u128::from(mix(seed ^ 0x5555_5555_5555_5555));
    let mut id = [b'0'; LENGTH];
    for place in id.iter_mut().rev() {
        *place = BASE62[(rest % 62) as usize];
        rest /= 62;
    }
    id.iter().map(|&byte| char::from(byte)).collect()
}

/// Whether Spotify would take `text` for an identifier at all.
pub(crate) fn is_base62(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_valid_distinct_and_stable() {
        let ids: HashSet<_> = (0..70_000).map(|n| base62("track", n)).collect();
        assert_eq!(ids.len(), 70_000);
        assert!(ids.iter().all(|id| is_base62(id)));
        assert_eq!(base62("track", 7), base62("track", 7));
        assert_ne!(base62("track", 7), base62("album", 7));
        assert!(!is_base62("short") && !is_base62("0Playlist000000000100!"));
    }
}
