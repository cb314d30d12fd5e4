//! Why a step is where it is, in a clause of one line (layer 3, pure).

use super::machine::Cause;
use super::record::StepRecord;

/// So much of what a program or the cluster said goes into a line, in characters.
const LONGEST: usize = 300;
/// So much goes into the line that tells of a step's state.
const LONGEST_STATE: usize = 160;

/// Reasons of our own, which say little without the sentence that goes with them: about an output, and never what is in it.
const OF_OUTPUTS: [&str; 5] = ["BadList", "BadOutput", "OutputNotText", "OutputTooLong", "OutputsTooLarge"];

/// Why a step failed: `: Error (exit code 3)`, `: OOMKilled: memory limit 64Mi`.
pub fn why(step: &StepRecord) -> String {
    match (&step.reason, &step.detail, step.exit_code) {
        (Some(reason), ..) if OF_OUTPUTS.contains(&reason.as_str()) => {
            let message = short("", step.message.as_deref().unwrap_or_default());
            format!(": {reason}: {message}").trim_end_matches([':', ' ']).to_owned()
        }
        // The exit code of a program that others ended says nothing more.
        (Some(reason), Some(detail), _) => format!(": {reason}: {detail}"),
        (Some(reason), None, Some(code)) => format!(": {reason} (exit code {code})"),
        (Some(reason), None, None) => format!(": {reason}"),
        (None, _, Some(code)) => format!(": exit code {code}"),
        (None, _, None) => String::new(),
    }
}

/// What a step waits for that could begin: `waits for max_parallelism`.
pub fn waits(step: &StepRecord) -> Option<String> {
    step.waits_for.as_ref().map(|what| format!("waits for {what}"))
}

/// Why the last attempt of a step failed that is tried again: `Error, exit code 3: ` and the last line that it wrote.
pub fn why_again(step: &StepRecord) -> Option<String> {
    let reason = step.reason.as_ref()?;
    // Of a program that others ended, the exit code says nothing.
    let is_its_own = step.cause != Some(Cause::Infrastructure) && step.detail.is_none();
    let code = step.exit_code.filter(|_| is_its_own).map(|code| format!(", exit code {code}")).unwrap_or_default();
    let said = short(step.detail.as_deref().unwrap_or_default(), step.message.as_deref().unwrap_or_default());
    let said = if said.is_empty() { said } else { format!(": {}", cut(&said, LONGEST_STATE)) };
    Some(format!("{reason}{code}{said}"))
}

/// `detail` in one line, else the last line of `message` that says something.
pub fn short(detail: &str, message: &str) -> String {
    let text = if detail.is_empty() {
        message.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()
    } else {
        one_line(detail)
    };
    cut(text.trim(), LONGEST)
}

/// `text` without line breaks.
pub fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// At most so many characters of `text`: what an error is of stands at its beginning, and what it comes from at its end.
fn cut(text: &str, longest: usize) -> String {
    let length = text.chars().count();
    if length <= longest {
        return text.to_owned();
    }
    let (head, tail) = (longest / 2, longest - 1 - longest / 2);
    let head: String = text.chars().take(head).collect();
    let tail: String = text.chars().skip(length - tail).collect();
    format!("{}…{}", head.trim_end(), tail.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(reason: &str, detail: Option<&str>, message: &str) -> StepRecord {
        StepRecord {
            reason: Some(reason.to_owned()),
            detail: detail.map(ToOwned::to_owned),
            message: Some(message.to_owned()),
            exit_code: Some(7),
            ..StepRecord::default()
        }
    }

    #[test]
    fn a_failed_attempt_is_told_in_one_line() {
        let again = |step: &StepRecord| why_again(step).unwrap();
        let error = step("Error", None, "Traceback\n  File x\nValueError: no\n\n");
        assert_eq!(again(&error), "Error, exit code 7: ValueError: no");
        let long = step("Error", None, &format!("a\nfirst {} last", "x".repeat(5000)));
        let text = again(&long);
        assert!(text.chars().count() < 200 && text.contains("first x") && text.ends_with("x last"), "{text}");
        assert_eq!(again(&step("OOMKilled", Some("memory limit 64Mi"), "words")), "OOMKilled: memory limit 64Mi");
        let lost = StepRecord { cause: Some(Cause::Infrastructure), ..step("NodeLost", None, "it does not answer") };
        assert_eq!(again(&lost), "NodeLost: it does not answer");
        assert_eq!(why_again(&StepRecord::default()), None);
    }

    #[test]
    fn a_failure_names_the_limit() {
        let text = why(&step("OOMKilled", Some("memory limit 64Mi"), "words"));
        assert_eq!(text, ": OOMKilled: memory limit 64Mi");
        assert_eq!(why(&step("Error", None, "words")), ": Error (exit code 7)");
    }
}
