//! Letter size and language, kept in a cookie of the browser.

use axum::extract::Query;
use serde::Deserialize;

use super::form::SafeForm;
use super::page::{Page, TypeSize};
use super::reply::{Reply, own_path, see_other, show, with_cookies};
use super::view::{Choice, DisplayPage};
use super::{App, cookies};
use crate::error::Result;
use crate::text::Language;

/// The choice is kept for so many seconds: 400 days, the longest that browsers allow.
const KEPT: i64 = 400 * 24 * 3600;

/// Where to go back to.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Back {
    back: String,
}

/// `GET /display`.
pub async fn ask(page: Page, Query(Back { back }): Query<Back>) -> Result<Reply> {
    let size = |size: TypeSize| Choice {
        value: size.code().into(),
        label: page.text.plain(&format!("web-size-{}", size.code())),
        note: String::new(),
        chosen: size.code() == page.type_size,
    };
    let language = |language: Language| Choice {
        value: language.code().into(),
        label: language.own_name().into(),
        note: String::new(),
        chosen: language.code() == page.language,
    };
    let (sizes, languages) = (TypeSize::ALL.map(size).into(), Language::ALL.map(language).into());
    show(&DisplayPage { sizes, languages, back: own_path(&back).to_owned(), page })
}

/// The form of letter size and language; what is not given stays.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Display {
    size: String,
    language: String,
    back: String,
}

/// `POST /display`.
pub async fn save(app: App, page: Page, form: SafeForm<Display>) -> Result<Reply> {
    let SafeForm(form) = form;
    let language = Language::from_code(&form.language).map_or(page.language, Language::code);
    let size = TypeSize::ALL
        .into_iter()
        .find(|size| size.code() == form.size)
        .map_or(page.type_size, TypeSize::code);
    let cookie = cookies::set(&app.site, cookies::DISPLAY, &format!("{language}.{size}"), Some(KEPT));
    Ok(with_cookies(see_other(own_path(&form.back)), &[cookie]))
}
