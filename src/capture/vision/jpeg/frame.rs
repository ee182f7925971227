//! What stands in a JPEG before its scan: size, components, quantisation and Huffman tables.

use super::huffman::{Alternating, Huffman};
use super::{BLOCKS, COMPONENTS};

/// What the segments before the scan say.
#[derive(Default)]
pub struct Frame {
    pub width: usize,
    pub height: usize,
    /// Identifier and number of the quantisation table of each component.
    pub components: Vec<(u8, usize)>,
    pub steps: [Option<[i32; 64]>; 4],
    pub dc: [Option<Huffman>; 4],
    pub ac: [Option<Alternating>; 4],
    /// Coded units between restarts; 0 for none.
    pub restart: usize,
}

impl Frame {
    /// Takes the size and the components; `None` unless it is the known kind.
    pub fn take_size(&mut self, body: &[u8]) -> Option<()> {
        let &[precision, h1, h0, w1, w0, count, ref rest @ ..] = body else { return None };
        self.height = usize::from(u16::from_be_bytes([h1, h0]));
        self.width = usize::from(u16::from_be_bytes([w1, w0]));
        if precision != 8 || usize::from(count) != COMPONENTS || self.width * self.height == 0 {
            return None;
        }
        for (component, blocks) in rest.chunks_exact(3).zip(BLOCKS) {
            if usize::from(component[1]) != blocks << 4 | blocks {
                return None;
            }
            self.components.push((component[0], usize::from(component[2])));
        }
        (self.components.len() == COMPONENTS).then_some(())
    }

    /// Takes quantisation tables.
    pub fn take_steps(&mut self, mut body: &[u8]) -> Option<()> {
        while let [head, rest @ ..] = body {
            // Tables of 16 bits belong to pictures of 12 bits.
            let (table, number) = (rest.get(..64)?, usize::from(*head));
            *self.steps.get_mut(number)? = Some(std::array::from_fn(|k| i32::from(table[k])));
            body = &rest[64..];
        }
        Some(())
    }

    /// Takes Huffman tables.
    pub fn take_codes(&mut self, mut body: &[u8]) -> Option<()> {
        while let [head, rest @ ..] = body {
            let counts: [u8; 16] = rest.get(..16)?.try_into().ok()?;
            let total: usize = counts.iter().map(|count| usize::from(*count)).sum();
            let table = Huffman::new(&counts, rest.get(16..16 + total)?)?;
            let number = usize::from(head & 15);
            match head >> 4 {
                0 => *self.dc.get_mut(number)? = Some(table),
                1 => *self.ac.get_mut(number)? = Some(Alternating::new(table)),
                _ => return None,
            }
            body = &rest[16 + total..];
        }
        Some(())
    }
}
