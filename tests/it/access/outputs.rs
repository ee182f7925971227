//! Every kind of item for every audience on every output: each reader sees exactly what is for them.

use axum::Router;
use axum::http::StatusCode;
use kakehashi::access::audience::Audience;
use kakehashi::access::guard::open;
use kakehashi::access::permission::Level;
use kakehashi::access::principal::{OfficeKind, Profession};
use kakehashi::access::sql::grant::Holder;
use kakehashi::entry::{self, Allergy, Contents, Dispensing, Entry, Instruction, Medicine, Message, Vitals};
use kakehashi::id::{Actor, Id, NotebookNumber};
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;

use super::people::{give, photograph, reading, router};
use crate::desk::{Worker, registration};
use crate::support::app::{Browser, Town, every_town};
use crate::support::source::expect_none;
use crate::support::store::{NOW, fresh_id};

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Nurse,
    Pharmacist,
    Coordinator,
    Daughter,
    Son,
    Person,
}

const READERS: [Reader; 6] =
    [Reader::Nurse, Reader::Pharmacist, Reader::Coordinator, Reader::Daughter, Reader::Son, Reader::Person];

/// An audience, and exactly who of the readers belongs to it (DESIGN 7).
fn audiences(daughter: Id) -> [(Audience, &'static [Reader]); 6] {
    use Reader::{Coordinator, Daughter, Nurse, Person, Pharmacist, Son};
    [
        (Audience::Everyone, &[Nurse, Pharmacist, Coordinator, Daughter, Son, Person]),
        (Audience::Supporters, &[Nurse, Pharmacist, Coordinator]),
        (Audience::Profession(Profession::Pharmacist), &[Pharmacist]),
        (Audience::Relatives, &[Daughter, Son]),
        (Audience::Relative(daughter), &[Daughter]),
        (Audience::Caregiver(daughter), &[Daughter, Coordinator]),
    ]
}

/// Words by which an entry is known again on a page.
fn words(index: usize) -> String {
    ["いちばん星", "二の丸", "三日月", "四葉", "五月雨", "六花"][index].to_owned()
}

type Kind = fn(usize) -> (Contents, String);

/// An entry of each kind, and what of it would stand on a page.
const KINDS: [(&str, Kind); 5] = [
    ("message", |index| {
        let text = words(index);
        (Contents::Message(Message { text: text.clone(), asks: true, answers: None, paper: false }), text)
    }),
    ("vitals", |index| {
        // A weight of its own: 41.7 kg, 42.7 kg …
        let weight = 417 + 10 * index as u16;
        let vitals = Vitals { weight: Some(weight), ..Vitals::default() };
        (Contents::Vitals(vitals), format!("{}.7", 41 + index))
    }),
    ("instruction", |index| {
        let text = words(index);
        let instruction = Instruction { text: text.clone(), more: String::new(), from: NOW, until: None };
        (Contents::Instruction(instruction), text)
    }),
    ("dispensing", |index| {
        let name = words(index);
        let medicine =
            Medicine { name: name.clone(), dose: "朝食後 1錠".into(), until: None, confirmed_by: None };
        let (pharmacy, prescriber) = ("みどり薬局".into(), "さえき医院".into());
        (Contents::Dispensing(Dispensing { pharmacy, prescriber, medicines: vec![medicine] }), name)
    }),
    ("allergy", |index| {
        let substance = words(index);
        (Contents::Allergy(Allergy { substance: substance.clone(), reaction: "発疹".into() }), substance)
    }),
];

/// A notebook with its readers, and somebody else who writes.
struct House {
    town: Town,
    router: Router,
    notebook: NotebookNumber,
    writer: Actor,
    readers: Vec<(Reader, Actor)>,
}

impl House {
    async fn found(town: Town) -> Self {
        let desk = Worker::desk(&town).await;
        let notebook = desk.shelves(1).await[0];
        desk.issues(&registration(notebook)).await.unwrap();
        let office = town.office(OfficeKind::Hospital, "中央病院").await;
        let writer = town.staff_of(&office, "書き手 一", Profession::Dentist).await;
        let mut house = Self { router: router(&town), readers: Vec::new(), town, notebook, writer };
        house.admit(writer, Level::Team).await;
        for reader in READERS {
            let (level, profession) = match reader {
                Reader::Nurse => (Level::Team, Some(Profession::Nurse)),
                Reader::Pharmacist => (Level::Team, Some(Profession::Pharmacist)),
                Reader::Coordinator => (Level::Coordinator, Some(Profession::CareManager)),
                Reader::Daughter | Reader::Son => (Level::Family, None),
                Reader::Person => (Level::Person, None),
            };
            let actor = match profession {
                Some(profession) => house.town.staff_of(&office, "読み手 二", profession).await,
                None => house.town.relative("読み手 三").await,
            };
            house.admit(actor, level).await;
            house.readers.push((reader, actor));
        }
        house
    }

    async fn admit(&self, actor: Actor, level: Level) {
        give(&self.town, self.notebook, Holder::of(actor), level).await;
    }

    fn daughter(&self) -> Id {
        self.readers.iter().find(|(reader, _)| *reader == Reader::Daughter).unwrap().1.id
    }

    async fn writes(&self, audience: Audience, contents: Contents) -> Id {
        let opened = open(&self.town.app, self.notebook).await.unwrap();
        let entry = Entry {
            id: fresh_id(),
            version: 1,
            happened_at: NOW,
            recorded_at: NOW,
            author: self.writer,
            audience,
            contents,
            reason: None,
        };
        let id = entry.id;
        let add = move |tx: &mut Tx<'_>| entry::sql::add(tx, &opened, &entry);
        assert!(self.town.app.records.write(Scope::Notebook(self.notebook), add).await.unwrap());
        id
    }

    async fn browser(&self, actor: Actor) -> Browser {
        self.town.browser(self.router.clone(), Some(actor)).await
    }

    /// What a program with this reader's token is told; relatives have none.
    async fn timeline_of_programs(&self, actor: Actor) -> Option<String> {
        actor.office?;
        let program = self.town.program(self.router.clone(), actor).await;
        let path = format!("/api/v1/notebooks/{}/timeline?limit=50", self.notebook);
        let answer = program.gets(&path).await.is(StatusCode::OK);
        Some(String::from_utf8(answer.body).unwrap())
    }
}

/// The page of what is found by some words.
pub async fn found(browser: &Browser, path: &str, words: &str) -> String {
    let asked = browser.posts(&format!("{path}/search"), &[("words", words)]).await;
    browser.gets(asked.goes_to()).await.is(StatusCode::OK).text()
}

#[test]
fn entries_of_every_kind_reach_exactly_their_audience_on_every_output() {
    every_town(|town| async move {
        let mut mistakes = Vec::new();
        for (kind, make) in KINDS {
            let house = House::found(town.clone()).await;
            let mut written = Vec::new();
            for (index, (audience, allowed)) in audiences(house.daughter()).into_iter().enumerate() {
                let (contents, words) = make(index);
                written.push((house.writes(audience, contents).await, words, audience, allowed));
            }
            for (reader, actor) in &house.readers {
                let browser = house.browser(*actor).await;
                let path = format!("/n/{}", house.notebook);
                let view = browser.gets(&path).await.is(StatusCode::OK).text();
                let program = house.timeline_of_programs(*actor).await;
                let mut others = vec![browser.gets("/").await.text()];
                for page in ["people", "diary", "write", "message", "vitals", "instruction"] {
                    others.push(browser.gets(&format!("{path}/{page}")).await.text());
                }
                let paper = browser.gets(&format!("{path}/paper")).await.is(StatusCode::OK).text();
                for (id, words, audience, allowed) in &written {
                    let may = allowed.contains(reader);
                    if paper.contains(words.as_str()) != (*audience == Audience::Everyone) {
                        mistakes.push(format!("{kind} for {audience:?} on the way to paper by {reader:?}"));
                    }
                    let item = browser.gets(&format!("{path}/entries/{id}")).await;
                    let mut note = |output: &str, shown: bool| {
                        if shown != may {
                            mistakes
                                .push(format!("{kind} for {audience:?} on {output} by {reader:?}: {shown}"));
                        }
                    };
                    note("the view", view.contains(words.as_str()));
                    note("the search", found(&browser, &path, words).await.contains(&id.to_string()));
                    note("its page", item.status == StatusCode::OK);
                    note("its page's words", item.text().contains(words.as_str()));
                    if let Some(program) = &program {
                        note("a program's timeline", program.contains(&id.to_string()));
                    }
                    let told =
                        |page: &String| page.contains(words.as_str()) || page.contains(&id.to_string());
                    if !may && (others.iter().any(told) || view.contains(&id.to_string())) {
                        note("another page", true);
                    }
                }
            }
        }
        expect_none(&mistakes);
    });
}

#[test]
fn nothing_but_what_everyone_may_read_goes_on_paper_and_it_goes_once() {
    every_town(|town| async move {
        for (kind, make) in KINDS {
            let house = House::found(town.clone()).await;
            let mut written = Vec::new();
            for (index, (audience, _)) in audiences(house.daughter()).into_iter().enumerate() {
                let (contents, words) = make(index);
                written.push((house.writes(audience, contents).await, words, audience));
            }
            // The coordinator sees more than anybody else, and asks for all of it.
            let coordinator =
                house.readers.iter().find(|(reader, _)| *reader == Reader::Coordinator).unwrap().1;
            let browser = house.browser(coordinator).await;
            let path = format!("/n/{}/paper", house.notebook);
            let ticks: Vec<String> = written.iter().map(|(id, ..)| format!("entry-{id}")).collect();
            let mut fields: Vec<(&str, &str)> = ticks.iter().map(|tick| (tick.as_str(), "yes")).collect();
            fields.push(("how", "printed"));
            let printed = browser.posts(&path, &fields).await;
            let digest = browser.gets(printed.goes_to()).await.is(StatusCode::OK);
            let text = text_of(&digest.body);
            for (_, words, audience) in &written {
                let is_there = text.contains(words.as_str());
                assert_eq!(is_there, *audience == Audience::Everyone, "{kind} for {audience:?}: {text}");
            }
            browser.gets(&path).await.sees("ぜんぶ、紙になっています").sees("1件");
            let again = browser.gets(printed.goes_to()).await.is(StatusCode::OK);
            assert_eq!(text_of(&again.body), text, "it can be printed again");
            let daughter = house.readers.iter().find(|(reader, _)| *reader == Reader::Daughter).unwrap().1;
            let family = house.browser(daughter).await;
            let made = browser.posts(&format!("{path}/booklet"), &[("volume", "2")]).await;
            assert_eq!(made.goes_to(), format!("{path}/booklet.pdf?volume=2"));
            let made = browser.posts(&format!("{path}/emergency"), &[]).await;
            assert_eq!(made.goes_to(), format!("{path}/emergency.pdf"));
            for (output, kinds) in PRINTED {
                let is_familys = output.starts_with("keepsake");
                let (reader, other) = if is_familys { (&family, &browser) } else { (&browser, &family) };
                let answer = reader.gets(&format!("{path}/{output}")).await;
                // A year without a word makes no keepsake.
                let text =
                    if answer.status == StatusCode::OK { text_of(&answer.body) } else { String::new() };
                for (_, words, audience) in &written {
                    let is_due = *audience == Audience::Everyone && kinds.contains(&kind);
                    let is_there = text.contains(words.as_str());
                    assert_eq!(is_there, is_due, "{kind} for {audience:?} on {output}: {text}");
                }
                let status = other.gets(&format!("{path}/{output}")).await.status;
                let is_shared = output.starts_with("vitals") || output.starts_with("hand-out");
                let expected = if is_shared { StatusCode::OK } else { StatusCode::FORBIDDEN };
                assert_eq!(status, expected, "{output}");
            }
        }
    });
}

/// What else is printed of a record, and the kinds of entries on it.
const PRINTED: [(&str, &[&str]); 5] = [
    ("vitals.pdf?days=28", &["vitals"]),
    ("hand-out.pdf", &["message", "vitals", "instruction", "dispensing", "allergy"]),
    ("booklet.pdf?volume=2", &["message", "instruction"]),
    ("emergency.pdf", &["dispensing", "allergy"]),
    ("keepsake.pdf?year=2026", &["message", "instruction"]),
];

/// The words of a PDF, without blanks, as another program reads them.
pub fn text_of(pdf: &[u8]) -> String {
    let folder = crate::support::store::TestFolder::new();
    let file = folder.path().join("document.pdf");
    std::fs::write(&file, pdf).unwrap();
    let read = std::process::Command::new("pdftotext").arg(&file).arg("-").output().unwrap();
    String::from_utf8(read.stdout).unwrap().split_whitespace().collect()
}

#[test]
fn photos_reach_exactly_their_audience_on_every_output() {
    every_town(|town| async move {
        let house = House::found(town).await;
        let mut taken = Vec::new();
        for (audience, allowed) in audiences(house.daughter()) {
            let name = photograph(&house.town, house.writer, house.notebook).await;
            let (kind, subject) = audience.words();
            let notebook = house.notebook;
            let set = move |tx: &mut Tx<'_>| {
                let values = [notebook.into(), name.id.into(), kind.into(), subject.clone().into()];
                tx.run(
                    "UPDATE photo SET audience_kind = ?3, audience_subject = ?4 WHERE notebook = ?1 AND id = ?2",
                    &values,
                )
            };
            let changed = house.town.app.records.write(Scope::Notebook(notebook), set).await.unwrap();
            assert_eq!(changed, 1);
            taken.push((name, audience, allowed));
        }
        let mut mistakes = Vec::new();
        for (reader, actor) in &house.readers {
            let browser = house.browser(*actor).await;
            let path = format!("/n/{}", house.notebook);
            let view = browser.gets(&path).await.is(StatusCode::OK).text();
            let program = house.timeline_of_programs(*actor).await;
            for (name, audience, allowed) in &taken {
                let may = allowed.contains(reader);
                let mut note = |output: &str, shown: bool| {
                    if shown != may {
                        mistakes.push(format!("a photo for {audience:?} on {output} by {reader:?}: {shown}"));
                    }
                };
                note("the view", view.contains(&name.to_string()));
                note("the view's strips", view.contains(&reading(*name)));
                note(
                    "the search",
                    found(&browser, &path, &reading(*name)).await.contains(&format!("photos/{name}")),
                );
                for output in ["", "/flattened.jpg", "/thumbnail.jpg", "/strips/0"] {
                    let answer = browser.gets(&format!("{path}/photos/{name}{output}")).await;
                    note(output, answer.status == StatusCode::OK);
                }
                if let Some(program) = &program {
                    note("a program's timeline", program.contains(&name.id.to_string()));
                    note("a program's transcripts", program.contains(&reading(*name)));
                }
            }
        }
        expect_none(&mistakes);
        // Of all of them a keepsake shows the one that everyone may see.
        let daughter = house.readers.iter().find(|(reader, _)| *reader == Reader::Daughter).unwrap().1;
        let path = format!("/n/{}/paper/keepsake.pdf?year=2026", house.notebook);
        let keepsake = house.browser(daughter).await.gets(&path).await.is(StatusCode::OK);
        assert_eq!(pictures_in(&keepsake.body), 1);
    });
}

/// How many photographs another program finds in a PDF.
fn pictures_in(pdf: &[u8]) -> usize {
    let folder = crate::support::store::TestFolder::new();
    let file = folder.path().join("document.pdf");
    std::fs::write(&file, pdf).unwrap();
    let listed = std::process::Command::new("pdfimages").arg("-list").arg(&file).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    listed.lines().skip(2).filter(|line| line.contains(" jpeg ")).count()
}
