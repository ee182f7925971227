//! Papers: what is asked for, and whether a printer has it, by the self-describing names of PWG 5101.1
//! (`iso_a5_148x210mm`).

use super::Trouble;
use super::message::{Request, Tag};

/// Hundredths of a millimetre, in which printers count papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hundredths(pub u32);

/// A paper, upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    A4,
    A5,
    A6,
    /// Any other size.
    Custom {
        width: Hundredths,
        height: Hundredths,
    },
}

/// The papers that have a name of their own here.
const NAMED: [(Media, &str, [u32; 2]); 3] = [
    (Media::A4, "iso_a4_210x297mm", [21_000, 29_700]),
    (Media::A5, "iso_a5_148x210mm", [14_800, 21_000]),
    (Media::A6, "iso_a6_105x148mm", [10_500, 14_800]),
];

/// One inch in hundredths of a millimetre.
const INCH: f64 = 2_540.0;
/// The longest edge that is believed, ten metres.
const LONGEST_EDGE: f64 = 1_000_000.0;

impl Media {
    /// Width and height.
    pub fn size(self) -> [Hundredths; 2] {
        match self {
            Self::Custom { width, height } => [width, height],
            _ => NAMED
                .iter()
                .find(|(media, ..)| *media == self)
                .map_or([0; 2], |(.., size)| *size)
                .map(Hundredths),
        }
    }

    /// The paper of this size.
    pub fn sized([width, height]: [Hundredths; 2]) -> Self {
        let same = |(.., size): &&(Media, &str, [u32; 2])| size.map(Hundredths) == [width, height];
        NAMED.iter().find(same).map_or(Self::Custom { width, height }, |(media, ..)| *media)
    }

    fn name(self) -> Option<&'static str> {
        NAMED.iter().find(|(media, ..)| *media == self).map(|(_, name, _)| *name)
    }
}

/// The papers that a printer says it can take.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaChoices {
    named: Vec<(String, Media)>,
    smallest: Option<[Hundredths; 2]>,
    largest: Option<[Hundredths; 2]>,
}

impl MediaChoices {
    /// From a printer's names; those that cannot be read are left out.
    pub fn read<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut choices = Self::default();
        for (name, size) in names.filter_map(|name| Some((name, size_of(name)?))) {
            if name.starts_with("custom_min") {
                choices.smallest = Some(size);
            } else if name.starts_with("custom_max") {
                choices.largest = Some(size);
            } else {
                choices.named.push((name.into(), Media::sized(size)));
            }
        }
        choices
    }

    /// The papers, each once.
    pub fn papers(&self) -> Vec<Media> {
        let mut papers: Vec<Media> = Vec::new();
        for (_, media) in &self.named {
            if !papers.contains(media) {
                papers.push(*media);
            }
        }
        papers
    }

    /// How a job asks for this paper, or `None` when the printer cannot take it. One that says nothing of
    /// papers is believed to take any.
    pub fn ask_for(&self, wanted: Media) -> Option<Asked> {
        let of_printer =
            self.named.iter().filter(|(_, media)| *media == wanted).map(|(name, _)| name.as_str());
        let known =
            of_printer.clone().find(|name| Some(*name) == wanted.name()).or(of_printer.clone().next());
        let says_nothing = self.named.is_empty() && self.largest.is_none();
        match known.or(wanted.name().filter(|_| says_nothing)) {
            Some(name) => Some(Asked::Name(name.into())),
            None if says_nothing || self.is_in_range(wanted) => Some(Asked::Size(wanted.size())),
            None => None,
        }
    }

    fn is_in_range(&self, wanted: Media) -> bool {
        let [smallest, largest] =
            [self.smallest.unwrap_or([Hundredths(0); 2]), self.largest.unwrap_or([Hundredths(0); 2])];
        let fits = |edge: usize| (smallest[edge]..=largest[edge]).contains(&wanted.size()[edge]);
        fits(0) && fits(1)
    }
}

