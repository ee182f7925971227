//! Where photos of printed sheets go.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use kakehashi::access::audience::Audience;
use kakehashi::access::principal::Profession;
use kakehashi::audit::Act;
use kakehashi::capture::part::{PartState, Sharing};
use kakehashi::capture::{take_out, tap};
use kakehashi::print::order::Piece;
use kakehashi::print::press::Arrangement;
use kakehashi::print::web::{self, add_sheets};
use kakehashi::sheet::code::{CarrierKind, TOKEN_LENGTH, address};
use kakehashi::sheet::design::Format;
use kakehashi::sheet::sql as sheets;
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;

use super::town::{cover, only_sheet, photo_of_two, printer, sheet};
use super::*;
use crate::support::store::{NOW, fresh_id};

#[test]
fn a_printed_sheet_goes_to_its_own_notebook_and_only_for_who_has_a_grant() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let plum = sheet(&town.booklet(&printer, town.plum).await, 1);
        let photo = photo_of(&plum, 1);

        let upload = town.receives(town.manager, photo.clone()).await;
        assert_eq!((upload.state, upload.contents.filed()), (State::Filed, Some((town.plum, Some(1)))));
        assert!(upload.contents.raw.is_none(), "the bytes as sent are gone");
        let photos = town.photos(town.plum).await;
        assert_eq!(photos.len(), 1);
        assert_eq!((photos[0].design.as_deref(), photos[0].sheet), (Some("supporter-contacts"), Some(1)));
        assert_eq!((photos[0].written_on, photos[0].by_tap), (None, false));
        assert_eq!(town.diary_count(town.plum, Act::FiledPhoto).await, 1);

        let held = town.receives(town.newcomer, photo).await;
        assert_eq!((held.state, held.contents.filed()), (State::Held, None));
        assert_eq!(town.photos(town.plum).await.len(), 1);
        assert!(town.photos(town.pine).await.is_empty());
    });
}

#[test]
fn a_sheet_of_a_lost_booklet_and_of_a_former_volume_is_filed_and_marked_as_old() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let first = sheet(&town.booklet(&printer, town.plum).await, 1);
        let is_old = async |photo: Vec<u8>| {
            let upload = town.receives(town.manager, photo).await;
            match upload.contents.parts[0].state {
                PartState::Filed { is_old, .. } => is_old,
                ref other => panic!("{other:?}"),
            }
        };
        assert!(!is_old(photo_of(&first, 1)).await);
        let (plum, app) = (town.plum, &town.app);
        let lose = move |tx: &mut Tx<'_>| sheets::replace(tx, plum, CarrierKind::Sheet, NOW).map(|_| ());
        app.records.write(Scope::Notebook(plum), lose).await.unwrap();
        assert!(is_old(photo_of(&first, 2)).await, "its code was replaced");
        let again = sheet(&town.booklet(&printer, town.plum).await, 1);
        assert!(!is_old(photo_of(&again, 3)).await);
        let piece = Piece::Booklet { volume: 2, format: Format::A5, arrangement: Arrangement::Pages };
        let second = sheet(&web::print(app, &printer, plum, piece, town.manager).await.unwrap(), 1);
        assert!(!is_old(photo_of(&again, 4)).await, "a second volume that nobody writes in yet");
        assert!(!is_old(photo_of(&second, 5)).await);
        assert!(is_old(photo_of(&again, 6)).await, "the second volume is in use");
    });
}

#[test]
fn two_notebooks_sheets_in_one_photo_each_go_to_their_own() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let plum = sheet(&town.booklet(&printer, town.plum).await, 3);
        let pine = sheet(&town.booklet(&printer, town.pine).await, 3);
        let upload = town.receives(town.manager, photo_of_two(&plum, &pine, 21)).await;
        assert_eq!(upload.state, State::Filed, "{:?}", upload.contents.parts);
        for notebook in [town.plum, town.pine] {
            let photos = town.photos(notebook).await;
            assert_eq!((photos.len(), photos[0].sheet), (1, Some(3)));
            assert_eq!(town.diary_count(notebook, Act::FiledPhoto).await, 1);
        }
    });
}

