//! The fields of the catalogue, asked for one by one (layer 4).

use std::path::Path;

use super::fields::Fields;
use super::interactive::sentence;
use crate::cli::prompt;
use crate::cli::secret_source::SecretSource;
use crate::connector::catalogue::table::FIELDS;
use crate::connector::catalogue::{Field, Id, Kind, Method, Need};
use crate::error::Result;
use crate::ui;
use crate::vault::header::host;

/// Asks for the fields of `method`, or for those that every method has, as far as they were not given. Where one of several
/// must be there and none is, they are asked for again from the first.
pub(super) fn ask(fields: &mut Fields, method: Option<Method>, show_secrets: bool) -> Result<()> {
    let own = || FIELDS.iter().filter(|field| field.method == method);
    let ways: Vec<_> = own().filter(|field| field.need == Need::Either).collect();
    loop {
        for field in own() {
            if fields.lacks(field.id) && makes_sense(fields, field) {
                one(fields, field, show_secrets)?;
            }
        }
        if ways.is_empty() || !ways.iter().all(|way| fields.lacks(way.id)) {
            return Ok(());
        }
        let titles: Vec<_> = ways.iter().map(|way| way.title).collect();
        ui::say(&format!("  One of these is needed: {}.", titles.join(" / ")));
    }
}

/// Whether what it goes with was answered, and nothing that makes it pointless.
fn makes_sense(fields: &Fields, field: &Field) -> bool {
    let pointless = field.id == Id::Insecure && !fields.lacks(Id::CertificateAuthority);
    !pointless && !earlier(field).any(|id| fields.lacks(id))
}

/// What it goes with and was asked for before.
fn earlier(field: &Field) -> impl Iterator<Item = Id> {
    field.needs.iter().copied().filter(|id| *id < field.id)
}

/// Whether there must be an answer.
fn is_required(field: &Field) -> bool {
    // The other half of something that was given.
    let completes = || earlier(field).any(|id| id.field().needs.contains(&field.id));
    field.need == Need::Required || (field.need != Need::Either && completes())
}

fn one(fields: &mut Fields, field: &Field, show_secrets: bool) -> Result<()> {
    let required = is_required(field);
    match field.kind {
        Kind::Flag => {
            if prompt::yes(&format!("{}?", field.title), false)? {
                fields.set(field.id);
            }
        }
        Kind::Secret => secret(fields, field, required, show_secrets)?,
        Kind::Texts | Kind::Variables if field.secret && !show_secrets => secrets(fields, field)?,
        Kind::Texts | Kind::Variables | Kind::Extra => {
            ui::say(&format!("{}, one a line; Enter alone ends.", field.title));
            while let Some(text) = text(field, &format!("  {}", field.value), None, false)? {
                fields.add(field.id, text);
            }
        }
        _ => {
            let derived = fields.text(Id::Server).filter(|_| field.id == Id::ClusterName).map(host);
            let default = match field.need {
                Need::Default(text) => Some(text.to_owned()),
                _ => derived.map(ToOwned::to_owned),
            };
            let what = match field.kind {
                Kind::Pem => " (a file with PEM)".to_owned(),
                Kind::Choice(values) => format!(" ({})", values.join(", ")),
                _ => String::new(),
            };
            if let Some(text) = text(field, &format!("{}{what}", field.title), default.as_deref(), required)? {
                fields.add(field.id, text);
            }
        }
    }
    Ok(())
}

/// A checked text; `None` where there is none and need not be.
fn text(field: &Field, question: &str, default: Option<&str>, required: bool) -> Result<Option<String>> {
    prompt::ask(question, default.or(Some("")), |answer| match answer {
        "" if required => Err("this cannot be left out".to_owned()),
        "" => Ok(None),
        text => check(field, text).map(|()| Some(text.to_owned())),
    })
}

pub(super) fn check(field: &Field, text: &str) -> Result<(), String> {
    field.check(text)?;
    if field.kind == Kind::Path && !Path::new(text).is_file() {
        return Err(format!("there is no file {text}"));
    }
    let mut alone = Fields::default();
    alone.add(field.id, text.to_owned());
    alone.check(field.id).map_err(|error| sentence(&error))
}

/// Lines that may be secret, until an empty one.
pub(super) fn secrets(fields: &mut Fields, field: &Field) -> Result<()> {
    ui::say(&format!("{} (not shown), one a line; Enter alone ends.", field.title));
    while let Some(text) = prompt::optional_secret(&format!("  {}: ", field.value), false)? {
        match field.check(text.expose()) {
            Ok(()) => fields.add_typed(field.id, text),
            Err(sentence) => ui::say(&format!("  {sentence}")),
        }
    }
    Ok(())
}

fn secret(fields: &mut Fields, field: &Field, required: bool, shown: bool) -> Result<()> {
    let hidden = if shown { "" } else { " (not shown)" };
    loop {
        match prompt::optional_secret(&format!("{}{hidden}: ", field.title), shown)? {
            Some(value) => fields.keep(field.id, SecretSource::Typed(value)),
            None if required => {
                ui::say("  this cannot be left out");
                continue;
            }
            None => {}
        }
        return Ok(());
    }
}
