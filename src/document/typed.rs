//! Reading into serde's types: the fields of a type are the keys of its mapping, so that they are written once (layer 1,
//! pure).
//!
//! Kubernetes' own objects are read this way too. Their keys are camelCase as in manifests; the `snake_case` of the Python
//! client is accepted. Where a string is due, numbers and booleans count as written.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use serde::Deserializer;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::problem::Place;
use super::reader::{Keys, Reader};
use super::spelling::is_snake_of;
use super::{Entry, Value};

/// What people write instead of the right keys of a type, see [`Keys`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Words {
    /// Wrong names, each with the right one.
    pub synonyms: &'static [(&'static str, &'static str)],
    /// The keys of the top level.
    pub top: &'static [&'static str],
}

impl Reader<'_> {
    /// The value as a `T`. Reports every key that `T` and what it is made of do not have, and every value of the wrong
    /// kind; these then read as absent. None where so much is missing that there is no `T`.
    pub fn typed<T: DeserializeOwned>(&self, words: Words) -> Option<T> {
        let pass = Pass { words, root: &self.path, faulty: RefCell::default() };
        loop {
            match T::deserialize(Typed { reader: self.clone(), pass: &pass }) {
                Ok(value) => return Some(value),
                Err(fault) => {
                    let (place, path) = fault.place.unwrap_or((self.node.place(), self.path.clone()));
                    // A key whose value is wrong is not missing, nor is one under a wrong name.
                    let known = |field: &str| {
                        pass.faulty.borrow().contains(&format!("{path}.{field}")) || self.problems.means(&path, field)
                    };
                    if !fault.missing.is_some_and(known) {
                        self.problems.push(place, &path, fault.message);
                    }
                    let is_root = path == self.path;
                    // serde stops at the first mistake: the next pass goes on without it.
                    if !pass.faulty.borrow_mut().insert(path) || is_root {
                        return None;
                    }
                }
            }
        }
    }
}

/// What is the same for the whole of a value.
struct Pass<'p> {
    words: Words,
    root: &'p str,
    /// The paths of values that are known to be wrong.
    faulty: RefCell<BTreeSet<String>>,
}

impl Pass<'_> {
    fn skips(&self, reader: &Reader<'_>) -> bool {
        self.faulty.borrow().contains(&reader.path)
    }
}

/// A mistake on its way through serde.
#[derive(Debug)]
struct Fault {
    message: String,
    place: Option<(Place, String)>,
    /// The key that is not there, where that is the mistake.
    missing: Option<&'static str>,
}

impl Fault {
    fn at(mut self, reader: &Reader<'_>) -> Self {
        self.place.get_or_insert_with(|| (reader.node.place(), reader.path.clone()));
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string(), place: None, missing: None }
    }

    fn missing_field(field: &'static str) -> Self {
        Self { missing: Some(field), ..Self::custom(format_args!("\"{field}\" is required")) }
    }
}

struct Typed<'r, 'a> {
    reader: Reader<'a>,
    pass: &'r Pass<'r>,
}

impl<'a> Typed<'_, 'a> {
    fn mismatch(&self, expected: &str) -> Fault {
        let message = format!("expected {expected}, found {}", self.reader.node.kind());
        Fault { message, place: None, missing: None }.at(&self.reader)
    }

    fn no_integer(&self, key: &str) -> Fault {
        let node = self.reader.node;
        let message = node.mode_fault(key).unwrap_or_else(|| node.no_integer());
        Fault { message, place: None, missing: None }.at(&self.reader)
    }

    fn entries(&self) -> Result<&'a [Entry], Fault> {
        match &self.reader.node.value {
            Value::Map(entries) => Ok(entries),
            _ => Err(self.mismatch("a mapping")),
        }
    }

    /// The keys of a mapping as the type has them; the others are reported and left out.
    fn known(&self, fields: &'static [&'static str]) -> Result<Vec<(&'a str, Reader<'a>)>, Fault> {
        let is_root = self.reader.path == self.pass.root;
        let words = if is_root { self.pass.words } else { Words::default() };
        let keys = Keys { accepted: fields, synonyms: words.synonyms, top: words.top, ..Keys::NONE };
        let mut known = Vec::new();
        let mut seen: Vec<(&str, &Entry)> = Vec::new();
        for entry in self.entries()? {
            let Some(key) = own_spelling(&entry.key, fields) else {
                // Seen in an earlier pass already, perhaps.
                if !self.reader.problems.refuses(entry.key_at, &self.reader.path, &entry.key) {
                    let message = keys.refusal(&entry.key).unwrap_or_default();
                    self.reader.problems.push(entry.key_place(), &self.reader.path, message);
                }
                self.reader.mean(keys.meant(&entry.key));
                continue;
            };
            // The two spellings of one key: which of them is meant, nobody knows.
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == key) {
                let message = format!("duplicate key: \"{}\" and \"{}\" are the same", first.key, entry.key);
                self.reader.problems.push(entry.key_place(), &self.reader.path, message);
                continue;
            }
            seen.push((key, entry));
            let reader = self.reader.child(entry);
            if entry.node.value != Value::Null && !self.pass.skips(&reader) {
                known.push((key, reader));
            }
        }
        Ok(known)
    }
}

