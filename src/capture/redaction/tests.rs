//! Which bands of a sheet there are to choose from, and what of a redacted photo its readers see.

use super::*;
use crate::access::audience::{Reader, Side};
use crate::capture::Picture;
use crate::id::Id;
use crate::sheet::design::{Area, Millimetres, Region, SheetAudience};

fn picture(height: u32) -> Picture {
    Picture { blob: Id(uuid::Uuid::nil()), key: vec![], width: 1323, height }
}

fn pair(height: u32) -> Pair {
    Pair { large: picture(height), thumbnail: picture(1) }
}

fn area(left: f64, top: f64, width: f64, height: f64) -> Area {
    let [left, top, width, height] = [left, top, width, height].map(Millimetres);
    Area { left, top, width, height }
}

fn photo(strips: Vec<Strip>) -> Photo {
    let id = Id(uuid::Uuid::from_u128(1));
    Photo {
        name: PhotoName { id, part: 0 },
        uploader: Actor { kind: ActorKind::Staff, id, office: None },
        photographed_at: Instant(0),
        written_on: None,
        filed_at: Instant(0),
        by_tap: false,
        audience: Audience::Everyone,
        design: None,
        revision: None,
        sheet: None,
        pictures: pair(1811),
        ink: None,
        strips,
        redaction: None,
        double_of: None,
        compared_with: None,
    }
}

fn strip(number: usize, area: Area, regions: &[&str]) -> Strip {
    let regions = regions.iter().map(|name| (*name).to_owned()).collect();
    Strip { number, regions, area, picture: picture(90) }
}

#[test]
fn what_lies_on_one_height_is_one_band_and_plain_paper_has_eight() {
    let region = |name: &str, kind, area| Region { name: name.into(), kind, area };
    let geometry = Geometry {
        design: "x".into(),
        label: 3,
        audience: SheetAudience::Everyone,
        width: Millimetres(148.0),
        height: Millimetres(210.0),
        code: None,
        regions: vec![
            region("code", RegionKind::Code, area(110.0, 8.0, 20.0, 20.0)),
            region("date", RegionKind::Row, area(20.0, 40.0, 40.0, 12.0)),
            region("name", RegionKind::Row, area(60.0, 40.5, 60.0, 12.0)),
            region("row-1", RegionKind::Row, area(20.0, 52.0, 100.0, 12.0)),
            region("tick", RegionKind::Tick, area(20.0, 66.0, 5.0, 5.0)),
        ],
    };
    let photo = photo(vec![strip(0, area(0.0, 150.0, 148.0, 9.0), &[])]);
    let millimetres = |band: &Rectangle| {
        let up = |pixels: u32| (f64::from(pixels) / 200.0 * 25.4 - 10.0).round();
        (up(band.y), up(band.y + band.height), band.width)
    };
    let found: Vec<_> = bands(&photo, Some(&geometry), &[]).iter().map(millimetres).collect();
    let whole = 1323;
    assert_eq!(found, [(40.0, 52.0, whole), (52.0, 64.0, whole), (66.0, 71.0, whole), (150.0, 159.0, whole)]);
    let plain = bands(&photo, None, &[]);
    assert_eq!(plain.len(), 8);
    assert_eq!(plain.iter().map(|band| band.height).sum::<u32>(), 1811);
}

#[test]
fn a_redacted_part_is_for_supporters_and_for_who_took_the_photo() {
    let strips = vec![
        strip(0, area(20.0, 52.0, 100.0, 12.0), &["row-1"]),
        strip(1, area(20.0, 64.0, 100.0, 12.0), &["row-2"]),
    ];
    let areas = vec![rectangle_of(&area(0.0, 52.0, 148.0, 12.0))];
    let redaction = Some(Redaction { areas, others: vec![], pictures: Some(pair(7)) });
    let photo = Photo { redaction, ..photo(strips) };
    let relative = |id: u128| Reader {
        actor: Actor { kind: ActorKind::Relative, id: Id(uuid::Uuid::from_u128(id)), office: None },
        side: Side::Relative,
    };
    let seen = photo.clone().seen_by(&relative(9)).unwrap();
    assert_eq!(seen.pictures, pair(7));
    assert_eq!(seen.strips.iter().map(|strip| strip.number).collect::<Vec<_>>(), [1], "its neighbour stays");
    let taken_by_her = Photo { uploader: relative(9).actor, ..photo.clone() };
    assert_eq!(taken_by_her.clone().seen_by(&relative(9)), Some(taken_by_her));
    let kept = Photo { audience: Audience::Supporters, ..photo };
    assert_eq!(kept.seen_by(&relative(9)), None);
}
