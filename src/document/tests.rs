//! Tests of documents: positions, duplicates, messages.

use std::fmt::Write as _;

use super::*;

const KEYS: Keys = Keys {
    accepted: &["name", "environment", "count"],
    later: &["retry"],
    synonyms: &[("number", "count")],
    ..Keys::NONE
};

fn lines(text: &str, read: impl FnOnce(&Reader<'_>)) -> String {
    let document = Document::parse("f.yaml", text).unwrap();
    read(&document.root());
    document.finish(()).map_or_else(|error| error.render(), |()| String::new())
}

#[test]
fn knows_where_keys_and_values_stand() {
    let document = Document::parse("f.yaml", "a: 1.10\n\"b\":\n  - é: 'x'\n").unwrap();
    let items = document.root().items();
    assert_eq!(items[1].key_at, Position { line: 2, column: 1 });
    let inner = items[1].value.elements()[0].items();
    assert_eq!(inner[0].value.node().at, Position { line: 3, column: 8 });
    assert_eq!(inner[0].value.path(), "b[0].é");
    assert_eq!(items[0].value.text().unwrap(), "1.10", "numbers stay as written where a string is due");
}

#[test]
fn json_is_read_too() {
    let document = Document::parse("f.json", "{\"a\": [1, true, null, \"x\\n\"],\n\t\"b\": {\"c\": -1.5}}").unwrap();
    let expected = serde_json::json!({"a": [1, true, null, "x\n"], "b": {"c": -1.5}});
    assert_eq!(document.root().node().to_json(), expected);
}

#[test]
fn on_and_yes_are_no_booleans() {
    let document = Document::parse("f.yaml", "on: yes\nx: True\n").unwrap();
    assert_eq!(document.root().node().to_json(), serde_json::json!({"on": "yes", "x": true}));
}

#[test]
fn every_mistake_is_listed_in_the_order_of_the_file() {
    let text = "enviroment: {}\nretry: 1\nenv: {}\nname: [3]\ncount: x\nname: y\nzzz: 1\n";
    let rendered = lines(text, |root| {
        let fields = root.fields(&KEYS);
        fields.get("count").and_then(|reader| reader.integer());
        fields.get("name").and_then(|reader| reader.string());
    });
    assert_eq!(
        rendered,
        "error: f.yaml: 7 mistakes
  caused by: f.yaml:1:1: unknown key \"enviroment\": did you mean \"environment\"?
  caused by: f.yaml:2:1: \"retry\" is documented, but comes in a later release
  caused by: f.yaml:3:1: unknown key \"env\": did you mean \"environment\"?
  caused by: f.yaml:4:7: name: expected a string, found a list
  caused by: f.yaml:5:8: count: expected an integer, found a string
  caused by: f.yaml:6:1: duplicate key \"name\", it is already set on line 4
  caused by: f.yaml:7:1: unknown key \"zzz\"\n"
    );
}

#[test]
fn duplicates_behind_a_numeric_key_are_found() {
    let rendered = lines("1: a\nb: c\n1: b\n", |_| ());
    assert_eq!(rendered, "error: f.yaml: 1 mistake\n  caused by: f.yaml:3:1: duplicate key \"1\"\n");
}

#[test]
fn missing_keys_stand_where_the_mapping_starts() {
    let rendered = lines("- {count: 1}\n- 5\n", |root| {
        for element in root.elements() {
            element.fields(&KEYS).require("name");
        }
    });
    assert_eq!(
        rendered,
        "error: f.yaml: 2 mistakes
  caused by: f.yaml:1:3: [0]: \"name\" is required
  caused by: f.yaml:2:3: [1]: expected a mapping, found a number\n"
    );
}

#[test]
fn merged_keys_are_no_duplicates() {
    let document = Document::parse("f.yaml", "base: &b {x: 1, y: 1}\nuse: {<<: *b, y: 2}\n").unwrap();
    assert_eq!(document.root().node().to_json()["use"], serde_json::json!({"x": 1, "y": 2}));
    assert!(document.finish(()).is_ok());
}

#[test]
fn what_is_no_document_is_an_error_with_its_place() {
    for (text, expected) in [
        ("a: [1, 2\nb: 3\n", "f.yaml:2:2: "),
        ("a: 1\n---\nb: 2\n", "only single YAML document expected"),
        ("x: {{ parameters.x }}-1\n", "; put quotes around a value that starts with `{{`"),
        ("", "f.yaml: the file is empty"),
        ("# nothing\n", "f.yaml: the file is empty"),
        ("a: *b\n", "f.yaml:1:4: "),
        ("a: &a [*a]\n", "f.yaml:1:8: "),
    ] {
        let rendered = Document::parse("f.yaml", text).unwrap_err().render();
        assert!(rendered.contains(expected), "{text:?}: {rendered}");
    }
}

#[test]
fn a_file_cannot_write_to_the_terminal() {
    let rendered = lines("\"\\e[2J\": 1\n", |root| drop(root.fields(&KEYS)));
    assert_eq!(rendered, "error: f.yaml: 1 mistake\n  caused by: f.yaml:1:1: unknown key \"\\u{1b}[2J\"\n");
}

#[test]
fn bombs_and_towers_are_refused() {
    let mut bomb = "a: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for n in 1..9 {
        let _ = writeln!(bomb, "b{n}: &a{n} [{}]", vec![format!("*a{}", n - 1); 9].join(","));
    }
    for text in [bomb, "[".repeat(5000), "{a: ".repeat(5000)] {
        assert!(Document::parse("f.yaml", &text).is_err());
    }
}
