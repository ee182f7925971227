//! Every page from its sample, in every language: none is forgotten, none leaves a message unsaid.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use askama::Template;

use crate::access::view::{
    AtTheDeskPage, CodePage, FamilySlipPage, FamilyUnlockPage, JoinPage, SignInPage, SignedOutPage,
    SlipUsedPage,
};
use crate::audit::view::DiaryPage;
use crate::capture::photo_view::PhotoPage;
use crate::capture::sheet_view::{CoveragePage, RedactionPage};
use crate::capture::view::{ConfirmPage, PhotoRows, PilePage, UploadPage};
use crate::desk::view::{
    BookletsPage, DeskHomePage, DisclosurePage, DisclosuresPage, DonePage, JobPage, LedgerPage,
    LooseSheetPage, PadPage, PadsPage, PrintPage, PrinterPage, PrintersPage, RegisterPage, ReplacePage,
    RunPage, ShelfPage,
};
use crate::entry::view::{
    CorrectPage, EntryPage, InstructionPage, MessagePage, VitalsAskPage, VitalsPage, WritePage,
};
use crate::notebook::view::PeoplePage;
use crate::scan::view::{
    AboutPage, AskEmergencyPage, EmergencyPage, FamilyWayPage, FoundPage, LostPage, NeutralPage,
    PaperOnlyPage, ReplacedPage, SentPage, SupporterWayPage, UnboundPage, UnknownPage, WelcomePage,
};
use crate::text::Language;
use crate::timeline::staff_view::StaffPage;
use crate::timeline::view::{FamilyPage, HomePage, PaperPage, SearchPage};
use crate::web::page::Page;
use crate::web::view::{DisplayPage, ErrorPage, NotFoundPage, SendAgainPage};

type Sample = (&'static str, fn(Page) -> askama::Result<String>);

macro_rules! samples {
    ($($page:ident)*) => { [$((stringify!($page), |page| $page::sample(page).render())),*] };
}

const SAMPLES: &[Sample] = &samples![
    AboutPage AskEmergencyPage AtTheDeskPage BookletsPage CodePage ConfirmPage CorrectPage CoveragePage DeskHomePage DiaryPage DisclosurePage DisclosuresPage DisplayPage
    DonePage EmergencyPage EntryPage ErrorPage FamilyPage FamilySlipPage FamilyUnlockPage FamilyWayPage FoundPage HomePage
    InstructionPage JobPage JoinPage LedgerPage LooseSheetPage LostPage MessagePage NeutralPage NotFoundPage PadPage PadsPage PaperOnlyPage PaperPage PeoplePage PhotoPage
    PilePage PrinterPage PrintersPage PrintPage RedactionPage RegisterPage ReplacePage ReplacedPage RunPage SearchPage SendAgainPage SentPage ShelfPage SignInPage SignedOutPage SlipUsedPage
    StaffPage SupporterWayPage UnboundPage UnknownPage UploadPage VitalsAskPage VitalsPage WelcomePage WritePage
];

/// Parts of pages that scripts ask for.
const PARTS: &[Sample] = &samples![PhotoRows];

/// Pages that look another way when there is little to show.
const EMPTY: &[Sample] = &[
    ("a bare notebook", |page| StaffPage::bare(page).render()),
    ("an empty shelf", |page| ShelfPage::empty(page).render()),
    ("a bare registration", |page| RegisterPage::bare(page).render()),
    ("nothing printed", |page| PrintPage::bare(page).render()),
    ("nothing is known in an emergency", |page| EmergencyPage::bare(page).render()),
    ("nothing was printed for a notebook", |page| CoveragePage::bare(page).render()),
    ("nothing was found", |page| SearchPage::nothing(page).render()),
    ("nothing was looked for", |page| SearchPage::bare(page).render()),
    ("a sheet out of a pad", |page| PhotoPage::loose(page).render()),
    ("a page whose number is not known", |page| PhotoPage::unnumbered(page).render()),
    ("a loose sheet for a stranger", |page| UnboundPage::stranger(page).render()),
    ("a loose sheet of nobody", |page| LooseSheetPage::unbound(page).render()),
    ("no pads", |page| PadsPage::empty(page).render()),
    ("nobody has asked for a copy", |page| DisclosuresPage::empty(page).render()),
    ("a copy to be handed over", |page| DisclosurePage::reviewed(page).render()),
    ("a copy handed over", |page| DisclosurePage::handed_over(page).render()),
    ("a recalled pad", |page| PadPage::recalled(page).render()),
    ("a recalled batch", |page| LedgerPage::recalled(page).render()),
    ("a finished run", |page| RunPage::done(page).render()),
    ("everything on paper", |page| PaperPage::empty(page).render()),
    ("paper for the family", |page| PaperPage::family(page).render()),
    ("no printer", |page| PrintersPage::empty(page).render()),
    ("a printed job", |page| JobPage::done(page).render()),
    ("a run that waits", |page| RunPage::waiting(page).render()),
];

#[test]
fn every_page_is_rendered_from_its_sample_in_every_language() {
    for language in Language::ALL {
        for (name, render) in SAMPLES.iter().chain(EMPTY).chain(PARTS) {
            let html = render(Page::sample(language)).unwrap();
            let is_part = PARTS.iter().any(|(part, _)| part == name);
            assert_eq!(html.contains("<h1"), !is_part, "{name} in {language:?} and its heading");
            assert_eq!(unsaid(&html), None, "{name} in {language:?}");
        }
    }
}

/// The first message that does not exist: it shows its key in brackets, such as `[no-such-key]`.
fn unsaid(html: &str) -> Option<&str> {
    let brackets = html.split('[').skip(1).filter_map(|rest| rest.split_once(']'));
    let is_key = |text: &&str| {
        text.contains('-') && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    brackets.map(|(inside, _)| inside).find(is_key)
}

#[test]
fn a_message_that_does_not_exist_is_noticed() {
    assert_eq!(unsaid("<p>[1] [no-such-key] x"), Some("no-such-key"));
    assert_eq!(unsaid("<p>[1] [ab]"), None);
}

#[test]
fn no_page_is_forgotten() {
    let mut declared = BTreeSet::new();
    collect(Path::new("src"), &mut declared);
    let sampled: BTreeSet<String> = SAMPLES.iter().chain(PARTS).map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(declared, sampled);
}

/// The structs below a folder that a template is declared for.
fn collect(folder: &Path, declared: &mut BTreeSet<String>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            collect(&path, declared);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for rest in text.split("\n#[template(path").skip(1) {
            let name = rest.split("struct ").nth(1).and_then(|rest| rest.split([' ', '<']).next());
            declared.extend(name.map(str::to_owned));
        }
    }
}
