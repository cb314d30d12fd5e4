//! A connector's fields as flags, made of the catalogue (layer 4).

use std::collections::BTreeMap;
use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser, ValueParser};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use crate::cli::secret_source::SecretSource;
use crate::connector::catalogue::table::FIELDS;
use crate::connector::catalogue::{Field, Id, Kind, Method, Need};
use crate::secret::Secret;

/// What was said about a connector's fields, by flags or in answers.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(BTreeMap<Id, Value>);

/// What was said about fields of a connector that is there already: those that go with a field need not come with it.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes(pub(super) Fields);

/// One field's value as it was given.
#[derive(Clone, Debug)]
enum Value {
    /// A flag.
    Switch(bool),
    /// Anything that is no secret, and the files of what is one.
    Texts(Vec<String>),
    /// A secret, not read yet.
    Secret(SecretSource),
    /// Secrets that were typed, and not shown.
    Typed(Vec<Secret<String>>),
}

impl Fields {
    /// Whether nothing was said about the field.
    pub(super) fn lacks(&self, id: Id) -> bool {
        !self.0.contains_key(&id)
    }

    /// Whether nothing was said at all.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something with which to authenticate was given.
    pub(super) fn has_credential(&self) -> bool {
        self.0.keys().any(|id| id.field().method.is_some_and(|method| !method.needs_base()))
    }

    /// Whether the field was switched on.
    pub(super) fn yes(&self, id: Id) -> bool {
        matches!(self.0.get(&id), Some(Value::Switch(true)))
    }

    /// The fields that were switched off.
    pub(super) fn switched_off(&self) -> impl Iterator<Item = Id> {
        self.0.iter().filter(|(_, value)| matches!(value, Value::Switch(false))).map(|(id, _)| *id)
    }

    /// The field's text.
    pub(super) fn text(&self, id: Id) -> Option<&str> {
        match self.0.get(&id) {
            Some(Value::Texts(texts)) => texts.first().map(String::as_str),
            _ => None,
        }
    }

