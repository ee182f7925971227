//! Damaged forms with photos, sent to the real router: an answer that blames nobody of the house, and what was
//! stored before stays as it was.

use kakehashi::access::principal::OfficeKind;
use kakehashi::capture::inbox::{self, Inbox, Sent};
use kakehashi::capture::{UploadKey, pictures};
use kakehashi::id::Actor;
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use super::mutation::Corpus;
use super::{files, fuzz};
use crate::access::people::router;
use crate::support::app::{Town, on_sqlite};
use crate::support::store::{NOW, fresh_id};

const WORDS: &[&[u8]] = &[
    b"\r\n",
    b"\r\n\r\n",
    b"--edge",
    b"--edge--\r\n",
    b"\r\n--edge\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n\r\n",
    b"\r\n--edge\r\nContent-Disposition: form-data; name=\"visit\"\r\n\r\n",
    b"name=\"csrf\"",
    b"filename*=UTF-8''%E5%86%99",
    b"Content-Type: text/plain; charset=shift_jis",
    b"Content-Transfer-Encoding: base64",
    b"\xFF\xD8\xFF",
    b"\x89PNG\r\n\x1a\n",
    b"%PDF-1.7",
    b"\0",
];
/// So often the stored photo is looked at.
const LOOK: usize = 50;

/// A photo that was there before.
async fn store(town: &Town, inbox: &Inbox, uploader: Actor, photo: &[u8]) -> UploadKey {
    let sent = Sent { id: fresh_id(), bytes: photo.to_vec(), photographed_at: NOW, visit: None };
    let key = UploadKey::new(uploader, sent.id);
    inbox::receive(&town.app, inbox, uploader, sent).await.unwrap();
    key
}

async fn assert_is_there(town: &Town, key: UploadKey, photo: &[u8]) {
    let upload = inbox::find(&town.app, key).await.unwrap().expect("the stored photo is gone");
    let raw = upload.contents.raw.expect("its bytes are gone");
    assert_eq!(pictures::get_of_house(&town.app, &raw).await.unwrap(), photo);
}

#[test]
fn a_damaged_form_is_taken_or_refused_and_no_stored_photo_is_lost() {
    on_sqlite(|town| async move {
        let office = town.office(OfficeKind::ALL[0], "窓口").await;
        let staff = town.staff(&office, "佐藤").await;
        let browser = town.browser(router(&town), Some(staff)).await;
        let program = town.program(router(&town), staff).await;
        let photo = std::fs::read("tests/fuzz/pictures/baseline.jpg").unwrap();
        let key = store(&town, &Inbox::default(), staff, &photo).await;
        // A form's own token changes from run to run, its length does not.
        let with_token = |form: Vec<u8>| {
            let at = form.windows(6).position(|window| window == b"{csrf}");
            at.map_or(form.clone(), |at| [&form[..at], browser.csrf.as_bytes(), &form[at + 6..]].concat())
        };
        let corpus = Corpus { cases: files("forms").into_iter().map(with_token).collect(), words: WORDS };
        let (mut sent, mut taken) = (0, 0);
        fuzz("forms", &corpus, |body| {
            block_in_place(|| {
                Handle::current().block_on(async {
                    let kind = "multipart/form-data; boundary=edge";
                    for (browser, path) in [(&browser, "/photos"), (&program, "/api/v1/photos")] {
                        // The program's answer waits for a reading that never comes: it is asked now and then.
                        if path == "/photos" || sent % LOOK == 0 {
                            let answer = browser.sends(path, kind, body.to_vec()).await;
                            assert!(answer.status.as_u16() < 500, "{path}: {}", answer.text());
                            taken += usize::from(answer.status.is_redirection());
                        }
                    }
                    sent += 1;
                    if sent % LOOK == 0 {
                        assert_is_there(&town, key, &photo).await;
                    }
                });
            });
        });
        assert!(taken > 0, "no form was taken: nothing behind the door was tried");
        assert_is_there(&town, key, &photo).await;
    });
}
