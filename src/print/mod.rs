//! Print turns records and codes into paper. It knows which sheets make a booklet, which number each of
//! them gets, what its codes say and whom a finder calls; it decides nothing about who may print.
//!
//! # Layout
//! - here: the rules (pure); [`order`]: what is typeset and what is noted for each piece (pure)
//! - [`press`]: the pure engine that typesets, proves and renders; it knows no store and no web
//! - [`ipp`]: the way to network printers and print servers; it knows neither rows nor readers
//! - [`web`]: orders carried out: rows read, typeset, proved, noted, given out; [`several`]: for many
//!   notebooks
//! - [`digest`]: what was typed, for the paper (pure); [`machine`]: the printers of an office (pure)
//! - [`run`]: a whole batch as files (pure); [`runs`]: their jobs; [`sql`]: their rows

use std::net::IpAddr;

use crate::crypto::{House, Key};
use crate::error::{Doing, Error, Result};
use crate::id::NotebookNumber;
use crate::sheet::code::{self, Carrier, CarrierKind, HOST_MAX, SHEET_MAX};
use crate::sheet::sql::PrintedSheet;
use crate::text::Text;

pub mod digest;
pub mod ipp;
pub mod machine;
pub mod order;
pub mod press;
pub mod run;
pub mod runs;
pub mod several;
pub mod sql;
pub mod web;

/// The sheets of a booklet in their order, by key of their design: with cover, guide and back cover
/// twenty pages, five sheets of A4.
pub const BOOKLET: [&str; 17] = [
    "supporter-contacts",
    "supporter-contacts",
    "profile",
    "profile-health",
    "about-me",
    "weekly-schedule",
    "visit-record",
    "visit-record",
    "visit-record",
    "medicine",
    "medicine",
    "exchange-log",
    "exchange-log",
    "exchange-log",
    "exchange-log",
    "exchange-log",
    "exchange-log",
];
/// What a later volume begins with: the standing instructions and open questions of those before.
pub const CARRIED_OVER: &str = "carried-over";
/// The sheets that a person may add as they wish, by key of their design.
pub const OPTIONS: [&str; 11] = [
    "health-check",
    "blood-pressure",
    "blood-glucose",
    "caregiver-check",
    "care-planning",
    "certificates",
    "medicine-intake",
    "doctor-questions",
    "handover",
    "free",
    "emergency",
];

/// The sheets that may be printed with what the record knows, by key of their design.
pub const FILLED: [&str; 4] = ["profile", "emergency", "supporter-contacts", CARRIED_OVER];

/// The sheets of a volume: later ones begin with what is carried over.
pub fn sheets_of(volume: u16) -> Vec<&'static str> {
    if volume < 2 {
        return BOOKLET.to_vec();
    }
    // In place of the last page of messages, so that it stays twenty pages.
    std::iter::once(CARRIED_OVER).chain(BOOKLET.into_iter().take(BOOKLET.len() - 1)).collect()
}

/// The name of a sheet in the reader's language; `None` for a design of a city's own.
pub fn sheet_title(text: &Text, design: &str) -> Option<String> {
    let is_ours = BOOKLET.contains(&design) || OPTIONS.contains(&design) || design == CARRIED_OVER;
    is_ours.then(|| text.plain(&format!("sheet-title-{design}")))
}

/// The design of the photo bookmark.
pub const BOOKMARK: &str = "photo-bookmark";
/// Bookmarks are numbered; one goes with the booklet.
pub const FIRST_BOOKMARK: u16 = 1;

/// The pages of a booklet: its sheets, cover, guide and back cover.
pub const BOOKLET_PAGES: usize = BOOKLET.len() + 3;

/// A sheet about to be printed: its design, its paper and side, and the revision that it has there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub design: String,
    pub revision: Vec<u8>,
}

/// The numbers of the sheets of a volume. What was printed before keeps its number; a sheet that was never
/// printed, or whose design has changed since, gets the next free one: a number says for ever what the
/// camera must expect on that paper. Volume 0 are sheets by themselves: each print of one is a new sheet.
pub fn number_sheets(wanted: &[Wanted], printed: &[PrintedSheet], volume: u16) -> Result<Vec<u16>> {
    let mut left: Vec<&PrintedSheet> =
        printed.iter().filter(|sheet| volume > 0 && sheet.volume == volume).collect();
    let mut last = printed.iter().map(|sheet| sheet.sheet).max().unwrap_or_default();
    wanted
        .iter()
        .map(|wanted| {
            let same =
                |sheet: &&PrintedSheet| sheet.design == wanted.design && sheet.revision == wanted.revision;
            if let Some(found) = left.iter().position(same) {
                return Ok(left.remove(found).sheet);
            }
            last += 1;
            if last <= SHEET_MAX { Ok(last) } else { Err(Error::advice("", "desk-print-full")) }
        })
        .collect()
}

/// A revision as it stands in rows, from the 64 hexadecimal digits of the press.
pub fn revision_bytes(digits: &str) -> Result<Vec<u8>> {
    let pairs = (0..digits.len()).step_by(2).map(|at| digits.get(at..at + 2).unwrap_or_default());
    pairs.map(|pair| u8::from_str_radix(pair, 16).doing("reading a design's revision")).collect()
}

/// Refuses to print codes that no phone could follow: hosts that do not fit into a code, and, but for a
/// demonstration, plain http, this machine and bare addresses (DESIGN 4).
pub fn check_place(base_url: &str, host: &str, is_demo: bool) -> Result<()> {
    if host.is_empty() || host.chars().count() > HOST_MAX {
        return Err(Error::advice("", "desk-print-host-long"));
    }
    if is_demo || (base_url.starts_with("https://") && is_public_name(host)) {
        Ok(())
    } else {
        Err(Error::advice("", "desk-print-host-local"))
    }
}

