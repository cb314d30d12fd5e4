//! Fields and tables in the columns that a terminal has (layer 4). Where there is no terminal, there is all of them.

use unicode_width::UnicodeWidthStr;

use super::table::{self, PADDING, cut, squeeze};
use crate::error::harmless;

/// The first column of a table is not made narrower than this, as long as another one can go.
const NARROW: usize = 16;
/// In fewer columns than this, no value is broken that fits below its field.
const SHORT: usize = 24;
/// What follows below is this far in.
const INDENT: usize = 2;

/// Breaks the lines of `text` between words, so that none is wider than `width`; a word that is stays whole.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let (mut current, mut taken) = (String::new(), 0);
        for (at, word) in line.split(' ').enumerate() {
            let wide = word.width();
            if at > 0 && taken > 0 && taken + 1 + wide > width {
                lines.push(std::mem::take(&mut current).trim_end().to_owned());
                taken = 0;
            } else if at > 0 {
                current.push(' ');
                taken += 1;
            }
            current.push_str(word);
            taken += wide;
        }
        lines.push(current);
    }
    lines
}

/// As [`table::fields`], with values that are broken between words. A value with a word that is too wide for its place
/// begins below its field, and so does a short one where that keeps it whole.
pub fn fields(pairs: &[(&str, String)], width: Option<usize>) -> String {
    let Some(width) = width else { return table::fields(pairs) };
    let widest = pairs.iter().map(|(field, _)| field.width()).max().unwrap_or_default() + 1 + PADDING;
    let mut text = String::new();
    for (field, value) in pairs {
        let value = harmless(value.trim_end());
        let word = value.split_whitespace().map(UnicodeWidthStr::width).max().unwrap_or_default();
        let (room, wide) = (width.saturating_sub(widest), value.width());
        // A short value is not broken up in a narrow place.
        let is_short = !value.contains('\n') && room < SHORT && wide > room && wide + INDENT <= width;
        let (head, indent) = if word <= room && !is_short {
            (format!("{:<widest$}", format!("{field}:")), widest)
        } else {
            (format!("{field}:\n{}", " ".repeat(INDENT)), INDENT)
        };
        let lines = wrap(&value, width.saturating_sub(indent)).join(&format!("\n{}", " ".repeat(indent)));
        text.push_str(format!("{head}{lines}").trim_end());
        text.push('\n');
    }
    text
}

/// Whether a table is as narrow as that.
pub fn fits(table: &str, width: Option<usize>) -> bool {
    width.is_none_or(|width| table.lines().all(|line| line.width() <= width))
}

/// As [`table::render`]. Where that is too wide, the columns `spare` go one after the other; once one has gone, the first
/// column is made narrower before another one goes.
pub fn table(columns: &[&str], rows: &[Vec<String>], spare: &[&str], width: Option<usize>) -> String {
    let whole = table::render(columns, rows);
    let Some(wide) = width.filter(|_| !fits(&whole, width)) else { return whole };
    let mut last = String::new();
    for gone in 1..=spare.len() {
        let is_kept = |column: &str| !spare[..gone].contains(&column);
        let kept: Vec<&str> = columns.iter().copied().filter(|column| is_kept(column)).collect();
        let keep = |row: &Vec<String>| {
            let cells = columns.iter().zip(row).filter(|(column, _)| is_kept(column));
            cells.map(|(_, cell)| cell.clone()).collect::<Vec<_>>()
        };
        let mut rows: Vec<_> = rows.iter().map(keep).collect();
        last = table::render(&kept, &rows);
        let excess = last.lines().map(UnicodeWidthStr::width).max().unwrap_or_default().saturating_sub(wide);
        let first = rows.iter().filter_map(|row| row.first()).map(|cell| cell.width()).max().unwrap_or_default();
        let room = first.saturating_sub(excess).max(NARROW);
        for cell in rows.iter_mut().filter_map(|row| row.first_mut()) {
            *cell = squeeze(cell, room);
        }
        last = if excess == 0 { last } else { table::render(&kept, &rows) };
        if fits(&last, width) {
            return last;
        }
    }
    last.lines().map(|line| cut(line, wide) + "\n").collect()
}

