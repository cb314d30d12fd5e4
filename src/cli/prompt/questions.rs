//! Questions that are asked again until the answer is right (layer 4).

use crate::error::{Result, harmless};
use crate::ui;

/// Asks until `read` takes the answer; what it refuses it says in a sentence. Enter alone means `default`.
pub(in crate::cli) fn ask<T>(
    question: &str,
    default: Option<&str>,
    mut read: impl FnMut(&str) -> Result<T, String>,
) -> Result<T> {
    let shown = default.filter(|text| !text.is_empty()).map(|text| format!(" [{text}]")).unwrap_or_default();
    loop {
        let typed = super::line(&harmless(&format!("{question}{shown}: ")))?;
        let answer = if typed.is_empty() { default.unwrap_or_default() } else { &typed };
        match read(answer) {
            Ok(value) => return Ok(value),
            Err(sentence) => ui::say(&format!("  {sentence}")),
        }
    }
}

/// Asks a question that is answered with yes or no.
pub(in crate::cli) fn yes(question: &str, default: bool) -> Result<bool> {
    let choice = if default { "Y/n" } else { "y/N" };
    ask(&format!("{question} ({choice})"), Some(""), |answer| match answer.to_ascii_lowercase().as_str() {
        "" => Ok(default),
        "y" | "yes" => Ok(true),
        "n" | "no" => Ok(false),
        _ => Err("answer y or n".to_owned()),
    })
}

/// Asks for one of `options`, each a name and what it is, by its number or its name.
pub(in crate::cli) fn choose(question: &str, options: &[(String, String)], default: usize) -> Result<usize> {
    let widest = options.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    for (number, (name, what)) in options.iter().enumerate() {
        ui::say(format!("  {:>2}  {name:widest$}  {what}", number + 1).trim_end());
    }
    let name = options.get(default).map(|(name, _)| name.as_str());
    ask(question, name, |answer| {
        let by_name = options.iter().position(|(name, _)| name == answer);
        let by_number = || answer.parse::<usize>().ok().filter(|number| (1..=options.len()).contains(number));
        by_name
            .or_else(|| by_number().map(|number| number - 1))
            .ok_or_else(|| format!("type one of the names, or a number from 1 to {}", options.len()))
    })
}
