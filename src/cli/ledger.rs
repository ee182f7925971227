//! What a data folder knows of codes and sheets, for commands that only look: its keys and its ledger are
//! opened as they are, also while a server works on them, and nothing is made.

use std::env;
use std::path::Path;

use crate::clock::Clock;
use crate::crypto::House;
use crate::crypto::master::{self, Places};
use crate::error::{Error, Result};
use crate::sheet::code::Token;
use crate::sheet::design::Geometry;
use crate::sheet::sql::{list_designs, verify};
use crate::store::schema::RECORDS;
use crate::store::{Place, Store, keys};

/// The part of a data folder that tells genuine codes from others.
pub struct Ledger {
    records: Store,
    house: House,
}

impl Ledger {
    /// Opens a data folder that is there already.
    pub async fn open(folder: &Path) -> Result<Self> {
        let (records, keys_file) = (folder.join("records.db"), folder.join("keys.db"));
        if !records.exists() || !keys_file.exists() {
            return Err(Error::broken("opening the data folder: there is none at this place"));
        }
        let now = Clock::Machine.now();
        let master = master::find(&places(folder))?;
        let keys_store = keys::open(&Place::Sqlite(keys_file), now)?;
        let (house, codes) = keys_store.read(|tx| Ok((keys::find_house(tx)?, keys::list_codes(tx)?))).await?;
        let house = House::open(&master.key, &house.ok_or(Error::broken("reading the house key"))?, &codes)?;
        Ok(Self { records: Store::open(&Place::Sqlite(records), &RECORDS, now)?, house })
    }

    /// Where everything lies on the sheets that were printed so far.
    pub async fn designs(&self) -> Result<Vec<Geometry>> {
        self.records.read(list_designs).await
    }

    /// Whether the text of a code is genuine: signed by this house and once printed, however old.
    pub async fn is_genuine(&self, text: &str) -> Result<bool> {
        let Some(token) = Token::in_address(text) else { return Ok(false) };
        let house = self.house.clone();
        Ok(self.records.read(move |tx| verify(tx, &house, &token)).await?.is_some())
    }
}

/// Where the master key may be. A demonstration keeps it inside; none is ever made.
fn places(folder: &Path) -> Places {
    Places {
        credentials: env::var_os("CREDENTIALS_DIRECTORY").map(Into::into),
        file: Some(folder.join("demo.key")).filter(|key| key.exists()),
        variable: env::var(master::VARIABLE).ok(),
    }
}
