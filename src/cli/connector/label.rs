//! Labels as flags: `KEY=VALUE`, as kubectl and `ZenML` write them (layer 4).

use crate::naming;

/// `KEY=VALUE`.
pub(super) fn set(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => checked(key, value),
        _ => Err("a label is written KEY=VALUE".to_owned()),
    }
}

/// `KEY=VALUE` sets and `KEY-` removes, as kubectl writes it.
pub(super) fn set_or_remove(text: &str) -> Result<(String, Option<String>), String> {
    match (text.split_once('='), text.strip_suffix('-')) {
        (Some((key, value)), _) if !key.is_empty() => checked(key, value).map(|(key, value)| (key, Some(value))),
        (None, Some(key)) if !key.is_empty() => Ok((key.to_owned(), None)),
        _ => Err("a label is written KEY=VALUE to set it, or KEY- to remove it".to_owned()),
    }
}

/// Only what a selector can find again.
fn checked(key: &str, value: &str) -> Result<(String, String), String> {
    match naming::label_key_fault(key).or_else(|| naming::label_value_fault(value)) {
        Some(fault) => Err(fault),
        None => Ok((key.to_owned(), value.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_set_and_removed_as_kubectl_does() {
        assert_eq!(set_or_remove("a="), Ok(("a".to_owned(), Some(String::new()))));
        assert_eq!(set_or_remove("a-"), Ok(("a".to_owned(), None)));
        assert_eq!(set("a=b"), Ok(("a".to_owned(), "b".to_owned())));
        for wrong in ["a", "=b", "-", "", "a b=c", "a=b c!", "a=b="] {
            assert!(set_or_remove(wrong).is_err() && set(wrong).is_err(), "{wrong}");
        }
        assert!(set("a-").is_err());
    }
}
