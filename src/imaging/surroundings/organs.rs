//! Where organs lie about a placed spine: belly and chest, psoas, kidneys, liver, heart, domes of the diaphragm.

use super::torso_data::TrunkData;
use crate::anatomy::segment::{Build, Node, Spine, SpineLevel, Tube};
use crate::geometry::{Point, Vector};
use crate::imaging::beam::Material;

/// An egg along the axes.
struct Ellipsoid {
    centre: Point,
    half: [f64; 3],
}

impl Ellipsoid {
    /// First-order distance, mm.
    fn distance_mm(&self, p: &Point) -> f64 {
        let d = p - self.centre;
        let scaled = Vector::from([0, 1, 2].map(|i| d[i] / self.half[i]));
        let norm = scaled.norm();
        if norm < 1e-6 {
            return -self.half[0].min(self.half[1]).min(self.half[2]);
        }
        let slope = Vector::from([0, 1, 2].map(|i| scaled[i] / self.half[i])).norm() / norm;
        (norm - 1.0) / slope
    }
}

/// The organs of a trunk in the spine's frame (LPS directions, mm).
pub(super) struct Organs<'a> {
    data: &'a TrunkData,
    spine: &'a Spine,
    build: Build,
    /// (z, y) of the bodies' centres from the head down, the sacrum last.
    column: Vec<[f64; 2]>,
    half_width_mm: f64,
    half_depth_mm: f64,
    length_factor: f64,
    psoas: [Tube; 2],
    kidneys: [Ellipsoid; 2],
    liver: Ellipsoid,
    heart: Ellipsoid,
    /// z of the domes' top and of the recess behind, mm.
    diaphragm_z: [f64; 2],
    /// The belly ends in the pelvis here.
    pelvis_z: f64,
}

/// Densities of a place, in shares: the rest is soft tissue.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Contents {
    /// Fat.
    pub fat: f64,
    /// Air.
    pub air: f64,
}

