//! Sealed pictures: each is a blob under a key of its own, which is wrapped by the house while the photo
//! waits and by the notebook once it is filed. Moving a photo wraps 32 bytes anew.

use tokio::task::spawn_blocking;

use super::sql::{photo, upload};
use super::{Brought, Contents, Pair, Picture, Redaction, Upload};
use crate::crypto::{House, Key, Opened, picture};
use crate::error::{Doing, Error, Result};
use crate::id::Id;
use crate::store::blobs::BlobKey;
use crate::web::App;

/// A picture whose blob is written and whose row is not.
#[derive(Debug, Clone)]
pub struct Fresh {
    pub blob: BlobKey,
    key: Key,
    /// In pixels; 0 where it is not known.
    size: (u32, u32),
}

/// A fresh picture and its thumbnail.
#[derive(Debug, Clone)]
pub struct FreshPair {
    pub large: Fresh,
    pub thumbnail: Fresh,
}

/// Seals a picture and writes its blob; durable when this returns. `size` in pixels.
pub async fn put(app: &App, bytes: Vec<u8>, size: (u32, u32)) -> Result<Fresh> {
    let (blob, key) = (BlobKey(Id::fresh(app.clock.now())?), Key::draw()?);
    let sealing = key.clone();
    let sealed = spawn_blocking(move || picture::seal(&sealing, &bytes));
    app.blobs.put(blob, sealed.await.doing("sealing a picture")??).await?;
    Ok(Fresh { blob, key, size })
}

impl Fresh {
    fn with_key(&self, key: Vec<u8>) -> Picture {
        Picture { blob: self.blob.0, key, width: self.size.0, height: self.size.1 }
    }

    /// As the house keeps it.
    pub fn of_house(&self, house: &House) -> Result<Picture> {
        Ok(self.with_key(house.wrap(upload::TABLE, self.blob.0, &self.key)?))
    }

    /// As a notebook keeps it.
    pub fn of_notebook(&self, opened: &Opened) -> Result<Picture> {
        Ok(self.with_key(opened.wrap(photo::TABLE, self.blob.0, &self.key)?))
    }
}

impl FreshPair {
    /// Both, as the house keeps them.
    pub fn of_house(&self, house: &House) -> Result<Pair> {
        Ok(Pair { large: self.large.of_house(house)?, thumbnail: self.thumbnail.of_house(house)? })
    }

    /// Both, as a notebook keeps them.
    pub fn of_notebook(&self, opened: &Opened) -> Result<Pair> {
        Ok(Pair { large: self.large.of_notebook(opened)?, thumbnail: self.thumbnail.of_notebook(opened)? })
    }

    /// Their blobs.
    pub fn blobs(&self) -> [BlobKey; 2] {
        [self.large.blob, self.thumbnail.blob]
    }
}

impl Picture {
    /// Where its bytes are.
    pub fn blob_key(&self) -> BlobKey {
        BlobKey(self.blob)
    }

    /// The same picture, its key wrapped by a notebook instead of the house.
    pub fn to_notebook(&self, house: &House, opened: &Opened) -> Result<Self> {
        let key = house.unwrap_key(upload::TABLE, self.blob, &self.key)?;
        Ok(Self { key: opened.wrap(photo::TABLE, self.blob, &key)?, ..self.clone() })
    }

    /// The same picture, its key wrapped by the house instead of a notebook.
    pub fn to_house(&self, house: &House, opened: &Opened) -> Result<Self> {
        let key = opened.unwrap_key(photo::TABLE, self.blob, &self.key)?;
        Ok(Self { key: house.wrap(upload::TABLE, self.blob, &key)?, ..self.clone() })
    }
}

impl Pair {
    /// Their blobs.
    pub fn blobs(&self) -> [BlobKey; 2] {
        [self.large.blob_key(), self.thumbnail.blob_key()]
    }

    /// From the house to a notebook.
    pub fn to_notebook(&self, house: &House, opened: &Opened) -> Result<Self> {
        let one = |picture: &Picture| picture.to_notebook(house, opened);
        Ok(Self { large: one(&self.large)?, thumbnail: one(&self.thumbnail)? })
    }

    /// From a notebook back to the house.
    pub fn to_house(&self, house: &House, opened: &Opened) -> Result<Self> {
        let one = |picture: &Picture| picture.to_house(house, opened);
        Ok(Self { large: one(&self.large)?, thumbnail: one(&self.thumbnail)? })
    }
}

impl Redaction {
    /// From the house to a notebook.
    pub fn to_notebook(&self, house: &House, opened: &Opened) -> Result<Self> {
        let pictures = self.pictures.as_ref().map(|pair| pair.to_notebook(house, opened)).transpose()?;
        Ok(Self { pictures, ..self.clone() })
    }

    /// From a notebook back to the house.
    pub fn to_house(&self, house: &House, opened: &Opened) -> Result<Self> {
        let pictures = self.pictures.as_ref().map(|pair| pair.to_house(house, opened)).transpose()?;
        Ok(Self { pictures, ..self.clone() })
    }

    /// The blobs of its pictures.
    pub fn blobs(&self) -> impl Iterator<Item = BlobKey> {
        self.pictures.iter().flat_map(Pair::blobs)
    }
}

impl Upload {
    /// The blobs of all that it shows.
    pub fn blobs(&self) -> Vec<BlobKey> {
        let Contents { raw, frame, thumbnail, parts, .. } = &self.contents;
        let whole = [raw, frame, thumbnail].into_iter().flatten().map(Picture::blob_key);
        let pairs = parts.iter().filter_map(|part| part.pictures.as_ref()).flat_map(Pair::blobs);
        let brought = parts.iter().filter_map(|part| part.brought.as_ref()).flat_map(Brought::blobs);
        whole.chain(pairs).chain(brought).collect()
    }
}

impl Brought {
    /// The blobs of its pictures.
    fn blobs(&self) -> impl Iterator<Item = BlobKey> {
        let strips = self.strips.iter().map(|strip| strip.picture.blob_key());
        strips.chain(self.redaction.iter().flat_map(Redaction::blobs))
    }
}

/// The bytes of a picture that the house keeps.
pub async fn get_of_house(app: &App, picture: &Picture) -> Result<Vec<u8>> {
    get(app, picture, app.house.unwrap_key(upload::TABLE, picture.blob, &picture.key)?).await
}

/// The bytes of a notebook's picture.
pub async fn get_of_notebook(app: &App, opened: &Opened, picture: &Picture) -> Result<Vec<u8>> {
    get(app, picture, opened.unwrap_key(photo::TABLE, picture.blob, &picture.key)?).await
}

async fn get(app: &App, named: &Picture, key: Key) -> Result<Vec<u8>> {
    let sealed = app.blobs.get(named.blob_key()).await?;
    let sealed = sealed.ok_or(Error::broken("reading a picture whose blob is gone"))?;
    spawn_blocking(move || picture::open(&key, &sealed)).await.doing("opening a picture")?
}
