//! Looks a laid-out page over as a careful printer would: is every word large enough and on the paper, does
//! nothing run into anything else, is there room to write, are marks and codes left alone.

use crate::error::Result;
use crate::print::press::Press;
use crate::print::press::document::Document;
use crate::print::press::layout::{PageLayout, PlacedSheet};
use crate::sheet::design::{Area, MARK_SIDE, Millimetres, Region, RegionKind};
use typst::layout::{Frame, FrameItem, Point, Transform};
use typst_layout::PagedDocument;

/// The smallest print (DESIGN 5).
const SMALL_PRINT: f64 = 11.0;
/// The least height of a row to write on.
const ROW_HEIGHT: f64 = 12.0;
/// White around a mark, and around a code: 4 modules of 0.6 mm.
const MARK_QUIET: f64 = 1.5;
const CODE_QUIET: f64 = 2.4;
/// What no printer prints on, at the edges of paper, and of the tape of a label printer.
const MARGIN: f64 = 3.0;
const TAPE_MARGIN: f64 = 1.5;
/// The widest tape.
const TAPE_WIDTH: f64 = 62.0;
/// How far boxes may overlap by rounding, in millimetres.
const TOUCH: f64 = 0.1;

/// A run of text on a page.
#[derive(Debug, Clone)]
pub struct Written {
    /// Height of the type in points, as printed.
    pub points: f64,
    /// From the ascenders to the baseline.
    pub area: Area,
    pub text: String,
}

/// A laid-out document with all its words.
pub struct Inspected {
    pub pages: Vec<PageLayout>,
    /// The words of every page.
    pub words: Vec<Vec<Written>>,
}

/// Something that is not as it must be, on which page (from 0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub page: usize,
    pub sentence: String,
}

impl Press {
    /// Lays a document out, to look it over with [`inspect`].
    pub fn look_at(&self, document: &Document) -> Result<Inspected> {
        let (laid_out, pages) = self.lay_out(document)?;
        let words = words_of(&laid_out);
        typst::comemo::evict(0);
        Ok(Inspected { pages, words })
    }
}

fn words_of(document: &PagedDocument) -> Vec<Vec<Written>> {
    let of_page = |frame: &Frame| {
        let mut words = Vec::new();
        collect(frame, Transform::identity(), &mut words);
        words
    };
    document.pages().iter().map(|page| of_page(&page.frame)).collect()
}

fn collect(frame: &Frame, around: Transform, words: &mut Vec<Written>) {
    for (at, item) in frame.items() {
        let here = around.pre_concat(Transform::translate(at.x, at.y));
        match item {
            FrameItem::Group(group) => collect(&group.frame, here.pre_concat(group.transform), words),
            FrameItem::Text(run) => {
                let (rise, zero) = (run.size * 0.78, typst::layout::Abs::zero());
                let from = Point::new(zero, -rise).transform(here);
                let to = Point::new(run.width(), zero).transform(here);
                words.push(Written {
                    points: run.size.to_pt() * here.sy.get(),
                    area: area(from, to),
                    text: run.text.to_string(),
                });
            }
            _ => {}
        }
    }
}

fn area(from: Point, to: Point) -> Area {
    let [left, top] = [from.x, from.y].map(|length| Millimetres(length.to_mm()));
    let (width, height) = (Millimetres((to.x - from.x).to_mm()), Millimetres((to.y - from.y).to_mm()));
    Area { left, top, width, height }
}

fn right(area: &Area) -> f64 {
    area.left.0 + area.width.0
}

fn bottom(area: &Area) -> f64 {
    area.top.0 + area.height.0
}

fn overlap(a: &Area, b: &Area) -> bool {
    let along = |from: f64, to: f64, other_from: f64, other_to: f64| to.min(other_to) - from.max(other_from);
    along(a.left.0, right(a), b.left.0, right(b)) > TOUCH
        && along(a.top.0, bottom(a), b.top.0, bottom(b)) > TOUCH
}

