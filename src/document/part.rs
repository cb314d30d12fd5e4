//! A mapping that was read into a serde type, and where each of its keys stands: for rules that a type does not know
//! (layer 1, pure).

use serde::de::DeserializeOwned;

use super::{Reader, Words};

/// A part of a file as it is written, and where it stands.
#[derive(Debug)]
pub struct Part<'r, 'a, T> {
    /// What is written; what is wrong or absent is the type's default.
    pub says: T,
    at: Option<&'r Reader<'a>>,
}

impl<'r, 'a, T: DeserializeOwned + Default> Part<'r, 'a, T> {
    /// Reads the mapping at `reader`, and reports what does not belong there; no reader is a part that says nothing.
    pub fn read(reader: Option<&'r Reader<'a>>, words: Words) -> Self {
        let says = reader.and_then(|reader| reader.typed(words)).unwrap_or_default();
        Self { says, at: reader }
    }
}

impl<'a, T> Part<'_, 'a, T> {
    /// The value of a key that is there.
    pub fn at(&self, key: &str) -> Option<Reader<'a>> {
        self.at.and_then(|reader| reader.at(key))
    }

    /// Reports about a key.
    pub fn problem(&self, key: &str, message: impl Into<String>) {
        if let Some(reader) = self.at(key) {
            reader.problem(message);
        }
    }

    /// `number`, the value of `key`, if it is within these bounds.
    pub fn within(&self, key: &str, number: Option<i64>, least: i32, most: i32) -> Option<i32> {
        let number = number?;
        let fits = i32::try_from(number).ok().filter(|number| (least..=most).contains(number));
        if fits.is_none() {
            self.problem(key, format!("{number} is out of range: {least} to {most}"));
        }
        fits
    }
}
