//! One sealed value: nonce (24 bytes), then XChaCha20-Poly1305 ciphertext with its tag (16 bytes).
//! The associated data binds the value to its table, notebook, row and version, so that nobody who
//! can write to the database can move a value to another place without being noticed.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;
use zeroize::ZeroizeOnDrop;

use crate::clock::dice;
use crate::error::{Doing, Error, Result};
use crate::id::{Id, NotebookNumber};

const NONCE: usize = 24;
/// Version of the payload inside a seal: its first byte, followed by JSON.
const PAYLOAD_VERSION: u8 = 1;

/// A 256-bit secret key. It is wiped from memory when dropped and never shown.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Key(…)")
    }
}

/// What a sealed value belongs to. A value opens only where it was sealed.
#[derive(Debug, Clone, Copy)]
pub struct Belongs<'a> {
    pub table: &'a str,
    /// The notebook, or `None` for what belongs to the house.
    pub notebook: Option<NotebookNumber>,
    /// The row's own key, such as the 16 bytes of its id.
    pub row: &'a [u8],
    pub version: u32,
}

impl Belongs<'_> {
    /// An unambiguous byte string: every part has a fixed length or stands behind its length.
    fn associated_data(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64);
        for part in [self.table.as_bytes(), self.row] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes.extend_from_slice(&self.notebook.map_or(u64::MAX, NotebookNumber::serial).to_be_bytes());
        bytes.extend_from_slice(&self.version.to_be_bytes());
        bytes
    }
}

impl Key {
    /// A key drawn by chance.
    pub fn draw() -> Result<Self> {
        Ok(Self(dice()?))
    }

    /// From 32 bytes of key material.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The raw bytes, for a key file or another cipher of this module.
    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// HMAC-SHA256 of the parts, each behind its length, under this key.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC fills keys up to the block length with zeros (RFC 2104, 2); done here, it cannot fail.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.0);
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new(&block.into());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Another key for one purpose, derived by HMAC-SHA256.
    pub fn derive(&self, purpose: &str) -> Self {
        Self(self.mac(&[b"kakehashi derive", purpose.as_bytes()]))
    }

    /// Seals bytes for the place they belong to.
    pub fn seal_bytes(&self, belongs: Belongs<'_>, plain: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE] = dice()?;
        let payload = Payload { msg: plain, aad: &belongs.associated_data() };
        let sealed = XChaCha20Poly1305::new(&self.0.into())
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::broken("sealing a value"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens bytes sealed by [`Key::seal_bytes`] for the same place; anything else is a fault.
    pub fn open_bytes(&self, belongs: Belongs<'_>, sealed: &[u8]) -> Result<Vec<u8>> {
        let (nonce, sealed) = sealed
            .split_first_chunk::<NONCE>()
            .ok_or(Error::broken("opening a sealed value that is too short"))?;
        let payload = Payload { msg: sealed, aad: &belongs.associated_data() };
        XChaCha20Poly1305::new(&self.0.into())
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| Error::broken("opening a sealed value: wrong key, wrong place or damaged"))
    }

    /// Seals a value as its version byte and JSON.
    pub fn seal(&self, belongs: Belongs<'_>, value: &impl Serialize) -> Result<Vec<u8>> {
        let mut plain = vec![PAYLOAD_VERSION];
        serde_json::to_writer(&mut plain, value).doing("writing a payload as JSON")?;
        self.seal_bytes(belongs, &plain)
    }

    /// Opens a value sealed by [`Key::seal`] for the same place.
    pub fn open<T: DeserializeOwned>(&self, belongs: Belongs<'_>, sealed: &[u8]) -> Result<T> {
        let plain = self.open_bytes(belongs, sealed)?;
        match plain.split_first() {
            Some((&PAYLOAD_VERSION, json)) => serde_json::from_slice(json).doing("reading a payload as JSON"),
            _ => Err(Error::broken("reading a payload of an unknown version")),
        }
    }

    /// Wraps another key for the place it belongs to.
    pub fn wrap(&self, belongs: Belongs<'_>, key: &Self) -> Result<Vec<u8>> {
        self.seal_bytes(belongs, &key.0)
    }

    /// Unwraps a key wrapped for the same place.
    pub fn unwrap_key(&self, belongs: Belongs<'_>, wrapped: &[u8]) -> Result<Self> {
        let bytes = zeroize::Zeroizing::new(self.open_bytes(belongs, wrapped)?);
        let bytes =
            bytes.as_slice().try_into().map_err(|_| Error::broken("unwrapping a key of a wrong length"))?;
        Ok(Self(bytes))
    }
}

/// A notebook together with the key that opens its contents. Handlers get one from `access` alone.
#[derive(Debug, Clone)]
pub struct Opened {
    pub notebook: NotebookNumber,
    key: Key,
}

impl Opened {
    /// Puts a notebook and its key together.
    pub fn new(notebook: NotebookNumber, key: Key) -> Self {
        Self { notebook, key }
    }

    fn belongs<'a>(&self, table: &'a str, row: &'a [u8], version: u32) -> Belongs<'a> {
        Belongs { table, notebook: Some(self.notebook), row, version }
    }

    /// Seals a value for one row of one of the notebook's tables.
    pub fn seal(&self, table: &str, row: Id, version: u32, value: &impl Serialize) -> Result<Vec<u8>> {
        self.key.seal(self.belongs(table, row.0.as_bytes(), version), value)
    }

    /// Opens a value of one row of one of the notebook's tables.
    pub fn open<T: DeserializeOwned>(&self, table: &str, row: Id, version: u32, sealed: &[u8]) -> Result<T> {
        self.key.open(self.belongs(table, row.0.as_bytes(), version), sealed)
    }

    /// Wraps the key of one of the notebook's pictures.
    pub fn wrap(&self, table: &str, row: Id, key: &Key) -> Result<Vec<u8>> {
        self.key.wrap(self.belongs(table, row.0.as_bytes(), 0), key)
    }

    /// Unwraps the key of one of the notebook's pictures.
    pub fn unwrap_key(&self, table: &str, row: Id, wrapped: &[u8]) -> Result<Key> {
        self.key.unwrap_key(self.belongs(table, row.0.as_bytes(), 0), wrapped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Belongs<'_> = Belongs { table: "entry", notebook: None, row: &[7], version: 1 };

    #[test]
    fn a_sealed_value_opens_only_where_it_belongs() {
        let key = Key::draw().unwrap();
        let sealed = key.seal(HERE, &"上の血圧").unwrap();
        assert_eq!(key.open::<String>(HERE, &sealed).unwrap(), "上の血圧");
        let elsewhere = [
            Belongs { table: "photo", ..HERE },
            Belongs { row: &[8], ..HERE },
            Belongs { version: 2, ..HERE },
            Belongs { notebook: NotebookNumber::from_serial(1), ..HERE },
        ];
        for place in elsewhere {
            assert!(key.open::<String>(place, &sealed).is_err(), "{place:?}");
        }
        assert!(Key::draw().unwrap().open::<String>(HERE, &sealed).is_err());
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let key = Key::draw().unwrap();
        let sealed = key.seal_bytes(HERE, b"abc").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut damaged = sealed.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(key.open_bytes(HERE, &damaged).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same_and_a_key_never_shows() {
        let key = Key::from_bytes([65; 32]);
        assert_ne!(key.seal_bytes(HERE, b"x").unwrap(), key.seal_bytes(HERE, b"x").unwrap());
        assert_eq!(format!("{key:?}"), "Key(…)");
    }
}
