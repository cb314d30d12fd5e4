//! Lines with bars.

/// What is beyond its bar.
#[derive(Default)]
pub(crate) struct Verdict {
    beyond: Vec<String>,
}

impl Verdict {
    /// Prints a number that may be at most `bar`.
    pub(crate) fn at_most(&mut self, what: &str, value: f64, bar: f64, more: &str) {
        self.line(what, value, &format!("bar <= {bar}"), more, value <= bar);
    }

    /// Prints a number that has to be at least `bar`.
    pub(crate) fn at_least(&mut self, what: &str, value: f64, bar: f64, more: &str) {
        self.line(what, value, &format!("bar >= {bar}"), more, value >= bar);
    }

    /// Prints a number that has no bar.
    pub(crate) fn note(what: &str, value: f64, more: &str) {
        println!("{what:<46}{value:>9.3}  {more}");
    }

    fn line(&mut self, what: &str, value: f64, bar: &str, more: &str, holds: bool) {
        let sign = if holds { "" } else { "  BEYOND THE BAR" };
        println!("{what:<46}{value:>9.3}  ({bar}){sign}   {more}");
        if !holds {
            self.beyond.push(what.to_owned());
        }
    }

    /// Fails where something is.
    pub(crate) fn end(self) {
        assert!(self.beyond.is_empty(), "beyond the bar: {}", self.beyond.join(", "));
    }
}

/// The middle one.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
