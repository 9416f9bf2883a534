//! Tables of the shape's constants: the one built in, or another read from a file of `name = [T5, ..., L5]` lines.

use std::collections::BTreeMap;
use trocar::anatomy::Level;
use trocar::anatomy::shape_constants::ShapeConstants;

/// One value per level, T5 first, for every constant.
pub type Table = BTreeMap<String, Vec<f64>>;

/// The table in `file`; the one built in without.
pub fn read(file: Option<&str>) -> Table {
    if let Some(file) = file {
        let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
        return toml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
    let values = |name| Level::ALL.map(|l| ShapeConstants::value(l, name).expect("in the table")).to_vec();
    ShapeConstants::NAMES.iter().map(|n| (n.to_string(), values(n))).collect()
}

/// Writes what [`read`] reads.
pub fn write(table: &Table, file: &str) {
    let line = |name: &&str| {
        let values: Vec<String> = table[*name].iter().map(|v| format!("{v:.3}")).collect();
        format!("{name} = [{}]\n", values.join(", "))
    };
    let text: String = ShapeConstants::NAMES.iter().map(line).collect();
    std::fs::write(file, text).unwrap_or_else(|error| panic!("{file}: {error}"));
}

/// The constants of a level, by its place in the table.
pub fn constants_at(table: &Table, row: usize) -> ShapeConstants {
    ShapeConstants::from_values(|name| table[name][row])
}

/// What follows a word on the command line.
pub fn after<'a>(arguments: &'a [String], word: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|a| a == word)?;
    arguments.get(at + 1).map(String::as_str)
}