    /// All of the field's texts.
    pub(super) fn texts(&self, id: Id) -> &[String] {
        match self.0.get(&id) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// Where the field's secret is.
    pub(super) fn source(&self, id: Id) -> Option<&SecretSource> {
        match self.0.get(&id) {
            Some(Value::Secret(source)) => Some(source),
            _ => None,
        }
    }

    /// Switches the field on.
    pub(super) fn set(&mut self, id: Id) {
        self.0.insert(id, Value::Switch(true));
    }

    /// Adds a text to the field.
    pub(super) fn add(&mut self, id: Id, text: String) {
        let text = id.field().choice(&text).map_or(text, ToOwned::to_owned);
        match self.0.entry(id).or_insert_with(|| Value::Texts(Vec::new())) {
            Value::Texts(texts) => texts.push(text),
            other => *other = Value::Texts(vec![text]),
        }
    }

    /// All that was typed for the field, and not shown.
    pub(super) fn typed(&self, id: Id) -> &[Secret<String>] {
        match self.0.get(&id) {
            Some(Value::Typed(secrets)) => secrets,
            _ => &[],
        }
    }

    /// Adds to the field what was typed, and not shown.
    pub(super) fn add_typed(&mut self, id: Id, text: Secret<String>) {
        match self.0.entry(id).or_insert_with(|| Value::Typed(Vec::new())) {
            Value::Typed(secrets) => secrets.push(text),
            other => *other = Value::Typed(vec![text]),
        }
    }

    /// Takes back what was said about the field.
    pub(super) fn forget(&mut self, id: Id) {
        self.0.remove(&id);
    }

    /// Gives the field its secret.
    pub(super) fn keep(&mut self, id: Id, source: SecretSource) {
        self.0.insert(id, Value::Secret(source));
    }

    /// The method that the given fields make, where they say.
    pub(super) fn method(&self) -> Option<Method> {
        let methods = self.0.keys().filter_map(|id| id.field().method);
        methods.max_by_key(|method| method.needs_base())
    }
}

impl Args for Fields {
    fn augment_args(command: Command) -> Command {
        FIELDS.iter().map(|field| argument(field).requires_all(flags(field.needs))).fold(command, Command::arg)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Fields {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut fields = Self::default();
        fields.update_from_arg_matches(matches)?;
        Ok(fields)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let given = |field: &&Field| matches.value_source(field.flag) == Some(ValueSource::CommandLine);
        for field in FIELDS.iter().filter(given) {
            match field.kind {
                Kind::Flag => {
                    let on = matches.get_one::<bool>(field.flag).copied().unwrap_or(true);
                    self.0.insert(field.id, Value::Switch(on));
                }
                Kind::Secret => {
                    let source = matches.get_one::<SecretSource>(field.flag).cloned();
                    self.keep(field.id, source.unwrap_or(SecretSource::Prompt));
                }
                _ => {
                    let texts = matches.get_many::<String>(field.flag).unwrap_or_default();
                    texts.for_each(|text| self.add(field.id, text.clone()));
                }
            }
        }
        Ok(())
    }
}

impl Args for Changes {
    fn augment_args(command: Command) -> Command {
        // A certificate and its key belong together; all else may change alone. No default takes the place of what is there.
        let pair = |field: &Field| if field.kind == Kind::Pem { flags(field.needs) } else { Vec::new() };
        let alone = |field: &'static Field| {
            argument(field).requires_all(pair(field)).default_value(None::<&str>).help(field.change_help())
        };
        FIELDS.iter().map(alone).fold(command, Command::arg)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Changes {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Fields::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

fn flags(ids: &[Id]) -> Vec<&'static str> {
    ids.iter().map(|id| id.field().flag).collect()
}

/// The flag of a field.
fn argument(field: &'static Field) -> Arg {
    let heading = if field.method.is_none() { "Cluster options" } else { "Credential options" };
    let mut argument = Arg::new(field.flag)
        .long(field.flag)
        .help(field.flag_help())
        .help_heading(heading)
        .conflicts_with_all(field.excludes().map(|other| other.flag));
    // The configuration's own name, as ZenML has it, where the flag is not just that with hyphens.
    if !field.path.contains('.') && field.path.replace('_', "-") != field.flag {
        argument = argument.alias(field.path);
    }
    if field.kind == Kind::Namespace {
        argument = argument.short('n');
    }
    if field.kind == Kind::Flag {
        // As kubectl and ZenML have it: alone, or with `=false`.
        return argument
            .action(ArgAction::Set)
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_name("true|false")
            .hide_possible_values(true)
            .value_parser(clap::value_parser!(bool));
    }
    argument =
        argument.value_name(field.value).value_parser(parser(field)).allow_hyphen_values(field.id == Id::ExecArg);
    if field.kind == Kind::Secret {
        return argument.num_args(0..=1).default_missing_value("");
    }
    if let Need::Default(text) = field.need {
        argument = argument.default_value(text);
    }
    argument.action(if field.repeats() { ArgAction::Append } else { ArgAction::Set })
}

fn parser(field: &'static Field) -> ValueParser {
    match field.kind {
        Kind::Secret => ValueParser::new(|text: &str| text.parse::<SecretSource>()),
        Kind::Choice(values) => {
            let short = |value: &'static str| value.rsplit_once('/').map(|(_, version)| version);
            let value = |value: &&'static str| PossibleValue::new(*value).aliases(short(value));
            PossibleValuesParser::new(values.iter().map(value)).into()
        }
        _ => ValueParser::new(move |text: &str| field.check(text).map(|()| text.to_owned())),
    }
}

/// Reads a name of the catalogue; completion offers them all.
pub(super) struct Name<T> {
    /// All of them.
    pub(super) names: fn() -> Vec<&'static str>,
    /// Finds one, or says in a sentence what is wrong.
    pub(super) find: fn(&str) -> Result<T, String>,
}

impl<T> Clone for Name<T> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Name<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<Self::Value, clap::Error> {
        let find = self.find;
        (move |text: &str| find(text)).parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.names)().into_iter().map(PossibleValue::new)))
    }
}
