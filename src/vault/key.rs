//! Data keys and the text in which a holder keeps them (layer 0).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::error::{Error, Result};
use crate::secret::Secret;

/// The length of a data key (XChaCha20-Poly1305).
pub const KEY_LENGTH: usize = 32;

/// The random key that seals a vault's files.
#[derive(Clone, Debug)]
pub struct DataKey(Secret<[u8; KEY_LENGTH]>);

impl ZeroizeOnDrop for DataKey {}

impl DataKey {
    /// The key of exactly these bytes; `None` where the length is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; KEY_LENGTH] = bytes.try_into().ok()?;
        Some(Self(Secret::new(bytes)))
    }

    /// A new key from the system's random source.
    #[cfg(feature = "cli")]
    pub fn generate() -> Result<Self> {
        let mut bytes = Zeroizing::new([0; KEY_LENGTH]);
        getrandom::fill(bytes.as_mut_slice())
            .map_err(|error| Error::failure(format!("the system has no random numbers: {error}")))?;
        Ok(Self(Secret::new(*bytes)))
    }

    /// The key itself.
    pub fn expose(&self) -> &[u8; KEY_LENGTH] {
        self.0.expose()
    }
}

/// A holder's text for `keys`: one line each, `<key id> <base64 of the key>`. More than one is there while a vault is
/// given a new key.
pub fn to_text(keys: &[(&str, &DataKey)]) -> Zeroizing<String> {
    let room = keys.iter().map(|(id, _)| id.len() + 48).sum();
    let mut text = Zeroizing::new(String::with_capacity(room));
    for (id, key) in keys {
        text.push_str(id);
        text.push(' ');
        STANDARD.encode_string(key.expose(), &mut text);
        text.push('\n');
    }
    text
}

/// The key named `id` in a holder's text. Fails where the text is not what [`to_text`] writes.
pub fn from_text(text: &[u8], id: &str) -> Result<Option<DataKey>> {
    let broken = || Error::failure("the vault's key holder does not hold keys of this program");
    for line in std::str::from_utf8(text).map_err(|_| broken())?.lines() {
        let (name, encoded) = line.split_once(' ').ok_or_else(broken)?;
        if name == id {
            let bytes = Zeroizing::new(STANDARD.decode(encoded.trim()).map_err(|_| broken())?);
            return DataKey::from_bytes(&bytes).map(Some).ok_or_else(broken);
        }
    }
    Ok(None)
}

/// Every key that a holder holds for a vault, in its order.
#[cfg(feature = "cli")]
#[derive(Clone, Debug)]
pub struct Keys(Vec<(String, DataKey)>);

#[cfg(feature = "cli")]
impl Keys {
    /// One new key under a new id.
    pub fn generate() -> Result<Self> {
        Ok(Self(vec![(uuid::Uuid::new_v4().to_string(), DataKey::generate()?)]))
    }

    /// Reads a holder's text. Fails where it is not what [`to_text`] writes, or names no key.
    pub fn parse(text: &[u8]) -> Result<Self> {
        let broken = || Error::failure("the vault's key holder does not hold keys of this program");
        let mut keys = Vec::new();
        for line in std::str::from_utf8(text).map_err(|_| broken())?.lines() {
            let (id, _) = line.split_once(' ').ok_or_else(broken)?;
            uuid::Uuid::try_parse(id).map_err(|_| broken())?;
            let key = from_text(line.as_bytes(), id)?.ok_or_else(broken)?;
            keys.push((id.to_owned(), key));
        }
        if keys.is_empty() { Err(broken()) } else { Ok(Self(keys)) }
    }

    /// The text that [`Keys::parse`] reads.
    pub fn text(&self) -> Zeroizing<String> {
        to_text(&self.0.iter().map(|(id, key)| (id.as_str(), key)).collect::<Vec<_>>())
    }

    /// The key named `id`.
    pub fn get(&self, id: &str) -> Option<&DataKey> {
        self.0.iter().find(|(name, _)| name == id).map(|(_, key)| key)
    }

    /// The ids, in order. There is at least one.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(id, _)| id.as_str())
    }

    /// Adds the keys of `others`.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Keeps only the keys whose ids `wanted` accepts.
    pub fn retain(&mut self, wanted: impl Fn(&str) -> bool) {
        self.0.retain(|(id, _)| wanted(id));
    }
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;

    #[test]
    fn finds_the_key_among_several() {
        let (one, two) = (DataKey::generate().unwrap(), DataKey::generate().unwrap());
        let text = to_text(&[("a", &one), ("b", &two)]);
        assert_eq!(from_text(text.as_bytes(), "b").unwrap().unwrap().expose(), two.expose());
        assert!(from_text(text.as_bytes(), "c").unwrap().is_none());
        assert!(from_text(b"rubbish", "c").is_err());
        assert_eq!(format!("{one:?}"), "DataKey([HIDDEN])");
    }

    #[test]
    fn all_keys_come_back_from_their_text() {
        let mut keys = Keys::generate().unwrap();
        keys.extend(Keys::generate().unwrap());
        let again = Keys::parse(keys.text().as_bytes()).unwrap();
        assert_eq!(keys.ids().collect::<Vec<_>>(), again.ids().collect::<Vec<_>>());
        for id in keys.ids() {
            assert_eq!(keys.get(id).unwrap().expose(), again.get(id).unwrap().expose());
        }
        for broken in ["", "\n", "a b", "rubbish", "6f6d0d3c-8f6e-4c7e-9a55-0d8b4f3c2a11 AAAA"] {
            assert!(Keys::parse(broken.as_bytes()).is_err(), "{broken:?}");
        }
    }
}