#[test]
fn a_covered_code_waits_for_a_tap_which_may_be_taken_back() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let mut plum = sheet(&town.booklet(&printer, town.plum).await, 1);
        for left in [5.0, 110.0] {
            cover(&mut plum, [left + 10.0, 0.0, 22.0, 40.0]);
        }
        let upload = town.receives(town.manager, photo_of(&plum, 5)).await;
        assert_eq!(upload.state, State::Waiting, "{:?}", upload.contents);
        let name = kakehashi::capture::PhotoName { id: upload.key.id, part: 0 };
        let (manager, newcomer) = (town.signed_in(town.manager).await, town.signed_in(town.newcomer).await);
        assert!(matches!(tap::file(&town.app, &newcomer, name, town.plum).await, Err(Error::NotFound)));
        tap::file(&town.app, &manager, name, town.plum).await.unwrap();
        tap::file(&town.app, &manager, name, town.plum).await.unwrap();
        let photos = town.photos(town.plum).await;
        assert!(photos.len() == 1 && photos[0].by_tap);
        assert_eq!(town.diary_count(town.plum, Act::FiledPhotoByTap).await, 1);
        let opened = kakehashi::access::guard::open(&town.app, town.plum).await.unwrap();
        take_out::unfile(&town.app, &manager, opened, name).await.unwrap();
        assert!(town.photos(town.plum).await.is_empty());
        tap::file(&town.app, &manager, name, town.pine).await.unwrap();
        assert_eq!(town.photos(town.pine).await.len(), 1);
    });
}

#[test]
fn a_forged_code_is_held_as_one_without_a_grant_and_a_foreign_one_is_passed_over_with_advice() {
    every_store(|records| async move {
        let town = Town::found(records).await;
        let forged = address("localhost:8080", &"A".repeat(TOKEN_LENGTH));
        let upload = town.receives(town.manager, picture_of_code(&forged)).await;
        assert_eq!(upload.state, State::Held);
        let upload = town.receives(town.manager, picture_of_code("https://example.com/tea")).await;
        assert_eq!(upload.state, State::Waiting);
        assert!(upload.contents.tips.contains(&kakehashi::capture::Tip::Foreign));
    });
}

