//! What `--version` says: the program's version, its commit and the hashes of the data built into it.

use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// Data built into the program. (To be completed as assets come in.)
const EMBEDDED: &[(&str, &str)] = &[("new-scenario.toml", include_str!("../../assets/new-scenario.toml"))];

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
