//! `update --interactive`: every field is asked for, beside what it is (layer 4). Nothing is changed before the last answer.

use serde_json::Value;

use super::answers;
use super::fields::Fields;
use super::interactive::{possible, sentence};
use super::update::Update;
use super::view::with_hidden_user;
use crate::cli::prompt;
use crate::cli::secret_source::SecretSource;
use crate::connector::attribute::Attribute;
use crate::connector::catalogue::table::FIELDS;
use crate::connector::catalogue::{AuthMethod, Ends, Field, Id, Kind, Method};
use crate::connector::{Connector, lifetime, name};
use crate::error::{Context, Error, Result};
use crate::execcred::rfc3339;
use crate::helper::now;
use crate::paths::Home;
use crate::registry::store;
use crate::ui;

/// What is typed to clear a field.
const CLEAR: &str = "-";

/// Asks for what no flag says.
pub(super) fn ask(home: &Home, update: &mut Update) -> Result<()> {
    possible()?;
    let connector = store::find(home, update.reference())?;
    ui::say(&format!("Enter alone keeps what stands in brackets; {CLEAR} alone clears a field."));
    about(home, &connector, update)?;
    let configuration = serde_json::to_value(&connector.configuration).context(|| "cannot write JSON")?;
    let methods = methods(&connector);
    let is_its = |field: &&Field| field.method.is_none_or(|method| methods.contains(&method));
    for field in FIELDS.iter().filter(is_its) {
        let current = current(&configuration, &connector, field);
        let pointless =
            field.needs.iter().any(|id| *id < field.id && is_missing(update, &configuration, &connector, *id));
        if update.fields.0.lacks(field.id) && !pointless {
            one(update, field, current.as_deref())?;
        }
    }
    if methods.iter().all(|method| method.about().ends == Ends::WithCredential) && update.lifetime.expires_at.is_none()
    {
        end(&connector, update)?;
    }
    if prompt::yes("Save these changes?", true)? { Ok(()) } else { Err(Error::failure("nothing was changed")) }
}

fn about(home: &Home, connector: &Connector, update: &mut Update) -> Result<()> {
    if update.name.is_none() {
        let name = prompt::ask("Name", Some(&connector.name), |answer| {
            let renamed = Connector { name: answer.to_owned(), ..connector.clone() };
            let fits = name::validate(answer).and_then(|()| store::check_name(home, &renamed));
            fits.map(|()| answer.to_owned()).map_err(|error| sentence(&error))
        })?;
        update.name = Some(name).filter(|name| *name != connector.name);
    }
    if update.description.is_none() {
        let current = connector.description.as_deref().unwrap_or_default();
        match prompt::ask("Description", Some(current), |answer| Ok(answer.to_owned()))? {
            same if same == current => {}
            none if none == CLEAR => update.clear.push(Attribute::Description),
            other => update.description = Some(other),
        }
    }
    Ok(())
}

/// Its method, and that of the credential which it stands on.
fn methods(connector: &Connector) -> Vec<Method> {
    let own = AuthMethod::find(&connector.auth_method).map(|about| about.method).ok();
    let configuration = &connector.configuration;
    let base = match own {
        Some(method) if !method.needs_base() => None,
        _ if configuration.exec.is_some() => Some(Method::Exec),
        _ if configuration.username.is_some() => Some(Method::Password),
        _ if configuration.token_file.is_some() => Some(Method::TokenFile),
        _ => Some(Method::Token),
    };
    base.into_iter().chain(own).collect()
}

/// What a field is, for people; `None` = nothing.
fn current(configuration: &Value, connector: &Connector, field: &Field) -> Option<String> {
    let value = field.path.split('.').try_fold(configuration, |value, key| value.get(key));
    if field.secret && !matches!(field.kind, Kind::Texts | Kind::Variables) {
        let sealed = connector.secrets.iter().any(|name| name == field.path);
        return sealed.then(|| "[HIDDEN]".to_owned());
    }
    Some(match value? {
        Value::Null => return None,
        Value::Bool(yes) => yes.to_string(),
        Value::String(url) if field.kind == Kind::Proxy && connector.secrets.iter().any(|name| name == field.path) => {
            with_hidden_user(url)
        }
        Value::String(_) if field.kind == Kind::Pem => "as it is".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(count) => format!("{count} of them"),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        Value::Object(account) if field.kind == Kind::Account => {
            let text = |key: &str| account.get(key).and_then(Value::as_str).unwrap_or_default();
            format!("{}/{}", text("namespace"), text("name"))
        }
        Value::Object(items) => items.keys().cloned().collect::<Vec<_>>().join(", "),
    })
    .filter(|text| !text.is_empty())
}

