//! `register --interactive`: whatever was not given is asked for (layer 4). Nothing is stored before the last answer.

use std::path::Path;

use super::answers;
use super::register::{Register, print, summary};
use super::types::paragraph;
use crate::cli::{prompt, vault};
use crate::connector::catalogue::methods::METHODS;
use crate::connector::catalogue::{ConnectorType, Ends, Id, Method};
use crate::connector::{lifetime, name};
use crate::error::{Error, Kind, Result};
use crate::execcred::rfc3339;
use crate::helper::now;
use crate::kubeconfig::merge::Kind as Entries;
use crate::kubeconfig::{Credential, Kubeconfig};
use crate::ops::connector::register::{self, Prepared, Request};
use crate::paths::Home;
use crate::registry;
use crate::registry::store;
use crate::ui;

/// Asks, checks, asks once more, and registers.
pub(super) async fn run(home: &Home, mut register: Register) -> Result<()> {
    possible()?;
    let dry_run = register.dry_run;
    about(home, &mut register)?;
    let prepared = loop {
        let mut attempt = register.clone();
        place(&mut attempt)?;
        match prepare(home, attempt).await {
            Ok(prepared) => break prepared,
            Err(error) if error.kind() == Kind::Interrupted => return Err(error),
            Err(error) => ui::say(error.render().trim_end()),
        }
        if !prompt::yes("Answer these questions again?", true)? {
            return Err(nothing());
        }
    };
    ui::say(&summary(&prepared.registered));
    if dry_run {
        return print(&prepared.registered, true, false);
    }
    if !prompt::yes("Save this connector?", true)? {
        return Err(nothing());
    }
    let holder = vault::ask(home).await?;
    print(&prepared.store(home, holder.as_ref()).await?, false, false)
}

/// Refuses to ask questions where nobody is.
pub(super) fn possible() -> Result<()> {
    if prompt::is_possible() {
        return Ok(());
    }
    Err(Error::failure("--interactive asks questions, and there is no terminal to ask on")
        .hint("give the fields as flags: `kubectl zenml register --help` has them all"))
}

fn nothing() -> Error {
    Error::failure("nothing was registered")
}

/// Name, description and type.
fn about(home: &Home, register: &mut Register) -> Result<()> {
    let check = |name: &str| name::validate(name).and_then(|()| store::check_free(home, name));
    if let Some(name) = &register.name {
        check(name)?;
    } else {
        let name = prompt::ask("Name", proposal(home, register).as_deref(), |answer| {
            check(answer).map(|()| answer.to_owned()).map_err(|error| sentence(&error))
        })?;
        register.name = Some(name);
    }
    if register.description.is_none() {
        let description = prompt::ask("Description", Some(""), |answer| Ok(answer.to_owned()))?;
        register.description = Some(description).filter(|text| !text.is_empty());
    }
    let question = format!("Type of connector ({})", ConnectorType::names().join(", "));
    register.kind = prompt::ask(&question, Some(register.kind.name), ConnectorType::find)?;
    for resource in register.kind.resource_types {
        ui::say(&format!("It gives access to one resource of the type {}.", resource.name));
    }
    Ok(())
}

/// A name after the context, where there is one.
fn proposal(home: &Home, register: &Register) -> Option<String> {
    let given = register.source.context.clone().filter(|_| register.fields.lacks(Id::Server));
    let current =
        || Kubeconfig::load(register.source.kubeconfig.as_deref()).ok()?.current_context().map(ToOwned::to_owned);
    let name = name::from_context(&given.or_else(current)?);
    let known = registry::entries(home).unwrap_or_default();
    Some(name::free(&name, |name| known.iter().any(|entry| entry.name == name)))
}

/// Where everything comes from: a context, or answers.
fn place(register: &mut Register) -> Result<()> {
    if register.source.in_cluster || (register.source.context.is_some() && register.fields.lacks(Id::Server)) {
        return Ok(());
    }
    if register.fields.lacks(Id::Server) && (register.source.auto_configure || lift(register)?) {
        register.source.context = choose_context(register.source.kubeconfig.as_deref())?;
        return Ok(());
    }
    let docs = !register.no_docs;
    let method = match (register.auth_method, register.fields.method()) {
        (Some(about), _) => about.method,
        (None, Some(method)) => method,
        (None, None) => choose_method("Auth method", docs, |_| true)?,
    };
    register.auth_method = Some(method.about());
    let base = match method.needs_base() {
        true if register.fields.has_credential() => None,
        true => {
            let question = "Method of the credential that asks for tokens";
            Some(choose_method(question, docs, |other| !other.needs_base())?)
        }
        false => Some(method),
    };
    let shown = register.asking.show_secrets;
    ui::say("Enter alone leaves a field out, or takes what stands in brackets.");
    answers::ask(&mut register.fields, None, shown)?;
    for method in base.into_iter().chain(method.needs_base().then_some(method)) {
        answers::ask(&mut register.fields, Some(method), shown)?;
    }
    Ok(())
}