fn is_public_name(host: &str) -> bool {
    let bracketed = host.starts_with('[');
    let name = if bracketed { host } else { host.split(':').next().unwrap_or_default() };
    let is_local = name.eq_ignore_ascii_case("localhost") || name.to_lowercase().ends_with(".localhost");
    !bracketed && !is_local && name.contains('.') && name.parse::<IpAddr>().is_err()
}

/// Makes the codes of one notebook.
pub struct Codes<'a> {
    pub host: &'a str,
    /// Version of the code key.
    pub version: u8,
    pub key: &'a Key,
    pub salt: [u8; 16],
}

impl<'a> Codes<'a> {
    /// With the key that signs new prints.
    pub fn new(host: &'a str, house: &'a House, salt: [u8; 16]) -> Result<Self> {
        let (version, key) = house.code_key()?;
        Ok(Self { host, version, key, salt })
    }

    /// What the code of a carrier says.
    pub fn text(&self, carrier: &Carrier) -> Result<String> {
        let token = code::sign(self.version, self.key, carrier, &self.salt)?;
        Ok(code::address(self.host, &token))
    }
}

/// The newest generation of each kind of carrier, in the order of [`CarrierKind::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Generations(pub [u8; 7]);

impl Generations {
    /// The carrier of this kind that is to be printed.
    pub fn carrier(&self, kind: CarrierKind, number: NotebookNumber, sheet: u16) -> Carrier {
        let place = CarrierKind::ALL.iter().position(|known| *known == kind).unwrap_or_default();
        Carrier { kind, number, generation: self.0[place], sheet }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::design::Format;

    fn wanted(design: &str, revision: u8) -> Wanted {
        Wanted { design: design.into(), revision: vec![revision] }
    }

    fn printed(sheet: u16, design: &str, revision: u8) -> PrintedSheet {
        let (design, revision) = (design.into(), vec![revision]);
        PrintedSheet { sheet, design, revision, label: 1, volume: 1, format: Format::A5, recto: true }
    }

    #[test]
    fn the_first_booklet_is_numbered_from_one_and_printing_again_changes_no_number() {
        let booklet = [wanted("log", 1), wanted("log", 2), wanted("medicine", 1)];
        assert_eq!(number_sheets(&booklet, &[], 1).unwrap(), [1, 2, 3]);
        let before = [printed(1, "log", 1), printed(2, "log", 2), printed(3, "medicine", 1)];
        assert_eq!(number_sheets(&booklet, &before, 1).unwrap(), [1, 2, 3]);
        let more = [&before[..], &[printed(4, "log", 1)]].concat();
        assert_eq!(
            number_sheets(&booklet, &more, 1).unwrap(),
            [1, 2, 3],
            "added sheets are not the booklet's"
        );
    }

    #[test]
    fn a_second_volume_and_added_sheets_go_on_counting() {
        let booklet = [wanted("log", 1), wanted("medicine", 1)];
        let before = [printed(1, "log", 1), printed(2, "medicine", 1)];
        assert_eq!(number_sheets(&booklet, &before, 2).unwrap(), [3, 4]);
        assert_eq!(number_sheets(&booklet[..1], &before, 0).unwrap(), [3]);
        let loose = [&before[..], &[PrintedSheet { volume: 0, ..printed(3, "log", 1) }]].concat();
        assert_eq!(number_sheets(&booklet[..1], &loose, 0).unwrap(), [4], "another sheet each time");
    }

    #[test]
    fn a_booklet_has_twenty_pages_and_so_has_a_later_volume() {
        assert_eq!((BOOKLET_PAGES, sheets_of(1).len() + 3, sheets_of(2).len() + 3), (20, 20, 20));
        assert_eq!(sheets_of(2)[0], CARRIED_OVER);
    }

    #[test]
    fn a_sheet_whose_design_has_changed_gets_a_number_of_its_own() {
        let before = [printed(1, "log", 1), printed(2, "medicine", 1)];
        let booklet = [wanted("log", 9), wanted("medicine", 1)];
        assert_eq!(number_sheets(&booklet, &before, 1).unwrap(), [3, 2]);
    }

    #[test]
    fn numbers_that_do_not_fit_into_a_code_are_refused() {
        let full = [printed(SHEET_MAX, "log", 1)];
        assert!(number_sheets(&[wanted("medicine", 1)], &full, 1).is_err());
    }

    #[test]
    fn codes_that_no_phone_could_follow_are_not_printed() {
        let check = |host: &str| check_place("https://anywhere.example", host, false).is_ok();
        assert!(check("renraku.example.jp") && check("renraku.example.jp:8443"));
        for host in
            ["localhost", "localhost:8080", "city.localhost", "127.0.0.1:8080", "192.168.1.7", "[::1]:80"]
        {
            assert!(!check(host), "{host}");
            assert!(check_place("http://anywhere.example", host, true).is_ok(), "{host} in a demonstration");
        }
        assert!(!check("intranet"), "a name without a dot reaches nobody outside");
        assert!(check_place("http://renraku.example.jp", "renraku.example.jp", false).is_err());
    }

    #[test]
    fn a_host_of_29_characters_is_refused_even_in_a_demonstration() {
        let host = |length: usize| format!("{}.jp", "h".repeat(length - 3));
        assert!(check_place("https://x", &host(28), true).is_ok());
        assert!(check_place("https://x", &host(29), true).is_err());
        assert!(check_place("https://x", "", true).is_err());
    }

    #[test]
    fn a_revision_is_read_from_its_digits() {
        assert_eq!(revision_bytes("00ff10").unwrap(), [0, 255, 16]);
        assert!(revision_bytes("0g").is_err());
    }
}
