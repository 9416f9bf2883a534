//! Reading a scenario file: text, syntax, schema, rules across keys, variants.

use super::document::Document;
use super::error::{Fault, Finding, ScenarioError};
use super::file::ScenarioFile;
use super::{coherence, strict};
use miette::NamedSource;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// No case comes near this; it keeps a wrong file from filling the memory.
const LARGEST_FILE_BYTES: u64 = 1 << 20;

/// A checked scenario, or one of its variants.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The keys, with the variant's own in place.
    pub file: ScenarioFile,
    /// Which variant this is; `None` for the file as it stands.
    pub variant: Option<String>,
    /// Where it was read from.
    pub path: PathBuf,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    source: Arc<NamedSource<String>>,
    variants: Vec<ScenarioFile>,
}

impl Scenario {
    /// Reads and checks a file; all that is wrong with it is reported at once.
    pub fn load(path: &Path) -> Result<Scenario, ScenarioError> {
        let unreadable =
            |error: std::io::Error| ScenarioError::Unreadable { path: path.into(), reason: error.to_string() };
        let described = std::fs::metadata(path).map_err(unreadable)?;
        if described.is_dir() {
            return Err(ScenarioError::Unreadable { path: path.into(), reason: "it is a folder".into() });
        }
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).map_err(unreadable)?;
        // Also bounds what has no size beforehand, such as a pipe.
        std::io::Read::read_to_end(&mut std::io::Read::take(file, LARGEST_FILE_BYTES + 1), &mut bytes)
            .map_err(unreadable)?;
        if bytes.len() as u64 > LARGEST_FILE_BYTES {
            return Err(ScenarioError::TooLarge { path: path.into(), limit_bytes: LARGEST_FILE_BYTES });
        }
        let text = String::from_utf8(bytes)
            .map_err(|error| ScenarioError::NotUtf8 { path: path.into(), offset: error.utf8_error().valid_up_to() })?;
        Scenario::parse(text, path)
    }

    /// Checks a text that came from `path`.
    pub fn parse(text: String, path: &Path) -> Result<Scenario, ScenarioError> {
        let sha256 = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        let source = Arc::new(NamedSource::new(path.display().to_string(), text));
        let invalid = |mut findings: Vec<Finding>| {
            findings.sort_by_key(|finding| finding.span.start);
            ScenarioError::Invalid(findings.into_iter().map(|finding| finding.in_file(&source)).collect())
        };
        let document = Document::parse(source.inner()).map_err(invalid)?;
        let file = checked(&document).map_err(invalid)?;
        let mut findings: Vec<Finding> = contradictions(&document, coherence::check_expectations(&file));
        let mut variants = Vec::new();
        for i in 0..file.variant.len() {
            let (changed, more) = with_variant(&document, i);
            findings.extend(more);
            match checked(&changed) {
                Ok(variant) => variants.push(variant),
                Err(more) => findings.extend(more),
            }
        }
        if !findings.is_empty() {
            return Err(invalid(findings));
        }
        Ok(Scenario { file, variant: None, path: path.to_owned(), sha256, source, variants })
    }

    /// The scenario as it stands, then each of its variants.
    pub fn runs(&self) -> Vec<Scenario> {
        let mut runs = vec![Scenario { variants: Vec::new(), ..self.clone() }];
        for (variant, file) in self.file.variant.iter().zip(&self.variants) {
            runs.push(Scenario {
                file: file.clone(),
                variant: Some(variant.id.clone()),
                variants: Vec::new(),
                ..self.clone()
            });
        }
        runs
    }

    /// Text of the file.
    pub fn text(&self) -> &str {
        self.source.inner()
    }

    /// An error that points to a dotted key of this file, `"trajectory.0.target_mm"`: for rules that only the patient
    /// can break.
    pub fn fault(&self, key: &str, problem: impl Into<String>, help: Option<&str>) -> ScenarioError {
        let steps: Vec<&str> = key.split('.').collect();
        let span = Document::parse(self.source.inner()).map_or(0..0, |document| document.place(&steps));
        let finding = Finding { span, key: key.into(), problem: problem.into(), help: help.map(str::to_owned) };
        let fault: Fault = finding.in_file(&self.source);
        ScenarioError::Invalid(vec![fault])
    }

    /// A file that the scenario names: relative to the scenario itself, else below [`data_root`].
    pub fn find_data(&self, named: &str) -> Option<PathBuf> {
        let beside = self.path.parent().unwrap_or(Path::new("")).join(named);
        [beside, data_root().join(named)].into_iter().find(|path| path.is_file())
    }

    /// Keys and names of data files that this scenario and its variants need and that are not there.
    pub fn missing_data(&self) -> Vec<(&'static str, String)> {
        let mut missing = BTreeSet::new();
        for file in std::iter::once(&self.file).chain(&self.variants) {
            let patient = &file.patient;
            let named =
                [("patient.file", &patient.file), ("patient.ct", &patient.ct), ("patient.labels", &patient.labels)];
            for (key, name) in named {
                if let Some(name) = name
                    && self.find_data(name).is_none()
                {
                    missing.insert((key, name.clone()));
                }
            }
        }
        missing.into_iter().collect()
    }

    /// An error unless every data file is there.
    pub fn require_data(&self) -> Result<(), ScenarioError> {
        match self.missing_data().first() {
            None => Ok(()),
            Some((key, name)) => {
                let help = format!("looked beside this file and below {} (set TROCAR_DATA)", data_root().display());
                Err(self.fault(key, format!("there is no file \"{name}\""), Some(&help)))
            }
        }
    }
}

