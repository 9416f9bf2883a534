//! JUnit XML for test dashboards: one suite a scenario file, one case an expectation.

use crate::scenario::expectations::{Checked, Verdict};
use std::fmt::Write;

/// What one file came to.
pub struct Suite<'a> {
    /// Path of the file as given.
    pub name: String,
    /// Why it gave no result, if it did not.
    pub error: Option<String>,
    /// Expectations; empty when the file has none.
    pub checked: &'a [Checked],
    /// Verdict on them.
    pub verdict: Verdict,
    /// The file's own word on why it is known to fail.
    pub known_because: Option<&'a str>,
    /// What the caller's clock says it took.
    pub seconds: f64,
}

enum CaseResult<'a> {
    Passed,
    Failed(&'a str),
    Error(&'a str),
    Skipped(&'a str),
}

/// The XML text of several files.
pub fn to_xml(suites: &[Suite<'_>]) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"trocar\">\n");
    for suite in suites {
        write_suite(&mut xml, suite);
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn write_suite(xml: &mut String, suite: &Suite<'_>) {
    let mut cases: Vec<(&str, CaseResult<'_>)> = Vec::new();
    if let Some(error) = &suite.error {
        cases.push(("runs", CaseResult::Error(error)));
    } else if suite.checked.is_empty() {
        cases.push(("runs", CaseResult::Passed));
    }
    for one in suite.checked {
        let result = match (one.met, suite.verdict) {
            (false, Verdict::KnownFailure) => CaseResult::Skipped(suite.known_because.unwrap_or("known failure")),
            (false, _) => CaseResult::Failed(one.note.as_deref().unwrap_or("not met")),
            (true, _) => CaseResult::Passed,
        };
        cases.push((&one.key, result));
    }
    if suite.verdict == Verdict::NowPasses {
        cases.push(("known_failure", CaseResult::Failed("now passes: delete known_failure")));
    }
    let count = |wanted: fn(&CaseResult<'_>) -> bool| cases.iter().filter(|(_, result)| wanted(result)).count();
    let name = escape(&suite.name);
    // Writing to a String cannot fail.
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3}\">",
        cases.len(),
        count(|result| matches!(result, CaseResult::Failed(_))),
        count(|result| matches!(result, CaseResult::Error(_))),
        count(|result| matches!(result, CaseResult::Skipped(_))),
        suite.seconds,
    );
    for (case, result) in &cases {
        let _ = write!(xml, "    <testcase classname=\"{name}\" name=\"{}\"", escape(case));
        let _ = match result {
            CaseResult::Passed => writeln!(xml, "/>"),
            CaseResult::Failed(why) => writeln!(xml, "><failure message=\"{}\"/></testcase>", escape(why)),
            CaseResult::Error(why) => writeln!(xml, "><error message=\"{}\"/></testcase>", escape(why)),
            CaseResult::Skipped(why) => writeln!(xml, "><skipped message=\"{}\"/></testcase>", escape(why)),
        };
    }
    xml.push_str("  </testsuite>\n");
}

/// Text for an attribute; characters that XML 1.0 cannot hold become U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\r' => escaped.push_str("&#13;"),
            c if c < ' ' || c == '\u{fffe}' || c == '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(key: &str, met: bool) -> Checked {
        let note = (!met).then(|| "found 2 < 3 & \"odd\"".to_owned());
        Checked { key: key.into(), expected: Default::default(), found: None, met, note }
    }

    fn suite(checked: &[Checked], verdict: Verdict) -> Suite<'_> {
        Suite {
            name: "a<b>.toml".into(),
            error: None,
            checked,
            verdict,
            known_because: Some("no disc yet"),
            seconds: 0.5,
        }
    }

    #[test]
    fn a_miss_fails_and_its_words_are_escaped() {
        let cases = [checked("pvp.x", true), checked("pvp.y", false)];
        let xml = to_xml(&[suite(&cases, Verdict::Missed)]);
        assert!(
            xml.contains("name=\"a&lt;b&gt;.toml\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\""),
            "{xml}"
        );
        assert!(xml.contains("found 2 &lt; 3 &amp; &quot;odd&quot;"), "{xml}");
    }

    #[test]
    fn a_known_failure_is_skipped_until_it_passes() {
        let missed = [checked("pvp.y", false)];
        let xml = to_xml(&[suite(&missed, Verdict::KnownFailure)]);
        assert!(
            xml.contains("skipped=\"1\"") && xml.contains("failures=\"0\"") && xml.contains("no disc yet"),
            "{xml}"
        );
        let met = [checked("pvp.y", true)];
        let xml = to_xml(&[suite(&met, Verdict::NowPasses)]);
        assert!(xml.contains("failures=\"1\"") && xml.contains("delete known_failure"), "{xml}");
    }

    #[test]
    fn control_characters_do_not_reach_the_file() {
        assert_eq!(escape("a\u{0}b\u{1b}"), "a\u{fffd}b\u{fffd}");
    }
}
