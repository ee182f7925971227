//! What is taken, what is refused, and that sending twice is harmless.

use super::*;
use crate::support::store::fresh_id;
use kakehashi::error::Advice;

/// A tiny PNG that is a picture by its first bytes and broken inside.
const BROKEN: &[u8] = b"\x89PNG\r\n\x1a\nthis is no picture";

#[test]
fn the_same_photo_sent_twice_is_one_and_other_bytes_under_its_id_are_a_conflict() {
    every_store(|records| async move {
        let town = Town::found(records).await;
        let id = fresh_id();
        town.takes(town.manager, id, BROKEN.to_vec()).await.unwrap();
        town.takes(town.manager, id, BROKEN.to_vec()).await.unwrap();
        let other = [BROKEN, b"!"].concat();
        assert!(matches!(town.takes(town.manager, id, other.clone()).await, Err(Error::Conflict)));
        assert_eq!(town.upload(town.manager, id).await.state, State::Reading);
        town.takes(town.newcomer, id, other).await.unwrap();
        town.reads().await;
        for uploader in [town.manager, town.newcomer] {
            assert_eq!(town.upload(uploader, id).await.state, State::Unreadable, "each has their own");
        }
    });
}

#[test]
fn what_is_no_photo_is_refused_with_advice_and_nothing_of_it_is_stored() {
    every_store(|records| async move {
        let town = Town::found(records).await;
        let mut large = vec![0xFF, 0xD8, 0xFF];
        large.resize((25 << 20) + 1, 0);
        let refused = [
            (vec![], "capture-upload-empty"),
            (b"Dear all".to_vec(), "capture-upload-format"),
            (large, "capture-upload-large"),
        ];
        for (bytes, expected) in refused {
            let id = fresh_id();
            let Err(Error::Invalid(Advice(advice))) = town.takes(town.manager, id, bytes).await else {
                panic!("{expected}: taken");
            };
            assert_eq!(advice[0].message, expected);
            let key = kakehashi::capture::UploadKey::new(town.manager, id);
            assert_eq!(inbox::find(&town.app, key).await.unwrap(), None);
        }
    });
}

#[test]
fn a_bomb_and_a_broken_picture_are_kept_as_could_not_be_read() {
    every_store(|records| async move {
        let town = Town::found(records).await;
        // A PNG that claims 60,000 × 60,000 pixels.
        let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xEA\x60\0\0\xEA\x60\x08\x02\0\0\0".to_vec();
        bomb.extend([0; 64]);
        for bytes in [bomb, BROKEN.to_vec()] {
            let upload = town.receives(town.manager, bytes).await;
            assert_eq!(upload.state, State::Unreadable);
            assert_eq!(upload.contents.tips, [kakehashi::capture::Tip::Broken]);
            assert!(upload.contents.raw.is_some(), "its bytes are kept for a while");
            assert_eq!(upload.until, town.app.clock.now().plus(30 * kakehashi::clock::DAY));
        }
    });
}
