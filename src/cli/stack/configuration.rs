//! A component's configuration keys as flags, made from their table (layer 4): `--service-account-name`, also spelled
//! `--service_account_name`.

use std::ffi::OsStr;
use std::marker::PhantomData;
use std::path::Path;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::files;
use crate::stack::Kind;
use crate::stack::key::{Key, Purpose, Type};
use crate::stack::value;

/// Which noun the flags are for.
pub(in crate::cli) trait Noun: std::fmt::Debug + Send + Sync + 'static {
    /// The kind of component.
    const KIND: Kind;
}

/// `orchestrator`.
#[derive(Debug)]
pub(in crate::cli) struct Orchestrator;

/// `deployer`.
#[derive(Debug)]
pub(in crate::cli) struct Deployer;

impl Noun for Orchestrator {
    const KIND: Kind = Kind::Orchestrator;
}

impl Noun for Deployer {
    const KIND: Kind = Kind::Deployer;
}

/// What was given of the noun's configuration keys, as text.
#[derive(Debug)]
pub(super) struct Configuration<N> {
    given: Vec<(&'static Key, String)>,
    noun: PhantomData<N>,
}

impl<N> Configuration<N> {
    /// The values by name. Nothing is given for a key that was not.
    pub(super) fn values(&self) -> Result<Map<String, Value>> {
        self.given.iter().map(|(key, text)| Ok((key.name.to_owned(), parsed(key, text)?))).collect()
    }
}

impl<N: Noun> Args for Configuration<N> {
    fn augment_args(command: Command) -> Command {
        N::KIND.keys().iter().fold(command, |command, key| command.arg(flag(key)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<N: Noun> FromArgMatches for Configuration<N> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let text = |key: &'static Key| Some((key, matches.get_one::<String>(&id(key))?.clone()));
        Ok(Self { given: N::KIND.keys().iter().filter_map(text).collect(), noun: PhantomData })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Not the name alone: a verb's own arguments have names, too.
fn id(key: &Key) -> String {
    format!("key.{}", key.name)
}

fn flag(key: &'static Key) -> Arg {
    let kebab = key.name.replace('_', "-");
    let snake = Some(key.name).filter(|name| **name != kebab);
    let default = key.default.map(|default| format!(" [default: {default}]")).unwrap_or_default();
    let arg = Arg::new(id(key))
        .long(kebab)
        .aliases(snake.into_iter().chain(key.alias))
        .help(format!("{}{default}", key.doc))
        .help_heading("Configuration")
        .hide(!key.is_kept())
        .hide_possible_values(true)
        .value_parser(Words(match key.kind {
            Type::Boolean => &["true", "false"],
            Type::Choice(words) => words,
            _ => &[],
        }))
        .value_name(match key.kind {
            Type::Boolean => "true|false",
            Type::Integer { .. } | Type::Number { .. } => "NUMBER",
            Type::Texts => "LIST",
            Type::Map | Type::PodSettings | Type::Mapping => "MAPPING",
            Type::Choice(_) => "WORD",
            Type::Path => "PATH",
            Type::Image => "IMAGE",
            Type::Text | Type::Namespace => "NAME",
        });
    // A flag that is ignored or refused may come as ZenML's switch too.
    let is_switch = matches!(key.kind, Type::Boolean) || matches!(key.purpose, Purpose::Ignored(_));
    if is_switch { arg.num_args(0..=1).require_equals(true).default_missing_value("true") } else { arg }
}

/// Takes any text, which is checked with all the others; completion offers the words.
#[derive(Clone)]
struct Words(&'static [&'static str]);

impl TypedValueParser for Words {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        (!self.0.is_empty()).then(|| Box::new(self.0.iter().map(PossibleValue::new)) as Box<dyn Iterator<Item = _>>)
    }
}

/// The value that `text` says; `@FILE` stands for what is in a file, as in ZenML, and `@@` for an `@`.
fn parsed(key: &'static Key, text: &str) -> Result<Value> {
    match text.strip_prefix('@') {
        _ if !key.is_kept() => value::parse(key, text),
        Some(rest) if rest.starts_with('@') => value::parse(key, rest),
        Some(file) => {
            let content = files::read_text(Path::new(file)).map_err(|error| {
                let hint = files::hint(Path::new(file), &error);
                Error::failure(format!("cannot read {file}")).because(error).hint(hint)
            })?;
            value::parse(key, content.trim_end())
        }
        None => value::parse(key, text),
    }
}
