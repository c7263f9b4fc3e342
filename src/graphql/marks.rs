//! The bytes by which one finds one's way in JSON: brackets, quotation marks and backslashes. All others are passed
//! over, 64 at a time.

/// How many bytes are looked at together: there is a bit for each.
const BLOCK: usize = u64::BITS as usize;

/// Where these bytes stand in a text, and which they are. What a backslash escapes is left out.
pub(super) struct Marks<'a> {
    json: &'a [u8],
    /// Where the block begins that was looked at last.
    block: usize,
    /// Those of the block that are still to be told, the lowest bit first.
    found: u64,
    escaped: Option<usize>,
}

impl<'a> Marks<'a> {
    pub(super) fn of(json: &'a [u8]) -> Self {
        Self {
            json,
            block: 0,
            found: marks_at_the_beginning(json),
            escaped: None,
        }
    }

    /// Where the string ends whose beginning was told last, and whether anything in it is escaped.
    #[inline]
    pub(super) fn string_end(&mut self) -> Option<(usize, bool)> {
        let mut escaped = false;
        loop {
            match self.next()? {
                (at, b'"') => return Some((at, escaped)),
                (_, b'\\') => escaped = true,
                _ => {}
            }
        }
    }
}

impl Iterator for Marks<'_> {
    type Item = (usize, u8);

    #[inline]
    fn next(&mut self) -> Option<(usize, u8)> {
        loop {
            while self.found == 0 {
                self.block += BLOCK;
                self.found = marks_at_the_beginning(self.json.get(self.block..)?);
            }
            let at = self.block + self.found.trailing_zeros() as usize;
            self.found &= self.found - 1;
            if self.escaped == Some(at) {
                continue;
            }
            let mark = self.json[at];
            if mark == b'\\' {
                self.escaped = Some(at + 1);
            }
            return Some((at, mark));
        }
    }
}

/// The marks among the first bytes, as many as are looked at together.
#[inline]
fn marks_at_the_beginning(json: &[u8]) -> u64 {
    if let Some(block) = json.first_chunk() {
        return marks(block);
    }
    let mut block = [0; BLOCK];
    block[..json.len()].copy_from_slice(json);
    marks(&block)
}

/// Without a branch, so that the compiler looks at many bytes in one step.
#[inline]
fn marks(block: &[u8; BLOCK]) -> u64 {
    let marks = block.map(|byte| {
        // In ASCII, a brace is the square bracket with this bit.
        let bracket = byte | 0x20;
        u8::from(byte == b'"')
            | u8::from(byte == b'\\')
            | u8::from(bracket == b'{')
            | u8::from(bracket == b'}')
    });
    let (words, _) = marks.as_chunks();
    let bits = words.iter().enumerate().map(|(number, word)| {
        // Moves the lowest bit of each byte into the highest byte, one beside the other.
        let bits = u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits << (8 * number)
    });
    bits.fold(0, |all, bits| all | bits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One byte after the other.
    fn looked_for(json: &[u8]) -> Vec<(usize, u8)> {
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some(byte) = json.get(at) {
            if b"{}[]\"\\".contains(byte) {
                found.push((at, *byte));
            }
            at += if *byte == b'\\' { 2 } else { 1 };
        }
        found
    }

    fn found(json: &[u8]) -> Vec<(usize, u8)> {
        Marks::of(json).collect()
    }

    #[test]
    fn every_byte_is_a_mark_or_none() {
        for byte in 0..=u8::MAX {
            for at in [0, 1, 62, 63, 64, 65, 127] {
                let mut text = [b'.'; 128];
                text[at] = byte;
                assert_eq!(found(&text), looked_for(&text), "{byte} at {at}");
            }
        }
    }

    #[test]
    fn what_is_escaped_is_left_out_wherever_a_block_ends() {
        for before in 0..130 {
            let text = format!("{}\\\"\"\\\\\"", ".".repeat(before));
            let marks = [
                (before, b'\\'),
                (before + 2, b'"'),
                (before + 3, b'\\'),
                (before + 5, b'"'),
            ];
            assert_eq!(found(text.as_bytes()), marks);
        }
    }

    #[test]
    fn a_string_ends_at_the_first_quotation_mark_that_is_not_escaped() {
        for (text, end) in [
            ("\"\"", Some((1, false))),
            ("\"{[\",\"", Some((3, false))),
            ("\"a\\\"b\\\\\"\"", Some((7, true))),
            ("\"a\\\"", None),
            ("\"", None),
        ] {
            let mut marks = Marks::of(text.as_bytes());
            assert_eq!(marks.next(), Some((0, b'"')));
            assert_eq!(marks.string_end(), end, "{text}");
        }
    }

    proptest! {
        #[test]
        fn all_are_found(text in r#"([\[\]{}",:\\ua0é \n]|[a-z0-9]{1,70}){0,60}"#) {
            prop_assert_eq!(found(text.as_bytes()), looked_for(text.as_bytes()));
        }
    }
}
