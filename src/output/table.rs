//! Columns as kubectl prints them: no borders, three spaces between, upper-case headers (layer 4).

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::error::harmless;

/// kubectl's minimum column width (cli-runtime, `printers`).
pub const MINIMUM: usize = 6;
/// kubectl's space between columns.
pub const PADDING: usize = 3;

/// Renders a header line and `rows`, each with one cell per column.
pub fn render(columns: &[&str], rows: &[Vec<String>]) -> String {
    let header: Vec<String> = columns.iter().map(ToString::to_string).collect();
    self::rows(&[std::slice::from_ref(&header), rows].concat(), &vec![MINIMUM; columns.len()])
}

/// Renders `rows` without a header, each column at least as wide as `narrowest` says. A cell is one line, and harmless.
pub fn rows(rows: &[Vec<String>], narrowest: &[usize]) -> String {
    let mut widths = narrowest.to_vec();
    more_rows(rows, &mut widths)
}

/// As [`rows`], below others that were as wide as `widths` says, which becomes how wide these are.
pub fn more_rows(rows: &[Vec<String>], widths: &mut [usize]) -> String {
    let cells = |row: &Vec<String>| row.iter().map(|cell| harmless(&cell.replace('\n', " "))).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    rows.iter().map(|row| line(row, widths)).collect()
}

/// `line` in at most `width` columns, with `…` where something was cut. Wide characters take two.
pub fn cut(line: &str, width: usize) -> String {
    if line.width() <= width {
        return line.to_owned();
    }
    let (mut text, mut left) = (String::new(), width.saturating_sub(1));
    for c in line.chars() {
        let Some(rest) = left.checked_sub(c.width().unwrap_or_default()) else { break };
        text.push(c);
        left = rest;
    }
    text.truncate(text.trim_end().len());
    text + "…"
}

/// `text` in at most `width` columns, with `…` in the middle where something was cut: names that are alike differ at their
/// ends.
pub fn squeeze(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(1);
    let chars: Vec<char> = text.chars().collect();
    let head = fitting(chars.iter(), room.div_ceil(2));
    let tail = fitting(chars.iter().rev(), room / 2);
    let [head, tail] = [&chars[..head], &chars[chars.len() - tail..]].map(String::from_iter);
    format!("{head}…{tail}")
}

/// How many of `chars` fit into so many columns.
fn fitting<'c>(chars: impl Iterator<Item = &'c char>, width: usize) -> usize {
    let mut taken = 0;
    chars
        .take_while(|c| {
            taken += c.width().unwrap_or_default();
            taken <= width
        })
        .count()
}

/// Renders `field: value` pairs with the values below each other, as `kubectl describe` does.
pub fn fields(pairs: &[(&str, String)]) -> String {
    let widest = pairs.iter().map(|(field, _)| field.width()).max().unwrap_or_default() + 1;
    let indent = " ".repeat(widest + PADDING);
    pairs
        .iter()
        .map(|(field, value)| {
            let padding = " ".repeat(widest - field.width() - 1 + PADDING);
            format!("{field}:{padding}{}\n", harmless(value.trim_end()).replace('\n', &format!("\n{indent}")))
        })
        .collect()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut text = String::new();
    for (cell, width) in row.iter().zip(widths) {
        text.push_str(cell);
        text.push_str(&" ".repeat(width - cell.width() + PADDING));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pads_as_kubectl_does() {
        let rows = vec![vec!["a".to_owned(), "1".to_owned()], vec!["longer-name".to_owned(), "2".to_owned()]];
        assert_eq!(render(&["NAME", "AGE"], &rows), "NAME          AGE\na             1\nlonger-name   2\n");
    }

    #[test]
    fn aligns_fields() {
        assert_eq!(
            fields(&[("Name", "x".into()), ("Server", "y\nz".into())]),
            "Name:     x\nServer:   y\n          z\n"
        );
    }

    #[test]
    fn cut_lines_fit() {
        for (line, expected) in
            [("short", "short"), ("模型 trains", "模型…"), ("a模模模", "a模模…"), ("éàüöß-", "éàüöß-")]
        {
            let text = cut(line, 6);
            assert!(text == expected && text.width() <= 6, "{line}: {text}");
        }
    }

    #[test]
    fn squeezed_names_keep_both_ends() {
        for (name, expected) in [
            ("short", "short"),
            ("train_model_north", "trai…rth"),
            ("train_model_south", "trai…uth"),
            ("each_region[17]", "each…17]"),
            ("模型模型模型", "模型…型"),
        ] {
            let text = squeeze(name, 8);
            assert!(text == expected && text.width() <= 8, "{name}: {text}");
        }
        assert_eq!((squeeze("abc", 1).as_str(), squeeze("abc", 2).as_str()), ("…", "a…"));
    }

    #[test]
    fn cells_cannot_steer_the_terminal() {
        assert_eq!(render(&["NAME"], &[vec!["\u{1b}[31mred".to_owned()]]), "NAME\n?[31mred\n");
    }
}
