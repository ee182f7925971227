//! Blobs: sealed pictures beside the database, each written once under a key of its own. What they
//! hold and whose they are is not known here. A blob is written before the row that names it, so a
//! crash leaves at most a blob without a row, which the sweep removes a day later.

use std::path::Path as Folder;

use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectStore, ObjectStoreExt, PutMode};

use super::value::{Cell, FromValue, Kind, Typed, Value};
use crate::clock::Instant;
use crate::error::{Doing, Error, Result};
use crate::id::Id;

/// The name of a blob: a UUIDv7 drawn for each attempt to write one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobKey(pub Id);

impl BlobKey {
    /// `ef/cd/<uuid>`: folders by the last two bytes, which are random in a UUIDv7, so that they
    /// fill evenly (its first bytes are the time).
    fn path(self) -> Path {
        let bytes = self.0.0.as_bytes();
        Path::from(format!("{:02x}/{:02x}/{}", bytes[15], bytes[14], self.0))
    }

    /// From the last part of a path; `None` for files that are not ours.
    fn from_path(path: &Path) -> Option<Self> {
        path.filename()?.parse().ok().map(Self)
    }
}

impl From<BlobKey> for Value {
    fn from(key: BlobKey) -> Self {
        key.0.into()
    }
}

impl Typed for BlobKey {
    const KIND: Kind = Kind::Bytes;
}

impl FromValue for BlobKey {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        Id::from_cell(cell).map(Self)
    }
}

/// Where blobs are kept.
#[derive(Debug)]
pub enum Blobs {
    /// A folder of this machine, flushed before a write is answered.
    Folder(LocalFileSystem),
    /// Memory, for tests.
    Memory(InMemory),
}

impl Blobs {
    /// Keeps blobs in this folder, which must exist.
    pub fn in_folder(folder: &Folder) -> Result<Self> {
        let folder = LocalFileSystem::new_with_prefix(folder).doing("opening the folder of blobs")?;
        Ok(Self::Folder(folder.with_fsync(true)))
    }

    /// Keeps blobs until the program ends.
    pub fn in_memory() -> Self {
        Self::Memory(InMemory::new())
    }

    fn store(&self) -> &dyn ObjectStore {
        match self {
            Self::Folder(folder) => folder,
            Self::Memory(memory) => memory,
        }
    }

    /// Writes a blob; it is durable when this returns. [`Error::Conflict`] if the key is taken:
    /// a blob never changes.
    pub async fn put(&self, key: BlobKey, bytes: Vec<u8>) -> Result<()> {
        let create = PutMode::Create.into();
        match self.store().put_opts(&key.path(), bytes.into(), create).await {
            Err(StoreError::AlreadyExists { .. }) => Err(Error::Conflict),
            outcome => outcome.map(|_| ()).doing("writing a blob"),
        }
    }

    /// Reads a whole blob.
    pub async fn get(&self, key: BlobKey) -> Result<Option<Vec<u8>>> {
        let found = match self.store().get(&key.path()).await {
            Err(StoreError::NotFound { .. }) => return Ok(None),
            outcome => outcome.doing("reading a blob")?,
        };
        Ok(Some(found.bytes().await.doing("reading a blob")?.into()))
    }

    /// Removes a blob; one that is gone already is no failure.
    pub async fn remove(&self, key: BlobKey) -> Result<()> {
        match self.store().delete(&key.path()).await {
            Err(StoreError::NotFound { .. }) => Ok(()),
            outcome => outcome.doing("removing a blob"),
        }
    }

    /// The keys in one of the 256 shares that were written before a moment by the keeper's clock.
    /// The sweep walks the shares one by one, so that no list of all blobs is ever held.
    pub async fn older_than(&self, share: u8, before: Instant) -> Result<Vec<BlobKey>> {
        let folder = Path::from(format!("{share:02x}"));
        let mut found = Vec::new();
        for inner in self.list(&folder).await?.common_prefixes {
            let listed = self.list(&inner).await?.objects;
            let old = listed.iter().filter(|blob| blob.last_modified.timestamp_millis() < before.0);
            found.extend(old.filter_map(|blob| BlobKey::from_path(&blob.location)));
        }
        Ok(found)
    }

    async fn list(&self, folder: &Path) -> Result<object_store::ListResult> {
        self.store().list_with_delimiter(Some(folder)).await.doing("listing blobs")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_of_one_moment_lie_in_folders_by_their_random_tail() {
        let key = BlobKey("01890a5d-ac96-774b-bcce-b302099aabcd".parse().unwrap());
        assert_eq!(key.path().as_ref(), "cd/ab/01890a5d-ac96-774b-bcce-b302099aabcd");
        assert_eq!(BlobKey::from_path(&key.path()), Some(key));
        assert_eq!(BlobKey::from_path(&Path::from("cd/ab/notes.txt")), None);
    }
}
