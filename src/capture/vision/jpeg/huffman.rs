//! Huffman codes of a JPEG: short ones by one look into a table, long ones by their length.

use super::bits::Bits;

/// Codes up to this many bits are found at once.
const FAST: u32 = 10;

/// One table of codes.
pub struct Huffman {
    /// By the next bits: length of the code and its symbol; length 0 for longer codes.
    fast: Vec<(u8, u8)>,
    /// For each length: the first code that is too great for it, left-aligned in 16 bits.
    limits: [u32; 17],
    /// For each length: what to add to a code to find its symbol.
    offsets: [i32; 17],
    symbols: Vec<u8>,
}

impl Huffman {
    /// From the number of codes of each length, 1 to 16, and their symbols in order (T.81, annex C);
    /// `None` if there are more codes than fit.
    pub fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut table = Self {
            fast: vec![(0, 0); 1 << FAST],
            limits: [0; 17],
            offsets: [0; 17],
            symbols: symbols.to_vec(),
        };
        let (mut code, mut index) = (0_u32, 0_usize);
        for length in 1..=16_u32 {
            let count = u32::from(counts[length as usize - 1]);
            table.offsets[length as usize] = index as i32 - code as i32;
            for _ in 0..count {
                if length <= FAST {
                    let spare = FAST - length;
                    let from = (code << spare) as usize;
                    table.fast.get_mut(from..from + (1 << spare))?.fill((length as u8, *symbols.get(index)?));
                }
                (code, index) = (code + 1, index + 1);
            }
            if code > 1 << length {
                return None;
            }
            table.limits[length as usize] = code << (16 - length);
            code <<= 1;
        }
        Some(table)
    }

    /// The next symbol; `None` if the bits are no code.
    #[inline(always)]
    pub fn next(&self, bits: &mut Bits) -> Option<u8> {
        let (length, symbol) = self.fast[bits.peek(FAST)];
        if length > 0 {
            bits.take(u32::from(length));
            return Some(symbol);
        }
        self.next_long(bits)
    }

    #[cold]
    fn next_long(&self, bits: &mut Bits) -> Option<u8> {
        let ahead = bits.peek(16) as u32;
        let length = (FAST as usize + 1..=16).find(|length| ahead < self.limits[*length])?;
        bits.take(length as u32);
        let code = (ahead >> (16 - length)) as i32;
        self.symbols.get(usize::try_from(code + self.offsets[length]).ok()?).copied()
    }
}

/// Codes of the alternating frequencies: a run of zeros and the size of the value that follows.
pub struct Alternating {
    codes: Huffman,
    /// By the next bits, where they hold a whole code and its value: value, run, and their bits; 0
    /// bits where they do not.
    fast: Vec<(i16, u8, u8)>,
}

impl Alternating {
    /// From the codes of run and size.
    pub fn new(codes: Huffman) -> Self {
        let whole = |ahead: usize| {
            let (length, symbol) = codes.fast[ahead];
            let (run, size) = (symbol >> 4, u32::from(symbol & 15));
            let used = u32::from(length) + size;
            if length == 0 || size == 0 || used > FAST {
                return (0, 0, 0);
            }
            let value = (ahead >> (FAST - used)) as i16 & ((1 << size) - 1);
            let value = if value < 1 << (size - 1) { value + 1 - (1 << size) } else { value };
            (value, run, used as u8)
        };
        let fast = (0..1 << FAST).map(whole).collect();
        Self { codes, fast }
    }

    /// How many zeros come next, and the value after them. The value 0 means zeros alone: a run of
    /// 16, or so many that the block ends.
    #[inline(always)]
    pub fn next(&self, bits: &mut Bits) -> Option<(usize, i32)> {
        let (value, run, used) = self.fast[bits.peek(FAST)];
        if used > 0 {
            bits.take(u32::from(used));
            return Some((usize::from(run), i32::from(value)));
        }
        let symbol = self.codes.next(bits)?;
        match (symbol >> 4, symbol & 15) {
            (15, 0) => Some((16, 0)),
            (_, 0) => Some((64, 0)),
            (run, size) => Some((usize::from(run), bits.signed(u32::from(size))?)),
        }
    }
}
