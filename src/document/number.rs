//! Numbers that are read in more than one way: `0644` is 420 for kubectl, and 644 for YAML 1.2 (layer 1, pure).

use super::{Node, Reader, Value};

/// The keys of Kubernetes' objects whose values are the modes of files.
const MODES: [&str; 3] = ["mode", "defaultMode", "default_mode"];

impl Node {
    /// The mode of a file that stands at `key` with a zero before it, which makes it octal, as it is for kubectl.
    pub fn file_mode(&self, key: &str) -> Option<i64> {
        let Value::Number { text, .. } = &self.value else { return None };
        let digits = text.strip_prefix('0').filter(|_| MODES.contains(&key))?;
        i64::from_str_radix(digits, 8).ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// Why this number is not what is written, if it is not, and what would be.
    fn number_fault(&self) -> Option<(String, Option<String>)> {
        let Value::Number { value, text } = &self.value else { return None };
        let digits = text.trim_start_matches(['-', '+']);
        if digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit() {
            let plain = digits.trim_start_matches('0');
            let plain = if plain.is_empty() || plain.starts_with('.') { format!("0{plain}") } else { plain.to_owned() };
            let plain = if text.starts_with('-') { format!("-{plain}") } else { plain };
            return Some((format!("{text} is octal for some and decimal for others"), Some(plain)));
        }
        let is_large = digits.bytes().all(|byte| byte.is_ascii_digit()) && value.as_i64().is_none();
        is_large.then(|| (format!("{text} is too large for an integer"), None))
    }

    /// Whether this is a number that is not what is written.
    pub fn is_ambiguous(&self) -> bool {
        self.number_fault().is_some()
    }

    /// What is wrong with the mode of a file at `key`, if a zero before it made it octal and it is not.
    pub(super) fn mode_fault(&self, key: &str) -> Option<String> {
        let text = self.text().filter(|text| MODES.contains(&key) && text.starts_with('0'))?;
        let Value::Number { .. } = self.value else { return None };
        Some(format!("{text} is no octal number, which the zero before it says it is"))
    }

    /// What to say where an integer is expected, and this is none.
    pub(super) fn no_integer(&self) -> String {
        match (&self.value, self.number_fault()) {
            (_, Some((fault, Some(plain)))) => format!("expected an integer, and {fault}: write {plain}"),
            (_, Some((fault, None))) => format!("expected an integer, and {fault}"),
            (Value::Number { text, .. }, None) => format!("expected an integer, found {text}"),
            _ => format!("expected an integer, found {}", self.kind()),
        }
    }
}

impl Reader<'_> {
    /// Reports the numbers in this value, however deep, that would be read as others than they are written.
    pub fn report_numbers(&self) {
        match &self.node.value {
            Value::List(_) => self.elements().iter().for_each(Reader::report_numbers),
            Value::Map(_) => self.items().iter().for_each(|item| item.value.report_numbers()),
            _ => match (self.node.number_fault(), self.node.text()) {
                (Some((fault, Some(plain))), Some(text)) => {
                    self.problem(format!("{fault}: write {plain}, or \"{text}\" for text"));
                }
                (Some((fault, None)), _) => self.problem(format!("{fault}; put quotes around it if it is text")),
                _ => {}
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Document;

    fn said(text: &str) -> Vec<String> {
        let document = Document::parse("f", text).unwrap();
        document.root().report_numbers();
        document.problems().into_iter().map(|problem| problem.line("f")).collect()
    }

    #[test]
    fn a_number_that_is_read_in_two_ways_is_none() {
        assert_eq!(said("[0, 0.5, -0, 10, 0x1F, 0o17, '010', 1e3, 9223372036854775807]"), [""; 0]);
        let line = "f:1:6: a[0]: 010 is octal for some and decimal for others: write 10, or \"010\" for text";
        assert_eq!(said("{a: [010]}"), [line]);
        assert!(said("-007")[0].contains("write -7"), "{:?}", said("-007"));
        assert!(said("[00]")[0].contains("write 0,"), "{:?}", said("[00]"));
        assert!(said("[00.5]")[0].contains("write 0.5,"), "{:?}", said("[00.5]"));
        for large in ["9223372036854775808", "99999999999999999999999", "-9223372036854775809"] {
            assert!(said(large)[0].contains("is too large for an integer"), "{large}: {:?}", said(large));
        }
    }

    #[test]
    fn modes_are_octal_as_in_manifests() {
        let document =
            Document::parse("f", "{mode: 0644, defaultMode: 0400, default_mode: 0o17, a: {mode: 644}}").unwrap();
        let expected = serde_json::json!({"mode": 420, "defaultMode": 256, "default_mode": 15, "a": {"mode": 644}});
        assert_eq!(document.root().node().to_json(), expected);
    }
}