/// How a job names its paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// By the name that the printer has for it.
    Name(String),
    /// By width and height.
    Size([Hundredths; 2]),
}

impl Asked {
    /// Writes the attribute of a job.
    pub(super) fn write(&self, request: &mut Request) {
        match self {
            Self::Name(name) => request.text(Tag::Keyword, "media", name),
            Self::Size(size) => {
                request.size("media-col", size.map(|edge| i32::try_from(edge.0).unwrap_or(i32::MAX)))
            }
        }
    }
}

/// The refusal that tells which papers there are: those in the trays, or all when the printer does not say.
pub(super) fn wrong(ready: &[Media], choices: &MediaChoices) -> Trouble {
    let there = if ready.is_empty() { choices.papers() } else { ready.to_vec() };
    Trouble::WrongMedia { there }
}

/// The size at the end of a self-describing name: `_210x297mm`, `_8.5x11in`.
fn size_of(name: &str) -> Option<[Hundredths; 2]> {
    let size = name.rsplit('_').next()?;
    let (size, unit) = match size.strip_suffix("mm") {
        Some(size) => (size, 100.0),
        None => (size.strip_suffix("in")?, INCH),
    };
    let (width, height) = size.split_once('x')?;
    let edge = |digits: &str| {
        let length = (digits.parse::<f64>().ok()? * unit).round();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
        let hundredths = (1.0..=LONGEST_EDGE).contains(&length).then_some(Hundredths(length as u32));
        hundredths
    };
    Some([edge(width)?, edge(height)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABEL: Media = Media::Custom { width: Hundredths(8_560), height: Hundredths(5_400) };

    fn choices(names: &[&str]) -> MediaChoices {
        MediaChoices::read(names.iter().copied())
    }

    #[test]
    fn a_paper_is_asked_for_by_the_printers_own_name() {
        let printer = choices(&["na_letter_8.5x11in", "om_leaflet_148x210mm", "jis_b5_182x257mm"]);
        assert_eq!(printer.ask_for(Media::A5), Some(Asked::Name("om_leaflet_148x210mm".into())));
        let usual = choices(&["om_leaflet_148x210mm", "iso_a5_148x210mm"]);
        assert_eq!(usual.ask_for(Media::A5), Some(Asked::Name("iso_a5_148x210mm".into())));
        let letter = Media::Custom { width: Hundredths(21_590), height: Hundredths(27_940) };
        assert_eq!(printer.papers()[..2], [letter, Media::A5]);
    }

    #[test]
    fn a_paper_that_the_printer_cannot_take_is_not_asked_for() {
        let printer = choices(&["iso_a4_210x297mm", "custom_min_100x100mm", "custom_max_216x356mm"]);
        assert_eq!(printer.ask_for(LABEL), None);
        assert_eq!(printer.ask_for(Media::A5), Some(Asked::Size(Media::A5.size())), "it takes sizes between");
        assert_eq!(choices(&["iso_a4_210x297mm"]).ask_for(Media::A5), None);
        assert_eq!(choices(&["custom_max_216x356mm"]).ask_for(LABEL), Some(Asked::Size(LABEL.size())));
    }

    #[test]
    fn a_printer_that_says_nothing_of_papers_is_believed_to_take_any() {
        assert_eq!(choices(&[]).ask_for(Media::A6), Some(Asked::Name("iso_a6_105x148mm".into())));
        assert_eq!(choices(&["default"]).ask_for(LABEL), Some(Asked::Size(LABEL.size())));
    }

    #[test]
    fn names_without_a_size_are_left_out() {
        for name in
            ["", "_", "a4", "iso_a4_210x297", "x_1xmm", "x_NaNxinfmm", "x_-1x-1mm", "x_1e9x1e9mm", "x_0x0mm"]
        {
            assert_eq!(choices(&[name]), MediaChoices::default(), "{name}");
        }
    }
}
