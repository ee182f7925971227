//! The metadata block that a phone writes into its pictures: maker, model, orientation, and where it
//! was — so that tests can see whether any of it survives.

/// What the simulated phone calls itself; never to be found in a picture that is kept.
pub const MAKER: &[u8; 16] = b"Kake Test Phone\0";

/// TIFF types: text, 16-bit and 32-bit numbers.
const TEXT: u16 = 2;
const SHORT: u16 = 3;
const LONG: u16 = 4;

/// An EXIF block from its TIFF header on, with this orientation.
pub fn block(orientation: u16) -> Vec<u8> {
    let entries: u16 = 3;
    let maker_at: u32 = 8 + 2 + 12 * u32::from(entries) + 4;
    let position_at = maker_at + MAKER.len() as u32;
    let mut bytes = b"II*\0".to_vec();
    bytes.extend(8_u32.to_le_bytes());
    bytes.extend(entries.to_le_bytes());
    entry(&mut bytes, 0x010F, TEXT, MAKER.len() as u32, maker_at);
    entry(&mut bytes, 0x0112, SHORT, 1, u32::from(orientation));
    entry(&mut bytes, 0x8825, LONG, 1, position_at);
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend_from_slice(MAKER);
    // The position: one entry, north.
    bytes.extend(1_u16.to_le_bytes());
    entry(&mut bytes, 0x0001, TEXT, 2, u32::from(b'N'));
    bytes.extend(0_u32.to_le_bytes());
    bytes
}

fn entry(bytes: &mut Vec<u8>, tag: u16, kind: u16, count: u32, value: u32) {
    bytes.extend(tag.to_le_bytes());
    bytes.extend(kind.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(value.to_le_bytes());
}