/// Where imported data lies: `TROCAR_DATA`, else `../shared/data`.
pub fn data_root() -> PathBuf {
    std::env::var_os("TROCAR_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from)
}

/// The structs of a document that passes the schema and the rules across keys.
fn checked(document: &Document<'_>) -> Result<ScenarioFile, Vec<Finding>> {
    let schema = ScenarioFile::json_schema();
    let findings = strict::check(&schema, &document.root);
    if !findings.is_empty() {
        return Err(findings);
    }
    let file = document.read().map_err(|finding| vec![finding])?;
    let findings = contradictions(document, coherence::check(&file));
    if findings.is_empty() { Ok(file) } else { Err(findings) }
}

fn contradictions(document: &Document<'_>, found: Vec<coherence::Contradiction>) -> Vec<Finding> {
    found
        .into_iter()
        .map(|contradiction| {
            let steps: Vec<&str> = contradiction.path.iter().map(String::as_str).collect();
            Finding {
                span: document.place(&steps),
                key: steps.join("."),
                problem: contradiction.problem,
                help: contradiction.help,
            }
        })
        .collect()
}

/// The document with the keys of its `i`-th variant in place; they keep their own places in the text.
fn with_variant<'i>(document: &Document<'i>, i: usize) -> (Document<'i>, Vec<Finding>) {
    let mut changed = document.clone();
    let mut findings = Vec::new();
    let variants = document.root.get_ref().get("variant").and_then(|list| list.get_ref().as_array());
    let variant = variants.and_then(|list| list.get(i)).and_then(|variant| variant.get_ref().as_table());
    let part = |name: &str| variant.and_then(|table| table.get(name)).map(|part| part.get_ref());
    for item in part("unset").and_then(|list| list.as_array()).into_iter().flatten() {
        let dotted = item.get_ref().as_str().unwrap_or_default();
        if !changed.unset(dotted) {
            let problem = format!("there is no `{dotted}` to leave out");
            findings.push(Finding { span: item.span(), key: format!("variant.{i}.unset"), problem, help: None });
        }
    }
    for (key, value) in part("set").and_then(|table| table.as_table()).into_iter().flatten() {
        if let Err(problem) = changed.set(key.get_ref(), key, value) {
            findings.push(Finding { span: key.span(), key: format!("variant.{i}.set"), problem, help: None });
        }
    }
    (changed, findings)
}

impl ScenarioFile {
    /// The format's JSON Schema.
    pub fn json_schema() -> serde_json::Value {
        schemars::schema_for!(ScenarioFile).to_value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CASE: &str = include_str!("../../scenarios/training/l1-wedge.toml");

    fn parse(text: String) -> Result<Scenario, ScenarioError> {
        Scenario::parse(text, Path::new("case.toml"))
    }

    #[test]
    fn a_variant_changes_its_keys_and_no_others() {
        let variant =
            "[[variant]]\nid = \"fine\"\nset = { resolution_mm = 0.5, \"trajectory.0.cannula_gauge\" = 13 }\n";
        let runs = parse(format!("{CASE}\n{variant}")).expect("in order").runs();
        let (base, fine) = (&runs[0].file, &runs[1].file);
        assert_eq!((base.resolution_mm, fine.resolution_mm), (1.0, 0.5));
        assert_eq!((base.trajectory[0].cannula_gauge, fine.trajectory[0].cannula_gauge), (11, 13));
        let mut same = fine.clone();
        same.resolution_mm = base.resolution_mm;
        same.trajectory = base.trajectory.clone();
        assert_eq!(&same, base);
        assert_eq!(runs[1].variant.as_deref(), Some("fine"));
    }

    #[test]
    fn a_fault_found_later_points_to_its_key() {
        let scenario = parse(CASE.to_owned()).expect("in order");
        let line = |key: &str| match scenario.fault(key, "wrong", None) {
            ScenarioError::Invalid(faults) => faults[0].line(),
            other => panic!("{other}"),
        };
        let written = |text: &str| CASE.lines().position(|line| line.starts_with(text)).map_or(0, |i| i + 1);
        assert_eq!(line("cement.volume_ml"), written("volume_ml"));
        assert_eq!(line("trajectory.0.side"), written("side"));
        assert_eq!(line("patient.fracture.grade"), written("grade"));
        assert_eq!(line("patient.fracture.nothing"), written("[patient.fracture]"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn no_text_makes_it_panic_and_every_fault_lies_in_the_text(
            at in 0..CASE.len(), cut in 0..40usize, put in "[\\[\\]={}\"\\.a-z0-9#\n\u{e9}-]{0,6}",
        ) {
            let [at, end] = [at, (at + cut).min(CASE.len())].map(|byte| CASE.floor_char_boundary(byte));
            let text = format!("{}{put}{}", &CASE[..at], &CASE[end..]);
            let lines = text.matches('\n').count() + 1;
            if let Err(ScenarioError::Invalid(faults)) = parse(text) {
                for fault in faults {
                    prop_assert!(fault.line() <= lines, "line {} of {lines}: {fault}", fault.line());
                }
            }
        }
    }
}
