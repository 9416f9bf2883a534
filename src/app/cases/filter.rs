//! Which cases are listed.

use super::listing::Entry;
use crate::anatomy::Level;
use crate::procedure::Procedure;

/// What is looked for; nothing set lists everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Words that occur in title or story, in any order.
    pub search: String,
    /// This level only.
    pub level: Option<Level>,
    /// Cases in which this may be done.
    pub procedure: Option<Procedure>,
    /// Cases of this difficulty, 1 to 3.
    pub difficulty: Option<u8>,
}

impl Filter {
    /// Whether a case is listed; `text` is what is searched through.
    pub fn takes(&self, entry: &Entry, difficulty: Option<u8>, text: &str) -> bool {
        let text = text.to_lowercase();
        self.level.is_none_or(|level| entry.level() == Some(level))
            && self.procedure.is_none_or(|procedure| entry.procedures().contains(&procedure))
            && self.difficulty.is_none_or(|wanted| difficulty == Some(wanted))
            && self.search.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }
}
