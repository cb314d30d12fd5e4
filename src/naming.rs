//! Names of Kubernetes objects and label values, made from names that people chose (layer 1, pure).
//!
//! People's names may be long, in any script, or alike after sanitising. So every object name ends in a hash over the
//! original, which makes collisions impossible in practice; the originals stand in annotations. All results are ASCII
//! and at most [`MAX_LABEL`] bytes.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// The limit of a DNS label, and of a label value. Pod names may be longer, but become host names.
pub const MAX_LABEL: usize = 63;

/// What [`is_label_text`] demands, in words.
const LABEL_RULE: &str = "letters, digits, `-`, `_` and `.`, a letter or digit at both ends, at most 63";
/// The limit of a DNS subdomain.
const MAX_SUBDOMAIN: usize = 253;
const MAX_PREFIX: usize = 20;
/// What is left of [`MAX_LABEL`] after the prefix, the hash, an attempt of five digits and the dashes.
const MAX_STEP: usize = 24;
const HASH: usize = 10;

/// Whether `name` is a DNS label of RFC 1123, as namespaces and Services must be.
pub fn is_dns_label(name: &str) -> bool {
    name.len() <= MAX_LABEL && is_bounded(name, is_lower, b"-")
}

/// Checks the name of a namespace. An error is a sentence.
pub fn namespace(name: &str) -> Result<(), String> {
    if is_dns_label(name) {
        return Ok(());
    }
    Err("a namespace has 1 to 63 lower-case letters, digits and `-`, none of these at an end".to_owned())
}

/// Whether `name` is a DNS subdomain of RFC 1123: labels with dots between them.
pub fn is_dns_subdomain(name: &str) -> bool {
    // Its labels are limited only by the whole: the API server's rule is wider than DNS.
    name.len() <= MAX_SUBDOMAIN && name.split('.').all(|part| is_bounded(part, is_lower, b"-"))
}

/// Why `name` cannot be that of an object which takes almost any, such as a Role, by the API server's rule.
pub fn path_segment_fault(name: &str) -> Option<&'static str> {
    match name {
        "" => Some("it is empty"),
        "." | ".." => Some("that is a directory"),
        _ if name.contains(['/', '%']) => Some("leave `/` and `%` out"),
        _ => None,
    }
}

/// Why `key` cannot be a key in a Secret or ConfigMap, by the API server's rule.
pub fn data_key_fault(key: &str) -> Option<&'static str> {
    let legal =
        key.len() <= MAX_SUBDOMAIN && is_bounded(key, |b| b.is_ascii_alphanumeric() || b"-_.".contains(&b), b"");
    (!legal || key == "." || key.starts_with("..")).then_some("use letters, digits, `-`, `_` and `.`")
}

fn is_lower(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit()
}

/// Whether `text` consists of `end` characters and, between two of them, of those of `inner` too.
fn is_bounded(text: &str, end: impl Fn(u8) -> bool, inner: &[u8]) -> bool {
    let bytes = text.as_bytes();
    let ends = bytes.first().is_some_and(|b| end(*b)) && bytes.last().is_some_and(|b| end(*b));
    ends && bytes.iter().all(|b| end(*b) || inner.contains(b))
}

/// Whether `text` is the name of a label, or a value that is not empty.
fn is_label_text(text: &str) -> bool {
    text.len() <= MAX_LABEL && is_bounded(text, |b| b.is_ascii_alphanumeric(), b"-_.")
}

/// Whether `name` can be that of an environment variable, by the rule that every supported Kubernetes has.
pub fn is_variable(name: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    name.starts_with(|c: char| !c.is_ascii_digit()) && name.chars().all(is_inner)
}

/// Why `key` cannot be the key of a label, by the API server's rule: a name, with or without a prefix and `/` before it.
pub fn label_key_fault(key: &str) -> Option<String> {
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    if prefix.is_some_and(|prefix| !is_dns_subdomain(prefix)) {
        return Some(format!(
            "\"{}\" is no key of a label: before the `/` stands a domain, such as example.com",
            key.escape_debug()
        ));
    }
    (!is_label_text(name)).then(|| format!("\"{}\" is no key of a label: use {LABEL_RULE}", key.escape_debug()))
}

