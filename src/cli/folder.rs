//! Opening a data folder: the master key, the keys database, the records, the blobs, and the site.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::clock::Clock;
use crate::crypto::house::wrap_fresh;
use crate::crypto::master::{self, Places};
use crate::crypto::{House, Key};
use crate::error::{Doing, Error, Result};
use crate::sheet::code::HOST_MAX;
use crate::store::blobs::Blobs;
use crate::store::schema::RECORDS;
use crate::store::{Place, Scope, Store, keys};
use crate::text::Texts;
use crate::web::{App, Site};

/// So many secrets are hashed at once: one for each core of the smallest machine.
const HASHING: usize = 2;
/// Notebooks that are looked through at once: so many readers of the store stay free for everybody else.
const SEARCHING: usize = 2;

/// Opens a data folder, making it when it is new, readable by its owner alone.
pub async fn open(folder: &Path, places: &Places, site: Site, clock: Clock) -> Result<App> {
    check_host(&site.host)?;
    fs::create_dir_all(folder.join("blobs")).doing("making the data folder")?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
        .doing("closing the data folder to others")?;
    let found = master::find(places)?;
    if found.fresh && !site.demo {
        tracing::warn!(
            "a new master key was made: copy it to a safe place now; without it all contents are lost"
        );
    }
    let now = clock.now();
    let keys_store = keys::open(&Place::Sqlite(folder.join("keys.db")), now)?;
    let house = open_house(&keys_store, &found.key, &clock).await?;
    let records = Store::open(&Place::Sqlite(folder.join("records.db")), &RECORDS, now)?;
    Ok(App {
        records,
        keys: keys_store,
        blobs: Arc::new(Blobs::in_folder(&folder.join("blobs"))?),
        house: Arc::new(house),
        clock,
        texts: Arc::new(Texts::load()?),
        site: Arc::new(site),
        hashing: Arc::new(Semaphore::new(HASHING)),
        searching: Arc::new(Semaphore::new(SEARCHING)),
    })
}

/// Printed codes have room for a host of 28 characters and no more.
fn check_host(host: &str) -> Result<()> {
    let is_plain =
        host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'));
    if host.is_empty() || host.len() > HOST_MAX || !is_plain {
        let cause = format!(
            "«{host}» must have 1 to {HOST_MAX} letters, digits, dots, hyphens, with a port if need be"
        );
        return Err(Error::fault("checking the host that is printed into codes", cause));
    }
    Ok(())
}

/// Opens the house, making its keys at the first start.
async fn open_house(store: &Store, master: &Key, clock: &Clock) -> Result<House> {
    let now = clock.now();
    let (fresh_house, fresh_code) = (wrap_fresh(master, "house_key", 0)?, wrap_fresh(master, "code_key", 0)?);
    let (house, codes) = store
        .write(Scope::House, move |tx| {
            if keys::find_house(tx)?.is_none() {
                keys::add_house(tx, &fresh_house, now)?;
                keys::add_code(tx, 0, &fresh_code, now)?;
            }
            Ok((keys::find_house(tx)?, keys::list_codes(tx)?))
        })
        .await?;
    House::open(master, &house.ok_or(Error::broken("reading the house key"))?, &codes)
}
