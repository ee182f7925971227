//! A phone's JPEG at half its size, fast: what [`decode`](super::decode) needs for nearly every photo.
//! It knows one kind — sequential, Huffman-coded, 8 bits, colours at half size, one scan — and
//! leaves all others to `jpeg-decoder`. Half size costs less than full: only the 16 lowest of a
//! block's 64 frequencies count, and planes come out as they are wanted, nothing interleaved.

mod bits;
mod frame;
mod huffman;
mod transform;

use bits::Bits;
use frame::Frame;
use huffman::{Alternating, Huffman};

use super::header::Segments;
use super::picture::{Picture, Plane};

/// Pixels that a coded block keeps along one side: 4 of 8.
const KEPT: usize = 4;
/// Components, and blocks of each in one coded unit: 2 × 2 of luma, then one of each difference.
const COMPONENTS: usize = 3;
const BLOCKS: [usize; COMPONENTS] = [2, 1, 1];

/// The picture at half its size, as stored; `None` if it is of another kind or broken.
pub fn at_half_size(bytes: &[u8]) -> Option<Picture> {
    let mut frame = Frame::default();
    for segment in Segments::of(bytes) {
        match segment.marker {
            0xC0 | 0xC1 => frame.take_size(segment.body)?,
            0xC4 => frame.take_codes(segment.body)?,
            0xDB => frame.take_steps(segment.body)?,
            0xDD => frame.restart = usize::from(u16::from_be_bytes(segment.body.get(..2)?.try_into().ok()?)),
            0xDA => return Scan::begin(&frame, segment.body, segment.after)?.decode(),
            // Any other start of frame: progressive, arithmetic, lossless.
            0xC2..=0xCF => return None,
            _ => {}
        }
    }
    None
}

/// One component in the scan: its tables, its last mean value, its plane so far.
struct Channel<'a> {
    /// For each frequency, in the order in which they are coded: its slot and its step.
    order: [(u8, i32); 64],
    dc: &'a Huffman,
    ac: &'a Alternating,
    last: i32,
    blocks: usize,
    plane: Plane,
}

/// The scan being decoded.
struct Scan<'a> {
    bits: Bits<'a>,
    channels: Vec<Channel<'a>>,
    /// Coded units across and down.
    across: usize,
    down: usize,
    restart: usize,
    /// Size of the half-size picture.
    size: (usize, usize),
}

impl<'a> Scan<'a> {
    /// Reads the scan's header; `after` are the coded bytes.
    fn begin(frame: &'a Frame, body: &[u8], after: &'a [u8]) -> Option<Self> {
        let (across, down) = (frame.width.div_ceil(16), frame.height.div_ceil(16));
        let &[count, ref selectors @ ..] = body else { return None };
        if usize::from(count) != COMPONENTS || frame.components.len() != COMPONENTS {
            return None;
        }
        let mut channels = Vec::with_capacity(COMPONENTS);
        for (index, (id, steps)) in frame.components.iter().enumerate() {
            let selector: &[u8; 2] = selectors.get(2 * index..2 * index + 2)?.try_into().ok()?;
            let (dc, ac) = (usize::from(selector[1] >> 4), usize::from(selector[1] & 15));
            let blocks = BLOCKS[index];
            let steps = frame.steps.get(*steps)?.as_ref()?;
            let (width, height) = (across * blocks * KEPT, down * blocks * KEPT);
            channels.push(Channel {
                order: std::array::from_fn(|k| (transform::SLOT[k], steps[k])),
                dc: frame.dc.get(dc)?.as_ref()?,
                ac: frame.ac.get(ac).filter(|_| selector[0] == *id)?.as_ref()?,
                last: 0,
                blocks,
                plane: Plane { width, height, samples: vec![0; width * height] },
            });
        }
        let size = (frame.width.div_ceil(2), frame.height.div_ceil(2));
        Some(Self { bits: Bits::new(after), channels, across, down, restart: frame.restart, size })
    }

    fn decode(mut self) -> Option<Picture> {
        let mut until_restart = self.restart;
        for row in 0..self.down {
            for column in 0..self.across {
                if self.restart > 0 && until_restart == 0 {
                    self.bits.restart()?;
                    self.channels.iter_mut().for_each(|channel| channel.last = 0);
                    until_restart = self.restart;
                }
                until_restart = until_restart.wrapping_sub(1);
                for channel in &mut self.channels {
                    channel.decode_unit(&mut self.bits, column, row)?;
                }
            }
            if self.bits.is_exhausted() {
                return None;
            }
        }
        let (width, height) = self.size;
        let mut planes = self.channels.into_iter().map(|channel| channel.plane);
        let mut cut = |width, height| planes.next().map(|plane| plane.cut(width, height));
        let luma = cut(width, height)?;
        let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
        Some(Picture { luma, differences: [cut(half_width, half_height)?, cut(half_width, half_height)?] })
    }
}

