//! JSON as somebody wrote it, every digit of its numbers included: 1.10 and integers of any length (layer 1, pure).
//!
//! What steps leave passes through here; a number that went through a `f64` would come out as another one.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use serde_json::value::RawValue;

/// A JSON value without space between its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonText(String);

impl JsonText {
    /// Reads a whole text.
    pub fn parse(text: &str) -> serde_json::Result<Self> {
        // Only this finds every fault, and limits the depth.
        serde_json::from_str::<Json>(text)?;
        Ok(Self(compact(text)))
    }

    /// `text` as JSON, or as a string where it is none.
    pub fn lenient(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|_| Self::from(&Json::from(text)))
    }

    /// A list of these.
    pub fn list(elements: impl IntoIterator<Item = Self>) -> Self {
        let elements: Vec<_> = elements.into_iter().map(|element| element.0).collect();
        Self(format!("[{}]", elements.join(",")))
    }

    /// As templates show it: text without quotes, all else as it is.
    pub fn display(&self) -> String {
        serde_json::from_str(&self.0).unwrap_or_else(|_| self.0.clone())
    }

    /// The values of an object by their keys; none for another value.
    pub fn entries(&self) -> Option<BTreeMap<String, Self>> {
        let entries: BTreeMap<String, &RawValue> = serde_json::from_str(&self.0).ok()?;
        Some(entries.into_iter().map(|(key, value)| (key, Self(value.get().to_owned()))).collect())
    }

    /// The elements of a list; none for another value.
    pub fn elements(&self) -> Option<Vec<Self>> {
        let elements: Vec<&RawValue> = serde_json::from_str(&self.0).ok()?;
        Some(elements.into_iter().map(|value| Self(value.get().to_owned())).collect())
    }

    /// What kind of value it is, as a part of a sentence.
    pub fn kind(&self) -> &'static str {
        match self.0.as_bytes().first() {
            Some(b'n') => "null",
            Some(b't' | b'f') => "a boolean",
            Some(b'"') => "a string",
            Some(b'[') => "a list",
            Some(b'{') => "an object",
            _ => "a number",
        }
    }
}

impl From<&Json> for JsonText {
    fn from(value: &Json) -> Self {
        Self(value.to_string())
    }
}

/// JSON without the space between its parts.
fn compact(text: &str) -> String {
    let (mut is_string, mut is_escaped) = (false, false);
    let keep = |c: &char| {
        let is_space = !is_string && c.is_ascii_whitespace();
        (is_string, is_escaped) = match c {
            '"' if !is_escaped => (!is_string, false),
            '\\' => (is_string, is_string && !is_escaped),
            _ => (is_string, false),
        };
        !is_space
    };
    text.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_is_kept() {
        for text in ["1.10", "-0", "1E3", "123456789012345678901234567890", "[0.50,1e2]", "{\"b\":1.0,\"a\":2}"] {
            assert_eq!(JsonText::parse(text).unwrap().display(), text);
        }
        let list = JsonText::list(["0.50", "us east", "null"].map(JsonText::lenient));
        assert_eq!(list.display(), "[0.50,\"us east\",null]");
        let elements = list.elements().unwrap();
        assert_eq!(elements.iter().map(JsonText::display).collect::<Vec<_>>(), ["0.50", "us east", "null"]);
    }

    #[test]
    fn space_counts_in_strings_only() {
        let text = " { \"a b\" : [ 1 ,\n2 ] , \"c\\\" \\\\\" : \" d\\\\\" , \"e\": \"\\u0041 \\\" }\" } ";
        let value = JsonText::parse(text).unwrap();
        assert_eq!(value.display(), r#"{"a b":[1,2],"c\" \\":" d\\","e":"\u0041 \" }"}"#);
        let entries = value.entries().unwrap();
        assert_eq!(entries["c\" \\"].display(), " d\\");
        assert_eq!(entries["e"].display(), "A \" }");
        assert_eq!(entries["a b"].kind(), "a list");
        assert!(entries["a b"].entries().is_none() && value.elements().is_none());
    }

    #[test]
    fn what_is_no_json_is_text() {
        for text in ["v1.10", "1.10.0", "01", "{", "\"a", "1 2", "[1,]", "", "\"\\ud800\"", "1e999"] {
            assert!(JsonText::parse(text).is_err(), "{text}");
            assert_eq!((JsonText::lenient(text).display(), JsonText::lenient(text).kind()), (text.into(), "a string"));
        }
        assert!(JsonText::parse(&"[".repeat(4000)).is_err());
    }
}
