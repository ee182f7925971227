//! PDFs in readers: pages of a press and of a scanner, and hostile ones, which end within the walls.

use std::fs;
use std::process::Command;
use std::time::Duration;

use kakehashi::capture::vision::{PIXELS_MAX, Unreadable};
use kakehashi::capture::worker::{Plan, Unread, Workers};

use super::{PROGRAM, plan, read};
use crate::support::store::TestFolder;

/// A PDF of these objects, numbered from 1; the first is its catalogue.
pub fn pdf(objects: &[String]) -> Vec<u8> {
    let (mut text, mut places) = (String::from("%PDF-1.7\n"), Vec::new());
    for (number, object) in (1..).zip(objects) {
        places.push(text.len());
        text += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let (start, size) = (text.len(), objects.len() + 1);
    text += &format!("xref\n0 {size}\n0000000000 65535 f \n");
    places.iter().for_each(|place| text += &format!("{place:010} 00000 n \n"));
    text += &format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    text.into_bytes()
}

/// A PDF of one page with this box, in points, and these contents; `more` are objects from 5 on.
fn page(sides: [&str; 2], resources: &str, contents: &str, more: &[String]) -> Vec<u8> {
    let [width, height] = sides;
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 4 0 R \
             /Resources << {resources} >> >>"
        ),
        stream("", contents),
    ];
    pdf(&[&objects, more].concat())
}

fn stream(entries: &str, contents: &str) -> String {
    format!("<< {entries} /Length {} >>\nstream\n{contents}\nendstream", contents.len())
}

/// A page that is never drawn to its end: forms which each draw the next one ten times, twelve deep.
pub fn endless() -> Vec<u8> {
    let form = |next: usize| {
        let entries = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 420 595] /Resources << /XObject << /F {next} 0 R >> >>"
        );
        stream(&entries, &"/F Do ".repeat(10))
    };
    let mut more: Vec<String> = (6..18).map(form).collect();
    more.push(stream("/Type /XObject /Subtype /Form /BBox [0 0 420 595]", "0 0 420 595 re f"));
    page(["420", "595"], "/XObject << /F 5 0 R >>", "/F Do", &more)
}

/// Readers that are given up soon.
async fn impatient() -> Workers {
    Workers::start(Plan { time_max: Duration::from_secs(5), ..plan(PROGRAM) }).await.unwrap()
}

const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn the_pages_of_a_scan_are_counted_and_drawn_like_photos() {
    let (workers, scan) = (impatient().await, fs::read("tests/fuzz/pictures/scan.pdf").unwrap());
    assert_eq!(workers.count_pages(&scan).await.unwrap(), Ok(2));
    for number in 0..2 {
        let drawn = workers.draw_page(&scan, number, LONG).await.unwrap().unwrap();
        let picture = image::load_from_memory(&drawn).unwrap().into_rgb8();
        // 64 × 48 points at 200 dpi.
        assert_eq!(picture.dimensions(), (178, 133));
        let [red, green, blue] = picture.get_pixel(40, 30).0;
        assert!(red > 180 && green < 60 && blue < 60, "{red} {green} {blue}");
        assert!(workers.read(&drawn, &[]).await.unwrap().is_ok());
    }
    let beyond = workers.draw_page(&scan, 2, LONG).await.unwrap();
    assert_eq!(beyond, Err(Unread::Unreadable(Unreadable::Broken)));
}

#[tokio::test]
async fn a_page_however_large_is_drawn_within_the_limits() {
    let workers = impatient().await;
    for sides in [["14400", "14400"], ["1000000000", "1000000000"], ["14400", "0.001"], ["842", "1191"]] {
        let large = page(sides, "", "1 0 0 rg 0 0 9000 9000 re f", &[]);
        assert_eq!(workers.count_pages(&large).await.unwrap(), Ok(1), "{sides:?}");
        let drawn = workers.draw_page(&large, 0, LONG).await.unwrap().unwrap();
        let (width, height) = image::load_from_memory(&drawn).unwrap().into_rgb8().dimensions();
        assert!(
            u64::from(width) * u64::from(height) <= PIXELS_MAX as u64 / 4,
            "{sides:?}: {width} × {height}"
        );
    }
}

#[tokio::test]
async fn too_many_pages_a_locked_and_a_broken_pdf_are_told_apart() {
    let workers = impatient().await;
    let many = |count: usize| {
        let kids = "3 0 R ".repeat(count);
        let tree = format!("<< /Type /Pages /Kids [{kids}] /Count {count} /MediaBox [0 0 420 595] >>");
        pdf(&["<< /Type /Catalog /Pages 2 0 R >>".into(), tree, "<< /Type /Page /Parent 2 0 R >>".into()])
    };
    assert_eq!(workers.count_pages(&many(20)).await.unwrap(), Ok(20));
    for (bytes, cause) in [
        (many(21), Unreadable::TooManyPages),
        (many(1000), Unreadable::TooManyPages),
        (locked(), Unreadable::Locked),
        (b"%PDF-1.7 and nothing else".to_vec(), Unreadable::Broken),
    ] {
        assert_eq!(workers.count_pages(&bytes).await.unwrap(), Err(Unread::Unreadable(cause)));
        assert_eq!(workers.read(&bytes, &[]).await.unwrap(), Err(Unread::Unreadable(Unreadable::Pdf)));
    }
}

/// A PDF that asks for a password.
pub fn locked() -> Vec<u8> {
    let folder = TestFolder::new();
    let file = folder.path().join("locked.pdf");
    let mut command = Command::new("qpdf");
    command.args(["--encrypt", "word", "owner", "256", "--", "tests/fuzz/pictures/scan.pdf"]).arg(&file);
    assert!(command.status().unwrap().success());
    fs::read(file).unwrap()
}

#[tokio::test]
async fn a_pdf_without_end_ends_within_the_walls_and_the_next_photo_is_read() {
    let workers = impatient().await;
    let catalogue = "<< /Type /Catalog /Pages 2 0 R >>".to_owned();
    let itself = pdf(&[catalogue.clone(), "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>".into()]);
    // Every level has the next one for each of its ten kids.
    let level = |next: usize| format!("<< /Type /Pages /Kids [{}] >>", format!("{next} 0 R ").repeat(10));
    let mut bomb = vec![catalogue];
    bomb.extend((3..14).map(level));
    bomb.push("<< /Type /Page /MediaBox [0 0 9 9] >>".into());
    for tree in [itself, pdf(&bomb)] {
        assert!(workers.count_pages(&tree).await.unwrap().is_err());
        assert!(read(&workers).await.unwrap().is_ok());
    }
    let itself = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >>",
        "/F Do",
    );
    let form = page(["420", "595"], "/XObject << /F 5 0 R >>", "/F Do", &[itself]);
    let deep = page(["420", "595"], "", &"[".repeat(1_000_000), &[]);
    let nested = page(["420", "595"], "", &"q ".repeat(1_000_000), &[]);
    for page in [form, deep, nested] {
        // Drawn as far as it goes, or given up: nothing else may happen.
        let drawn = workers.draw_page(&page, 0, LONG).await.unwrap();
        assert!(matches!(drawn, Ok(_) | Err(Unread::Crashed | Unread::TimedOut)));
        assert!(read(&workers).await.unwrap().is_ok());
    }
    let drawn = workers.draw_page(&endless(), 0, LONG).await.unwrap();
    assert!(matches!(drawn, Err(Unread::Crashed | Unread::TimedOut)));
    assert!(read(&workers).await.unwrap().is_ok());
}
