//! View about a notebook: who can read it.

use askama::Template;

use crate::web::page::Page;
use crate::web::view::{NotebookHead, Telephone};

/// Someone who can read the notebook, or a desk.
pub struct PersonRow {
    /// Icon of a supporter: `person` or `clinician`.
    pub picture: String,
    pub name: String,
    pub role: String,
    /// What they may do.
    pub may: String,
    /// 11月2日から; may be empty.
    pub since: String,
    pub new: bool,
}

impl PersonRow {
    #[cfg(test)]
    fn sample(picture: &str, name: &str, role: &str, may: String, since: &str, new: bool) -> Self {
        Self { picture: picture.into(), name: name.into(), role: role.into(), may, since: since.into(), new }
    }
}

/// Who can read the notebook.
#[derive(Template)]
#[template(path = "notebook/people.html")]
pub struct PeoplePage {
    pub page: Page,
    pub notebook: NotebookHead,
    /// 1234-5678-9012.
    pub number: String,
    pub family: Vec<PersonRow>,
    pub supporters: Vec<PersonRow>,
    pub desks: Vec<PersonRow>,
    pub desk: Telephone,
    /// Where the reader can leave; none for who cannot.
    pub leave_path: Option<String>,
    /// The reader may open the access diary.
    pub may_read_diary: bool,
}

impl PeoplePage {
    #[cfg(test)]
    pub fn sample(page: Page) -> Self {
        let may = |what: &str| page.text.plain(&format!("notebook-may-{what}"));
        let row = PersonRow::sample;
        Self {
            notebook: NotebookHead::sample("梅の手帳・手帳のこと"),
            number: "1234-5678-9012".into(),
            family: vec![row(
                "house",
                "山田 春子さん",
                "長女",
                may("family"),
                "11月2日から・スマホ1台",
                false,
            )],
            supporters: vec![
                row("clinician", "佐伯 正 医師", "さえき内科", may("all"), "11月4日から", false),
                row(
                    "person",
                    "佐藤 由美さん",
                    "ケアマネジャー　あおば居宅介護支援",
                    may("all"),
                    "11月2日から",
                    false,
                ),
                row("clinician", "中村 恵さん", "看護師　訪問看護みなと", may("all"), "11月5日から", false),
                row("person", "田中 亮さん", "デイサービスひだまり", may("recent"), "きのうから", true),
            ],
            desks: vec![row(
                "people",
                "中央地域包括支援センター",
                "手帳をお渡しした窓口",
                may("desk"),
                "",
                false,
            )],
            desk: Telephone::desk(),
            leave_path: None,
            may_read_diary: true,
            page,
        }
    }
}