/// As [`table()`], of rows with a text each, which stands below its row where the table with a last column `heading` of them
/// is too wide.
pub fn table_with_texts(
    columns: &[&str],
    heading: &str,
    rows: &[(Vec<String>, String)],
    spare: &[&str],
    width: Option<usize>,
) -> String {
    let beside: Vec<Vec<String>> = rows.iter().map(|(row, text)| row.iter().chain([text]).cloned().collect()).collect();
    let whole = table::render(&[columns, &[heading]].concat(), &beside);
    let Some(wide) = width.filter(|_| !fits(&whole, width)) else { return whole };
    let bare: Vec<_> = rows.iter().map(|(row, _)| row.clone()).collect();
    let table = table(columns, &bare, spare, width);
    let mut lines = table.lines().map(ToOwned::to_owned);
    let mut all: Vec<String> = lines.next().into_iter().collect();
    for (line, (_, below)) in lines.zip(rows) {
        all.push(line);
        let below = wrap(&harmless(below), wide.saturating_sub(INDENT));
        all.extend(below.iter().map(|line| format!("{}{line}", " ".repeat(INDENT))));
    }
    all.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(cells: &[&str]) -> Vec<String> {
        cells.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("  a  b\nunbreakable x", 6), ["  a  b", "unbreakable", "x"]);
        assert_eq!(wrap("模型 模型", 5), ["模型", "模型"]);
        assert!(wrap("", 5).is_empty());
    }

    #[test]
    fn a_value_that_is_too_wide_for_its_place_begins_below() {
        let pairs = [("ID", "0123456789".to_owned()), ("Status", "a b\nc".to_owned()), ("Why", String::new())];
        assert_eq!(fields(&pairs, None), table::fields(&pairs));
        assert_eq!(fields(&pairs, Some(16)), "ID:\n  0123456789\nStatus:   a b\n          c\nWhy:\n");
        assert_eq!(fields(&pairs, Some(12)), "ID:\n  0123456789\nStatus:   a\n          b\n          c\nWhy:\n");
    }

    #[test]
    fn a_short_value_stays_whole() {
        let pairs = [("Submitted", "2026-11-22 05:52:19 UTC".to_owned())];
        assert_eq!(fields(&pairs, Some(30)), "Submitted:\n  2026-11-22 05:52:19 UTC\n");
        assert_eq!(fields(&pairs, Some(36)), "Submitted:   2026-11-22 05:52:19 UTC\n");
    }

    #[test]
    fn columns_go_before_names_are_cut() {
        let columns = ["STEP", "STATUS", "ATTEMPT", "POD"];
        let rows = [owned(&["train_the_model_of_north", "Failed", "1", "a-pod-with-a-long-name"])];
        let at = |width| table(&columns, &rows, &["POD", "ATTEMPT"], Some(width));
        assert_eq!(at(80), table::render(&columns, &rows));
        assert_eq!(at(44), "STEP                       STATUS   ATTEMPT\ntrain_the_model_of_north   Failed   1\n");
        assert_eq!(at(35), "STEP               STATUS   ATTEMPT\ntrain_th…f_north   Failed   1\n");
        assert_eq!(at(30), "STEP                    STATUS\ntrain_the_…l_of_north   Failed\n");
        assert!(at(10).lines().all(|line| line.width() <= 10));
    }

    #[test]
    fn texts_stand_below_where_there_is_no_room_beside() {
        let rows = [(owned(&["a", "1"]), "no such file".to_owned()), (owned(&["b", "2"]), String::new())];
        let at = |width| table_with_texts(&["STEP", "CODE"], "MESSAGE", &rows, &["CODE"], width);
        assert_eq!(at(None), "STEP     CODE     MESSAGE\na        1        no such file\nb        2\n");
        assert_eq!(at(Some(16)), "STEP     CODE\na        1\n  no such file\nb        2\n");
    }
}
