//! `[teaching]` of a scenario file: what a learner is told before a case, in English and, if wanted, in Chinese.

use schemars::JsonSchema;
use serde::Deserialize;

/// What a learner is told of the case. It changes nothing in the run.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TeachingSection {
    /// Who comes, with what, since when: a few sentences.
    #[serde(default)]
    #[schemars(length(max = 2000))]
    pub story: String,
    /// What is to be reached, a short sentence each.
    #[serde(default)]
    #[schemars(length(max = 8))]
    pub goals: Vec<String>,
    /// 1 for a first case to 3 for a hard one.
    #[schemars(range(min = 1, max = 3))]
    pub difficulty: Option<u8>,
    /// How long the case takes at the table, min.
    #[schemars(range(min = 1.0, max = 240.0))]
    pub minutes: Option<f64>,
    /// The same in Chinese.
    pub zh: Option<TeachingInChinese>,
}

/// Title, story and goals in Chinese; what is left out is said in English.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TeachingInChinese {
    /// One line for people.
    pub title: Option<String>,
    /// Who comes, with what, since when.
    #[schemars(length(max = 2000))]
    pub story: Option<String>,
    /// What is to be reached.
    #[serde(default)]
    #[schemars(length(max = 8))]
    pub goals: Vec<String>,
}

#[cfg(test)]
mod tests {
    use crate::scenario::Scenario;

    /// The tutorial with one line of its teaching replaced.
    fn with(from: &str, to: &str) -> String {
        let text = include_str!("../../scenarios/training/tutorial.toml");
        assert!(text.contains(from), "{from}");
        let text = text.replacen(from, to, 1);
        match Scenario::parse(text, std::path::Path::new("case.toml")) {
            Ok(_) => "accepted".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_a_case_says_of_itself_is_checked_like_the_rest_of_it() {
        let line = "difficulty = 1";
        assert_eq!(with(line, "difficulty = 3"), "accepted");
        let unknown = with(line, "dificulty = 1");
        assert!(unknown.contains("dificulty") && unknown.contains("unknown key"), "{unknown}");
        let hard = with(line, "difficulty = 4");
        assert!(hard.contains("teaching.difficulty") && hard.contains("out of range"), "{hard}");
        let long = with("story = \"", &format!("story = \"{}", "é".repeat(2000)));
        assert!(long.contains("characters are too many") && long.contains("at most 2000"), "{long}");
    }
}
