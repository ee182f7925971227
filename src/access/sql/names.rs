//! The names behind actors, for what is shown: an entry's author, a row of the diary.

use std::collections::HashMap;

use super::people;
use crate::access::principal::Profession;
use crate::crypto::House;
use crate::error::Result;
use crate::id::{Actor, ActorKind, Id};
use crate::store::tx::Tx;
use crate::text::Text;

/// Who somebody is, for showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub name: String,
    /// The office of staff; empty for relatives.
    pub office: String,
    pub profession: Option<Profession>,
    /// 長女; empty for staff.
    pub relationship: String,
    /// Where they can be called.
    pub telephone: String,
}

/// The names behind actors.
#[derive(Debug, Clone, Default)]
pub struct Names(HashMap<Id, Shown>);

impl Names {
    /// Finds the names of these actors.
    pub fn find(tx: &mut Tx<'_>, house: &House, actors: impl IntoIterator<Item = Actor>) -> Result<Self> {
        let mut names = HashMap::new();
        for actor in actors {
            if names.contains_key(&actor.id) {
                continue;
            }
            if let Some(shown) = find_one(tx, house, actor)? {
                names.insert(actor.id, shown);
            }
        }
        Ok(Self(names))
    }

    /// Who this actor is; `None` for the program itself.
    pub fn of(&self, actor: Actor) -> Option<&Shown> {
        self.0.get(&actor.id)
    }

    /// 訪問看護みなと 中村 恵さん, 長女 山田 春子さん.
    pub fn full(&self, text: &Text, actor: Actor) -> String {
        let Some(shown) = self.of(actor) else { return String::new() };
        let before = if shown.office.is_empty() { &shown.relationship } else { &shown.office };
        format!("{before} {}{}", shown.name, text.plain("web-honorific")).trim().to_owned()
    }
}

impl Names {
    /// As [`Names::full`]; of somebody who must not be found, paper says only what each one is: 看護師, 長女.
    pub fn on_paper(&self, text: &Text, actor: Actor, is_protected: bool) -> String {
        match self.of(actor) {
            Some(shown) if is_protected => match shown.profession {
                Some(known) => text.plain(&format!("access-profession-{}", known.word())),
                None => shown.relationship.clone(),
            },
            _ => self.full(text, actor),
        }
    }
}

fn find_one(tx: &mut Tx<'_>, house: &House, actor: Actor) -> Result<Option<Shown>> {
    match actor.kind {
        ActorKind::Staff => {
            Ok(people::staff_name(tx, house, actor.id)?.map(|(name, profession, office)| Shown {
                name,
                telephone: office.details.telephone,
                office: office.details.name,
                profession: Some(profession),
                relationship: String::new(),
            }))
        }
        ActorKind::Relative => Ok(people::find_relative(tx, house, actor.id)?.map(|(_, relative)| Shown {
            name: relative.name,
            office: String::new(),
            profession: None,
            relationship: relative.relationship,
            telephone: relative.telephone,
        })),
        ActorKind::House => Ok(None),
    }
}
