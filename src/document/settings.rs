//! The mapping `settings`, which has the same shape in every file: `resources`, and the component's own settings under
//! its name or an alias (layer 1, pure).

use super::{Fields, Item, Keys, Reader};
use crate::naming;

/// How a file's `settings` are read.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The component: `orchestrator` or `deployer`.
    pub component: &'static str,
    /// The keys beside the component's.
    pub settings: Keys,
    /// The keys of `resources`.
    pub resources: Keys,
    /// The keys of the component's settings.
    pub own: Keys,
}

/// The two parts of `settings`; one that is absent or null has no fields.
#[derive(Debug, Default)]
pub struct Parts<'a> {
    /// `resources`.
    pub resources: Option<Fields<'a>>,
    /// The component's.
    pub own: Option<Fields<'a>>,
}

impl Shape {
    /// Reads the mapping, and reports what does not belong there.
    pub fn read<'a>(&self, reader: &Reader<'a>) -> Parts<'a> {
        let (resources, own) = self.sections(reader);
        let fields = |section: Option<Reader<'a>>, keys| section.map(|reader| reader.fields(keys));
        Parts { resources: fields(resources, &self.resources), own: fields(own, &self.own) }
    }

    /// The same parts, whose own keys are yet to be read.
    pub fn sections<'a>(&self, reader: &Reader<'a>) -> (Option<Reader<'a>>, Option<Reader<'a>>) {
        let items = reader.items();
        let (own, others): (Vec<_>, Vec<_>) = items.iter().partition(|item| self.is_own(item.key));
        for item in &others {
            let message = match self.file_of(item.key) {
                Some(file) => Some(format!("\"{}\" belongs into a {file} file", item.key)),
                None => self.settings.refusal(item.key),
            };
            if let Some(message) = message {
                reader.refuse(item, message);
            }
        }
        let resources = others.into_iter().find(|item| item.key == "resources");
        let section = |item: Option<&Item<'a>>| {
            item.filter(|item| item.value.node().kind() != "null").map(|item| item.value.clone())
        };
        (section(resources), section(only(&own)))
    }

    /// Whether `key` names the component's settings.
    pub(super) fn is_own(&self, key: &str) -> bool {
        names(self.component, key)
    }

    /// The kind of files that have settings of this name, where this kind has not.
    fn file_of(&self, key: &str) -> Option<&'static str> {
        let kinds = [("orchestrator", "pipeline"), ("deployer", "service")];
        let mut others = kinds.into_iter().filter(|(component, _)| *component != self.component);
        others.find(|(component, _)| names(component, key)).map(|(_, file)| file)
    }
}

/// Whether `key` is a component's name or an alias: ZenML's flavour key, or its key by the component's registered name.
fn names(component: &str, key: &str) -> bool {
    match key.strip_prefix(component) {
        Some("" | ".kubernetes") => true,
        Some(rest) => rest.strip_prefix(':').is_some_and(|name| !name.trim().is_empty()),
        None => false,
    }
}

/// The name of a namespace, in any of the components' settings.
pub fn namespace(reader: &Reader<'_>) -> Option<String> {
    let namespace = reader.string()?;
    if !naming::is_dns_label(&namespace) {
        reader.problem(format!("\"{}\" is no name of a namespace", namespace.escape_debug()));
    }
    Some(namespace)
}

/// An amount of `resources`: `key` in Kubernetes' notation, made by `convert` of [`crate::quantity`].
pub fn amount(fields: &Fields<'_>, key: &str, convert: fn(&str) -> Result<String, String>) -> Option<String> {
    let reader = fields.get(key)?;
    convert(&reader.text()?).map_err(|message| reader.problem(message)).ok()
}

fn only<'i, 'a>(items: &[&'i Item<'a>]) -> Option<&'i Item<'a>> {
    let (first, more) = items.split_first()?;
    for item in more {
        item.problem(format!("\"{}\" and \"{}\" are the same settings: keep one of them", item.key, first.key));
    }
    Some(first)
}
