//! Templates: `{{ parameters.x }}` inside commands, arguments and environment values (layer 1, pure).
//!
//! A template is parsed and checked when the file is read, so that rendering cannot go wrong because of the user. One
//! value stays one argument: nothing passes through a shell. `{{ "{{" }}` is a literal `{{`; a lone `}}` is just text.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

use super::late::{self, Late, Reference};
use super::parameters::{Parameter, display};
use super::resolve::RunIdentity;
use crate::document::{Reader, nearest};
use crate::error::{Error, Kind, Result};

const LITERAL: &str = "a literal `{{` is written `{{ \"{{\" }}`";
/// How many unknown steps get a suggestion in a file: each is compared with every step.
const SUGGESTIONS: usize = 20;

/// Text with references in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Parameter(String),
    RunId,
    RunName,
    Late(Reference),
}

/// What templates of a file may refer to.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The declared parameters.
    pub parameters: &'a [Parameter],
    /// Whether there is a run: true for pipelines, false for services.
    pub run: bool,
    /// The step that the template is in, if any.
    pub step: Option<InStep<'a>>,
}

/// What templates of a step may refer to beyond that.
#[derive(Clone, Copy, Debug)]
pub struct InStep<'a> {
    /// The steps of the pipeline.
    pub steps: &'a Steps<'a>,
    /// The step itself.
    pub name: &'a str,
    /// Whether there is an item: it is a `foreach` step, and this is not its list.
    pub item: bool,
}

/// The steps of a pipeline, for references to them.
#[derive(Debug)]
pub struct Steps<'a> {
    /// Each with whether it has `foreach`.
    names: HashMap<&'a str, bool>,
    suggested: Cell<usize>,
}

/// The values that references stand for.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The value of every declared parameter.
    pub parameters: &'a BTreeMap<String, serde_json::Value>,
    /// The run, where [`Scope::run`] says that there is one.
    pub run: Option<&'a RunIdentity>,
}

impl<'a> Steps<'a> {
    /// Of these names, each with whether the step has `foreach`.
    pub fn new(names: impl IntoIterator<Item = (&'a str, bool)>) -> Self {
        Self { names: names.into_iter().collect(), suggested: Cell::new(0) }
    }

    /// The end of a sentence about `name`, which is no step: the step that was meant.
    pub fn suggestion(&self, name: &str, own: &str) -> String {
        if self.suggested.replace(self.suggested.get() + 1) >= SUGGESTIONS {
            return String::new();
        }
        let others = self.names.keys().copied().filter(|other| *other != own);
        nearest(name, others).map(|near| format!(": did you mean \"{near}\"?")).unwrap_or_default()
    }
}

impl Template {
    /// Reads a template from a string (numbers and booleans count as written), and reports references that `scope` does
    /// not have. These are left out, so that the others can be looked at all the same.
    pub fn read(reader: &Reader<'_>, scope: Scope<'_>) -> Option<Self> {
        let text = reader.text()?;
        let (template, mistakes) = Self::parse(&text, scope);
        for message in mistakes {
            reader.problem(message);
        }
        Some(template)
    }

    /// As [`Template::read`], and nothing where something was reported.
    pub fn read_whole(reader: &Reader<'_>, scope: Scope<'_>) -> Option<Self> {
        let (_, mistakes) = Self::parse(reader.node().text()?, scope);
        Self::read(reader, scope).filter(|_| mistakes.is_empty())
    }

    /// Parses `text`; each mistake is a sentence for the user.
    pub fn parse(text: &str, scope: Scope<'_>) -> (Self, Vec<String>) {
        let (mut parts, mut mistakes) = (Vec::new(), Vec::new());
        if text.contains('\0') {
            mistakes.push("no argument and no variable can hold the character NUL".to_owned());
        }
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((inside, behind)) = after.split_once("}}") else {
                mistakes.push(format!("`{{{{` without `}}}}`; {LITERAL}"));
                break;
            };
            push_text(&mut parts, before);
            match reference(inside.trim(), scope) {
                Ok(Part::Text(text)) => push_text(&mut parts, &text),
                Ok(part) => parts.push(part),
                Err(mistake) => mistakes.push(mistake),
            }
            rest = behind;
        }
        push_text(&mut parts, rest);
        (Self(parts), mistakes)
    }

