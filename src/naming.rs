//! Names of Kubernetes objects and label values, made from names that people chose (layer 1, pure).
//!
//! People's names may be long, in any script, or alike after sanitising. So every object name ends in a hash over the
//! original, which makes collisions impossible in practice; the originals stand in annotations. All results are ASCII
//! and at most [`MAX_LABEL`] bytes.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// The limit of a DNS label, and of a label value. Pod names may be longer, but become host names.
pub const MAX_LABEL: usize = 63;

const MAX_PREFIX: usize = 20;
/// What is left of [`MAX_LABEL`] after the prefix, the hash, an attempt of five digits and the dashes.
const MAX_STEP: usize = 24;
const HASH: usize = 10;

/// Whether `name` is a DNS label of RFC 1123, as namespaces and Services must be.
pub fn is_dns_label(name: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = name.as_bytes();
    let ends = bytes.first().is_some_and(|b| inner(*b)) && bytes.last().is_some_and(|b| inner(*b));
    ends && bytes.len() <= MAX_LABEL && bytes.iter().all(|b| inner(*b) || *b == b'-')
}

/// A label value by ZenML's rule: runs of other characters than `A-Za-z0-9._-` become `-`, the ends are trimmed to
/// letters and digits. Where nothing is left of a name, its hash stands for it, so that selectors never go empty.
pub fn label_value(name: &str) -> String {
    let is_end = |c: char| matches!(c, '.' | '_' | '-');
    let dashed = dashed(name, |c| c.is_ascii_alphanumeric() || is_end(c));
    let trimmed = dashed.trim_matches(is_end);
    let value = trimmed[..trimmed.len().min(MAX_LABEL)].trim_end_matches(is_end);
    if value.is_empty() { short_hash(&[name]) } else { value.to_owned() }
}

/// The readable part of an object name: lower case, letters, digits and single inner dashes, at most `max` bytes. Empty
/// when nothing of `name` can be kept.
fn slug(name: &str, max: usize) -> String {
    let dashed = dashed(&name.to_ascii_lowercase(), |c| c.is_ascii_alphanumeric());
    let trimmed = dashed.trim_matches('-');
    trimmed[..trimmed.len().min(max)].trim_end_matches('-').to_owned()
}

/// The first ten hexadecimal digits of the SHA-256 over `parts`, NUL between them; for one part, of the part itself.
pub fn short_hash(parts: &[&str]) -> String {
    hash(parts)[..HASH].to_owned()
}

/// The SHA-256 over `parts`, NUL between them, in hexadecimal.
pub fn hash(parts: &[&str]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(parts.join("\0").as_bytes()) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The name that a run's root ConfigMap, Job and Lease share: unique in the namespace for each run name.
pub fn run_object(run_name: &str) -> String {
    joined(&["zenml-run", &slug(run_name, MAX_PREFIX), &short_hash(&[run_name])])
}

/// The name of a step's pod: always the same for the same run, step and attempt (from 1), so that creating it twice is
/// refused by the API server.
pub fn step_pod(pipeline: &str, run_id: &str, step: &str, attempt: u16) -> String {
    let hash = short_hash(&[run_id, step]);
    joined(&[&slug(pipeline, MAX_PREFIX), &slug(step, MAX_STEP), &hash, &format!("a{attempt}")])
}

/// The name of a run that was not given one: `<pipeline>-<yyyymmdd-hhmmss>` in UTC.
pub fn default_run_name(pipeline: &str, now: Timestamp) -> String {
    format!("{pipeline}-{}", now.strftime("%Y%m%d-%H%M%S"))
}

/// Runs of characters that are not kept, replaced by one dash each.
fn dashed(name: &str, keep: impl Fn(char) -> bool) -> String {
    let mut text = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if keep(c) {
            text.push(c);
        } else if !gap {
            text.push('-');
        }
        gap = !keep(c);
    }
    text
}

fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dns_labels() {
        for name in ["a", "ml-pipelines", "0a", &"a".repeat(63)] {
            assert!(is_dns_label(name), "{name}");
        }
        for name in ["", "-a", "a-", "A", "a_b", "a.b", "é", &"a".repeat(64)] {
            assert!(!is_dns_label(name), "{name}");
        }
    }

    #[test]
    fn label_values() {
        for (name, expected) in [
            ("kubernetes_example_pipeline", "kubernetes_example_pipeline"),
            ("Churn Training (v2)", "Churn-Training-v2"),
            ("train[3]", "train-3"),
            ("..a--b__", "a--b"),
            ("a é é b", "a-b"),
            (&"x".repeat(70), &"x".repeat(63)),
            (&format!("{}-tail", "x".repeat(62)), &"x".repeat(62)),
            ("模型", "c98e118e0a"),
        ] {
            assert_eq!(label_value(name), expected, "{name}");
        }
    }

    #[test]
    fn object_names() {
        // printf %s nightly | sha256sum
        assert_eq!(run_object("nightly"), "zenml-run-nightly-2a3b62b53d");
        assert_eq!(run_object("模型").len(), "zenml-run-".len() + 10);
        let pod = step_pod("kubernetes_example_pipeline", "0b1f", "Train Model", 2);
        assert!(pod.starts_with("kubernetes-example-p-train-model-") && pod.ends_with("-a2"), "{pod}");
        let longest = step_pod(&"p".repeat(99), "0b1f", &"s".repeat(99), u16::MAX);
        assert_eq!(longest.len(), MAX_LABEL);
    }

    #[test]
    fn run_names_carry_the_time() {
        let now = "2026-11-20T06:07:08+01:00".parse().unwrap();
        assert_eq!(default_run_name("churn", now), "churn-20261120-050708");
    }

    fn is_label_value(value: &str) -> bool {
        let end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let inner = value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
        inner && value.len() <= MAX_LABEL && end(value.chars().next()) && end(value.chars().last())
    }

    proptest! {
        #[test]
        fn always_valid(pipeline in ".*", run in ".*", step in ".*", attempt in 1_u16..) {
            prop_assert!(is_dns_label(&step_pod(&pipeline, &run, &step, attempt)));
            prop_assert!(is_dns_label(&run_object(&run)));
            prop_assert!(is_label_value(&label_value(&step)));
            prop_assert!(slug(&step, 7).len() <= 7);
        }

        #[test]
        fn never_the_same(pipeline in "[a-z]{0,40}", a in "[a-zA-Z_é -]{1,40}", b in "[a-zA-Z_é -]{1,40}") {
            prop_assume!(a != b);
            prop_assert_ne!(step_pod(&pipeline, "run", &a, 1), step_pod(&pipeline, "run", &b, 1));
            prop_assert_ne!(step_pod(&pipeline, &a, "step", 1), step_pod(&pipeline, &b, "step", 1));
            prop_assert_ne!(step_pod(&pipeline, "run", &a, 1), step_pod(&pipeline, "run", &a, 2));
            prop_assert_ne!(run_object(&a), run_object(&b));
        }
    }
}
