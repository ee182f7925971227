//! Sealing of blobs: pictures are sealed in chunks of 64 KiB under a key of their own, so that moving
//! one between notebooks re-seals 32 bytes. Each chunk's nonce holds a random prefix, the chunk's
//! position and whether it is the last, so chunks cannot be cut off, swapped or repeated (the STREAM
//! construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::Key;
use crate::clock::dice;
use crate::error::{Error, Result};

const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
const PREFIX: usize = 19;

fn nonce(prefix: &[u8; PREFIX], position: u32, last: bool) -> XNonce {
    let mut bytes = [0; 24];
    bytes[..PREFIX].copy_from_slice(prefix);
    bytes[PREFIX..PREFIX + 4].copy_from_slice(&position.to_be_bytes());
    bytes[23] = u8::from(last);
    bytes.into()
}

/// Seals a blob under its own key: a prefix of 19 bytes, then chunk after chunk.
pub fn seal(key: &Key, plain: &[u8]) -> Result<Vec<u8>> {
    let cipher = XChaCha20Poly1305::new(key.bytes().into());
    let prefix: [u8; PREFIX] = dice()?;
    let mut sealed = Vec::with_capacity(plain.len() + PREFIX + (plain.len() / CHUNK + 1) * TAG);
    sealed.extend_from_slice(&prefix);
    let count = plain.len().div_ceil(CHUNK).max(1);
    for position in 0..count {
        let chunk = &plain[position * CHUNK..plain.len().min((position + 1) * CHUNK)];
        let number = u32::try_from(position).map_err(|_| Error::broken("sealing a blob above 256 TiB"))?;
        let nonce = nonce(&prefix, number, position + 1 == count);
        sealed.extend(cipher.encrypt(&nonce, chunk).map_err(|_| Error::broken("sealing a blob"))?);
    }
    Ok(sealed)
}

/// Opens a blob sealed by [`seal`]; a damaged, cut or reordered one is a fault.
pub fn open(key: &Key, sealed: &[u8]) -> Result<Vec<u8>> {
    let damaged = || Error::broken("opening a blob: wrong key or damaged");
    let cipher = XChaCha20Poly1305::new(key.bytes().into());
    let (prefix, sealed) = sealed.split_first_chunk::<PREFIX>().ok_or_else(damaged)?;
    let count = sealed.len().div_ceil(CHUNK + TAG);
    let mut plain = Vec::with_capacity(sealed.len());
    for (position, chunk) in sealed.chunks(CHUNK + TAG).enumerate() {
        let nonce = nonce(prefix, u32::try_from(position).map_err(|_| damaged())?, position + 1 == count);
        plain.extend(cipher.decrypt(&nonce, chunk).map_err(|_| damaged())?);
    }
    if count == 0 { Err(damaged()) } else { Ok(plain) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_of_every_length_around_a_chunk_survive() {
        let key = Key::draw().unwrap();
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let plain: Vec<u8> = (0..length).map(|i| u8::try_from(i % 251).unwrap()).collect();
            assert_eq!(open(&key, &seal(&key, &plain).unwrap()).unwrap(), plain, "{length}");
        }
    }

    #[test]
    fn a_blob_cut_at_a_chunk_or_with_chunks_swapped_is_refused() {
        let key = Key::draw().unwrap();
        let sealed = seal(&key, &vec![1; 3 * CHUNK]).unwrap();
        assert!(open(&key, &sealed[..PREFIX + 2 * (CHUNK + TAG)]).is_err());
        let mut swapped = sealed.clone();
        swapped[PREFIX..PREFIX + CHUNK + TAG]
            .swap_with_slice(&mut sealed.clone()[PREFIX + CHUNK + TAG..PREFIX + 2 * (CHUNK + TAG)]);
        assert!(open(&key, &swapped).is_err());
        assert!(open(&key, &sealed[..PREFIX]).is_err());
    }
}
