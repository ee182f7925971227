//! Views of pads: the list with the form for a new one, one pad, one loose sheet.

use askama::Template;

use super::RunRow;
use crate::web::page::Page;
use crate::web::view::{Choice, Fact, Field, Symbol};

/// One pad in the list.
pub struct PadRow {
    /// 血圧の記録・A5.
    pub what: String,
    pub total: u32,
    /// How many of its sheets were photographed.
    pub used: u32,
    pub made: String,
    pub by: String,
    pub is_recalled: bool,
    pub path: String,
}

/// The pads of a desk, and a form for a new one.
#[derive(Template)]
#[template(path = "desk/pads.html")]
pub struct PadsPage {
    pub page: Page,
    pub count: Field,
    /// The most sheets of one pad.
    pub most: u32,
    pub designs: Vec<Choice>,
    pub formats: Vec<Choice>,
    pub pads: Vec<PadRow>,
}

impl PadsPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let title = |design: &str| crate::print::sheet_title(&page.text, design).unwrap_or_default();
        let designs =
            crate::desk::pad_designs().map(|design| Choice::sample(design, &title(design), "", false));
        let row = |design: &str, used, is_recalled| PadRow {
            what: format!("{}・A5", title(design)),
            total: 50,
            used,
            made: "11月2日(月)".into(),
            by: "石川".into(),
            is_recalled,
            path: "/desk/pads/1".into(),
        };
        Self {
            count: Field::advised("501", &page.text.plain("desk-pads-count-wrong")),
            most: 500,
            designs: designs.collect(),
            formats: super::PaperChoices::sample(&page).formats,
            pads: vec![row("blood-pressure", 12, false), row("handover", 0, true)],
            page,
        }
    }

    /// No pad was made yet.
    #[cfg(test)]
    pub fn empty(page: Page) -> Self {
        Self { count: Field::with("30"), pads: vec![], ..Self::sample(page) }
    }
}

/// One pad.
#[derive(Template)]
#[template(path = "desk/pad.html")]
pub struct PadPage {
    pub page: Page,
    /// 血圧の記録・A5.
    pub name: String,
    pub made: String,
    pub counts: Vec<Fact>,
    pub is_recalled: bool,
    pub runs: Vec<RunRow>,
    pub path: String,
}

impl PadPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let counts = [("total", "50枚"), ("used", "12枚")]
            .map(|(word, count)| Fact::sample(&page.text.plain(&format!("desk-pad-{word}")), count));
        let runs = vec![RunRow {
            what: "血圧の記録・A5".into(),
            progress: page.text.plain2("desk-run-progress-pads", "done", 50, "total", 50),
            state: page.text.plain("desk-run-done"),
            when: "11月22日(日) 午後2時30分".into(),
            path: "/desk/runs/1".into(),
        }];
        Self {
            name: "血圧の記録・A5".into(),
            made: "11月2日(月)・石川".into(),
            counts: counts.into(),
            is_recalled: false,
            runs,
            path: "/desk/pads/1".into(),
            page,
        }
    }

    /// Recalled, and never printed.
    #[cfg(test)]
    pub fn recalled(page: Page) -> Self {
        Self { is_recalled: true, runs: vec![], ..Self::sample(page) }
    }
}

/// One loose sheet, found by its number.
#[derive(Template)]
#[template(path = "desk/sheet.html")]
pub struct LooseSheetPage {
    pub page: Page,
    pub number: String,
    /// 血圧の記録.
    pub what: String,
    /// Symbol and number of the notebook that it belongs to now.
    pub owner: Option<(Symbol, String)>,
    /// It belongs to a notebook that another desk looks after.
    pub is_elsewhere: bool,
    pub reasons: Vec<Choice>,
}

impl LooseSheetPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self {
            number: "2222-3333-4444".into(),
            what: "血圧の記録".into(),
            owner: Some((Symbol::ume(), "1234-5678-9012".into())),
            is_elsewhere: false,
            reasons: crate::capture::give_back::reasons(&page.text),
            page,
        }
    }

    /// Nobody's yet.
    #[cfg(test)]
    pub fn unbound(page: Page) -> Self {
        Self { owner: None, ..Self::sample(page) }
    }
}
