//! The bits of a JPEG's coded bytes, highest first. A zero byte after 0xFF is taken out; a marker
//! ends the bits, and zeros are given from there on.

/// Bits waiting to be read, at the top of a word.
pub struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    word: u64,
    count: u32,
    /// How many of the given bits were made up after the end.
    made_up: u32,
}

impl<'a> Bits<'a> {
    /// Of the coded bytes after a scan's header.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, word: 0, count: 0, made_up: 0 }
    }

    /// Makes sure that at least 32 bits are there: the longest code and its value.
    #[inline(always)]
    pub fn refill(&mut self) {
        if self.count >= 32 {
            return;
        }
        if let Some(next) = self.bytes.get(self.at..self.at + 8).and_then(|bytes| bytes.try_into().ok()) {
            let next = u64::from_be_bytes(next);
            if !has_marker_byte(next) {
                // Bits of a byte that is not counted yet are put there again, the same ones, later.
                self.word |= next >> self.count;
                let taken = (63 - self.count) / 8;
                self.at += taken as usize;
                self.count += taken * 8;
                return;
            }
        }
        self.refill_slowly();
    }

    #[cold]
    fn refill_slowly(&mut self) {
        while self.count <= 48 {
            let byte = match (self.bytes.get(self.at), self.bytes.get(self.at + 1)) {
                (Some(0xFF), Some(0)) => {
                    self.at += 2;
                    0xFF
                }
                (Some(0xFF), _) | (None, _) => {
                    self.made_up += 8;
                    0
                }
                (Some(byte), _) => {
                    self.at += 1;
                    *byte
                }
            };
            // What a fast refill left below the counted bits is replaced.
            self.word = self.word & !(u64::MAX >> self.count) | u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// The next bits, at most 16 of them, without taking them.
    #[inline(always)]
    pub fn peek(&self, count: u32) -> usize {
        (self.word >> (64 - count)) as usize
    }

    /// Takes bits that were looked at.
    #[inline(always)]
    pub fn take(&mut self, count: u32) {
        self.word <<= count;
        self.count = self.count.wrapping_sub(count);
    }

    /// A number of `size` bits whose first bit tells its sign (ITU-T T.81, F.2.2.1).
    #[inline(always)]
    pub fn signed(&mut self, size: u32) -> Option<i32> {
        if size == 0 {
            return Some(0);
        }
        if size > 15 {
            return None;
        }
        let value = self.peek(size) as i32;
        self.take(size);
        Some(if value < 1 << (size - 1) { value + 1 - (1 << size) } else { value })
    }

    /// Whether more bits were taken than there are.
    pub fn is_exhausted(&self) -> bool {
        self.made_up > self.count
    }

    /// Goes on after the next restart marker; `None` if another marker or the end comes first.
    pub fn restart(&mut self) -> Option<()> {
        let marker =
            self.bytes.get(self.at..)?.windows(2).position(|pair| pair[0] == 0xFF && pair[1] != 0)?;
        let number = self.bytes[self.at + marker + 1];
        *self = Self { at: self.at + marker + 2, ..Self::new(self.bytes) };
        (0xD0..=0xD7).contains(&number).then_some(())
    }
}

/// Whether one of the eight bytes is 0xFF (a byte whose complement is zero).
#[inline(always)]
fn has_marker_byte(bytes: u64) -> bool {
    let complement = !bytes;
    complement.wrapping_sub(0x0101_0101_0101_0101) & bytes & 0x8080_8080_8080_8080 != 0
}
