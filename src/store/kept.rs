//! Which blobs have an owner, and until when. A blob without a row is an orphan of a crash.

use super::blobs::BlobKey;
use super::tx::Tx;
use crate::clock::Instant;
use crate::error::Result;

const KEEP: &str = "INSERT INTO kept_blob (blob, until_at) VALUES (?1, ?2)
    ON CONFLICT (blob) DO UPDATE SET until_at = excluded.until_at";

/// Keeps a blob until a moment; `None` for good.
pub fn keep(tx: &mut Tx<'_>, blob: BlobKey, until: Option<Instant>) -> Result<()> {
    tx.run(KEEP, &[blob.into(), until.into()]).map(|_| ())
}

const RELEASE: &str = "DELETE FROM kept_blob WHERE blob = ?1";

/// Keeps a blob no longer.
pub fn release(tx: &mut Tx<'_>, blob: BlobKey) -> Result<()> {
    tx.run(RELEASE, &[blob.into()]).map(|_| ())
}

const EXPIRED: &str = "SELECT blob FROM kept_blob WHERE until_at < ?1 ORDER BY until_at LIMIT ?2";

/// Blobs whose time is over.
pub fn expired(tx: &mut Tx<'_>, now: Instant, limit: u32) -> Result<Vec<BlobKey>> {
    tx.all(EXPIRED, &[now.into(), limit.into()], |row| row.get(0))
}

const FIND: &str = "SELECT 1 FROM kept_blob WHERE blob = ?1";

/// True when a blob has an owner.
pub fn is_kept(tx: &mut Tx<'_>, blob: BlobKey) -> Result<bool> {
    Ok(tx.one(FIND, &[blob.into()], |_| Ok(()))?.is_some())
}
