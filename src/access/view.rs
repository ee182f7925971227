//! Views of coming in: sign-in, slip, unlock, joining a care team.

use askama::Template;

use crate::web::page::Page;
use crate::web::view::{Choice, Field, Symbol, Telephone};

/// The first step of signing in.
#[derive(Template)]
#[template(path = "access/sign-in.html")]
pub struct SignInPage {
    pub page: Page,
    pub email: Field,
    pub password: Field,
    pub advice: Option<String>,
    /// Where to go on afterwards.
    pub next: String,
    pub desk: Telephone,
}

impl SignInPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let advice = Some(page.text.plain("access-sign-in-wrong"));
        let (email, password) = (Field::with("nakamura@example.jp"), Field::default());
        Self { page, email, password, advice, next: "/".into(), desk: Telephone::desk() }
    }
}

/// The second step: the code of the reader's app.
#[derive(Template)]
#[template(path = "access/code.html")]
pub struct CodePage {
    pub page: Page,
    pub code: Field,
    pub advice: Option<String>,
    pub next: String,
}

impl CodePage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self { page, code: Field::default(), advice: None, next: "/".into() }
    }
}

/// A relative's first time: the slip of the desk, four digits, a PIN.
#[derive(Template)]
#[template(path = "access/family-slip.html")]
pub struct FamilySlipPage {
    pub page: Page,
    /// Last day of the slip: 12月9日(水).
    pub until: String,
    pub digits: Field,
    pub pin: Field,
    pub pin_again: Field,
    pub advice: Option<String>,
    pub desk: Telephone,
}

impl FamilySlipPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let pin = Field::advised("", &page.text.plain("access-pin-weak"));
        let (digits, pin_again) = (Field::with("0012"), Field::default());
        Self {
            page,
            until: "12月9日(水)".into(),
            digits,
            pin,
            pin_again,
            advice: None,
            desk: Telephone::desk(),
        }
    }
}

/// A slip that was used, has expired, or never was.
#[derive(Template)]
#[template(path = "access/slip-used.html")]
pub struct SlipUsedPage {
    pub page: Page,
    pub desk: Telephone,
}

impl SlipUsedPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self { page, desk: Telephone::desk() }
    }
}

/// A registered device asks for its PIN. It names nobody.
#[derive(Template)]
#[template(path = "access/family-unlock.html")]
pub struct FamilyUnlockPage {
    pub page: Page,
    /// Symbols of the notebooks this device reads.
    pub symbols: Vec<Symbol>,
    pub pin: Field,
    pub next: String,
    pub desk: Telephone,
}

impl FamilyUnlockPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let symbols = vec![Symbol::ume(), Symbol::matsu()];
        let pin = Field::advised("", &page.text.plain("access-unlock-wrong"));
        Self { page, symbols, pin, next: "/".into(), desk: Telephone::desk() }
    }
}

/// After signing out, or after a long silence.
#[derive(Template)]
#[template(path = "access/signed-out.html")]
pub struct SignedOutPage {
    pub page: Page,
    /// It closed by itself.
    pub idle: bool,
}

impl SignedOutPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self { page, idle: true }
    }
}

/// Says who is joined and why; joining is its POST.
#[derive(Template)]
#[template(path = "access/join.html")]
pub struct JoinPage {
    pub page: Page,
    pub symbol: Symbol,
    /// With what follows it: 高橋 梅子さん.
    pub name: String,
    pub reading: String,
    pub reader: String,
    pub office: String,
    /// Who is told: the care manager in charge.
    pub told: Option<String>,
    pub reasons: Vec<Choice>,
    /// Where to go instead.
    pub back: String,
}

impl JoinPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let reasons = ["charge", "instead", "duty"].map(|why| {
            let label = page.text.plain(&format!("access-join-why-{why}"));
            let note = page.text.plain(&format!("access-join-why-{why}-note"));
            Choice { value: why.into(), label, note, chosen: false }
        });
        Self {
            page,
            symbol: Symbol::ume(),
            name: "高橋 梅子さん".into(),
            reading: "たかはし うめこ".into(),
            reader: "田中 亮さん".into(),
            office: "デイサービスひだまり".into(),
            told: Some("ケアマネジャー 佐藤 由美さん".into()),
            reasons: reasons.into(),
            back: "/".into(),
        }
    }
}

/// A notebook that is read at the desk alone for the time being.
#[derive(Template)]
#[template(path = "access/at-the-desk.html")]
pub struct AtTheDeskPage {
    pub page: Page,
    pub desk: Telephone,
}

impl AtTheDeskPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self { page, desk: Telephone::desk() }
    }
}