fn is_missing(update: &Update, configuration: &Value, connector: &Connector, id: Id) -> bool {
    let cleared = update.clear.contains(&Attribute::Field(id));
    let given = !update.fields.0.lacks(id);
    !given && (cleared || current(configuration, connector, id.field()).is_none())
}

fn one(update: &mut Update, field: &'static Field, current: Option<&str>) -> Result<()> {
    let fields = &mut update.fields.0;
    let cleared = match field.kind {
        Kind::Flag => {
            let before = current == Some("true");
            let after = prompt::yes(&format!("{}?", field.title), before)?;
            if after && !before {
                fields.set(field.id);
            }
            before && !after
        }
        Kind::Secret => secret(fields, field, update.asking.show_secrets)?,
        Kind::Texts | Kind::Variables if field.secret && !update.asking.show_secrets => {
            answers::secrets(fields, field)?;
            let cleared = matches!(fields.typed(field.id), [only] if only.expose() == CLEAR);
            if cleared {
                fields.forget(field.id);
            }
            cleared
        }
        Kind::Texts | Kind::Variables | Kind::Extra => texts(fields, field, current)?,
        _ => match text(field, field.title, current)? {
            Some(text) if text == CLEAR => true,
            Some(text) => {
                fields.add(field.id, text);
                false
            }
            None => false,
        },
    };
    if cleared {
        update.clear.push(Attribute::Field(field.id));
    }
    Ok(())
}

/// What was typed, if that is not what is there.
fn text(field: &'static Field, question: &str, current: Option<&str>) -> Result<Option<String>> {
    prompt::ask(question, Some(current.unwrap_or_default()), |answer| match answer {
        same if Some(same) == current || same.is_empty() => Ok(None),
        CLEAR => Attribute::find(field.flag).map(|_| Some(CLEAR.to_owned())),
        text => answers::check(field, text).map(|()| Some(text.to_owned())),
    })
}

/// Takes a secret, unless there is none; says whether it is to be cleared.
fn secret(fields: &mut Fields, field: &'static Field, shown: bool) -> Result<bool> {
    let hidden = if shown { "" } else { "not shown; " };
    loop {
        let typed = prompt::optional_secret(&format!("{} ({hidden}Enter keeps it): ", field.title), shown)?;
        match typed {
            Some(text) if text.expose() == CLEAR => match Attribute::find(field.flag) {
                Ok(_) => return Ok(true),
                Err(sentence) => ui::say(&format!("  {sentence}")),
            },
            Some(text) => {
                fields.keep(field.id, SecretSource::Typed(text));
                return Ok(false);
            }
            None => return Ok(false),
        }
    }
}

/// Takes lines in place of those that are there; says whether these are to be cleared.
fn texts(fields: &mut Fields, field: &'static Field, current: Option<&str>) -> Result<bool> {
    let known = current.map(|current| format!(" [{current}]")).unwrap_or_default();
    ui::say(&format!("{}{known}, one a line; Enter alone ends.", field.title));
    while let Some(text) = text(field, &format!("  {}", field.value), None)? {
        if text == CLEAR {
            return Ok(true);
        }
        fields.add(field.id, text);
    }
    Ok(false)
}

fn end(connector: &Connector, update: &mut Update) -> Result<()> {
    let current = connector.expires_at.map(|end| rfc3339(end.as_second()));
    let question = "When the credential ends, in UTC (YYYY-MM-DD HH:MM:SS)";
    let answer = prompt::ask(question, Some(current.as_deref().unwrap_or_default()), |answer| match answer {
        same if same.is_empty() || Some(same) == current.as_deref() => Ok(None),
        CLEAR => Ok(Some(None)),
        text => {
            let end = lifetime::end(text)?;
            lifetime::check_end(Some(end), now()).map(|()| Some(Some(end))).map_err(|error| sentence(&error))
        }
    })?;
    match answer {
        Some(Some(end)) => update.lifetime.expires_at = Some(end),
        Some(None) => update.clear.push(Attribute::ExpiresAt),
        None => {}
    }
    Ok(())
}
