//! The phone's camera as a pinhole: where a point in space is seen, and what ray a pixel looks along.
//! It is aimed so that the sheets fill the wanted share of the picture.

use super::Conditions;
use super::sheet::Sheet;
use crate::capture::vision::Pixel;

/// Focal length over the picture's long side: a phone's main camera, 26 mm on 36 mm film.
const FOCAL_SHARE: f64 = 26.0 / 36.0;
/// Room that must stay between a framed sheet and the picture's edge, as a share of its size.
const ROOM: f64 = 0.008;

/// A camera in space: millimetres, x right and y down on the table, z upwards.
#[derive(Debug, Clone)]
pub struct Camera {
    pub width: usize,
    pub height: usize,
    /// Where it is.
    pub eye: [f64; 3],
    /// Directions, each one long: to the right and down in the picture, and the way it looks.
    right: [f64; 3],
    down: [f64; 3],
    forward: [f64; 3],
    focal: f64,
}

impl Camera {
    /// A camera held as the conditions say, near enough for the framed sheets' outlines to cover
    /// the wanted share of the picture, but far enough for all of them to lie inside.
    pub fn aimed(sheets: &[Sheet], conditions: &Conditions) -> Self {
        let framed: Vec<[[f64; 3]; 4]> =
            sheets.iter().filter(|sheet| sheet.laid.framed).map(Sheet::corners).collect();
        let mut camera = Self::held(conditions);
        let (mut near, mut far) = (60.0, 3000.0);
        for _ in 0..40 {
            let distance: f64 = (near + far) / 2.0;
            camera.stand_off(&framed, distance, conditions.offset);
            if camera.holds(&framed) && camera.share(&framed) <= conditions.page_share {
                far = distance;
            } else {
                near = distance;
            }
        }
        camera.stand_off(&framed, far, conditions.offset);
        camera
    }

    /// A camera with the wanted tilt and roll, at the table's middle.
    fn held(conditions: &Conditions) -> Self {
        let (sin_tilt, cos_tilt) = conditions.tilt_degrees.to_radians().sin_cos();
        let (sin_way, cos_way) = conditions.tilt_direction_degrees.to_radians().sin_cos();
        let forward = [sin_tilt * cos_way, sin_tilt * sin_way, -cos_tilt];
        // The picture's right, turned by the roll, made square to the way it looks.
        let (sin_roll, cos_roll) = conditions.roll_degrees.to_radians().sin_cos();
        let level = [cos_roll, sin_roll, 0.0];
        let right = unit(minus(level, times(forward, dot(level, forward))));
        let down = cross(right, forward);
        let long = conditions.width.max(conditions.height) as f64;
        Self {
            width: conditions.width,
            height: conditions.height,
            eye: [0.0; 3],
            right,
            down,
            forward,
            focal: FOCAL_SHARE * long,
        }
    }

    /// Goes to a distance at which it sees the framed sheets in the middle, or moved into the free
    /// room by the offset (-1 to 1 both ways).
    fn stand_off(&mut self, framed: &[[[f64; 3]; 4]], distance: f64, offset: [f64; 2]) {
        let mut target = [0.0; 3];
        for _ in 0..4 {
            self.eye = minus(target, times(self.forward, distance));
            let (low, high) = self.bounds(framed);
            let size = [self.width as f64, self.height as f64];
            let shift: [f64; 2] = std::array::from_fn(|k| {
                let free = (size[k] * (1.0 - 2.0 * ROOM) - (high[k] - low[k])).max(0.0);
                (low[k] + high[k]) / 2.0 - size[k] / 2.0 - free / 2.0 * offset[k] * 0.9
            });
            let scale = distance / self.focal;
            let across = times(self.right, shift[0] * scale);
            let along = times(self.down, shift[1] * scale);
            target = plus(target, plus(across, along));
        }
    }

    /// Where a point in space is seen.
    pub fn see(&self, point: [f64; 3]) -> Pixel {
        let way = minus(point, self.eye);
        let depth = dot(way, self.forward);
        Pixel {
            x: self.width as f64 / 2.0 + self.focal * dot(way, self.right) / depth,
            y: self.height as f64 / 2.0 + self.focal * dot(way, self.down) / depth,
        }
    }

    /// The direction in which a place of the picture looks.
    pub fn ray(&self, place: Pixel) -> [f64; 3] {
        let across = (place.x - self.width as f64 / 2.0) / self.focal;
        let along = (place.y - self.height as f64 / 2.0) / self.focal;
        plus(self.forward, plus(times(self.right, across), times(self.down, along)))
    }

    /// How much of the light reaches this place of the picture: natural vignetting, cos⁴.
    pub fn vignette(&self, place: Pixel) -> f64 {
        let way = self.ray(place);
        // Phones even out most of it.
        (1.0 / dot(way, way)).powi(2).powf(0.4)
    }

    fn bounds(&self, framed: &[[[f64; 3]; 4]]) -> ([f64; 2], [f64; 2]) {
        let seen = framed.iter().flatten().map(|point| self.see(*point));
        seen.fold(([f64::MAX; 2], [f64::MIN; 2]), |(low, high), Pixel { x, y }| {
            ([low[0].min(x), low[1].min(y)], [high[0].max(x), high[1].max(y)])
        })
    }

    fn holds(&self, framed: &[[[f64; 3]; 4]]) -> bool {
        let (low, high) = self.bounds(framed);
        let (width, height) = (self.width as f64, self.height as f64);
        let room = ROOM * 0.9;
        low[0] >= room * width
            && low[1] >= room * height
            && high[0] <= (1.0 - room) * width
            && high[1] <= (1.0 - room) * height
    }

    /// Share of the picture that the sheets cover.
    fn share(&self, framed: &[[[f64; 3]; 4]]) -> f64 {
        let areas = framed.iter().map(|corners| {
            let seen = corners.map(|point| self.see(point));
            let halves = (0..4).map(|k| seen[k].x * seen[(k + 1) % 4].y - seen[(k + 1) % 4].x * seen[k].y);
            halves.sum::<f64>().abs() / 2.0
        });
        areas.sum::<f64>() / (self.width * self.height) as f64
    }
}

fn plus(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

fn minus(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn times(a: [f64; 3], factor: f64) -> [f64; 3] {
    a.map(|value| value * factor)
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn unit(a: [f64; 3]) -> [f64; 3] {
    times(a, 1.0 / dot(a, a).sqrt())
}
