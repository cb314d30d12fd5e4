//! kubectl's label selectors, for labels that are kept here and not by a server (layer 1, pure; the rules are those of
//! `labels.Parse` in k8s.io/apimachinery).

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::naming;

/// Requirements, all of which must hold; none hold for everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector(Vec<Requirement>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    rule: Rule,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    Exists,
    Missing,
    In(Vec<String>),
    /// Also where the key is missing.
    NotIn(Vec<String>),
    Above(i64),
    Below(i64),
}

impl Selector {
    /// Whether `labels` fulfil every requirement.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.0.iter().all(|requirement| requirement.holds(labels.get(&requirement.key)))
    }
}

impl Requirement {
    fn holds(&self, value: Option<&String>) -> bool {
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match &self.rule {
            Rule::Exists => value.is_some(),
            Rule::Missing => value.is_none(),
            Rule::In(values) => value.is_some_and(|value| values.contains(value)),
            Rule::NotIn(values) => value.is_none_or(|value| !values.contains(value)),
            Rule::Above(bound) => number().is_some_and(|number| number > *bound),
            Rule::Below(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

impl FromStr for Selector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        pieces(text)?.into_iter().map(requirement).collect::<Result<_, _>>().map(Self)
    }
}

/// The text between the commas that stand in no parentheses.
fn pieces(text: &str) -> Result<Vec<&str>, String> {
    let (mut pieces, mut begin, mut inside) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        match (c, inside) {
            ('(', false) => inside = true,
            (')', true) => inside = false,
            ('(' | ')', _) => return Err(format!("the parentheses in `{}` do not match", text.escape_debug())),
            (',', false) => {
                pieces.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    if inside {
        return Err(format!("a parenthesis in `{}` is not closed", text.escape_debug()));
    }
    pieces.push(&text[begin..]);
    Ok(pieces)
}

fn requirement(text: &str) -> Result<Requirement, String> {
    let text = text.trim();
    if let Some(key) = text.strip_prefix('!').filter(|key| !key.contains('=')) {
        return of(key, Rule::Missing);
    }
    if let Some((key, rule)) = set(text)? {
        return of(key, rule);
    }
    let Some(at) = text.find(['=', '!', '<', '>']) else { return of(text, Rule::Exists) };
    let (key, rest) = text.split_at(at);
    let number = |text: &str| {
        text.trim().parse().map_err(|_| format!("`{}` is no whole number to compare with", text.trim().escape_debug()))
    };
    let rule = match rest.as_bytes() {
        [b'=', b'=', ..] => Rule::In(vec![value(&rest[2..])?]),
        [b'=', ..] => Rule::In(vec![value(&rest[1..])?]),
        [b'!', b'=', ..] => Rule::NotIn(vec![value(&rest[2..])?]),
        [b'>', ..] => Rule::Above(number(&rest[1..])?),
        [b'<', ..] => Rule::Below(number(&rest[1..])?),
        _ => {
            return Err(format!(
                "`{}` is no requirement: write key=value, key!=value, key or !key",
                text.escape_debug()
            ));
        }
    };
    of(key, rule)
}

/// `key in (a, b)` and `key notin (a, b)`.
fn set(text: &str) -> Result<Option<(&str, Rule)>, String> {
    let Some((head, rest)) = text.split_once('(') else { return Ok(None) };
    let unreadable = || format!("`{}` is no requirement: write key in (a,b) or key notin (a,b)", text.escape_debug());
    let inner = rest.strip_suffix(')').ok_or_else(unreadable)?;
    let (key, operator) = head.trim().rsplit_once(char::is_whitespace).ok_or_else(unreadable)?;
    let values = inner.split(',').map(value).collect::<Result<Vec<_>, _>>()?;
    match operator {
        "in" => Ok(Some((key, Rule::In(values)))),
        "notin" => Ok(Some((key, Rule::NotIn(values)))),
        _ => Err(unreadable()),
    }
}

fn of(key: &str, rule: Rule) -> Result<Requirement, String> {
    let key = key.trim().to_owned();
    naming::label_key_fault(&key).map_or(Ok(Requirement { key, rule }), Err)
}

fn value(text: &str) -> Result<String, String> {
    let text = text.trim().to_owned();
    naming::label_value_fault(&text).map_or(Ok(text), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(selector: &str, labels: &[(&str, &str)]) -> bool {
        let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        selector.parse::<Selector>().unwrap().matches(&labels)
    }

    #[test]
    fn selects_as_kubectl_does() {
        let labels = [("env", "prod"), ("tier", "1"), ("example.com/owner", "ops"), ("empty", "")];
        let yes = [
            "",
            " ",
            "env",
            "env=prod",
            "env==prod",
            " env = prod , tier=1",
            "env!=dev",
            "missing!=x",
            "!missing",
            "env in (dev, prod)",
            "env in (prod),tier notin (2,3)",
            "missing notin (a)",
            "example.com/owner=ops",
            "empty=",
            "empty in ()",
            "tier>0",
            "tier<2",
            "in",
            "! missing",
        ];
        let labels = [&labels[..], &[("in", "x")]].concat();
        for selector in yes {
            assert!(matches(selector, &labels), "{selector}");
        }
        let no = [
            "missing",
            "env=dev",
            "env!=prod",
            "!env",
            "env in (dev)",
            "env notin (prod)",
            "tier>1",
            "env>0",
            "tier<1",
            "missing<1",
        ];
        for selector in no {
            assert!(!matches(selector, &labels), "{selector}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (text, word) in [
            ("env in prod", "label"),
            ("env in (prod", "not closed"),
            ("env)", "do not match"),
            ("env at (a)", "write key in"),
            ("=x", "key of a label"),
            ("a=b=c", "value of a label"),
            ("a,,b", "key of a label"),
            ("a>b", "no whole number"),
            ("-a=x", "key of a label"),
            ("a!b", "write key=value"),
        ] {
            let error = text.parse::<Selector>().unwrap_err();
            assert!(error.contains(word), "{text}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text: String) {
            let _ = text.parse::<Selector>();
        }
    }
}
