//! A code is a locator, never a key: what a QR holds. A token is 28 Crockford base32 characters, 140
//! bits, high bit first: key version 4, kind 3, number 34, generation 6, sheet 13, MAC 80. The MAC is
//! the first 80 bits of HMAC-SHA256 over the header and the notebook's own salt, so a token is printable
//! again at any time, stored nowhere, and not to be forged without the key file and the database.

use crate::crypto::Key;
use crate::crypto::secret::same;
use crate::error::{Error, Result};
use crate::id::NotebookNumber;

/// Characters in a token.
pub const TOKEN_LENGTH: usize = 28;
/// Generations fit into 6 bits.
pub const GENERATION_MAX: u8 = 63;
/// Sheet numbers fit into 13 bits.
pub const SHEET_MAX: u16 = 8191;
/// The number of the one sheet that an unbound number has.
pub const PAD_SHEET: u16 = 1;
/// The longest host that a version 4-Q symbol has room for, with a port (DESIGN 4).
pub const HOST_MAX: usize = 28;

/// Crockford's base32: no I, L, O, U.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const MAC_BITS: u32 = 80;

/// The thing that carries a code (DESIGN 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CarrierKind {
    Cover,
    Case,
    Sheet,
    Sticker,
    Bookmark,
    Emergency,
    Unbound,
}

impl CarrierKind {
    /// In the order of their three bits.
    pub const ALL: [Self; 7] =
        [Self::Cover, Self::Case, Self::Sheet, Self::Sticker, Self::Bookmark, Self::Emergency, Self::Unbound];

    /// The word in the database and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cover => "cover",
            Self::Case => "case",
            Self::Sheet => "sheet",
            Self::Sticker => "sticker",
            Self::Bookmark => "bookmark",
            Self::Emergency => "emergency",
            Self::Unbound => "unbound",
        }
    }

    /// The carrier is a printed sheet, which its code files.
    pub fn is_paper(self) -> bool {
        matches!(self, Self::Sheet | Self::Emergency | Self::Unbound)
    }
}

/// Which carrier of which notebook a code stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Carrier {
    pub kind: CarrierKind,
    pub number: NotebookNumber,
    /// Raised when a lost carrier is replaced, 0 to [`GENERATION_MAX`].
    pub generation: u8,
    /// 0 for single carriers; sheets, stickers and bookmarks are numbered up to [`SHEET_MAX`].
    pub sheet: u16,
}

/// A token as it was read, before its MAC is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub carrier: Carrier,
    /// Version of the code key, 0 to 15.
    pub key_version: u8,
    mac: u128,
}

fn header(key_version: u8, carrier: &Carrier) -> u64 {
    let kind = CarrierKind::ALL.iter().position(|kind| *kind == carrier.kind).unwrap_or_default() as u64;
    let bits = (u64::from(key_version) << 3) | kind;
    let bits = (bits << 34) | carrier.number.serial();
    (((bits << 6) | u64::from(carrier.generation)) << 13) | u64::from(carrier.sheet)
}

fn mac(key: &Key, header: u64, salt: &[u8; 16]) -> u128 {
    let full = key.mac(&[b"kakehashi code 1", &header.to_be_bytes(), salt]);
    let first: [u8; 10] = std::array::from_fn(|index| full[index]);
    first.iter().fold(0, |bits, byte| (bits << 8) | u128::from(*byte))
}

/// The token of a carrier, signed with the code key of this version and the notebook's salt.
pub fn sign(key_version: u8, key: &Key, carrier: &Carrier, salt: &[u8; 16]) -> Result<String> {
    if carrier.generation > GENERATION_MAX || carrier.sheet > SHEET_MAX || key_version > 15 {
        return Err(Error::broken("signing a code whose numbers do not fit into it"));
    }
    let header = header(key_version, carrier);
    let bits = (u128::from(header) << MAC_BITS) | mac(key, header, salt);
    // 140 bits do not fit into 128: the first three characters come from the header alone.
    let top = header >> 45;
    let mut token: String = (0..3).rev().map(|place| digit((top >> (5 * place)) as usize)).collect();
    token.extend((0..25).rev().map(|place| digit((bits >> (5 * place)) as usize)));
    Ok(token)
}

fn digit(bits: usize) -> char {
    char::from(DIGITS[bits & 31])
}

fn value(character: char) -> Option<u64> {
    let upper = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    DIGITS.iter().position(|known| char::from(*known) == upper).map(|position| position as u64)
}

impl Token {
    /// Reads a token: lower case and O, I, L for 0, 1, 1 are taken. `None` for what is not one by shape.
    pub fn read(text: &str) -> Option<Self> {
        let values: Option<Vec<u64>> = text.chars().map(value).collect();
        let values = values.filter(|values| values.len() == TOKEN_LENGTH)?;
        let header = values[..12].iter().fold(0, |bits, value| (bits << 5) | value);
        let mac = values[12..].iter().fold(0, |bits, value| (bits << 5) | u128::from(*value));
        let kind = CarrierKind::ALL.get(((header >> 53) & 7) as usize)?;
        let carrier = Carrier {
            kind: *kind,
            number: NotebookNumber::from_serial((header >> 19) & ((1 << 34) - 1))?,
            generation: ((header >> 13) & 63) as u8,
            sheet: (header & 8191) as u16,
        };
        Some(Self { carrier, key_version: (header >> 56) as u8, mac })
    }

