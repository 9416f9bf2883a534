//! An operation done again from its actions.

use super::action::TimedAction;
use super::operation::{Operation, OperationError};
use std::ops::ControlFlow;

impl Operation<'_> {
    /// Does the actions again at their ticks and goes on to a tick; the watcher hears of every tick and may break off.
    ///
    /// # Errors
    /// Those of the operation; an operation that was recorded gives none.
    pub fn replay(
        &mut self,
        actions: &[TimedAction],
        until_tick: u64,
        watch: &mut dyn FnMut(&Operation) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, OperationError> {
        let mut next = actions.iter().peekable();
        loop {
            while let Some(due) = next.next_if(|due| due.tick <= self.now()) {
                self.apply(due.action)?;
            }
            if self.now() >= until_tick && next.peek().is_none() {
                return Ok(ControlFlow::Continue(()));
            }
            self.tick(1)?;
            if watch(self).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
}
