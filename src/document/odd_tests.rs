//! Tests of odd files: what is wrong is told once and in its place, and nothing else is.

use super::*;

const KEYS: Keys = Keys { accepted: &["name", "count", "list", "map", "steps"], ..Keys::NONE };

/// What is reported where every key is read as what it is to be.
fn mistakes(text: &str) -> Vec<String> {
    let document = match Document::located("f", text) {
        Ok(document) => document,
        Err(problem) => return vec![problem.line("f")],
    };
    let root = document.root();
    let fields = root.fields(&KEYS);
    fields.require("name").and_then(|reader| reader.string());
    fields.get("count").and_then(|reader| reader.integer());
    for element in fields.get("list").map(|reader| reader.elements()).unwrap_or_default() {
        element.text();
    }
    for item in fields.get("map").map(|reader| reader.items()).unwrap_or_default() {
        item.value.fields(&KEYS);
    }
    document.problems().into_iter().map(|problem| problem.line("f")).collect()
}

#[test]
fn an_empty_file_is_empty_at_its_beginning() {
    for text in ["", "# a\n\n# b\n", "---\n...\n", "\u{feff}"] {
        assert_eq!(mistakes(text), ["f:1:1: the file is empty"], "{text:?}");
    }
}

#[test]
fn a_template_without_quotes_does_not_hide_the_rest() {
    const QUOTES: &str = "put quotes around a value that starts with `{{`";
    let text = "name: {{ run.name }}\ncount: {{ x }}\nlist: [a, {{ y }}]\nzzz: 1\n";
    let expected = [
        format!("f:1:7: {QUOTES}"),
        format!("f:2:8: {QUOTES}"),
        format!("f:3:11: {QUOTES}"),
        "f:4:1: unknown key \"zzz\"".to_owned(),
    ];
    assert_eq!(mistakes(text), expected);
}

#[test]
fn what_is_no_number_is_told_with_the_rest() {
    let text = "name: .nan\ncount: 1e400\nlist: [-.inf]\nzzz: 1\n";
    let said = |at: &str, what: &str| format!("f:{at}: {what} is no finite number; put quotes around it if it is text");
    let numbers = [said("1:7", ".nan"), said("2:8", "1e400"), said("3:8", "-.inf")];
    assert_eq!(mistakes(text), [&numbers[..], &["f:4:1: unknown key \"zzz\"".to_owned()]].concat());
    for (number, expected) in [
        ("1.5", "expected an integer, found 1.5"),
        ("010", "expected an integer, and 010 is octal for some and decimal for others: write 10"),
        ("9223372036854775808", "is too large for an integer"),
        ("'3'", "expected an integer, found a string"),
    ] {
        let found = mistakes(&format!("name: a\ncount: {number}\n"));
        assert!(found.len() == 1 && found[0].starts_with("f:2:8: count: "), "{found:?}");
        assert!(found[0].contains(expected), "{found:?}");
    }
}

#[test]
fn keys_are_text() {
    let text = "name: a\n~: 1\n[b]: 2\n3: x\ntrue: y\n? {c: d}\n: 1\n";
    assert_eq!(
        mistakes(text),
        [
            "f:2:1: a key is text, and this one is null",
            "f:3:1: a key is text, and this one is a list",
            "f:4:1: unknown key \"3\"",
            "f:5:1: unknown key \"true\"",
            "f:6:3: a key is text, and this one is a mapping",
        ]
    );
}

#[test]
fn a_key_under_a_wrong_name_is_not_missing_and_one_without_a_value_is_found() {
    assert_eq!(mistakes("nme: a\n"), ["f:1:1: unknown key \"nme\": did you mean \"name\"?"]);
    assert_eq!(mistakes("count: 1\nname:\n"), ["f:2:1: name: \"name\" has no value"]);
    assert_eq!(mistakes("count: 1\n"), ["f:1:1: \"name\" is required"]);
}

#[test]
fn a_mistake_behind_an_anchor_is_told_where_it_is() {
    let text = "name: a\nmap:\n  a: &a {name: x, cuont: 1}\n  b: *a\n  c: {<<: *a, bad: 1}\n";
    assert_eq!(
        mistakes(text),
        ["f:3:19: map.a: unknown key \"cuont\": did you mean \"count\"?", "f:5:15: map.c: unknown key \"bad\"",]
    );
    // Where the anchor is right and its use is not, that is the mistake.
    let text = "name: a\nlist: &l [x]\nmap: {m: *l}\n";
    assert_eq!(mistakes(text), ["f:3:10: map.m: expected a mapping, found a list"]);
}

#[test]
fn places_are_right_whatever_ends_a_line_or_begins_the_file() {
    assert_eq!(mistakes("\u{feff}nmae: a\n"), ["f:1:1: unknown key \"nmae\": did you mean \"name\"?"]);
    let crlf = "name: a\r\nlist:\r\n  - x\r\n  - [y]\r\nzzz: 1\r\n";
    assert_eq!(mistakes(crlf), ["f:4:5: list[1]: expected a string, found a list", "f:5:1: unknown key \"zzz\""]);
    assert_eq!(mistakes("{\n\t\"name\": \"a\",\n\t\"日本\": 1, \"zz\": 2\n}")[1], "f:3:11: unknown key \"zz\"");
}

#[test]
fn what_is_too_much_is_said_in_words() {
    let deep = format!("name: {}{}", "[".repeat(100), "]".repeat(100));
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
                d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e]\n";
    for (text, expected) in [(deep.as_str(), "nested too deep"), (bomb, "too large, or made so by its aliases")] {
        let found = mistakes(text);
        assert!(found.len() == 1 && found[0].ends_with(expected), "{found:?}");
    }
}