/// `key` as the type spells it: exactly so, or in the `snake_case` of the Python client.
fn own_spelling<'k>(key: &'k str, fields: &'static [&'static str]) -> Option<&'k str> {
    if fields.contains(&key) {
        return Some(key);
    }
    fields.iter().copied().find(|field| is_snake_of(key, field))
}

macro_rules! as_integer {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let key = self.reader.path.rsplit('.').next().unwrap_or_default();
            let Value::Number { value, .. } = &self.reader.node.value else { return Err(self.no_integer(key)) };
            let number = self.reader.node.file_mode(key).or_else(|| value.as_i64());
            visitor.visit_i64(number.ok_or_else(|| self.no_integer(key))?).map_err(|fault: Fault| fault.at(&self.reader))
        }
    )*};
}

macro_rules! as_text {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let text = self.reader.node.text().ok_or_else(|| self.mismatch("a string"))?;
            visitor.visit_str(text).map_err(|fault: Fault| fault.at(&self.reader))
        }
    )*};
}

impl<'de> Deserializer<'de> for Typed<'_, '_> {
    type Error = Fault;

    as_integer! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    as_text! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.reader.node.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool { .. } => self.deserialize_bool(visitor),
            Value::Number { value, .. } if value.is_f64() => self.deserialize_f64(visitor),
            Value::Number { .. } => self.deserialize_i64(visitor),
            Value::String(_) => self.deserialize_str(visitor),
            Value::List(_) => self.deserialize_seq(visitor),
            Value::Map(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.reader.node.value {
            Value::Bool { value, .. } => visitor.visit_bool(value),
            _ => Err(self.mismatch("true or false")),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let number = match &self.reader.node.value {
            Value::Number { value, .. } => value.as_f64(),
            _ => None,
        };
        visitor.visit_f64(number.ok_or_else(|| self.mismatch("a number"))?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.reader.node.value == Value::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        let reader = self.reader.clone();
        visitor.visit_newtype_struct(self).map_err(|fault| fault.at(&reader))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if !matches!(self.reader.node.value, Value::List(_)) {
            return Err(self.mismatch("a list"));
        }
        let (mut elements, pass) = (self.reader.elements(), self.pass);
        elements.retain(|element| !pass.skips(element));
        visitor.visit_seq(Elements { elements: elements.into_iter(), pass }).map_err(|fault| fault.at(&self.reader))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let entries = self.entries()?.iter().map(|entry| (entry.key.as_str(), self.reader.child(entry)));
        let entries: Vec<_> = entries.filter(|(_, reader)| !self.pass.skips(reader)).collect();
        visitor.visit_map(Entries::new(entries, self.pass)).map_err(|fault| fault.at(&self.reader))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let entries = self.known(fields)?;
        visitor.visit_map(Entries::new(entries, self.pass)).map_err(|fault| fault.at(&self.reader))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let text = self.reader.node.text().ok_or_else(|| self.mismatch("a string"))?;
        if !variants.contains(&text) {
            let message = format!("\"{text}\" is none of {}", variants.join(", "));
            return Err(Fault { message, place: None, missing: None }.at(&self.reader));
        }
        visitor.visit_enum(IntoDeserializer::<Fault>::into_deserializer(text))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! { i128 u128 bytes byte_buf unit unit_struct tuple tuple_struct }
}

struct Elements<'r, 'a> {
    elements: std::vec::IntoIter<Reader<'a>>,
    pass: &'r Pass<'r>,
}

impl<'de> SeqAccess<'de> for Elements<'_, '_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let pass = self.pass;
        self.elements.next().map(|reader| seed.deserialize(Typed { reader, pass })).transpose()
    }
}

struct Entries<'r, 'a> {
    left: std::vec::IntoIter<(&'a str, Reader<'a>)>,
    value: Option<Reader<'a>>,
    pass: &'r Pass<'r>,
}

impl<'r, 'a> Entries<'r, 'a> {
    fn new(entries: Vec<(&'a str, Reader<'a>)>, pass: &'r Pass<'r>) -> Self {
        Self { left: entries.into_iter(), value: None, pass }
    }
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some((key, reader)) = self.left.next() else { return Ok(None) };
        self.value = Some(reader);
        seed.deserialize(StrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let reader = self.value.take().ok_or_else(|| serde::de::Error::custom("a value without a key"))?;
        let copy = reader.clone();
        seed.deserialize(Typed { reader, pass: self.pass }).map_err(|fault| fault.at(&copy))
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::{Toleration, Volume};
    use serde::Deserialize;

    use crate::document::{Document, Words};

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Sample {
        name: String,
        count: Option<u16>,
        volumes: Vec<Volume>,
        tolerations: Vec<Toleration>,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    enum Kind {
        Prefix,
        Exact,
    }

    fn read(text: &str) -> Result<Option<Sample>, String> {
        let document = Document::parse("f", text).unwrap();
        let words = Words { synonyms: &[("pods", "count")], top: &["steps"] };
        let found = document.root().typed::<Sample>(words);
        document.finish(found).map_err(|error| error.render())
    }

    #[test]
    fn kubernetes_objects_are_read_in_both_spellings() {
        let python = "{name: 1.10, volumes: [{name: d, persistent_volume_claim: {claim_name: c, read_only: true}}], \
                      tolerations: [{key: gpu, toleration_seconds: 3}], kind: Exact}";
        let manifest = "{name: '1.10', volumes: [{name: d, persistentVolumeClaim: {claimName: c, readOnly: true}}], \
                        tolerations: [{key: gpu, tolerationSeconds: 3}], kind: Exact}";
        let sample = read(python).unwrap().unwrap();
        assert_eq!(sample.volumes[0].persistent_volume_claim.as_ref().unwrap().claim_name, "c");
        assert_eq!(read(manifest).unwrap().unwrap(), sample);
    }

    #[test]
    fn every_mistake_is_reported_once_with_its_place() {
        let text = "pods: 1\nstep: x\nsteps: x\nname: [a]\ncount: 70000\nkind: prefix\n\
                    volumes: [{name: v, emptyDirr: {}}, {name: w, hostPath: {path: {}}}, 3]\n\
                    tolerations: [{tolerationSeconds: soon, Key: a}]\n";
        let found = read(text).unwrap_err();
        for (at, expected) in [
            (1, "1:1: unknown key \"pods\": did you mean \"count\"?"),
            (2, "2:1: unknown key \"step\""),
            (3, "3:1: unknown key \"steps\": did you mean \"steps\" at the top level?"),
            (4, "4:7: name: expected a string, found a list"),
            (5, "5:8: count: invalid value: integer `70000`, expected u16"),
            (6, "6:7: kind: \"prefix\" is none of Prefix, Exact"),
            (7, "7:21: volumes[0]: unknown key \"emptyDirr\": did you mean \"emptyDir\"?"),
            (8, "7:64: volumes[1].hostPath.path: expected a string, found a mapping"),
            (9, "7:70: volumes[2]: expected a mapping, found a number"),
            (10, "8:35: tolerations[0].tolerationSeconds: expected an integer, found a string"),
            (11, "8:41: tolerations[0]: unknown key \"Key\": did you mean \"key\"?"),
        ] {
            let line = found.lines().nth(at).unwrap_or_default();
            assert!(line.starts_with(&format!("  caused by: f:{expected}")), "{expected}: {found}");
        }
        assert_eq!(found.lines().count(), 12, "{found}");
    }
}
