//! The operating room takes in news: the state, what was done, pictures to be made.

use super::monitor::Monitor;
use super::room::OperatingRoom;
use crate::app::engine::News;
use crate::app::engine::darkroom::Exposure;
use crate::assessment::session::SessionLine;
use crate::procedure::action::{Action, View};
use crate::procedure::beam_content::BeamContent;
use std::sync::Arc;

/// Edge of a monitor's picture in pixels.
const MONITOR_PIXELS: usize = 512;
/// Edge of a live picture in pixels: four times as fast to make.
const LIVE_PIXELS: usize = 256;

impl OperatingRoom {
    pub(super) fn hear(&mut self, news: News) {
        match news {
            News::Now(now) => self.now = *now,
            News::Acted(timed) => {
                self.actions.push(timed);
                if let Some(log) = &mut self.log {
                    log.note(&SessionLine::Acted(timed));
                }
                let moves = !matches!(
                    timed.action,
                    Action::Aim { .. }
                        | Action::Image { .. }
                        | Action::Screen { .. }
                        | Action::Mix
                        | Action::RecordLevel { .. }
                        | Action::Finish
                );
                if moves {
                    self.monitors.iter_mut().for_each(|monitor| monitor.moved(timed.tick + 1));
                }
            }
            News::Refused { because, action } => {
                if matches!(action, Action::Push { .. }) {
                    self.is_pressed = false;
                }
                self.say(&because);
            }
            News::Taken(shot) => self.develop(shot.number as u64, shot.tick, shot.view, &shot.content, MONITOR_PIXELS),
            News::NoOutlet => {
                self.is_pressed = false;
                self.say("told-no-way-out");
            }
            News::Rewound(kept) => {
                self.actions.truncate(kept);
                self.is_rewinding = false;
                if let Some(log) = &mut self.log {
                    log.note(&SessionLine::Rewound { kept });
                }
                self.monitors.iter_mut().for_each(Monitor::clear);
            }
            News::Over(finished) => self.finished = Some(*finished),
            News::Failed(because) => self.failed = Some(because),
        }
        if self.now.syringe.is_some_and(|syringe| syringe.rate_ml_per_min > 0.0) {
            let tick = self.now.tick;
            self.monitors.iter_mut().for_each(|monitor| monitor.moved(tick));
        }
        if let Some(log) = &mut self.log {
            log.passed(self.now.tick);
        }
    }

    fn develop(&mut self, number: u64, tick: u64, view: View, content: &Arc<BeamContent>, pixels: usize) {
        let is_inverted = self.is_inverted;
        if let Some(darkroom) = &mut self.darkroom {
            darkroom.ask(Exposure { number, tick, view, content: Arc::clone(content), pixels, is_inverted });
        }
    }

    /// While the pedal is down: the next live picture as soon as the last has come.
    pub(super) fn go_live(&mut self) {
        let is_idle = self.darkroom.as_ref().is_some_and(|darkroom| darkroom.waiting == 0);
        let view = self.now.arms.as_ref().and_then(|arms| arms.screening);
        let (Some(view), Some(content)) = (view, self.now.content.clone()) else { return };
        if is_idle && self.now.tick >= self.live_due_tick {
            // Numbers of live pictures lie beyond those of single shots: noise of its own for each.
            self.develop((1 << 32) + self.now.tick, self.now.tick, view, &content, LIVE_PIXELS);
            self.live_due_tick = self.now.tick + 4;
        }
    }
}
