//! The sweep: what is kept no longer goes, and what somebody owns stays.

use kakehashi::capture::inbox::{self, Inbox, Sent};
use kakehashi::capture::{State, UploadKey};
use kakehashi::clock::{Clock, DAY, HOUR};
use kakehashi::store::Scope;
use kakehashi::store::blobs::BlobKey;
use kakehashi::store::tx::Tx;
use kakehashi::sweep::sweep;
use kakehashi::web::App;

use crate::access::people::photograph;
use crate::desk::Worker;
use crate::support::app::{Town, every_town};
use crate::support::store::{NOW, fresh_id};
use kakehashi::access::permission::Level;
use kakehashi::access::principal::OfficeKind;
use kakehashi::access::sql::grant::Holder;

impl Town {
    /// The same town some time later.
    fn after(&self, milliseconds: i64) -> App {
        App { clock: Clock::fixed(NOW.plus(milliseconds)), ..self.app.clone() }
    }
}

/// A day of sweeps, hour by hour.
async fn sweeps_all_day(town: &Town, days: i64) {
    for hour in 0..24 {
        sweep(&town.after(days * DAY + hour * HOUR)).await.unwrap();
    }
}

#[test]
fn a_filed_photo_stays_and_what_was_kept_for_a_while_goes() {
    every_town(|town| async move {
        let notebook = Worker::desk(&town).await.issued().await;
        let clinic = town.office(OfficeKind::Clinic, "みなと診療所").await;
        let member = town.staff(&clinic, "佐伯 正").await;
        crate::access::people::give(&town, notebook, Holder::of(member), Level::Team).await;
        let filed = photograph(&town, member, notebook).await;
        let stuck = fresh_id();
        let sent =
            Sent { id: stuck, bytes: b"\xFF\xD8\xFF cut off".to_vec(), photographed_at: NOW, visit: None };
        inbox::receive(&town.app, &Inbox::default(), member, sent).await.unwrap();
        let orphan = BlobKey(fresh_id());
        town.app.blobs.put(orphan, b"left by a crash".to_vec()).await.unwrap();

        let find = |id| inbox::find(&town.app, UploadKey::new(member, id));
        sweep(&town.after(HOUR)).await.unwrap();
        assert_eq!(find(stuck).await.unwrap().unwrap().state, State::Reading);
        assert!(town.app.blobs.get(orphan).await.unwrap().is_some(), "its row may still come");
        sweeps_all_day(&town, 2).await;
        assert_eq!(find(stuck).await.unwrap().unwrap().state, State::Unreadable, "nothing is read for ever");
        // Blobs bear the time of the machine, whenever this test is run.
        sweeps_all_day(&town, 40_000).await;
        assert!(find(stuck).await.unwrap().is_none());
        assert!(find(filed.id).await.unwrap().is_none(), "the upload has done its work");
        assert!(town.app.blobs.get(orphan).await.unwrap().is_none());

        let count = move |tx: &mut Tx<'_>| tx.all("SELECT blob FROM kept_blob", &[], |row| row.get(0));
        let kept: Vec<BlobKey> = town.app.records.write(Scope::House, count).await.unwrap();
        assert_eq!(kept.len(), 2, "the filed picture and its thumbnail");
        for blob in kept {
            assert!(town.app.blobs.get(blob).await.unwrap().is_some());
        }
    });
}