/// Everything on these pages that is not as it must be.
pub fn inspect(inspected: &Inspected) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, (page, words)) in inspected.pages.iter().zip(&inspected.words).enumerate() {
        let mut say = |sentence: String| findings.push(Finding { page: index, sentence });
        look_at_words(page, words, &mut say);
        for sheet in &page.sheets {
            look_at_marks(sheet, words, &mut say);
            look_at_regions(sheet, &mut say);
        }
    }
    findings
}

fn look_at_words(page: &PageLayout, words: &[Written], say: &mut impl FnMut(String)) {
    let margin = if page.width.0 > TAPE_WIDTH { MARGIN } else { TAPE_MARGIN };
    for (index, word) in words.iter().enumerate() {
        let (area, text) = (&word.area, &word.text);
        if word.points < SMALL_PRINT - 0.05 {
            say(format!("«{text}» is {:.1} pt, and small print is at least {SMALL_PRINT} pt", word.points));
        }
        if area.left.0 < margin
            || area.top.0 < margin
            || right(area) > page.width.0 - margin
            || bottom(area) > page.height.0 - margin
        {
            say(format!("«{text}» comes nearer than {margin} mm to the edge of the paper"));
        }
        if let Some(other) = words[index + 1..].iter().find(|other| overlap(area, &other.area)) {
            say(format!("«{text}» and «{}» are written over each other", other.text));
        }
        if page.codes.iter().any(|code| overlap(&code.area.grown(CODE_QUIET), area)) {
            say(format!("«{text}» comes too near to a code: {CODE_QUIET} mm around it stay white"));
        }
    }
}

fn look_at_marks(sheet: &PlacedSheet, words: &[Written], say: &mut impl FnMut(String)) {
    let half = MARK_SIDE.0 / 2.0 + MARK_QUIET;
    for centre in sheet.geometry.mark_centres() {
        let left = Millimetres(centre.x.0 - half);
        let top = Millimetres(centre.y.0 - half);
        let side = Millimetres(2.0 * half);
        let mark = Area { left, top, width: side, height: side };
        let on_page = Area {
            left: Millimetres(left.0 + sheet.origin.x.0),
            top: Millimetres(top.0 + sheet.origin.y.0),
            ..mark
        };
        for word in words.iter().filter(|word| overlap(&on_page, &word.area)) {
            say(format!("«{}» comes too near to a corner mark", word.text));
        }
        for region in sheet.geometry.regions.iter().filter(|region| overlap(&mark, &region.area)) {
            say(format!("the region {} comes too near to a corner mark", region.name));
        }
    }
}

fn look_at_regions(sheet: &PlacedSheet, say: &mut impl FnMut(String)) {
    let regions = &sheet.geometry.regions;
    for (index, region) in regions.iter().enumerate() {
        let Region { name, kind, area } = region;
        let others = &regions[index + 1..];
        if others.iter().any(|other| other.name == *name) {
            say(format!("the name {name} is given twice"));
        }
        let is_head = name.ends_with("-date") || name.ends_with("-head");
        if *kind == RegionKind::Row && !is_head && area.height.0 < ROW_HEIGHT - 0.01 {
            say(format!("the row {name} is {:.1} mm high, and a hand needs {ROW_HEIGHT} mm", area.height.0));
        }
        if right(area) > sheet.geometry.width.0 || bottom(area) > sheet.geometry.height.0 {
            say(format!("the region {name} runs off the sheet"));
        }
        let same_kind = |other: &&Region| other.kind == *kind && overlap(area, &other.area);
        // A row may hold smaller rows: only boxes must keep apart.
        if *kind != RegionKind::Row
            && let Some(other) = others.iter().find(same_kind)
        {
            say(format!("the boxes {name} and {} lie over each other", other.name));
        }
        if let Some(code) = &sheet.geometry.code
            && overlap(&code.grown(CODE_QUIET), area)
        {
            say(format!("the region {name} comes too near to the code"));
        }
    }
}