/// A white picture with one QR code.
fn picture_of_code(text: &str) -> Vec<u8> {
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::Q).unwrap();
    let (width, colours) = (code.width(), code.to_colors());
    let picture = image::GrayImage::from_fn(1000, 1000, |x, y| {
        let module = |place: u32| (place as usize).checked_sub(300).map(|inside| inside / 10);
        let dark = module(x).zip(module(y)).filter(|(x, y)| *x < width && *y < width);
        let dark = dark.is_some_and(|(x, y)| colours[y * width + x] == qrcode::Color::Dark);
        image::Luma([if dark { 0 } else { 255 }])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::from(picture).into_rgb8().write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

#[test]
fn programs_send_photos_and_read_the_timeline_with_a_token() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        town.token(town.manager, "manager").await;
        town.token(town.newcomer, "newcomer").await;
        town.keeps_reading();
        let plum = sheet(&town.booklet(&printer, town.plum).await, 2);
        let (id, photo) = (fresh_id().to_string(), photo_of(&plum, 2));
        let (status, told) = town.answers(upload("manager", &id, &photo)).await;
        assert!(status == StatusCode::CREATED || status == StatusCode::ACCEPTED, "{status}: {told}");
        let told = loop {
            let (status, told) = town.answers(get("manager", &format!("/api/v1/photos/{id}"))).await;
            assert_eq!(status, StatusCode::OK);
            if told["state"] != "reading" {
                break told;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        };
        let expected =
            serde_json::json!({"id": id, "notebook": town.plum.to_string(), "sheet": 2, "state": "filed"});
        assert_eq!(told, expected);
        let (status, again) = town.answers(upload("manager", &id, &photo)).await;
        assert_eq!((status, again), (StatusCode::CREATED, expected));
        assert_eq!(town.answers(upload("manager", &id, b"\xFF\xD8\xFF")).await.0, StatusCode::CONFLICT);
        assert_eq!(town.answers(upload("manager", "7", &photo)).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(town.answers(upload("nobody", &id, &photo)).await.0, StatusCode::UNAUTHORIZED);
        let own = format!("/api/v1/photos/{id}");
        assert_eq!(town.answers(get("newcomer", &own)).await.0, StatusCode::NOT_FOUND);
        let timeline = format!("/api/v1/notebooks/{}/timeline?limit=5", town.plum);
        assert_eq!(town.answers(get("newcomer", &timeline)).await.0, StatusCode::NOT_FOUND);
        let (_, told) = town.answers(get("manager", &timeline)).await;
        assert_eq!((&told["items"][0]["kind"], &told["items"][0]["sheet"]), (&"photo".into(), &2.into()));
        assert_eq!(town.photos(town.plum).await.len(), 1);
    });
}

fn upload(token: &str, id: &str, photo: &[u8]) -> Request<Body> {
    let head = "--edge\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n\r\n";
    let body = [head.as_bytes(), photo, b"\r\n--edge--\r\n"].concat();
    Request::post("/api/v1/photos")
        .header("authorization", format!("Bearer {token}"))
        .header("idempotency-key", id)
        .header("content-type", "multipart/form-data; boundary=edge")
        .body(Body::from(body))
        .unwrap()
}

fn get(token: &str, path: &str) -> Request<Body> {
    Request::get(path).header("authorization", format!("Bearer {token}")).body(Body::empty()).unwrap()
}

#[test]
fn a_caregivers_own_sheet_is_for_the_care_manager_and_never_offered_to_the_family() {
    every_store(|records| async move {
        let (town, printer) = (Town::found(records).await, printer());
        let print = async |design: &str| {
            let (designs, app) = (vec![design.to_owned()], &town.app);
            let added = add_sheets(app, &printer, town.plum, designs, Format::A5, town.manager).await;
            let (from, to) = added.unwrap();
            let again = Piece::Again { from, to };
            only_sheet(&web::print(app, &printer, town.plum, again, town.manager).await.unwrap())
        };
        for (design, audience, expected) in [
            ("caregiver-check", Audience::Profession(Profession::CareManager), Sharing::Never),
            ("care-planning", Audience::Supporters, Sharing::Never),
            ("free", Audience::Supporters, Sharing::Offered),
        ] {
            let upload = town.receives(town.manager, photo_of(&print(design).await, 3)).await;
            let photos = town.photos(town.plum).await;
            let photo = photos.iter().find(|photo| photo.design.as_deref() == Some(design)).unwrap();
            assert_eq!(photo.audience, audience, "{design}");
            let PartState::Filed { sharing, .. } = upload.contents.parts[0].state else { panic!("{design}") };
            assert_eq!(sharing, expected, "{design}");
            // Not by hand either, with the others of a pile or alone.
            let (manager, name) = (town.signed_in(town.manager).await, photo.name);
            tap::keep_to_supporters(&town.app, &manager, &[name]).await.unwrap();
            let sent = tap::send_to_family(&town.app, &town.workers, &manager, &[name]).await;
            let alone =
                tap::set_audience(&town.app, &town.workers, &manager, (town.plum, name), Audience::Everyone)
                    .await;
            let is_refused = matches!(alone, Err(Error::Invalid(_)));
            assert!(sent.is_ok() && is_refused == (expected == Sharing::Never), "{design}: {alone:?}");
            let photos = town.photos(town.plum).await;
            let now = photos.iter().find(|photo| photo.name == name).unwrap().audience;
            assert_eq!(now == Audience::Everyone, expected == Sharing::Offered, "{design}");
        }
    });
}
