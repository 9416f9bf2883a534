//! What `--version` says: the program's version, its commit and the hashes of the data built into it.

use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// Data built into the program.
const EMBEDDED: &[(&str, &str)] = &[
    ("attenuation.toml", include_str!("../../assets/attenuation.toml")),
    ("bone.toml", include_str!("../../assets/bone.toml")),
    ("c_arm.toml", include_str!("../../assets/c_arm.toml")),
    ("cement_flow.toml", include_str!("../../assets/cement_flow.toml")),
    ("cements.toml", include_str!("../../assets/cements.toml")),
    ("defects.toml", include_str!("../../assets/defects.toml")),
    ("detector.toml", include_str!("../../assets/detector.toml")),
    ("fracture.toml", include_str!("../../assets/fracture.toml")),
    ("heat.toml", include_str!("../../assets/heat.toml")),
    ("height.toml", include_str!("../../assets/height.toml")),
    ("import.toml", include_str!("../../assets/import.toml")),
    ("instruments.toml", include_str!("../../assets/instruments.toml")),
    ("label_numberings.toml", include_str!("../../assets/label_numberings.toml")),
    ("leak_shapes.toml", include_str!("../../assets/leak_shapes.toml")),
    ("marrow.toml", include_str!("../../assets/marrow.toml")),
    ("mechanics.toml", include_str!("../../assets/mechanics.toml")),
    ("morphometry.toml", include_str!("../../assets/morphometry.toml")),
    ("nerves.toml", include_str!("../../assets/nerves.toml")),
    ("new-scenario.toml", include_str!("../../assets/new-scenario.toml")),
    ("procedure.toml", include_str!("../../assets/procedure.toml")),
    ("proposal.toml", include_str!("../../assets/proposal.toml")),
    ("risk.toml", include_str!("../../assets/risk.toml")),
    ("spine.toml", include_str!("../../assets/spine.toml")),
    ("strength.toml", include_str!("../../assets/strength.toml")),
    ("torso.toml", include_str!("../../assets/torso.toml")),
    ("trajectory_rules.toml", include_str!("../../assets/trajectory_rules.toml")),
    ("two_view_rule.toml", include_str!("../../assets/two_view_rule.toml")),
    ("veins.toml", include_str!("../../assets/veins.toml")),
    ("vertebra_shape.toml", include_str!("../../assets/vertebra_shape.toml")),
    ("visibility.toml", include_str!("../../assets/visibility.toml")),
];

/// The text behind the program's name.
pub static TEXT: LazyLock<String> = LazyLock::new(|| {
    // Set by whoever builds from a checkout; a build from a source archive has none.
    let commit = option_env!("TROCAR_COMMIT").unwrap_or("unknown");
    let mut text = format!("{} (commit {commit})", env!("CARGO_PKG_VERSION"));
    for (name, content) in EMBEDDED {
        let hash: String =
            Sha256::digest(content.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        text.push_str(&format!("\n  {name} {hash}"));
    }
    text
});
