//! From a scenario's keys to the patient and the plan. (Placeholder: to be replaced.)

/// Ids of the cement products that `[cement]` may name.
pub fn product_ids() -> Vec<&'static str> {
    vec!["pmma-low", "pmma-medium", "pmma-high"]
}
