//! Views after a scan by someone who is not signed in. They name nobody.

use askama::Template;

use crate::web::page::Page;
use crate::web::view::{Choice, Fact, Telephone};

/// Four choices.
#[derive(Template)]
#[template(path = "scan/neutral.html")]
pub struct NeutralPage {
    pub page: Page,
    /// It was the emergency sheet that was scanned, and the person agrees that its code is read.
    pub is_emergency: bool,
    /// The desk, then the fallback desk.
    pub desks: Vec<Telephone>,
}

/// Why the subset behind an emergency sheet is read.
#[derive(Template)]
#[template(path = "scan/ask-emergency.html")]
pub struct AskEmergencyPage {
    pub page: Page,
    pub advice: Option<String>,
    pub purposes: Vec<Choice>,
    pub desks: Vec<Telephone>,
}

impl AskEmergencyPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let purposes = ["crew", "hospital", "helper"].map(|purpose| {
            Choice::sample(purpose, &page.text.plain(&format!("scan-emergency-{purpose}")), "", false)
        });
        let advice = Some(page.text.plain("scan-emergency-choose"));
        Self { page, advice, purposes: purposes.into(), desks: desks() }
    }
}

/// What somebody who helps may read without an account: no name, no address, nobody's telephone but offices'.
#[derive(Template)]
#[template(path = "scan/emergency.html")]
pub struct EmergencyPage {
    pub page: Page,
    /// 88歳の方.
    pub age: String,
    /// Until when things were written here.
    pub as_of: String,
    /// Substance and reaction.
    pub allergies: Vec<Fact>,
    /// Name and dose of what was dispensed in the last months.
    pub medicines: Vec<Fact>,
    pub doctors: Vec<Telephone>,
    pub desks: Vec<Telephone>,
}

impl EmergencyPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let as_of = page.text.plain1("scan-emergency-as-of", "day", "令和8年11月20日");
        let doctor =
            Telephone { place: "さえき医院".into(), hours: None, number: "042-000-0001".into() };
        Self {
            age: page.text.plain1("scan-emergency-age", "years", 88),
            as_of,
            allergies: vec![Fact::sample("エビ", "発疹（2019年）"), Fact::sample("ペニシリン", "")],
            medicines: vec![Fact::sample("アムロジピン錠5mg", "朝食後 1錠")],
            doctors: vec![doctor],
            desks: desks(),
            page,
        }
    }

    /// Nothing is known.
    #[cfg(test)]
    pub fn bare(page: Page) -> Self {
        let (allergies, medicines, doctors) = (vec![], vec![], vec![]);
        let as_of = page.text.plain("scan-emergency-nothing");
        Self { as_of, allergies, medicines, doctors, ..Self::sample(page) }
    }
}

/// Someone found a booklet: a message by choices, no free text.
#[derive(Template)]
#[template(path = "scan/found.html")]
pub struct FoundPage {
    pub page: Page,
    pub advice: Option<String>,
    pub places: Vec<Choice>,
    pub things: Vec<Choice>,
    pub desks: Vec<Telephone>,
}

impl FoundPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let places = ["police", "desk", "shop", "there"].map(|place| {
            let label = page.text.plain(&format!("scan-found-{place}"));
            let note = if place == "shop" { page.text.plain("scan-found-shop-note") } else { String::new() };
            Choice { value: place.into(), label, note, chosen: false }
        });
        let things = ["booklet", "case", "paper"].map(|thing| {
            let label = page.text.plain(&format!("scan-found-{thing}"));
            Choice { value: thing.into(), label, note: String::new(), chosen: thing == "booklet" }
        });
        let advice = Some(page.text.plain("scan-found-choose"));
        Self { page, advice, places: places.into(), things: things.into(), desks: desks() }
    }
}

/// Someone is with a person who has lost their way.
#[derive(Template)]
#[template(path = "scan/lost.html")]
pub struct LostPage {
    pub page: Page,
    pub advice: Option<String>,
    pub desks: Vec<Telephone>,
    pub police_boxes: Vec<Telephone>,
    pub situations: Vec<Choice>,
}

