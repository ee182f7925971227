//! Blobs are written once, found again, and swept when old.

use kakehashi::clock::{Clock, DAY};
use kakehashi::error::Error;
use kakehashi::id::Id;
use kakehashi::store::blobs::{BlobKey, Blobs};

use crate::support::store::{TestFolder, fresh_id};

/// Runs a test on an empty keeper of each sort.
async fn every_keeper(test: impl AsyncFn(Blobs)) {
    let folder = TestFolder::new();
    test(Blobs::in_folder(folder.path()).unwrap()).await;
    test(Blobs::in_memory()).await;
}

fn fresh_key() -> BlobKey {
    BlobKey(fresh_id())
}

#[tokio::test]
async fn a_blob_comes_back_as_it_went() {
    every_keeper(async |blobs| {
        for bytes in [vec![], vec![0], b"\xff\xd8 sealed".repeat(50_000)] {
            let key = fresh_key();
            assert_eq!(blobs.get(key).await.unwrap(), None);
            blobs.put(key, bytes.clone()).await.unwrap();
            assert_eq!(blobs.get(key).await.unwrap(), Some(bytes));
        }
    })
    .await;
}

#[tokio::test]
async fn a_blob_never_changes() {
    every_keeper(async |blobs| {
        let key = fresh_key();
        blobs.put(key, b"first".to_vec()).await.unwrap();
        for bytes in [b"second", b"first\0"] {
            assert!(matches!(blobs.put(key, bytes.to_vec()).await, Err(Error::Conflict)));
        }
        assert_eq!(blobs.get(key).await.unwrap().unwrap(), b"first");
    })
    .await;
}

#[tokio::test]
async fn a_removed_blob_is_gone_and_may_be_removed_again() {
    every_keeper(async |blobs| {
        let (kept, removed) = (fresh_key(), fresh_key());
        for key in [kept, removed] {
            blobs.put(key, b"x".to_vec()).await.unwrap();
        }
        blobs.remove(removed).await.unwrap();
        blobs.remove(removed).await.unwrap();
        assert_eq!(blobs.get(removed).await.unwrap(), None);
        assert!(blobs.get(kept).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn the_sweep_sees_every_old_blob_in_one_of_the_shares() {
    every_keeper(async |blobs| {
        let mut keys: Vec<_> = (0..40).map(|_| fresh_key()).collect();
        for key in &keys {
            blobs.put(*key, b"x".to_vec()).await.unwrap();
        }
        let now = Clock::Machine.now();
        let mut old = Vec::new();
        for share in 0..=255 {
            assert_eq!(blobs.older_than(share, now.plus(-DAY)).await.unwrap(), []);
            old.extend(blobs.older_than(share, now.plus(DAY)).await.unwrap());
        }
        keys.sort();
        old.sort();
        assert_eq!(old, keys);
    })
    .await;
}

#[tokio::test]
async fn a_blob_lies_whole_under_its_name_or_not_at_all() {
    let folder = TestFolder::new();
    let blobs = Blobs::in_folder(folder.path()).unwrap();
    let key = BlobKey("01890a5d-ac96-774b-bcce-b302099aabcd".parse::<Id>().unwrap());
    blobs.put(key, b"sealed".to_vec()).await.unwrap();
    let inner = folder.path().join("cd/ab");
    let names: Vec<_> = std::fs::read_dir(&inner).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names, ["01890a5d-ac96-774b-bcce-b302099aabcd"], "nothing is left of the writing");
    // What a crash leaves of a writing is neither read nor swept as a blob.
    std::fs::write(inner.join("01890a5d-ac96-774b-bcce-b302099aabcc#1"), b"sea").unwrap();
    let later = Clock::Machine.now().plus(DAY);
    assert_eq!(blobs.older_than(0xcd, later).await.unwrap(), [key]);
}

#[test]
fn a_folder_that_is_missing_is_refused() {
    let folder = TestFolder::new();
    assert!(Blobs::in_folder(&folder.path().join("missing")).is_err());
}
