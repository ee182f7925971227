//! Views of a registration: the counter form, what to hand over.

use askama::Template;

use super::BirthDate;
use crate::web::page::Page;
use crate::web::view::{Choice, Field, Symbol};

/// From the shelf booklet to a notebook, beside the signed form.
#[derive(Template)]
#[template(path = "desk/register.html")]
pub struct RegisterPage {
    pub page: Page,
    /// The step at hand, 2 to 4.
    pub step: u32,
    pub symbol: Symbol,
    /// 1234-5678-9012.
    pub number: String,
    pub advice: Option<String>,
    pub reading: Field,
    pub name: Field,
    pub birth: BirthDate,
    /// Somebody with this reading and birth date has a notebook already: it must be ticked that another
    /// one is meant.
    pub same: bool,
    /// `value` is the name of the field.
    pub consents: Vec<Choice>,
    pub relative: Field,
    pub relationship: Field,
    pub telephone: Field,
    pub signers: Vec<Choice>,
    pub explained: Field,
    /// What to do about the picture of the form.
    pub form_advice: Option<String>,
    pub accept: &'static str,
}

impl RegisterPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let consents = ["copy", "offices", "relative", "emergency", "planning"].map(|what| {
            let label = page.text.plain(&format!("desk-consent-{what}"));
            Choice::sample(&format!("consent-{what}"), &label, "", what != "planning")
        });
        let signers = ["person", "proxy"].map(|who| {
            Choice::sample(who, &page.text.plain(&format!("desk-signer-{who}")), "", who == "person")
        });
        let birth = BirthDate::sample(&page);
        Self {
            page,
            step: 4,
            symbol: Symbol::ume(),
            number: "1234-5678-9012".into(),
            advice: None,
            reading: Field::with("たかはし うめこ"),
            name: Field::with("高橋 梅子"),
            birth,
            same: false,
            consents: consents.into(),
            relative: Field::with("山田 春子"),
            relationship: Field::with("長女"),
            telephone: Field::with("000-0000-0012"),
            signers: signers.into(),
            explained: Field::with("石川"),
            form_advice: None,
            accept: "image/jpeg,image/png,image/webp",
        }
    }

    /// Typed wrongly.
    #[cfg(test)]
    pub fn bare(page: Page) -> Self {
        let advice = Some(page.text.plain("web-advice-look"));
        let wrong = Some(page.text.plain("desk-birth-wrong"));
        let name = Field::advised("", &page.text.plain("desk-name-needed"));
        let form_advice = Some(page.text.plain("desk-form-wrong"));
        let full = Self::sample(page);
        let birth = BirthDate { day: "31".into(), month: "2".into(), advice: wrong, ..full.birth };
        let (reading, relative, relationship) = (Field::default(), Field::default(), Field::default());
        Self {
            step: 2,
            advice,
            name,
            birth,
            reading,
            relative,
            relationship,
            same: true,
            form_advice,
            ..full
        }
    }
}

/// One thing to hand over.
pub struct HandOver {
    /// Icon.
    pub picture: &'static str,
    pub label: String,
    /// May be empty.
    pub note: String,
}

/// A notebook was handed out: what goes with it, and what comes next.
#[derive(Template)]
#[template(path = "desk/done.html")]
pub struct DonePage {
    pub page: Page,
    pub symbol: Symbol,
    pub number: String,
    pub name: String,
    /// 昭和13年3月3日 (1938).
    pub birth: String,
    pub hand: Vec<HandOver>,
    pub print_path: String,
    /// What comes next, in sentences.
    pub next: Vec<String>,
}

impl DonePage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let label = page.text.plain1("desk-done-booklet", "symbol", "梅");
        let note = page.text.plain1("desk-done-slip-note", "name", "山田 春子");
        let hand = vec![
            HandOver { picture: "book", label, note: String::new() },
            HandOver { picture: "house", label: page.text.plain("desk-done-slip"), note },
        ];
        let next = vec![page.text.plain1("desk-done-slip-next", "name", "山田 春子")];
        Self {
            page,
            symbol: Symbol::ume(),
            number: "1234-5678-9012".into(),
            name: "高橋 梅子さん".into(),
            birth: "昭和13年3月3日 (1938)".into(),
            hand,
            print_path: "/desk/notebooks/1234-5678-9012".into(),
            next,
        }
    }
}
