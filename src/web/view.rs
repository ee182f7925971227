//! Plain values that the pages of many features show, and the pages of no feature: display settings,
//! errors. Everything is ready to be shown; nothing here decides anything.

use askama::Template;

use super::Site;
use super::page::Page;
use crate::text::Text;

/// Symbol and colour of a notebook.
#[derive(Clone)]
pub struct Symbol {
    /// `ume matsu take tori tsuki yama fune sakana kiku`.
    pub name: String,
    /// `beni daidai oudo midori ao murasaki cha sumi`.
    pub colour: String,
    /// The word, so that it can be said on the telephone: 梅.
    pub word: String,
}

impl Symbol {
    /// From the words in the ledger.
    pub fn of(text: &Text, name: &str, colour: &str) -> Self {
        let word = text.plain(&format!("web-symbol-{name}"));
        Self { name: name.into(), colour: colour.into(), word }
    }

    #[cfg(test)]
    pub fn sample(name: &str, colour: &str, word: &str) -> Self {
        Self { name: name.into(), colour: colour.into(), word: word.into() }
    }
    #[cfg(test)]
    pub fn ume() -> Self {
        Self::sample("ume", "beni", "梅")
    }
    #[cfg(test)]
    pub fn matsu() -> Self {
        Self::sample("matsu", "midori", "松")
    }
}

/// The head of every page of a notebook.
pub struct NotebookHead {
    /// `/n/1234-5678-9012`.
    pub path: String,
    pub symbol: Symbol,
    pub name: String,
    /// What follows the name: さん. Empty in English.
    pub honorific: String,
    /// One quiet line: 最後に写した日 11月20日(金)・5日前, or 梅の手帳.
    pub detail: String,
    /// The one thing this reader came to do, on wide screens.
    pub action: Option<Link>,
}

impl NotebookHead {
    #[cfg(test)]
    pub fn sample(detail: &str) -> Self {
        Self {
            path: "/n/1234-5678-9012".into(),
            symbol: Symbol::ume(),
            name: "高橋 梅子".into(),
            honorific: "さん".into(),
            detail: detail.into(),
            action: None,
        }
    }
}

/// A place to go to.
pub struct Link {
    pub path: String,
    pub label: String,
}

/// A place that answers the telephone.
pub struct Telephone {
    /// 中央地域包括支援センター; may be empty.
    pub place: String,
    pub hours: Option<String>,
    pub number: String,
}

impl Telephone {
    /// The telephone of the whole site: the city's.
    pub fn of_site(site: &Site) -> Self {
        Self { place: site.city.clone(), hours: None, number: site.telephone.clone() }
    }

    #[cfg(test)]
    pub fn desk() -> Self {
        Self {
            place: "中央地域包括支援センター".into(),
            hours: Some("月〜金 午前8時30分〜午後5時15分".into()),
            number: "0120-000-000".into(),
        }
    }
    #[cfg(test)]
    pub fn night() -> Self {
        Self {
            place: "夜間・休日は 市役所の当直".into(), hours: None, number: "000-000-0000".into()
        }
    }
}

/// One of several answers of a form.
pub struct Choice {
    pub value: String,
    pub label: String,
    /// A second, quieter line; may be empty.
    pub note: String,
    pub chosen: bool,
}

impl Choice {
    #[cfg(test)]
    pub fn sample(value: &str, label: &str, note: &str, chosen: bool) -> Self {
        Self { value: value.into(), label: label.into(), note: note.into(), chosen }
    }
}

/// What stands in a field of a form, and what to do about it.
#[derive(Default)]
pub struct Field {
    pub value: String,
    pub advice: Option<String>,
}

impl Field {
    /// With what was typed.
    pub fn with(value: &str) -> Self {
        Self { value: value.into(), advice: None }
    }
    /// With what was typed, and what to do about it.
    pub fn advised(value: &str, advice: &str) -> Self {
        Self { value: value.into(), advice: Some(advice.into()) }
    }
}

/// A row of a list of notebooks.
pub struct NotebookRow {
    pub path: String,
    pub symbol: Symbol,
    /// With what follows it: 高橋 梅子さん.
    pub name: String,
    /// 最後の書きこみ きょう; may be empty.
    pub detail: String,
    /// 新しいこと 3件.
    pub news: Option<String>,
}

impl NotebookRow {
    #[cfg(test)]
    pub fn sample(symbol: Symbol, name: &str, detail: &str, news: Option<&str>) -> Self {
        Self {
            path: "/n/1234-5678-9012".into(),
            symbol,
            name: name.into(),
            detail: detail.into(),
            news: news.map(Into::into),
        }
    }
}

/// A word in a frame. `kind` is empty for a plain fact, else `good`, `waits` or `absent`.
pub struct Tag {
    pub kind: String,
    pub label: String,
}

impl Tag {
    #[cfg(test)]
    pub fn sample(kind: &str, label: &str) -> Self {
        Self { kind: kind.into(), label: label.into() }
    }
}

/// One measured or ticked thing of an entry: 血圧 132／76.
pub struct Fact {
    pub label: String,
    pub value: String,
}

impl Fact {
    #[cfg(test)]
    pub fn sample(label: &str, value: &str) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// Something did not work: what, and what to do. Shown for every refusal and every fault.
#[derive(Template)]
#[template(path = "web/error.html")]
pub struct ErrorPage {
    pub page: Page,
    pub heading: String,
    pub sentence: String,
    /// Said to whoever looks into it: 8K3F-2Q7A. Only for our own faults.
    pub incident: Option<String>,
    pub desk: Telephone,
}

impl ErrorPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let heading = page.text.plain("web-fault");
        let sentence = page.text.plain("web-fault-sentence");
        Self { page, heading, sentence, incident: Some("8K3F-2Q7A".into()), desk: Telephone::desk() }
    }
}

/// There is nothing here, or nothing for this reader.
#[derive(Template)]
#[template(path = "web/not-found.html")]
pub struct NotFoundPage {
    pub page: Page,
    pub desk: Telephone,
}

impl NotFoundPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        Self { page, desk: Telephone::desk() }
    }
}

/// Letter size and language.
#[derive(Template)]
#[template(path = "web/display.html")]
pub struct DisplayPage {
    pub page: Page,
    pub sizes: Vec<Choice>,
    pub languages: Vec<Choice>,
    /// Where to go back to.
    pub back: String,
}

impl DisplayPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let sizes = ["normal", "large", "huge"].map(|size| {
            Choice::sample(size, &page.text.plain(&format!("web-size-{size}")), "", size == page.type_size)
        });
        let languages = [("ja", "日本語"), ("ja-yasashi", "やさしい日本語"), ("en", "English")]
            .map(|(value, label)| Choice::sample(value, label, "", value == page.language));
        Self { page, sizes: sizes.into(), languages: languages.into(), back: "/".into() }
    }
}

/// What was typed when a session had ended: it waits here while its writer signs in again.
#[derive(Template)]
#[template(path = "web/send-again.html")]
pub struct SendAgainPage {
    pub page: Page,
    /// Where the form goes.
    pub path: String,
    /// Its fields with what was typed.
    pub typed: Vec<(String, String)>,
}

impl SendAgainPage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let typed = vec![("text".into(), "夕方に足のむくみがありました。".into())];
        Self { page, path: "/n/1234-5678-9012/message".into(), typed }
    }
}
