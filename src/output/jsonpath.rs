//! `-o jsonpath=`: kubectl's braces around one path, answered by the library's RFC 9535 engine (layer 4).

use jsonpath_rust::JsonPath;
use serde_json::Value;

use crate::error::{Error, Result, harmless};

/// The values at `path`, separated by spaces as kubectl prints them; strings without quotes and harmless, as in a table,
/// the rest as JSON.
pub(super) fn render(value: &Value, path: &str) -> Result<String> {
    let inner = path.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(path).trim();
    if inner.starts_with("range") || inner.contains("?(") || inner.contains(['{', '}']) {
        return Err(Error::usage(format!("jsonpath \"{path}\" is more than one path"))
            .hint("use `-o json` and a program such as jq"));
    }
    let absolute = translated(inner);
    let found = value.query(&absolute).map_err(|error| {
        Error::usage(format!("jsonpath \"{path}\" cannot be read")).because(error).hint("an example: {.items[*].name}")
    })?;
    if found.is_empty() && !absolute.contains('*') {
        return Err(Error::failure(format!("nothing is at {inner}")).hint("`-o json` shows what there is"));
    }
    let texts: Vec<String> =
        found.into_iter().map(|found| found.as_str().map_or_else(|| found.to_string(), ToOwned::to_owned)).collect();
    Ok(harmless(&texts.join(" ")))
}

/// kubectl's path in the library's notation: from the root, and with keys in quotes that are no plain words. In kubectl's, a
/// backslash before a dot makes it part of the key.
fn translated(path: &str) -> String {
    let path = path.strip_prefix(['$', '@']).unwrap_or(path);
    let (mut absolute, mut rest) = ("$".to_owned(), path);
    while !rest.is_empty() {
        if rest.starts_with('[') {
            let end = bracket_end(rest);
            absolute.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let dots = if rest.starts_with("..") { ".." } else { "." };
        rest = rest.strip_prefix(dots).unwrap_or(rest);
        let (key, length) = key(rest);
        match key.as_str() {
            // `.[0]`, which kubectl takes for `[0]`; a dot at the end is the library's to refuse.
            "" if rest.starts_with('[') && dots == "." => {}
            "" | "*" => absolute.extend([dots, &key]),
            _ if is_word(&key) => absolute.extend([dots, &key]),
            _ => {
                let quoted = key.replace('\\', "\\\\").replace('\'', "\\'");
                let before = if dots == ".." { ".." } else { "" };
                absolute.extend([before, "['", &quoted, "']"]);
            }
        }
        rest = &rest[length..];
    }
    absolute
}

/// The key at the beginning of `path`, without its backslashes, and the length of what stands for it.
fn key(path: &str) -> (String, usize) {
    let (mut key, mut escaped) = (String::new(), false);
    for (at, c) in path.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            '.' | '[' if !escaped => return (key, at),
            _ => {
                key.push(c);
                escaped = false;
            }
        }
    }
    (key, path.len())
}

/// Behind the bracket that closes the one at the beginning of `path`; quotes may hold others.
fn bracket_end(path: &str) -> usize {
    let (mut quote, mut escaped) = (None, false);
    for (at, c) in path.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), c) if open == c => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, ']') => return at + 1,
            _ => {}
        }
    }
    path.len()
}

/// Whether the library takes `key` without quotes.
fn is_word(key: &str) -> bool {
    let begins = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
    key.starts_with(begins) && key.chars().all(|c| begins(c) || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_kubectls_notation() {
        let value = json!({"items": [{"name": "a"}, {"name": "b"}], "n": 3});
        assert_eq!(render(&value, "{.items[*].name}").unwrap(), "a b");
        assert_eq!(render(&value, "{.items[0].name}").unwrap(), "a");
        assert_eq!(render(&value, ".n").unwrap(), "3");
        assert!(render(&value, "{range .items[*]}{.name}{end}").is_err());
        assert!(render(&value, "{.missing}").is_err());
    }

    #[test]
    fn a_key_may_hold_dots_and_more() {
        let labels = json!({"app.kubernetes.io/name": "x", "it's-one": "y", "plain_1": "z", "0": "n"});
        let value = json!({"labels": labels, "items": [{"a.b": 1}, {"a.b": 2}]});
        for (path, found) in [
            (r"{.labels.app\.kubernetes\.io/name}", "x"),
            ("{.labels['app.kubernetes.io/name']}", "x"),
            ("{.labels.it's-one}", "y"),
            ("{.labels.plain_1}", "z"),
            ("{labels.0}", "n"),
            (r"{.items[*].a\.b}", "1 2"),
            (r"{..a\.b}", "1 2"),
            (r"{$.items.[1].a\.b}", "2"),
        ] {
            assert_eq!(render(&value, path).unwrap(), found, "{path}");
        }
        assert!(render(&value, "{@}").unwrap().starts_with('{'));
        assert!(render(&value, "{.labels.app.kubernetes}").unwrap_err().render().contains("hint: `-o json`"));
        assert!(render(&value, "{.labels.}").is_err() && render(&value, "{.items[}").is_err());
    }

    #[test]
    fn steers_no_terminal() {
        let value = json!({"message": "a\u{1b}[2J\nb\u{9b}c"});
        assert_eq!(render(&value, "{.message}").unwrap(), "a?[2J\nb?c");
    }
}
