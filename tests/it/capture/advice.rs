//! What could be better about a photo of a real printed sheet.

use kakehashi::capture::{State, Tip};
use kakehashi::demo::photograph::Glare;
use kakehashi::sheet::design::Millimetres;
use kakehashi::store::Store;
use kakehashi::store::schema::RECORDS;

use super::town::{Town, changed_photo_of, printer, sheet};
use crate::support::store::{NOW, on_sqlite};

#[test]
fn a_lamp_mirrored_in_a_small_spot_is_told_and_paper_that_is_bright_all_over_is_not() {
    on_sqlite(|place| async move {
        let town = Town::found(Store::open(&place, &RECORDS, NOW).unwrap()).await;
        let print = sheet(&town.booklet(&printer(), town.plum).await, 12);
        let tips = async |jpeg: Vec<u8>| {
            let upload = town.receives(town.manager, jpeg).await;
            assert_eq!(upload.state, State::Filed);
            upload.contents.tips
        };
        for (seed, brightness) in [(31, 1.05), (32, 1.2), (33, 1.4)] {
            let bright = changed_photo_of(&print, seed, |conditions| conditions.brightness = brightness);
            assert_eq!(tips(bright).await, [], "{brightness}");
        }
        for (seed, middle, radius) in [(34, [0.3, 0.5], 12.0), (35, [0.6, 0.7], 16.0), (36, [0.5, 0.4], 25.0)]
        {
            let glare = Glare { middle, radius: Millimetres(radius), strength: 1.0 };
            let spot = changed_photo_of(&print, seed, |conditions| {
                conditions.mishaps.glare = Some(glare.clone());
            });
            assert_eq!(tips(spot).await, [Tip::Glare], "{radius} mm");
        }
    });
}
