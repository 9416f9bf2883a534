//! What is watched while the cement cures: peaks, doses, time above the threshold, the course.

use super::cem43::minutes_at_43_c;
use super::constants::heat_constants;
use super::eriksson::{is_dead, seconds_above};
use super::outcome::{Cooling, DeadBone, HeatMoment, HeatPeak, NeuralHeat};
use super::warm_body::WarmBody;

/// A moment joins the course when something has changed so much, K, …
const COURSE_CHANGE_K: f64 = 1.0;
/// … or this share of the whole time has passed.
const COURSE_SHARE: f64 = 0.01;

/// Hottest of some cells: now, and ever.
struct Hottest {
    now_c: f64,
    /// Temperature, time, cell.
    peak: Option<(f64, f64, u32)>,
}

impl Hottest {
    fn look(&mut self, cells: &[u32], time_s: f64, temperature_c: &impl Fn(u32) -> f64) {
        self.now_c = f64::NEG_INFINITY;
        for &cell in cells {
            let here = temperature_c(cell);
            self.now_c = self.now_c.max(here);
            if self.peak.is_none_or(|(peak, ..)| here > peak) {
                self.peak = Some((here, time_s, cell));
            }
        }
    }
}

/// Observers of one calculation.
pub struct Watch<'a> {
    body: &'a WarmBody,
    /// Interface, all cement, its centre, canal, foramina.
    hottest: [Hottest; 5],
    /// Doses of the cells of canal and foramina, min at 43 °C.
    dose_min: [Vec<f64>; 2],
    /// By cell of bone.
    above_s: Vec<f64>,
    cooling: Cooling,
    course: Vec<HeatMoment>,
    duration_s: f64,
}

impl<'a> Watch<'a> {
    /// Looks for the first time, at 0 s.
    pub fn new(body: &'a WarmBody, duration_s: f64, temperature_c: impl Fn(u32) -> f64) -> Watch<'a> {
        let mut watch = Watch {
            body,
            hottest: [(); 5].map(|()| Hottest { now_c: f64::NEG_INFINITY, peak: None }),
            dose_min: [vec![0.0; body.canal.len()], vec![0.0; body.foramen.len()]],
            above_s: vec![0.0; body.bone.len()],
            cooling: Cooling::NeverHot,
            course: Vec::new(),
            duration_s,
        };
        watch.look(0.0, &temperature_c);
        if watch.hottest[0].now_c >= heat_constants().eriksson.threshold_c.value {
            watch.cooling = Cooling::StillHot;
        }
        watch.course.push(watch.moment(0.0));
        watch
    }

    fn look(&mut self, time_s: f64, temperature_c: &impl Fn(u32) -> f64) {
        let WarmBody { interface, filled, centre, canal, foramen, .. } = self.body;
        for (hottest, cells) in self.hottest.iter_mut().zip([interface, filled, centre, canal, foramen]) {
            hottest.look(cells, time_s, temperature_c);
        }
    }

    /// A step from `start_s`, with the temperatures at its ends.
    pub fn step(&mut self, start_s: f64, step_s: f64, from_c: impl Fn(u32) -> f64, to_c: impl Fn(u32) -> f64) {
        let (eriksson, cem43) = (&heat_constants().eriksson, &heat_constants().cem43);
        let threshold_c = eriksson.threshold_c.value;
        for (doses, cells) in self.dose_min.iter_mut().zip([&self.body.canal, &self.body.foramen]) {
            for (dose, &cell) in doses.iter_mut().zip(cells) {
                *dose += minutes_at_43_c(cem43, from_c(cell), to_c(cell), step_s);
            }
        }
        for (above, &cell) in self.above_s.iter_mut().zip(&self.body.bone) {
            *above += seconds_above(threshold_c, from_c(cell), to_c(cell), step_s);
        }
        let before_c = self.hottest[0].now_c;
        let end_s = start_s + step_s;
        self.look(end_s, &to_c);
        let after_c = self.hottest[0].now_c;
        if after_c >= threshold_c {
            self.cooling = Cooling::StillHot;
        } else if before_c >= threshold_c {
            self.cooling = Cooling::At(start_s + seconds_above(threshold_c, before_c, after_c, step_s));
        }
        let moment = self.moment(end_s);
        if self.course.last().is_none_or(|last| differs(last, &moment, COURSE_SHARE * self.duration_s)) {
            self.course.push(moment);
        }
    }

    fn moment(&self, time_s: f64) -> HeatMoment {
        let [interface_c, _, centre_c, canal_c, foramen_c] =
            [0, 1, 2, 3, 4].map(|i: usize| Some(self.hottest[i].now_c).filter(|celsius| celsius.is_finite()));
        HeatMoment { time_s, interface_c, canal_c, foramen_c, centre_c }
    }

    /// Peaks of interface, cement and centre.
    pub fn peaks(&self) -> [Option<HeatPeak>; 3] {
        [0, 1, 2].map(|i| self.peak(i))
    }

    fn peak(&self, i: usize) -> Option<HeatPeak> {
        let (temperature_c, time_s, cell) = self.hottest[i].peak?;
        Some(HeatPeak { temperature_c, time_s, place_mm: self.place(cell) })
    }

    fn place(&self, cell: u32) -> crate::geometry::Point {
        self.body.grid.centre_mm(self.body.grid.coordinates(cell as usize))
    }

    /// Canal and foramina.
    pub fn neural(&self) -> [Option<NeuralHeat>; 2] {
        let cells = [&self.body.canal, &self.body.foramen];
        [0, 1].map(|i| {
            let mut most: Option<(f64, u32)> = None;
            for (&dose, &cell) in self.dose_min[i].iter().zip(cells[i]) {
                if most.is_none_or(|(most, _)| dose > most) {
                    most = Some((dose, cell));
                }
            }
            let (cem43_min, cell) = most?;
            Some(NeuralHeat { peak: self.peak(3 + i)?, cem43_min, cem43_place_mm: self.place(cell) })
        })
    }

    /// Bone that died.
    pub fn dead_bone(&self) -> DeadBone {
        let law = &heat_constants().eriksson;
        let mut dead = DeadBone::default();
        for (&above, &cell) in self.above_s.iter().zip(&self.body.bone) {
            if is_dead(law, above) {
                let cell = cell as usize;
                let volume = self.body.grid.volume_mm3(cell) - self.body.cement_mm3[cell];
                if self.body.is_filled(cell) {
                    dead.within_cement_mm3 += volume;
                } else {
                    dead.round_cement_mm3 += volume;
                }
            }
        }
        dead
    }

    /// When the interface cooled.
    pub fn cooling(&self) -> Cooling {
        self.cooling
    }

    /// The course, with the last moment.
    pub fn into_course(mut self, end_s: f64) -> Vec<HeatMoment> {
        if self.course.last().is_none_or(|last| last.time_s < end_s) {
            self.course.push(self.moment(end_s));
        }
        self.course
    }
}

fn differs(a: &HeatMoment, b: &HeatMoment, longest_s: f64) -> bool {
    let values = |m: &HeatMoment| [m.interface_c, m.canal_c, m.foramen_c, m.centre_c];
    let changed = |(a, b): (Option<f64>, Option<f64>)| a.zip(b).is_some_and(|(a, b)| (a - b).abs() >= COURSE_CHANGE_K);
    b.time_s - a.time_s >= longest_s || values(a).into_iter().zip(values(b)).any(changed)
}
