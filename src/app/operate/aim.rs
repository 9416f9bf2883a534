//! A needle that is held on the bone and moved by hand before it goes in.

use crate::anatomy::{Side, Vertebra};
use crate::app::engine::snapshot::NeedleShown;
use crate::geometry::{Point, Vector};
use crate::instruments::Trajectory;
use crate::instruments::stand::{stand_on_bone, unaimed};
use crate::instruments::trajectory::{angles_of, direction_from_angles};
use crate::scenario::file::Mode;
use crate::units::{deg_from_rad, rad_from_deg};

/// Where it stands and where it points (vertebra frame).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aim {
    side: Side,
    /// On the bone.
    pub entry: Point,
    /// Where its tip would end.
    pub target: Point,
}

impl Aim {
    /// Of a needle as it is; in an exam one that nobody has touched is held over the body's side wall, straight ahead.
    pub fn of(needle: &NeedleShown, planned: &Trajectory, vertebra: &Vertebra, mode: Mode) -> Option<Aim> {
        let (side, length_mm) = (planned.side, planned.segment().length_mm());
        if needle.depth_mm.is_none() && !mode.allows_planning() {
            let direction = -Vector::y();
            let [x_mm, z_mm] = unaimed(vertebra, side);
            // Over the side wall there may be no bone behind; nearer to the midline there is.
            let entry = (0..=20)
                .find_map(|step| stand_on_bone(vertebra, x_mm * (1.0 - 0.05 * f64::from(step)), z_mm, &direction))?;
            return Some(Aim { side, entry, target: entry + direction * length_mm });
        }
        Some(Aim { side, entry: needle.entry, target: needle.entry + needle.direction * length_mm })
    }

    fn direction(&self) -> Vector {
        (self.target - self.entry).normalize()
    }

    /// Tilted about where it stands, degrees.
    pub fn turned(&self, convergence_deg: f64, sagittal_deg: f64) -> Option<Aim> {
        let (convergence, sagittal) = angles_of(self.side, &self.direction());
        let direction = direction_from_angles(
            self.side,
            rad_from_deg(deg_from_rad(convergence) + convergence_deg),
            rad_from_deg(deg_from_rad(sagittal) + sagittal_deg),
        );
        let length_mm = (self.target - self.entry).norm();
        direction.ok().map(|direction| Aim { target: self.entry + direction * length_mm, ..*self })
    }

    /// Shifted over the bone, mm; `None` where there is none to stand on.
    pub fn shifted(&self, vertebra: &Vertebra, left_mm: f64, up_mm: f64) -> Option<Aim> {
        if left_mm == 0.0 && up_mm == 0.0 {
            return Some(*self);
        }
        let direction = self.direction();
        let along = (vertebra.landmarks.canal_centre.y - self.entry.y) / direction.y;
        let through = self.entry + direction * along;
        let entry = stand_on_bone(vertebra, through.x + left_mm, through.z + up_mm, &direction)?;
        Some(Aim { side: self.side, entry, target: entry + direction * (self.target - self.entry).norm() })
    }
}
