//! What goes with every page: city, language, letter size, the secret of its forms, and who reads.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;

use super::reply::own_path;
use super::{App, Site, assets, cookies};
use crate::crypto::House;
use crate::crypto::master::hexadecimal;
use crate::error::{Error, Result};
use crate::text::{Language, Text};

/// How large the letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TypeSize {
    #[default]
    Normal,
    Large,
    Huge,
}

impl TypeSize {
    /// Every size, from the smallest.
    pub const ALL: [Self; 3] = [Self::Normal, Self::Large, Self::Huge];

    /// The word kept in the cookie and in the page's `data-type`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Large => "large",
            Self::Huge => "huge",
        }
    }
}

/// Goes with every page.
#[derive(Clone)]
pub struct Page {
    /// Name of the city, as its people say it: かけはし市.
    pub city: String,
    /// `ja`, `en` or `ja-yasashi`.
    pub language: &'static str,
    /// `normal`, `large` or `huge`.
    pub type_size: &'static str,
    /// The address of this page, to come back to; `/` where there is none to come back to.
    pub here: String,
    /// Hidden value of every form that changes something.
    pub csrf: String,
    /// Name of who is signed in, with what they are: 佐伯 正 医師.
    pub reader: Option<String>,
    pub text: Text,
}

impl Page {
    /// The address of a style sheet or picture.
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// `back=…`: this page's address as another address carries it.
    pub fn back(&self) -> String {
        serde_urlencoded::to_string([("back", &self.here)]).unwrap_or_default()
    }

    /// With the name of who is signed in.
    #[must_use]
    pub fn read_by(mut self, reader: &str) -> Self {
        self.reader = Some(reader.to_owned());
        self
    }

    /// A page for tests of templates, in one language.
    #[cfg(test)]
    pub fn sample(language: Language) -> Self {
        let texts = std::sync::Arc::new(crate::text::Texts::load().unwrap());
        Self {
            city: "かけはし市".into(),
            language: language.code(),
            type_size: TypeSize::Normal.code(),
            here: "/scan".into(),
            csrf: "c2FtcGxl".into(),
            reader: Some("中村 恵さん".into()),
            text: Text::new(texts, language),
        }
    }
}

/// The language and letter size that a reader has chosen: `<language>.<size>` in a cookie; without
/// one, English for browsers that ask for it before Japanese.
pub fn display(parts: &Parts, site: &Site) -> (Language, TypeSize) {
    let chosen = cookies::read(&parts.headers, site, cookies::DISPLAY).unwrap_or_default();
    let (language, size) = chosen.split_once('.').unwrap_or_default();
    let size = TypeSize::ALL.into_iter().find(|known| known.code() == size).unwrap_or_default();
    let language = Language::from_code(language).unwrap_or_else(|| asked_language(parts));
    (language, size)
}

fn asked_language(parts: &Parts) -> Language {
    let asked =
        parts.headers.get("accept-language").and_then(|value| value.to_str().ok()).unwrap_or_default();
    match (asked.find("en"), asked.find("ja")) {
        (Some(english), Some(japanese)) if english < japanese => Language::English,
        (Some(_), None) => Language::English,
        _ => Language::Japanese,
    }
}

fn here(parts: &Parts) -> String {
    let asked = parts.uri.path_and_query().filter(|_| parts.method == Method::GET);
    asked.map_or_else(|| "/".to_owned(), |asked| own_path(asked.as_str()).to_owned())
}

/// The hidden value that forms of one browser carry.
pub fn form_token(house: &House, browser: &str) -> String {
    hexadecimal(&house.form_token(browser.as_bytes())[..16])
}

impl FromRequestParts<App> for Page {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let (language, size) = display(parts, &app.site);
        let browser = parts.extensions.get::<Browser>().map(|browser| browser.0.clone()).unwrap_or_default();
        Ok(Self {
            city: app.site.city.clone(),
            language: language.code(),
            type_size: size.code(),
            here: here(parts),
            csrf: form_token(&app.house, &browser),
            reader: None,
            text: Text::new(app.texts.clone(), language),
        })
    }
}

/// The browser's own random value; [`super::guard`] sees to it that every request has one.
#[derive(Debug, Clone)]
pub struct Browser(pub String);
