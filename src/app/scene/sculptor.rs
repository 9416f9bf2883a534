//! The cement's surface, made on a thread of its own from the latest state of the cement.

use super::cement_surface::CementSurface;
use super::surface::{Surface, linear};
use crate::app::debrief::background::Desk;
use crate::geometry::CellIndex;
use crate::procedure::beam_content::BeamContent;
use std::sync::Arc;

/// Colour of a balloon: that of its contrast medium on a grey ground.
const BALLOON: [u8; 3] = [0x7f, 0xd1, 0xe8];

/// What is in the bone.
#[derive(Clone, Debug, Default)]
pub struct Sculpted {
    /// Cement.
    pub cement: Option<Arc<Surface>>,
    /// Balloons that are up.
    pub balloon: Option<Arc<Surface>>,
}

/// Keeps the surfaces up to date with the cement of an operation or a recording.
pub struct Sculptor {
    desk: Desk<Arc<BeamContent>, Sculpted>,
    asked: Option<Arc<BeamContent>>,
    made: Sculpted,
}

impl Default for Sculptor {
    fn default() -> Sculptor {
        Sculptor::new()
    }
}

impl Sculptor {
    /// At work.
    pub fn new() -> Sculptor {
        let new = || [CementSurface::new(), CementSurface::new()];
        let desk = Desk::open("cement surface", new, |[cement, balloon], content: Arc<BeamContent>, counter| {
            cement.update(content.grid(), content.cement_cells());
            let inside: Vec<(CellIndex, f32)> = content.balloon_cells().iter().map(|&cell| (cell, 1.0)).collect();
            balloon.update(content.grid(), &inside);
            let shown = |surface: Surface| (!surface.is_empty()).then(|| Arc::new(surface));
            let mut skin = balloon.mesh();
            skin.colours.fill(linear(BALLOON));
            counter.answer(Sculpted { cement: shown(cement.mesh()), balloon: shown(skin) });
        });
        Sculptor { desk, asked: None, made: Sculpted::default() }
    }

    /// The newest surfaces, on the way to those of `content`.
    pub fn follow(&mut self, content: Option<&Arc<BeamContent>>) -> Sculpted {
        while let Some(made) = self.desk.take() {
            self.made = made;
        }
        match content {
            None => (self.asked, self.made) = (None, Sculpted::default()),
            Some(content) if self.asked.as_ref().is_some_and(|asked| Arc::ptr_eq(asked, content)) => {}
            Some(content) => {
                self.desk.ask(Arc::clone(content));
                self.asked = Some(Arc::clone(content));
            }
        }
        self.made.clone()
    }
}