    /// The text with every reference replaced. Fails only when `context` lacks what the scope promised, or where the scope
    /// is that of a step: our mistake.
    pub fn render(&self, context: Context<'_>) -> Result<String> {
        match self.resolve(context)? {
            Late::Text(text) => Ok(text),
            Late::Parts(_) => Err(internal("a step")),
        }
    }

    /// The text with every reference replaced that the run does not change. Fails as [`Template::render`] does.
    pub fn resolve(&self, context: Context<'_>) -> Result<Late> {
        let mut parts = Vec::new();
        for part in &self.0 {
            let run = || context.run.ok_or_else(|| internal("a run"));
            let text = match part {
                Part::Text(literal) => literal.clone(),
                Part::RunId => run()?.id.clone(),
                Part::RunName => run()?.name.clone(),
                Part::Parameter(name) => display(context.parameters.get(name).ok_or_else(|| internal(name))?),
                Part::Late(reference) => {
                    parts.push(late::Part::Reference(reference.clone()));
                    continue;
                }
            };
            match parts.last_mut() {
                Some(late::Part::Text(last)) => last.push_str(&text),
                _ => parts.push(late::Part::Text(text)),
            }
        }
        Ok(match &mut parts[..] {
            [] => Late::Text(String::new()),
            [late::Part::Text(only)] => Late::Text(std::mem::take(only)),
            _ => Late::Parts(parts),
        })
    }

    /// The references that only a run can fill in.
    pub fn late(&self) -> impl Iterator<Item = &Reference> {
        self.0.iter().filter_map(|part| match part {
            Part::Late(reference) => Some(reference),
            _ => None,
        })
    }

    /// The parameter, where the template is one and nothing else.
    pub fn parameter(&self) -> Option<&str> {
        match &self.0[..] {
            [Part::Parameter(name)] => Some(name),
            _ => None,
        }
    }

    /// The output, where the template is one and nothing else.
    pub fn output(&self) -> Option<&Reference> {
        match &self.0[..] {
            [Part::Late(reference)] => Some(reference),
            _ => None,
        }
    }
}

fn internal(what: &str) -> Error {
    Error::new(Kind::Internal, format!("a template refers to {what}, which has no value"))
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(Part::Text(last)) => last.push_str(text),
        _ => parts.push(Part::Text(text.to_owned())),
    }
}

/// What stands between the braces.
fn reference(inside: &str, scope: Scope<'_>) -> Result<Part, String> {
    if let Some(name) = inside.strip_prefix("parameters.") {
        return parameter(name, scope.parameters);
    }
    match inside {
        r#""{{""# => return Ok(Part::Text("{{".to_owned())),
        "run.id" if scope.run => return Ok(Part::RunId),
        "run.name" if scope.run => return Ok(Part::RunName),
        _ => {}
    }
    let root = inside.split(['.', '[']).next().unwrap_or_default().trim_end();
    match (root, scope.step) {
        ("steps" | "item" | "index", None) if scope.run => {
            Err(format!("`{{{{ {inside} }}}}` works inside of a step only, not for all of them"))
        }
        ("steps", Some(step)) => output(inside, step).map(Part::Late),
        ("item" | "index", Some(step)) => item(inside, step).map(Part::Late),
        _ => Err(nothing(inside, scope)),
    }
}

fn nothing(inside: &str, scope: Scope<'_>) -> String {
    if let Some(meant) = meant(inside, scope) {
        return format!("`{{{{ {inside} }}}}` refers to nothing: did you mean `{{{{ {meant} }}}}`?");
    }
    let run = if scope.run { ", run.id, run.name" } else { "" };
    let steps = if scope.step.is_some() { ", steps.<name>.output" } else { "" };
    let item = if scope.step.is_some_and(|step| step.item) { ", item, index" } else { "" };
    format!("`{{{{ {inside} }}}}` refers to nothing: there are parameters.<name>{run}{steps}{item}; {LITERAL}")
}