/// Why `value` cannot be the value of a label, by the API server's rule.
pub fn label_value_fault(value: &str) -> Option<String> {
    (!value.is_empty() && !is_label_text(value))
        .then(|| format!("\"{}\" is no value of a label: use {LABEL_RULE}", value.escape_debug()))
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

/// A number that is always the same for the same `parts`.
pub fn seed(parts: &[&str]) -> u64 {
    let digest = Sha256::digest(parts.join("\0").as_bytes());
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The name that a run's root ConfigMap, Job and Lease share: unique in the namespace for each run name.
pub fn run_object(run_name: &str) -> String {
    joined(&["zenml-run", &slug(run_name, MAX_PREFIX), &short_hash(&[run_name])])
}

/// The name of the ConfigMap with what cached steps of a pipeline left.
pub fn cache_object(pipeline: &str) -> String {
    joined(&["zenml-cache", &slug(pipeline, MAX_PREFIX), &short_hash(&[pipeline])])
}

/// The name of the Secret with the values that a run was given.
pub fn run_secret(run_name: &str) -> String {
    format!("{}-secrets", run_object(run_name))
}

/// The name that the ServiceAccount of a restricted connector shares with its Role and RoleBinding.
pub fn connector_account(connector: &str) -> String {
    joined(&["zenml-connector", &slug(connector, MAX_PREFIX), &short_hash(&[connector])])
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

/// `text` as a shell takes it for one word: people name things as they like, and commands in hints are pasted.
pub fn word(text: &str) -> String {
    // Only a NUL cannot be quoted, and no argument has one.
    shlex::try_quote(text).map_or_else(|_| text.escape_debug().to_string(), Into::into)
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
    fn keys_and_values_of_labels() {
        let long = "a".repeat(63);
        for key in ["team", "a.b/C_d-e.f", "0", &long, &format!("{}.{long}.{long}.{long}/x", "b".repeat(61))] {
            assert_eq!(label_key_fault(key), None, "{key}");
        }
        for key in ["", "a b", "-a", "a.", "é", "/a", "A/b", "a/b/c", "a..b/c", "a/", &format!("{long}a")] {
            assert!(label_key_fault(key).is_some(), "{key}");
        }
        assert!(label_key_fault(&format!("{}.{long}.{long}.{long}/x", "b".repeat(62))).is_some());
        for value in ["", "c", "C_d-e.f", &long] {
            assert_eq!(label_value_fault(value), None, "{value}");
        }
        for value in ["c d", "-c", "c_", "c/d", "é", &format!("{long}a")] {
            assert!(label_value_fault(value).is_some(), "{value}");
        }
    }

    #[test]
    fn names_of_other_kinds() {
        for name in ["", ".", "..", "a/b", "50%"] {
            assert!(path_segment_fault(name).is_some(), "{name}");
            assert!(data_key_fault(name).is_some(), "{name}");
        }
        assert!(data_key_fault("..a").is_some() && data_key_fault(&"a".repeat(254)).is_some());
        for name in ["system:reader", "A b", "é"] {
            assert_eq!(path_segment_fault(name), None, "{name}");
        }
        for key in [".dockerconfigjson", "tls.crt", "A_b-1"] {
            assert_eq!(data_key_fault(key), None, "{key}");
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
    fn words_of_a_shell() {
        for (text, one) in
            [("prod.eu-1", "prod.eu-1"), ("", "''"), ("a b", "'a b'"), ("x'; y", "\"x'; y\""), ("$(a)", "'$(a)'")]
        {
            assert_eq!(word(text), one);
        }
    }

    #[test]
    fn run_names_carry_the_time() {
        let now = "2026-11-20T06:07:08+01:00".parse().unwrap();
        assert_eq!(default_run_name("churn", now), "churn-20261120-050708");
    }

    proptest! {
        #[test]
        fn always_valid(pipeline in ".*", run in ".*", step in ".*", attempt in 1_u16..) {
            prop_assert!(is_dns_label(&step_pod(&pipeline, &run, &step, attempt)));
            prop_assert!(is_dns_label(&run_object(&run)));
            prop_assert!(is_label_text(&label_value(&step)));
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