    /// The token in the text of a QR code: `HTTPS://<HOST>/Q/<token>`, whatever its host and case.
    pub fn in_address(text: &str) -> Option<Self> {
        Self::read(token_in(text)?)
    }

    /// True when the MAC is the one of this key and salt; compared in constant time.
    pub fn is_signed_by(&self, key: &Key, salt: &[u8; 16]) -> bool {
        let expected = mac(key, header(self.key_version, &self.carrier), salt);
        same(&expected.to_be_bytes(), &self.mac.to_be_bytes())
    }
}

/// Whether the text of a QR code has the shape of one of ours, whatever its token says.
pub fn has_our_shape(text: &str) -> bool {
    let token = token_in(text).unwrap_or_default();
    token.chars().count() == TOKEN_LENGTH && token.chars().all(|character| value(character).is_some())
}

/// What stands in the place of the token.
fn token_in(text: &str) -> Option<&str> {
    let rest = strip_prefix(text, "https://").or_else(|| strip_prefix(text, "http://"))?;
    let (_, path) = rest.split_once('/')?;
    strip_prefix(path, "q/")
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// The text of a QR code, in capitals so that the code uses alphanumeric mode.
pub fn address(host: &str, token: &str) -> String {
    format!("HTTPS://{}/Q/{token}", host.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SALT: [u8; 16] = [7; 16];

    fn key() -> Key {
        Key::from_bytes([9; 32])
    }

    prop_compose! {
        fn carriers()(
            kind in 0..CarrierKind::ALL.len(),
            serial in 0..10_000_000_000_u64,
            generation in 0..=GENERATION_MAX,
            sheet in 0..=SHEET_MAX,
        ) -> Carrier {
            let number = NotebookNumber::from_serial(serial).unwrap();
            Carrier { kind: CarrierKind::ALL[kind], number, generation, sheet }
        }
    }

    proptest! {
        #[test]
        fn a_token_survives_printing_and_reading(carrier in carriers(), version in 0_u8..16) {
            let text = sign(version, &key(), &carrier, &SALT).unwrap();
            prop_assert_eq!(text.len(), TOKEN_LENGTH);
            let sloppy = text.to_lowercase().replace('0', "o").replace('1', "l");
            for text in [text, sloppy] {
                let token = Token::read(&text).unwrap();
                prop_assert_eq!((token.carrier, token.key_version), (carrier, version));
                prop_assert!(token.is_signed_by(&key(), &SALT));
            }
        }

        #[test]
        fn any_one_bit_change_is_refused(carrier in carriers(), bit in 0_usize..140) {
            let text = sign(3, &key(), &carrier, &SALT).unwrap();
            let place = bit / 5;
            let changed = value(char::from(text.as_bytes()[place])).unwrap() ^ (1 << (bit % 5));
            let mut bytes = text.into_bytes();
            bytes[place] = DIGITS[changed as usize];
            let read = Token::read(std::str::from_utf8(&bytes).unwrap());
            prop_assert!(read.is_none_or(|token| !token.is_signed_by(&key(), &SALT)));
        }

        #[test]
        fn reading_any_text_never_panics(text in "\\PC{0,60}") {
            Token::in_address(&text);
        }
    }

    #[test]
    fn another_key_or_salt_does_not_verify() {
        let number = NotebookNumber::from_serial(1).unwrap();
        let carrier = Carrier { kind: CarrierKind::Case, number, generation: 0, sheet: 0 };
        let token = Token::read(&sign(0, &key(), &carrier, &SALT).unwrap()).unwrap();
        assert!(!token.is_signed_by(&Key::from_bytes([8; 32]), &SALT));
        assert!(!token.is_signed_by(&key(), &[8; 16]));
    }

    #[test]
    fn a_code_is_ours_by_its_shape_whatever_its_host() {
        let number = NotebookNumber::from_serial(1).unwrap();
        let carrier = Carrier { kind: CarrierKind::Cover, number, generation: 0, sheet: 0 };
        let token = sign(0, &key(), &carrier, &SALT).unwrap();
        for text in [address("renraku.example.jp", &token), format!("https://old.example/q/{token}")] {
            assert_eq!(Token::in_address(&text).unwrap().carrier, carrier);
            assert!(has_our_shape(&text), "{text}");
        }
        for foreign in ["https://example.jp/", "HTTPS://EXAMPLE.JP/Q/123", "JAHISTC08,1", ""] {
            assert_eq!(Token::in_address(foreign), None);
            assert!(!has_our_shape(foreign), "{foreign}");
        }
        let longest = "H".repeat(HOST_MAX);
        assert_eq!(address(&longest, &token).len(), 67, "the most that version 4-Q holds");
    }
}