/// What was meant by something that refers to nothing.
fn meant(inside: &str, scope: Scope<'_>) -> Option<String> {
    if scope.parameters.iter().any(|parameter| parameter.name == inside) {
        return Some(format!("parameters.{inside}"));
    }
    let of_run = ["run.id", "run.name"].into_iter().filter(|_| scope.run);
    let of_item = ["item", "index"].into_iter().filter(|_| scope.step.is_some_and(|step| step.item));
    let all: Vec<_> = of_run.chain(of_item).collect();
    if let Some((root, rest)) = inside.split_once('.') {
        let of_step = ["steps"].into_iter().filter(|_| scope.step.is_some());
        let roots = ["parameters"].into_iter().chain(of_step).filter(|known| *known != root);
        if let Some(right) = nearest(root, roots) {
            return Some(format!("{right}.{rest}"));
        }
    }
    nearest(inside, all).map(str::to_owned)
}

fn parameter(name: &str, declared: &[Parameter]) -> Result<Part, String> {
    if declared.iter().any(|parameter| parameter.name == name) {
        return Ok(Part::Parameter(name.to_owned()));
    }
    let near = nearest(name, declared.iter().map(|parameter| parameter.name.as_str()));
    let hint = near.map(|near| format!(": did you mean \"{near}\"?")).unwrap_or_default();
    Err(format!("there is no parameter \"{name}\"{hint}"))
}

/// `steps.<name>.output`, `steps.<name>.output.<key>` or `steps.<name>.outputs`. A name may have dots in it.
fn output(inside: &str, at: InStep<'_>) -> Result<Reference, String> {
    let rest = inside.strip_prefix("steps.").unwrap_or_default();
    let ends = |tail: &str| tail.is_empty() || tail.starts_with('.') || tail == "s" || tail.starts_with("s.");
    let splits = rest.match_indices(".output").map(|(dot, word)| (&rest[..dot], &rest[dot + word.len()..]));
    let splits: Vec<_> = splits.filter(|(_, tail)| ends(tail)).collect();
    let known = splits.iter().find(|(name, _)| at.steps.names.contains_key(name));
    let Some((name, tail)) = known.or(splits.first()) else {
        return Err(format!(
            "`{{{{ {inside} }}}}` refers to nothing: write steps.<name>.output, with .<key> or without"
        ));
    };
    if *name == at.name {
        return Err(format!("a step cannot read its own output: `{{{{ {inside} }}}}`"));
    }
    let Some(is_foreach) = at.steps.names.get(name) else {
        return Err(format!("there is no step \"{name}\"{}", at.steps.suggestion(name, at.name)));
    };
    match (tail.strip_prefix('s'), is_foreach) {
        (Some(""), true) => Ok(Reference::Outputs { step: (*name).to_owned() }),
        (Some(""), false) => {
            Err(format!("step \"{name}\" has no foreach and one output: write `{{{{ steps.{name}.output }}}}`"))
        }
        (Some(_), _) => Err(format!("`{{{{ {inside} }}}}`: outputs is a list and has no keys")),
        (None, true) => {
            Err(format!("step \"{name}\" has foreach and a list of outputs: write `{{{{ steps.{name}.outputs }}}}`"))
        }
        (None, false) => Ok(Reference::Output { step: (*name).to_owned(), key: key(inside, tail)? }),
    }
}

/// `item`, `item.<key>` or `index`.
fn item(inside: &str, at: InStep<'_>) -> Result<Reference, String> {
    if !at.item {
        return Err(format!("`{{{{ {inside} }}}}` works in a step with foreach only"));
    }
    if inside == "index" {
        return Ok(Reference::Index {});
    }
    let tail = inside.strip_prefix("item").unwrap_or(".");
    Ok(Reference::Item { key: key(inside, tail)? })
}

/// The key in `.<key>`; none where there is nothing.
fn key(inside: &str, tail: &str) -> Result<Option<String>, String> {
    if tail.is_empty() {
        return Ok(None);
    }
    let key = tail.strip_prefix('.').unwrap_or_default();
    let legal = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if legal {
        return Ok(Some(key.to_owned()));
    }
    Err(format!("`{{{{ {inside} }}}}`: a key has letters, digits, `_` and `-`, and there is one at most"))
}

#[cfg(test)]
mod tests;
