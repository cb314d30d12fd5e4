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
    let absolute = match inner.chars().next() {
        Some('$') => inner.to_owned(),
        Some('.' | '[') => format!("${inner}"),
        _ => format!("$.{inner}"),
    };
    let found = value.query(&absolute).map_err(|error| {
        Error::usage(format!("jsonpath \"{path}\" cannot be read")).because(error).hint("an example: {.items[*].name}")
    })?;
    if found.is_empty() && !absolute.contains('*') {
        return Err(Error::failure(format!("nothing is at {inner}")));
    }
    let texts: Vec<String> =
        found.into_iter().map(|found| found.as_str().map_or_else(|| found.to_string(), ToOwned::to_owned)).collect();
    Ok(harmless(&texts.join(" ")))
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
    fn steers_no_terminal() {
        let value = json!({"message": "a\u{1b}[2J\nb\u{9b}c"});
        assert_eq!(render(&value, "{.message}").unwrap(), "a?[2J\nb?c");
    }
}
