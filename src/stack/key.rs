//! One configuration key of a component: its name, type, default and meaning (layer 1). The tables feed the flags, their
//! help, the validation, and what `describe` shows.

/// A configuration key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name, as in `ZenML` and in files.
    pub name: &'static str,
    /// Another spelling of the flag.
    pub alias: Option<&'static str>,
    /// What a value is.
    pub kind: Type,
    /// What holds where nothing is set, as text.
    pub default: Option<&'static str>,
    /// One line about it.
    pub doc: &'static str,
    /// What becomes of it.
    pub purpose: Purpose,
}

/// The type of a value.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// `true` or `false`.
    Boolean,
    /// A whole number in this range.
    Integer {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// A number of at least this.
    Number {
        /// The least.
        least: f64,
    },
    /// Text that is not empty.
    Text,
    /// A namespace's name.
    Namespace,
    /// An image's name.
    Image,
    /// An absolute path of an HTTP request.
    Path,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A mapping of the user's own keys to texts.
    Map,
    /// What `pod_settings` says in a file.
    PodSettings,
    /// A mapping.
    Mapping,
}

/// What becomes of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The component's own: it says where, or with which image.
    Own,
    /// A setting, which lies under those of a file and means there what it means in a file.
    Setting,
    /// It has no meaning here: accepted with a warning that says why, and not kept.
    Ignored(&'static str),
    /// It cannot be done here.
    Refused {
        /// Why.
        why: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
}

impl Key {
    /// A setting.
    pub const fn setting(name: &'static str, kind: Type, doc: &'static str) -> Self {
        Self { name, alias: None, kind, default: None, doc, purpose: Purpose::Setting }
    }

    /// The component's own key.
    pub const fn own(name: &'static str, kind: Type, doc: &'static str) -> Self {
        Self { name, alias: None, kind, default: None, doc, purpose: Purpose::Own }
    }

    /// A key of `ZenML`'s that has no meaning here.
    pub const fn ignored(name: &'static str, why: &'static str) -> Self {
        Self { name, alias: None, kind: Type::Text, default: None, doc: "Ignored", purpose: Purpose::Ignored(why) }
    }

    /// A key of `ZenML`'s that cannot be done here.
    pub const fn refused(name: &'static str, why: &'static str, instead: &'static str) -> Self {
        let purpose = Purpose::Refused { why, instead };
        Self { name, alias: None, kind: Type::Text, default: None, doc: "Refused", purpose }
    }

    /// With its default.
    #[must_use]
    pub const fn default(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    /// With another spelling of the flag.
    #[must_use]
    pub const fn alias(self, alias: &'static str) -> Self {
        Self { alias: Some(alias), ..self }
    }

    /// Whether it can be set.
    pub fn is_kept(&self) -> bool {
        matches!(self.purpose, Purpose::Own | Purpose::Setting)
    }
}

/// Whole numbers from `least` up.
pub(super) const fn from(least: i64) -> Type {
    Type::Integer { least, most: i32::MAX as i64 }
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    /// Else a file would have to refuse what a component was told.
    #[test]
    fn files_know_every_setting() {
        use crate::document::overlay::Base;
        for (kind, key) in Kind::ALL.into_iter().flat_map(|kind| kind.keys().iter().map(move |key| (kind, key))) {
            if key.purpose != Purpose::Setting {
                continue;
            }
            let settings = [(key.name.to_owned(), serde_json::Value::Null)].into_iter().collect();
            let base = Base { origin: "it".to_owned(), hint: String::new(), settings };
            let read = match kind {
                Kind::Orchestrator => crate::pipeline::read::read_over("f", "kind: pipeline", &base).map(drop),
                Kind::Deployer => crate::deployer::read::read_over("f", "kind: service", &[], &base).map(drop),
            };
            let said = read.unwrap_err().render();
            assert!(!said.contains("unknown key"), "{}: {said}", key.name);
        }
    }

    #[test]
    fn each_name_stands_once_and_each_default_is_a_value() {
        for kind in Kind::ALL {
            let mut names: Vec<_> = kind.keys().iter().flat_map(|key| [Some(key.name), key.alias]).flatten().collect();
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all, "{kind:?}");
            for key in kind.keys() {
                let bare = |c: char| c.is_ascii_lowercase() || c == '_';
                assert!(key.name.chars().all(bare), "{}", key.name);
                assert!(key.doc.starts_with(char::is_uppercase) && !key.doc.ends_with('.'), "{}", key.name);
                if let Some(default) = key.default {
                    super::super::value::parse(key, default).unwrap();
                }
            }
        }
    }
}
