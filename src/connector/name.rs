//! Connector names: what is allowed, and what is proposed (layer 1).

use std::str::FromStr;

use crate::error::{Error, Result};

const LONGEST: usize = 63;

/// Accepts `[a-z0-9][a-z0-9._-]{0,62}`.
pub fn validate(name: &str) -> Result<()> {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let fine = name.len() <= LONGEST
        && name.starts_with(alphanumeric)
        && name.chars().all(|c| alphanumeric(c) || matches!(c, '.' | '_' | '-'));
    if fine && is_id(name) {
        return Err(Error::usage(format!("\"{name}\" has the form of an id, by which another connector may be meant")));
    }
    if fine {
        return Ok(());
    }
    let error = Error::usage(format!("\"{name}\" is not a valid name"))
        .hint("a name has at most 63 lower-case letters, digits, `.`, `_` and `-`, and begins with a letter or digit");
    let proposal = sanitise(name);
    Err(if proposal.is_empty() { error } else { error.hint(format!("\"{proposal}\" would do")) })
}

fn is_id(name: &str) -> bool {
    name.len() == 36 && name.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// The name for a connector of this context: its last segment, so that an EKS ARN and a GKE name become the cluster's.
pub fn from_context(context: &str) -> String {
    let segment = context.rsplit('/').find(|segment| !segment.is_empty()).unwrap_or_default();
    // gcloud writes gke_PROJECT_ZONE_CLUSTER, and none of the three may contain an underscore.
    let segment = match segment.split('_').collect::<Vec<_>>()[..] {
        ["gke", _, _, cluster] => cluster,
        _ => segment,
    };
    let name = sanitise(segment);
    if name.is_empty() { "connector".to_owned() } else { name }
}

/// `name`, or the first of `name-2`, `name-3`, … that `taken` does not know.
pub fn free(name: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(name) {
        return name.to_owned();
    }
    let mut number = 2_u32;
    loop {
        let suffix = format!("-{number}");
        let candidate = format!("{}{suffix}", &name[..name.len().min(LONGEST - suffix.len())]);
        if !taken(&candidate) {
            return candidate;
        }
        number += 1;
    }
}

fn sanitise(text: &str) -> String {
    let mut name = String::new();
    for c in text.to_lowercase().chars() {
        let allowed = c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        match name.chars().last() {
            None if !c.is_ascii_alphanumeric() => {}
            Some('-') if !allowed => {}
            _ => name.push(if allowed { c } else { '-' }),
        }
    }
    name.truncate(LONGEST);
    name.truncate(name.trim_end_matches(['-', '.', '_']).len());
    name
}

/// A part of a name, as `ZenML` filters: `contains:TEXT`, which is what TEXT alone means, `equals:TEXT`, `startswith:TEXT` and
/// `endswith:TEXT`. No name holds a colon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    operator: Operator,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Contains,
    Equals,
    StartsWith,
    EndsWith,
}

impl Pattern {
    /// Whether `name` is like this.
    pub fn matches(&self, name: &str) -> bool {
        let text = self.text.as_str();
        match self.operator {
            Operator::Contains => name.contains(text),
            Operator::Equals => name == text,
            Operator::StartsWith => name.starts_with(text),
            Operator::EndsWith => name.ends_with(text),
        }
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (operator, text) = text.split_once(':').unwrap_or(("contains", text));
        let operator = match operator {
            "contains" => Operator::Contains,
            "equals" => Operator::Equals,
            "startswith" => Operator::StartsWith,
            "endswith" => Operator::EndsWith,
            _ => return Err("there are contains:, equals:, startswith: and endswith:".to_owned()),
        };
        Ok(Self { operator, text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_and_refuses() {
        for name in ["a", "0", "prod.eu_west-1", &"x".repeat(63)] {
            validate(name).unwrap();
        }
        for name in ["", "-a", "Prod", "a/b", "a b", "é", &"x".repeat(64)] {
            assert!(validate(name).is_err(), "{name}");
        }
        assert!(validate("Prod Eu").unwrap_err().render().contains("\"prod-eu\" would do"));
    }

    #[test]
    fn names_come_from_contexts() {
        let cases = [
            ("arn:aws:eks:eu-central-1:111122223333:cluster/prod", "prod"),
            ("gke_fixture-project_europe-west1-b_prod", "prod"),
            ("kind-dev", "kind-dev"),
            ("dev@prod.eu-central-1.eksctl.io", "dev-prod.eu-central-1.eksctl.io"),
            ("workspace.kcp.io/current", "current"),
            ("default/api-example-com:6443/", "api-example-com-6443"),
            ("my_cluster", "my_cluster"),
            ("Ünï", "n"),
            ("日本", "connector"),
        ];
        for (context, name) in cases {
            assert_eq!(from_context(context), name);
            validate(name).unwrap();
        }
    }

    #[test]
    fn patterns_are_zenmls() {
        let matches = |pattern: &str, name: &str| pattern.parse::<Pattern>().unwrap().matches(name);
        assert!(matches("ro", "prod") && matches("contains:ro", "prod") && matches("", "prod"));
        assert!(matches("equals:prod", "prod") && !matches("equals:pro", "prod"));
        assert!(matches("startswith:pr", "prod") && !matches("startswith:ro", "prod"));
        assert!(matches("endswith:od", "prod") && !matches("endswith:ro", "prod"));
        assert!("gte:a".parse::<Pattern>().is_err());
    }

    #[test]
    fn finds_a_free_name() {
        assert_eq!(free("a", |_| false), "a");
        assert_eq!(free("a", |name| name == "a" || name == "a-2"), "a-3");
        let long = "x".repeat(63);
        assert_eq!(free(&long, |name| name == long).len(), 63);
    }
}