impl Channel<'_> {
    /// Decodes this component's blocks of one coded unit into its plane.
    fn decode_unit(&mut self, bits: &mut Bits, column: usize, row: usize) -> Option<()> {
        let side = self.blocks * KEPT;
        for block in 0..self.blocks * self.blocks {
            let left = column * side + block % self.blocks * KEPT;
            let top = row * side + block / self.blocks * KEPT;
            let (frequencies, flat) = self.frequencies(bits)?;
            let stride = self.plane.width;
            let target = self.plane.samples.get_mut(top * stride + left..)?;
            if flat {
                transform::flat(frequencies[0], target, stride);
            } else {
                transform::pixels(&frequencies, target, stride);
            }
        }
        Some(())
    }

    /// The 16 lowest frequencies of the next block, and whether all but the mean are zero.
    fn frequencies(&mut self, bits: &mut Bits) -> Option<([i32; transform::SLOTS], bool)> {
        let mut frequencies = [0; transform::SLOTS];
        bits.refill();
        let size = self.dc.next(bits)?;
        self.last = self.last.wrapping_add(bits.signed(u32::from(size))?);
        frequencies[0] = transform::limited(self.last.wrapping_mul(self.order[0].1));
        let mut flat = true;
        let mut index = 1;
        while index < 64 {
            bits.refill();
            let (run, value) = self.ac.next(bits)?;
            index += run;
            if value == 0 {
                // A long run of zeros goes on; the end of the block lies beyond it.
                continue;
            }
            let (slot, step) = *self.order.get(index)?;
            frequencies[usize::from(slot)] = transform::limited(value * step);
            flat &= usize::from(slot) == transform::DROPPED;
            index += 1;
        }
        Some((frequencies, flat))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

    /// A number that looks drawn by chance, the same each time (SplitMix64's mixing step).
    fn drawn(seed: u64) -> usize {
        let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB) >> 33) as usize
    }

    /// Soft colours with a little grain.
    fn coded(width: u16, height: u16, quality: u8, restart: u16, sampling: SamplingFactor) -> Vec<u8> {
        let pixels: Vec<u8> = (0..usize::from(width) * usize::from(height))
            .flat_map(|k| {
                let (x, y) = ((k % usize::from(width)) as f64, (k / usize::from(width)) as f64);
                let grain = (drawn(k as u64) % 13) as f64 - 6.0;
                let light = 128.0 + 60.0 * (x / 9.0).sin() + 50.0 * (y / 14.0).cos() + grain;
                [light, light * 0.8 + x / 8.0, 200.0 - light * 0.5].map(|value| value as u8)
            })
            .collect();
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, quality);
        encoder.set_sampling_factor(sampling);
        if restart > 0 {
            encoder.set_restart_interval(restart);
        }
        encoder.encode(&pixels, width, height, ColorType::Rgb).expect("encodable");
        bytes
    }

    /// The same by the other decoder.
    fn reference(bytes: &[u8]) -> Plane {
        let mut decoder = jpeg_decoder::Decoder::new(bytes);
        decoder.set_color_transform(jpeg_decoder::ColorTransform::RGB);
        decoder.read_info().expect("readable");
        let info = decoder.info().expect("known");
        decoder.scale(info.width.div_ceil(2), info.height.div_ceil(2)).expect("scalable");
        let samples = decoder.decode().expect("decodable");
        let info = decoder.info().expect("known");
        Picture::from_pixels(usize::from(info.width), usize::from(info.height), &samples).luma
    }

    #[test]
    fn it_agrees_with_the_other_decoder() {
        for (width, height, quality, restart) in
            [(160, 96, 95, 0), (201, 133, 60, 0), (97, 64, 85, 3), (16, 16, 30, 1)]
        {
            let bytes = coded(width, height, quality, restart, SamplingFactor::F_2_2);
            let (ours, theirs) = (at_half_size(&bytes).expect("its kind"), reference(&bytes));
            assert_eq!((ours.luma.width, ours.luma.height), (theirs.width, theirs.height));
            let pairs = ours.luma.samples.iter().zip(&theirs.samples);
            let worst = pairs.map(|(a, b)| a.abs_diff(*b)).max();
            assert!(worst <= Some(3), "{width} × {height}: {worst:?}");
            assert_eq!(ours.differences[0].width, ours.luma.width.div_ceil(2));
        }
    }

    #[test]
    fn colours_are_right() {
        let red: Vec<u8> = [200, 30, 40].repeat(64 * 64);
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 95);
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
        encoder.encode(&red, 64, 64, ColorType::Rgb).expect("encodable");
        let picture = at_half_size(&bytes).expect("its kind");
        let (luma, blue, red) = jpeg_encoder::rgb_to_ycbcr(200, 30, 40);
        for (plane, meant) in
            [(&picture.luma, luma), (&picture.differences[0], blue), (&picture.differences[1], red)]
        {
            assert!(plane.samples.iter().all(|sample| sample.abs_diff(meant) <= 2), "{meant}");
        }
    }

    #[test]
    fn other_kinds_are_left_to_others() {
        assert!(at_half_size(&coded(64, 64, 90, 0, SamplingFactor::F_1_1)).is_none());
        let mut progressive = coded(64, 64, 90, 0, SamplingFactor::F_2_2);
        let frame = progressive.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("a frame header");
        progressive[frame + 1] = 0xC2;
        assert!(at_half_size(&progressive).is_none());
    }

    #[test]
    fn a_cut_or_damaged_picture_is_none_or_some_but_no_panic() {
        let whole = coded(160, 96, 80, 4, SamplingFactor::F_2_2);
        for length in (0..whole.len() - 40).step_by(7) {
            assert!(at_half_size(&whole[..length]).is_none(), "{length} of {}", whole.len());
        }
        for round in 0..500 {
            let mut bytes = whole.clone();
            for damage in 0..4 {
                let chance = drawn(round * 4 + damage);
                let at = chance % bytes.len();
                bytes[at] = (chance >> 20) as u8;
            }
            if let Some(picture) = at_half_size(&bytes) {
                assert_eq!(picture.luma.samples.len(), picture.luma.width * picture.luma.height);
            }
        }
    }
}
