//! What light falls on the camera's sensor: the table, then each sheet over it. Places and light are
//! worked out exactly at the corners of small squares and evenly stepped in between.

use super::camera::Camera;
use super::light::Light;
use super::sheet::Sheet;
use super::table::Table;
use crate::capture::vision::Pixel;

/// Side of the squares, in pixels: half a millimetre or less of paper.
const CELL: usize = 8;
/// White paper reflects this much of red, green and blue.
const PAPER: [f32; 3] = [0.90, 0.89, 0.87];
/// A sheet's shadow on what is under it: how deep it is, and over what way (mm) it fades.
const CONTACT_DEPTH: f32 = 0.45;
const CONTACT_WAY: f32 = 1.2;
/// How far around a sheet that shadow is drawn, in millimetres.
const CONTACT_REACH: f32 = 4.0 * CONTACT_WAY;
/// The largest light that is kept.
const FULL: f32 = 65535.0;

/// Light on the sensor: linear red, green and blue, 65,535 for a full pixel, rows of an upright picture.
pub struct Exposure {
    pub width: usize,
    pub height: usize,
    pub samples: Vec<u16>,
}

/// What is known at one place of the picture: the light there, the place of the table or sheet in
/// millimetres, and how much more light the sheet's slope gets.
type Node = [f32; 6];

/// What is laid into the picture: how a place looks, and where it ends.
struct Layer<'a> {
    /// What is known at a place of the picture.
    node: &'a dyn Fn(Pixel) -> Node,
    /// Reflectance at what is known.
    shade: &'a dyn Fn(&Node) -> [f32; 3],
    /// Size in millimetres, and pixels to the millimetre; `None` for the table, which has no end.
    sheet: Option<([f32; 2], f32)>,
}

impl Exposure {
    /// Exposes the sheets on the table.
    pub fn of(sheets: &[Sheet], camera: &Camera, light: &Light, table: &Table) -> Self {
        let samples = vec![0; camera.width * camera.height * 3];
        let mut exposure = Self { width: camera.width, height: camera.height, samples };
        let lit = |place: Pixel, x: f64, y: f64| {
            let fall = camera.vignette(place);
            light.at(x, y).map(|level| (level * fall) as f32)
        };
        let node = |place: Pixel| {
            let [x, y] = on_table(camera, place);
            let [red, green, blue] = lit(place, x, y);
            [red, green, blue, x as f32, y as f32, 1.0]
        };
        exposure.lay(&Layer { node: &node, shade: &|node| table.at(node[3], node[4]), sheet: None });
        let linear = linear_levels();
        for sheet in sheets {
            let print = sheet.print_for(density(sheet, camera));
            let node = |place: Pixel| {
                let [x, y] = on_table(camera, place);
                let [red, green, blue] = lit(place, x, y);
                let met = sheet.met_by(camera.eye, camera.ray(place));
                let facing = light.on_slope(met.slope);
                [red, green, blue, met.place.x.0 as f32, met.place.y.0 as f32, facing as f32]
            };
            let shade = |node: &Node| {
                let colour = print.at(node[3], node[4]).map(|level| between(&linear, level));
                let colour = sheet.wear.worn([node[3], node[4]], colour, 1.0);
                std::array::from_fn(|k| PAPER[k] * node[5] * colour[k])
            };
            let size = [sheet.laid.print.width.0 as f32, sheet.laid.print.height.0 as f32];
            let sheet = Some((size, density(sheet, camera) as f32));
            exposure.lay(&Layer { node: &node, shade: &shade, sheet });
        }
        exposure
    }

    /// Lays one layer over what was exposed before, square by square.
    fn lay(&mut self, layer: &Layer) {
        let nodes_in = |row: usize| -> Vec<Node> {
            let columns = self.width.div_ceil(CELL) + 1;
            let at = |column| Pixel { x: (column * CELL) as f64, y: (row * CELL) as f64 };
            (0..columns).map(|column| (layer.node)(at(column))).collect()
        };
        let rows: Vec<Vec<Node>> = (0..=self.height.div_ceil(CELL)).map(nodes_in).collect();
        for (row, pair) in rows.windows(2).enumerate() {
            for column in 0..pair[0].len() - 1 {
                let corners = [pair[0][column], pair[0][column + 1], pair[1][column], pair[1][column + 1]];
                if layer.touches(&corners) {
                    self.lay_cell(layer, [column * CELL, row * CELL], &corners);
                }
            }
        }
    }