impl<'a> Organs<'a> {
    pub fn new(spine: &'a Spine, build: Build, data: &'a TrunkData) -> Organs<'a> {
        let f = spine.treated().places.length_factor;
        let centre = |p: &crate::anatomy::segment::Station| p.frame.point_to_patient(&Point::origin());
        let mut column: Vec<[f64; 2]> = spine.stations.iter().map(|s| [centre(s).z, centre(s).y]).collect();
        let sacrum = spine.sacrum.frame.point_to_patient(&Point::new(0.0, 0.0, -30.0));
        column.push([sacrum.z, sacrum.y]);
        let [width, depth] = spine.skin.trunk_mm();
        // Where there is no such level (four lumbar vertebrae), the last.
        let place = |name: SpineLevel| spine.station(name).or(spine.stations.last()).map_or(Point::origin(), centre);
        let lumbar = |n: u8| place(SpineLevel::Lumbar(n));
        let psoas = [1.0, -1.0].map(|side: f64| {
            let node = |at: Point, aside: f64, back: f64, half: f64| Node {
                centre: at + Vector::new(side * aside * f, back * f, 0.0),
                radius_mm: (1.25 * half).max(half) * f,
                thin: Vector::x(),
                flatness: 1.25,
            };
            let [a, b, c, d] = data.psoas_half_width_mm.value;
            Tube::new(vec![
                node(lumbar(1), 24.0, 8.0, a),
                node(lumbar(2), 29.0, 8.0, b),
                node(lumbar(3), 35.0, 7.0, c),
                node(lumbar(4), 42.0, 3.0, d),
                node(Point::new(0.0, sacrum.y, sacrum.z), 58.0, -38.0, d),
            ])
        });
        let kidney = |side: f64, down: f64| Ellipsoid {
            centre: lumbar(1) + Vector::new(side * 66.0, 12.0, 6.0 - down) * f,
            half: data.kidney_half_axes_mm.value.map(|v| v * f),
        };
        let (t9, t11) = (place(SpineLevel::Thoracic(9)), place(SpineLevel::Thoracic(11)));
        Organs {
            data,
            build,
            psoas,
            kidneys: [kidney(1.0, 0.0), kidney(-1.0, 16.0)],
            liver: Ellipsoid { centre: t11 + Vector::new(-62.0, -70.0, 0.0) * f, half: [78.0 * f, 72.0 * f, 68.0 * f] },
            heart: Ellipsoid { centre: t9 + Vector::new(22.0, -92.0, 18.0) * f, half: [62.0 * f, 45.0 * f, 48.0 * f] },
            diaphragm_z: [t9.z, lumbar(1).z + 4.0 * f],
            pelvis_z: sacrum.z - 90.0 * f,
            half_width_mm: 0.5 * width,
            half_depth_mm: 0.5 * depth,
            length_factor: f,
            column,
            spine,
        }
    }

    /// y of the bodies' centres at a height.
    pub fn column_y_mm(&self, z: f64) -> f64 {
        let below = self.column.partition_point(|at| at[0] > z);
        match (below.checked_sub(1).and_then(|i| self.column.get(i)), self.column.get(below)) {
            (Some(a), Some(b)) => a[1] + (b[1] - a[1]) * (z - a[0]) / (b[0] - a[0]),
            (Some(end), None) | (None, Some(end)) => end[1],
            (None, None) => 0.0,
        }
    }

    /// z of the diaphragm over a place.
    fn diaphragm_z_mm(&self, p: &Point, column_y: f64) -> f64 {
        let aside = (p.x.abs() - 0.42 * self.half_width_mm) / (0.5 * self.half_width_mm);
        let ahead = (p.y - (column_y - 0.55 * self.half_depth_mm)) / (0.95 * self.half_depth_mm);
        let [top, recess] = self.diaphragm_z;
        recess + (top - recess) * (1.0 - aside * aside - ahead * ahead).max(-0.4)
    }

    /// Distance to the belly's inside where it lies below the diaphragm, mm: in front of the spine and its muscles.
    pub fn belly_mm(&self, p: &Point) -> f64 {
        let f = self.length_factor;
        let y = self.column_y_mm(p.z);
        let wall = self.spine.skin.signed_distance_mm(p)
            + self.data.fat_under_skin_mm.of(self.build)
            + self.data.wall_mm.value * f;
        // Not beside the spine's own muscles.
        let column = 29.0 * f - (p.x * p.x + (p.y - y) * (p.y - y)).sqrt();
        wall.max(column).max(p.y - (y + 22.0 * f)).max(self.pelvis_z - p.z).max(p.z - self.diaphragm_z_mm(p, y))
    }

    /// What is in a place, `edge_mm` being the voxel's.
    pub fn contents(&self, p: &Point, share: impl Fn(f64) -> f64) -> Contents {
        let f = self.length_factor;
        let skin = self.spine.skin.signed_distance_mm(p);
        if skin > 8.0 {
            return Contents::default();
        }
        let under = self.data.fat_under_skin_mm.of(self.build);
        let fascia = skin + under;
        let within = share(skin);
        let fat_under_skin = (within - share(fascia)).max(0.0);
        let y = self.column_y_mm(p.z);
        let above = self.diaphragm_z_mm(p, y) - p.z;
        let mut found = Contents { fat: fat_under_skin, air: 0.0 };

        // Lung: inside the chest's wall, above the diaphragm, beside mediastinum and heart.
        let pleura = fascia + self.data.chest_wall_mm.value * f;
        if pleura < 8.0 && above < 8.0 {
            let round_spine = 27.0 * f - (p.x * p.x + (p.y - y) * (p.y - y)).sqrt();
            // Oesophagus, aorta and great vessels stand in front of it.
            let ahead = (p.y - (y - 60.0 * f)) / 2.6;
            let mediastinum = 26.0 * f - (p.x * p.x + ahead * ahead).sqrt();
            let gutter = p.y - (y + 42.0 * f);
            let lung = pleura.max(above).max(round_spine).max(mediastinum).max(gutter).max(-self.heart.distance_mm(p));
            found.air = share(lung) * (1.0 - self.data.lung_g_per_cm3.value / Material::SoftTissue.density_g_per_cm3());
        }
        let belly = self.belly_mm(p);
        if belly < 8.0 {
            let round = self.data.fat_round_muscle_mm.value * f;
            let psoas = self.psoas.iter().map(|t| t.signed_distance_mm(p)).fold(f64::INFINITY, f64::min);
            let kidney = self.kidneys.iter().map(|k| k.distance_mm(p)).fold(f64::INFINITY, f64::min);
            let muscle = psoas.min(kidney);
            let sheath = share(muscle - round);
            let organ = share(muscle).max(share(self.liver.distance_mm(p)));
            let loose = self.data.fat_in_belly_fraction.of(self.build);
            found.fat += share(belly) * (1.0 - organ) * (loose + (1.0 - loose) * sheath);
        }
        found.fat = found.fat.min(1.0 - found.air);
        found
    }
}
