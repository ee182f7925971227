//! Which blobs of photos have an owner, and until when. A blob without a row is an orphan of a crash.

use crate::clock::Instant;
use crate::error::Result;
use crate::store::blobs::BlobKey;
use crate::store::tx::Tx;

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
