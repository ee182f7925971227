//! A QR code ready to print: its text and the outline of its modules. A code of a carrier always has
//! the same size, so that the camera knows how large to expect it.

use crate::error::Result;
use crate::print::press::Refusal;
use crate::print::press::outline::outline;
use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};
use serde::Serialize;

/// Version of every carrier's code: 33 × 33 modules (DESIGN 4).
const CARRIER_VERSION: i16 = 4;
/// The largest version of a link on a slip: 57 × 57 modules.
const LINK_VERSION_MAX: i16 = 10;
/// The 45 characters of the alphanumeric mode (ISO/IEC 18004).
const ALPHANUMERIC: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// A code to print. `outline` is SVG path data, one unit per module, without the quiet zone.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Code {
    text: String,
    modules: usize,
    outline: String,
}

impl Code {
    /// The code of a carrier: version 4, level Q, alphanumeric, up to 67 characters. Refuses what does
    /// not fit, such as `HTTPS://<HOST>/Q/<token>` with a host of more than 28 characters.
    pub fn carrier(text: &str) -> Result<Self> {
        if !text.chars().all(|letter| ALPHANUMERIC.contains(letter)) {
            return Err(Refusal::CodeText.fault());
        }
        let mut bits = Bits::new(Version::Normal(CARRIER_VERSION));
        bits.push_alphanumeric_data(text.as_bytes()).map_err(|_| Refusal::CodeText.fault())?;
        bits.push_terminator(EcLevel::Q).map_err(|_| Refusal::CodeText.fault())?;
        let code = QrCode::with_bits(bits, EcLevel::Q).map_err(|_| Refusal::CodeText.fault())?;
        Ok(Self::drawn(text, &code))
    }

    /// The code of a link on a slip that is scanned once: level M, any version up to 10.
    pub fn link(text: &str) -> Result<Self> {
        let code =
            QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| Refusal::CodeText.fault())?;
        match code.version() {
            Version::Normal(version) if version <= LINK_VERSION_MAX => Ok(Self::drawn(text, &code)),
            _ => Err(Refusal::CodeText.fault()),
        }
    }

    /// What a reader must find in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn drawn(text: &str, code: &QrCode) -> Self {
        let modules = code.width();
        let outline = outline(modules, |x, y| code[(x, y)] == Color::Dark);
        Self { text: text.to_owned(), modules, outline }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(host_length: usize) -> String {
        format!("HTTPS://{}/Q/{}", "H".repeat(host_length), "7".repeat(28))
    }

    #[test]
    fn a_host_of_28_characters_fits_and_one_of_29_is_refused() {
        assert_eq!(Code::carrier(&url(28)).unwrap().modules, 33);
        assert!(Code::carrier(&url(29)).is_err());
    }

    #[test]
    fn a_short_text_gets_the_same_size() {
        assert_eq!(Code::carrier("A").unwrap().modules, 33);
    }

    #[test]
    fn lower_case_is_refused_for_a_carrier_and_taken_for_a_link() {
        assert!(Code::carrier("https://example.jp/q/7").is_err());
        assert!(Code::link("https://example.jp/f/aBc").is_ok());
        assert!(Code::link(&"a".repeat(300)).is_err());
    }
}
