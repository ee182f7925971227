//! The house: the keys of what belongs to no notebook. The house key and the code keys are random,
//! wrapped by the master key and kept in the keys database; the keys for single purposes are derived
//! from the house key. Turning the master key re-wraps them, and old prints go on verifying.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Key;
use super::seal::{Belongs, Opened};
use crate::error::{Error, Result};
use crate::id::{Id, NotebookNumber};

/// Versions of the code key fit into 4 bits of a token (DESIGN 4).
pub const CODE_KEY_VERSIONS: u8 = 16;

/// The opened keys of an installation.
#[derive(Debug, Clone)]
pub struct House {
    wrapping: Key,
    contents: Key,
    finding: Key,
    pepper: Key,
    cookie: Key,
    /// Code keys by version; the last one signs, all verify.
    codes: Vec<(u8, Key)>,
}

fn kept<'a>(table: &'a str, row: &'a [u8]) -> Belongs<'a> {
    Belongs { table, notebook: None, row, version: 0 }
}

/// The key that wraps all others, derived from the master key.
pub fn wrapping_key(master: &Key) -> Key {
    master.derive("wrapping")
}

/// Wraps a fresh house key or code key for the keys database. `version` is 0 for the house key.
pub fn wrap_fresh(master: &Key, table: &str, version: u8) -> Result<Vec<u8>> {
    wrapping_key(master).wrap(kept(table, &[version]), &Key::draw()?)
}

impl House {
    /// Opens the house with the master key and the wrapped keys of the keys database.
    /// A master key that does not fit is a fault: the store must then be refused.
    pub fn open(master: &Key, house_key: &[u8], code_keys: &[(u8, Vec<u8>)]) -> Result<Self> {
        let wrapping = wrapping_key(master);
        let house = wrapping.unwrap_key(kept("house_key", &[0]), house_key)?;
        let codes = code_keys
            .iter()
            .map(|(version, wrapped)| {
                Ok((*version, wrapping.unwrap_key(kept("code_key", &[*version]), wrapped)?))
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            wrapping,
            contents: house.derive("contents"),
            finding: house.derive("finding"),
            pepper: house.derive("pepper"),
            cookie: house.derive("cookie"),
            codes,
        })
    }

    /// Seals a value of a row that belongs to no notebook.
    pub fn seal(&self, table: &str, row: Id, value: &impl Serialize) -> Result<Vec<u8>> {
        self.contents.seal(kept(table, row.0.as_bytes()), value)
    }

    /// Opens a value sealed by [`House::seal`] for the same row.
    pub fn open_value<T: DeserializeOwned>(&self, table: &str, row: Id, sealed: &[u8]) -> Result<T> {
        self.contents.open(kept(table, row.0.as_bytes()), sealed)
    }

    /// Wraps the key of a blob that belongs to no notebook yet.
    pub fn wrap(&self, table: &str, row: Id, key: &Key) -> Result<Vec<u8>> {
        self.contents.wrap(kept(table, row.0.as_bytes()), key)
    }

    /// Unwraps a key wrapped by [`House::wrap`] for the same row.
    pub fn unwrap_key(&self, table: &str, row: Id, wrapped: &[u8]) -> Result<Key> {
        self.contents.unwrap_key(kept(table, row.0.as_bytes()), wrapped)
    }

    /// Wraps a notebook's key for the keys database.
    pub fn wrap_notebook(&self, opened: NotebookNumber, key: &Key) -> Result<Vec<u8>> {
        self.wrapping.wrap(kept("notebook_key", &opened.serial().to_be_bytes()), key)
    }

    /// Opens a notebook with its wrapped key from the keys database.
    pub fn open_notebook(&self, notebook: NotebookNumber, wrapped: &[u8]) -> Result<Opened> {
        let key =
            self.wrapping.unwrap_key(kept("notebook_key", &notebook.serial().to_be_bytes()), wrapped)?;
        Ok(Opened::new(notebook, key))
    }

    /// The keyed hash under which something secret can be found again, such as a mail address
    /// or a person's kana and birth date. `kind` keeps the kinds apart.
    pub fn finder(&self, kind: &str, text: &str) -> [u8; 32] {
        self.finding.mac(&[kind.as_bytes(), text.as_bytes()])
    }

    /// A short secret (a PIN) mixed with a key that is not in the database, before it is hashed.
    pub fn peppered(&self, secret: &str) -> [u8; 32] {
        self.pepper.mac(&[secret.as_bytes()])
    }

    /// Seals what a browser carries for us, in a cookie or an address.
    pub fn seal_carried(&self, name: &str, value: &impl Serialize) -> Result<Vec<u8>> {
        self.cookie.seal(kept("cookie", name.as_bytes()), value)
    }

    /// Opens what a browser carried; `None` when it is not ours or damaged.
    pub fn open_carried<T: DeserializeOwned>(&self, name: &str, sealed: &[u8]) -> Option<T> {
        self.cookie.open(kept("cookie", name.as_bytes()), sealed).ok()
    }

    /// Secret bytes that a CSRF token is made of, bound to one session.
    pub fn form_token(&self, session: &[u8]) -> [u8; 32] {
        self.cookie.mac(&[b"form", session])
    }

    /// What a browser mixes into the key of the photos that it keeps for somebody until they are sent:
    /// only the pages of that person show it.
    pub fn outbox_secret(&self, person: Id) -> [u8; 32] {
        self.cookie.mac(&[b"outbox", person.0.as_bytes()])
    }

    /// The code key that signs new prints, with its version.
    pub fn code_key(&self) -> Result<(u8, &Key)> {
        let (version, key) =
            self.codes.last().ok_or(Error::broken("signing a code: there is no code key"))?;
        Ok((*version, key))
    }

    /// The code key of one version, to verify a print.
    pub fn code_key_of(&self, version: u8) -> Option<&Key> {
        self.codes.iter().find(|(known, _)| *known == version).map(|(_, key)| key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house(master: &Key) -> Result<House> {
        let house_key = wrap_fresh(master, "house_key", 0)?;
        let code_key = wrap_fresh(master, "code_key", 3)?;
        House::open(master, &house_key, &[(3, code_key)])
    }

    #[test]
    fn a_house_opens_only_with_its_own_master_key() {
        let master = Key::draw().unwrap();
        let wrapped = wrap_fresh(&master, "house_key", 0).unwrap();
        assert!(House::open(&master, &wrapped, &[]).is_ok());
        assert!(House::open(&Key::draw().unwrap(), &wrapped, &[]).is_err());
    }

    #[test]
    fn a_notebooks_key_opens_that_notebook_alone() {
        let house = house(&Key::draw().unwrap()).unwrap();
        let (plum, pine) = (NotebookNumber::from_serial(1).unwrap(), NotebookNumber::from_serial(2).unwrap());
        let wrapped = house.wrap_notebook(plum, &Key::draw().unwrap()).unwrap();
        assert!(house.open_notebook(plum, &wrapped).is_ok());
        assert!(house.open_notebook(pine, &wrapped).is_err());
    }

    #[test]
    fn a_cookie_of_another_name_or_another_house_is_not_ours() {
        let ours = house(&Key::draw().unwrap()).unwrap();
        let sealed = ours.seal_carried("visit", &7).unwrap();
        assert_eq!(ours.open_carried::<u8>("visit", &sealed), Some(7));
        assert_eq!(ours.open_carried::<u8>("session", &sealed), None);
        assert_eq!(house(&Key::draw().unwrap()).unwrap().open_carried::<u8>("visit", &sealed), None);
        assert_eq!(ours.code_key().unwrap().0, 3);
    }
}