impl LostPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let situations = ["with", "police-with", "gone"].map(|situation| {
            let label = page.text.plain(&format!("scan-lost-{situation}"));
            let note =
                if situation == "with" { page.text.plain("scan-lost-with-note") } else { String::new() };
            Choice { value: situation.into(), label, note, chosen: situation == "with" }
        });
        let place = format!("{} 中央交番", page.text.plain("scan-lost-police-box"));
        let police_boxes = vec![Telephone { place, hours: None, number: "000-000-0110".into() }];
        Self { page, advice: None, desks: desks(), police_boxes, situations: situations.into() }
    }
}

/// The message of a finder or helper was passed on.
#[derive(Template)]
#[template(path = "scan/sent.html")]
pub struct SentPage {
    pub page: Page,
    /// It was about a person who has lost their way: the helper may still be waiting beside them.
    pub is_lost: bool,
    pub desks: Vec<Telephone>,
}

/// The way on for relatives.
#[derive(Template)]
#[template(path = "scan/family.html")]
pub struct FamilyWayPage {
    pub page: Page,
    pub desks: Vec<Telephone>,
}

/// The way on for staff and ambulance crews.
#[derive(Template)]
#[template(path = "scan/supporter.html")]
pub struct SupporterWayPage {
    pub page: Page,
    pub desks: Vec<Telephone>,
}

/// A carrier that was lost and replaced.
#[derive(Template)]
#[template(path = "scan/replaced.html")]
pub struct ReplacedPage {
    pub page: Page,
    pub desks: Vec<Telephone>,
}

/// Unknown and forged codes alike.
#[derive(Template)]
#[template(path = "scan/unknown.html")]
pub struct UnknownPage {
    pub page: Page,
    pub desks: Vec<Telephone>,
}

/// A sheet out of a pad that is nobody's yet.
#[derive(Template)]
#[template(path = "scan/unbound.html")]
pub struct UnboundPage {
    pub page: Page,
    /// The reader is signed in: a photo of it can be sent.
    pub may_send: bool,
    pub desks: Vec<Telephone>,
}

impl UnboundPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self { page, may_send: true, desks: desks() }
    }

    /// For somebody who is not signed in.
    #[cfg(test)]
    pub fn stranger(page: Page) -> Self {
        Self { may_send: false, ..Self::sample(page) }
    }
}

/// A notebook that is kept on paper alone.
#[derive(Template)]
#[template(path = "scan/paper-only.html")]
pub struct PaperOnlyPage {
    pub page: Page,
    /// A photo was just discarded.
    pub photo: bool,
    pub desks: Vec<Telephone>,
}

impl PaperOnlyPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self { page, photo: true, desks: desks() }
    }
}

/// The start for nobody.
#[derive(Template)]
#[template(path = "scan/welcome.html")]
pub struct WelcomePage {
    pub page: Page,
    pub desks: Vec<Telephone>,
}

/// How this works, for a wary reader.
#[derive(Template)]
#[template(path = "scan/about.html")]
pub struct AboutPage {
    pub page: Page,
    pub desks: Vec<Telephone>,
}

#[cfg(test)]
fn desks() -> Vec<Telephone> {
    vec![Telephone::desk(), Telephone::night()]
}

impl NeutralPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self { page, is_emergency: true, desks: desks() }
    }
}
impl SentPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self { page, is_lost: true, desks: desks() }
    }
}
impl FamilyWayPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self { page, desks: desks() }
    }
}
impl SupporterWayPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self { page, desks: desks() }
    }
}
impl ReplacedPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self { page, desks: desks() }
    }
}
impl UnknownPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self { page, desks: desks() }
    }
}
impl WelcomePage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self { page, desks: desks() }
    }
}
impl AboutPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self { page, desks: desks() }
    }
}