/// Whether to take everything from a context. Not asked where there is none.
fn lift(register: &Register) -> Result<bool> {
    let contexts =
        Kubeconfig::load(register.source.kubeconfig.as_deref()).is_ok_and(|it| !it.all(Entries::Context).is_empty());
    if !contexts {
        ui::say("There is no context in the kubeconfig to take the fields from.");
        return Ok(false);
    }
    prompt::yes("Auto-configure: take cluster and credential from a kubeconfig context?", register.fields.is_empty())
}

fn choose_context(kubeconfig: Option<&Path>) -> Result<Option<String>> {
    let kubeconfig = Kubeconfig::load(kubeconfig)?;
    let names: Vec<_> = kubeconfig.all(Entries::Context).iter().map(|entry| entry.name.to_owned()).collect();
    let current = kubeconfig.current_context().map(ToOwned::to_owned);
    if names.len() < 2 {
        return Ok(names.into_iter().next());
    }
    let is_current = |name: &String| current.as_ref() == Some(name);
    let default = names.iter().position(is_current).unwrap_or_default();
    let options: Vec<_> = names
        .iter()
        .map(|name| (name.clone(), if is_current(name) { "current".to_owned() } else { String::new() }))
        .collect();
    Ok(names.get(prompt::choose("Context", &options, default)?).cloned())
}

fn choose_method(question: &str, docs: bool, fits: impl Fn(Method) -> bool) -> Result<Method> {
    let methods: Vec<_> = METHODS.iter().filter(|about| fits(about.method)).collect();
    let options: Vec<_> = methods.iter().map(|about| (about.name.to_owned(), about.title.to_owned())).collect();
    let default = methods.iter().position(|about| about.method == Method::Token).unwrap_or_default();
    let chosen = methods[prompt::choose(question, &options, default)?];
    if docs {
        paragraph(chosen.text).lines().for_each(|line| ui::say(&format!("  {line}")));
    }
    Ok(chosen.method)
}

/// Asks about the end and the check, then checks everything.
async fn prepare(home: &Home, register: Register) -> Result<Prepared> {
    let mut request = register.request()?;
    let (resolved, minted) = request.given.resolve(request.kubeconfig.as_deref(), request.context.as_deref())?;
    let method = request.given.makes(&resolved.credential);
    if let Some(method) = method {
        ui::say(&format!("Server {}, auth method {}.", resolved.cluster.server, method.name()));
    }
    if minted.is_none() && method.is_some_and(|method| method.about().ends == Ends::WithCredential) {
        end(&mut request, &resolved.credential)?;
    }
    if !request.no_verify {
        request.no_verify = !prompt::yes("Ask the cluster whether it works?", true)?;
    }
    let spinner =
        (!request.may_prompt() && !request.no_verify).then(|| ui::Spinner::start("Asking the cluster who this is"));
    let prepared = register::prepare(home, &request).await;
    drop(spinner);
    prepared
}

/// When the credential ends, where it does not say so itself.
fn end(request: &mut Request, credential: &Credential) -> Result<()> {
    let own = match credential {
        Credential::Static(answer) => lifetime::expiry(answer)?,
        _ => None,
    };
    if let Some(own) = own {
        ui::say(&format!("The credential ends at {}.", rfc3339(own)));
        return Ok(());
    }
    if request.expires_at.is_some() || !prompt::yes("Is the credential temporary?", false)? {
        return Ok(());
    }
    let end = prompt::ask("When does it end, in UTC (YYYY-MM-DD HH:MM:SS)", None, |answer| {
        let end = lifetime::end(answer)?;
        lifetime::check_end(Some(end), now()).map(|()| end).map_err(|error| sentence(&error))
    })?;
    request.expires_at = Some(end);
    Ok(())
}

/// An error and what to do about it, for somebody who can answer again.
pub(super) fn sentence(error: &Error) -> String {
    std::iter::once(&error.to_string()).chain(error.hints()).cloned().collect::<Vec<_>>().join("; ")
}