    fn lay_cell(&mut self, layer: &Layer, [left, top]: [usize; 2], corners: &[Node; 4]) {
        let mix = |a: &Node, b: &Node, share: f32| -> Node {
            std::array::from_fn(|k| a[k] + (b[k] - a[k]) * share)
        };
        for y in top..(top + CELL).min(self.height) {
            let down = (y - top) as f32 / CELL as f32 + 0.5 / CELL as f32;
            let (first, last) = (mix(&corners[0], &corners[2], down), mix(&corners[1], &corners[3], down));
            for x in left..(left + CELL).min(self.width) {
                let node = mix(&first, &last, (x - left) as f32 / CELL as f32 + 0.5 / CELL as f32);
                let at = (y * self.width + x) * 3;
                layer.expose(&node, &mut self.samples[at..at + 3]);
            }
        }
    }
}

impl Layer<'_> {
    /// Whether anything of the layer may be seen between these corners.
    fn touches(&self, corners: &[Node; 4]) -> bool {
        let Some(([width, height], _)) = self.sheet else { return true };
        let beyond = |k: usize, size: f32| {
            corners.iter().all(|node| node[k] < -CONTACT_REACH)
                || corners.iter().all(|node| node[k] > size + CONTACT_REACH)
        };
        !beyond(3, width) && !beyond(4, height)
    }

    /// Exposes one pixel; at a sheet's edge partly, beside it only its shadow.
    fn expose(&self, node: &Node, pixel: &mut [u16]) {
        let mut cover = 1.0;
        if let Some(([width, height], density)) = self.sheet {
            let inside = node[3].min(width - node[3]).min(node[4]).min(height - node[4]);
            cover = (inside * density + 0.5).clamp(0.0, 1.0);
            if cover < 1.0 {
                let open = 1.0 - CONTACT_DEPTH * (inside.min(0.0) / CONTACT_WAY).exp();
                pixel.iter_mut().for_each(|sample| *sample = (f32::from(*sample) * open) as u16);
            }
        }
        if cover > 0.0 {
            let colour = (self.shade)(node);
            for (k, sample) in pixel.iter_mut().enumerate() {
                let light = (colour[k] * node[k] * FULL).min(FULL);
                *sample = (f32::from(*sample) * (1.0 - cover) + light * cover) as u16;
            }
        }
    }
}

/// The place of the table that a place of the picture looks at.
fn on_table(camera: &Camera, place: Pixel) -> [f64; 2] {
    on_plane(camera, place, 0.0)
}

/// The place at some height above the table, in millimetres, that a place of the picture looks at.
pub fn on_plane(camera: &Camera, place: Pixel, height: f64) -> [f64; 2] {
    let way = camera.ray(place);
    // A camera that looks over the table's end sees its far part.
    let along = (camera.eye[2] - height) / (-way[2]).max(1e-3);
    [camera.eye[0] + way[0] * along, camera.eye[1] + way[1] * along]
}

/// Mean number of pixels that a millimetre of the sheet takes.
fn density(sheet: &Sheet, camera: &Camera) -> f64 {
    let corners = sheet.corners().map(|corner| camera.see(corner));
    let around: f64 = (0..4).map(|k| corners[k].distance(corners[(k + 1) % 4])).sum();
    around / (2.0 * (sheet.laid.print.width.0 + sheet.laid.print.height.0))
}

/// Linear light of each printed level (the curve of IEC 61966-2-1, sRGB).
fn linear_levels() -> [f32; 256] {
    std::array::from_fn(|level| {
        let value = level as f32 / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
}

/// The linear light of a level between two.
fn between(levels: &[f32; 256], level: f32) -> f32 {
    let below = (level as usize).min(254);
    levels[below] + (levels[below + 1] - levels[below]) * (level - below as f32)
}
