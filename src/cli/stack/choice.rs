//! `connect -i`: what can be linked, and which shall be (layer 4).

use crate::cli::prompt;
use crate::error::{Error, Result};
use crate::ops::stack::component;
use crate::ops::stack::connect::{self, Candidate, Link};
use crate::output;
use crate::paths::Home;
use crate::stack::Kind;
use crate::ui;

/// Lists what can be linked, and asks what shall be.
pub(super) async fn ask(home: &Home, kind: Kind, name: Option<String>) -> Result<(String, Link)> {
    if !prompt::is_possible() {
        return Err(
            Error::failure("there is no terminal to ask on").hint("name the connector instead: --connector NAME")
        );
    }
    let name = match name {
        Some(name) => component::describe(home, kind, Some(&name))?.component.name,
        None => chosen_component(home, kind)?,
    };
    let spinner = ui::Spinner::start("Trying every connector");
    let candidates = connect::candidates(home).await;
    drop(spinner);
    let connector = chosen_connector(&candidates?)?;
    // It has just been tried, but not yet for this work.
    Ok((name, Link { connector, resource_id: None, no_verify: false }))
}

fn chosen_component(home: &Home, kind: Kind) -> Result<String> {
    let names: Vec<_> = component::list(home, kind)?.into_iter().map(|one| one.component.name).collect();
    let row = |(at, name): (usize, &String)| vec![format!("[{}]", at + 1), name.clone()];
    let rows: Vec<_> = names.iter().enumerate().map(row).collect();
    ui::say(output::table::render(&["", &kind.as_str().to_uppercase()], &rows).trim_end());
    let at = number(&format!("Which {}?", kind.as_str()), names.len())?;
    Ok(names[at].clone())
}

fn chosen_connector(candidates: &[Candidate]) -> Result<String> {
    for candidate in candidates {
        if let Err(error) = &candidate.identity {
            ui::warn(&format!("connector \"{}\" is left out: {}", candidate.connector.name, error.brief()));
        }
    }
    let works: Vec<_> = candidates.iter().filter(|candidate| candidate.identity.is_ok()).collect();
    if works.is_empty() {
        return Err(Error::failure("no connector works that could be linked")
            .hint("register one with `kubectl zenml register`"));
    }
    let row = |(at, candidate): (usize, &&Candidate)| {
        let connector = &candidate.connector;
        let account = candidate.identity.as_ref().ok().and_then(|identity| identity.account.clone());
        let (name, resource) = (connector.name.clone(), connector.resource_name.clone());
        vec![format!("[{}]", at + 1), name, connector.resource_types.join(","), resource, account.unwrap_or_default()]
    };
    let rows: Vec<_> = works.iter().enumerate().map(row).collect();
    let columns = ["", "CONNECTOR", "RESOURCE TYPE", "RESOURCE NAME", "ACCOUNT"];
    ui::say(output::table::render(&columns, &rows).trim_end());
    let at = number("Which connector?", works.len())?;
    Ok(works[at].connector.id.clone())
}

/// Asks for one of the numbers from 1 to `most`, and gives it less one. Nothing typed is no answer.
fn number(question: &str, most: usize) -> Result<usize> {
    let range = if most == 1 { "1".to_owned() } else { format!("1-{most}") };
    loop {
        let answer = prompt::line(&format!("{question} [{range}] "))?;
        match answer.parse::<usize>() {
            Ok(number) if (1..=most).contains(&number) => return Ok(number - 1),
            _ if answer.is_empty() => return Err(Error::failure("nothing was chosen; nothing was done")),
            _ => ui::say(&format!("Type a number, {range}, or only Enter to leave.")),
        }
    }
}
