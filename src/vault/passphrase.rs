//! Keys encrypted under a passphrase (layer 0, only in the plugin: the helper never asks for one).

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::holder::Wrapped;
use super::key::{KEY_LENGTH, Keys};
use crate::error::{Error, Result};
use crate::secret::Secret;

/// RFC 9106's second recommendation, for machines that have not 2 GiB to spare: 64 MiB, 3 passes, 4 lanes.
const COST: (u32, u32, u32) = (64 * 1024, 3, 4);
/// No more than this is spent on what a file asks for: 1 GiB, 32 passes, 64 lanes.
const LIMIT: (u32, u32, u32) = (1024 * 1024, 32, 64);
const KDF: &str = "argon2id";
const SALT_LENGTH: usize = 16;
const NONCE_LENGTH: usize = 24;

/// The key that a passphrase, a salt and a cost make: it encrypts the vault's keys. Making it takes a good part of a
/// second and 64 MiB, on purpose.
#[derive(Debug)]
pub struct Kek {
    cost: (u32, u32, u32),
    salt: String,
    key: Secret<[u8; KEY_LENGTH]>,
}

impl Kek {
    /// For a new passphrase, with a new salt.
    pub fn new(passphrase: &Secret<String>) -> Result<Self> {
        Self::derive(passphrase, COST, STANDARD.encode(random::<SALT_LENGTH>()?))
    }

    /// For the passphrase that `wrapped` was made with.
    pub fn of(passphrase: &Secret<String>, wrapped: &Wrapped) -> Result<Self> {
        let cost = (wrapped.memory_kib, wrapped.passes, wrapped.lanes);
        if wrapped.kdf != KDF || cost.0 > LIMIT.0 || cost.1 > LIMIT.1 || cost.2 > LIMIT.2 {
            return Err(Error::failure("vault.json asks for a key derivation that this version does not do"));
        }
        Self::derive(passphrase, cost, wrapped.salt.clone())
    }

    fn derive(passphrase: &Secret<String>, cost: (u32, u32, u32), salt: String) -> Result<Self> {
        let failed = |error: argon2::Error| Error::failure(format!("cannot derive a key: {error}"));
        let params = Params::new(cost.0, cost.1, cost.2, Some(KEY_LENGTH)).map_err(failed)?;
        let mut key = Zeroizing::new([0; KEY_LENGTH]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.expose().as_bytes(), &decode(&salt)?, key.as_mut_slice())
            .map_err(failed)?;
        Ok(Self { cost, salt, key: Secret::new(*key) })
    }

    /// Encrypts the keys of the vault `vault`, under a new nonce.
    pub fn wrap(&self, vault: &str, keys: &Keys) -> Result<Wrapped> {
        let nonce = random::<NONCE_LENGTH>()?;
        let mut wrapped = Wrapped {
            kdf: KDF.to_owned(),
            memory_kib: self.cost.0,
            passes: self.cost.1,
            lanes: self.cost.2,
            salt: self.salt.clone(),
            keys: keys.ids().map(ToOwned::to_owned).collect(),
            nonce: STANDARD.encode(nonce),
            text: String::new(),
        };
        let mut text = Zeroizing::new(keys.text().as_bytes().to_vec());
        XChaCha20Poly1305::new(self.key.expose().into())
            .encrypt_in_place(&XNonce::from(nonce), &associated(vault, &wrapped), &mut *text)
            .map_err(|_| Error::failure("cannot encrypt the vault's key"))?;
        wrapped.text = STANDARD.encode(&*text);
        Ok(wrapped)
    }

    /// Decrypts the keys of the vault `vault`.
    pub fn unwrap(&self, vault: &str, wrapped: &Wrapped) -> Result<Keys> {
        let nonce = XNonce::try_from(decode(&wrapped.nonce)?.as_slice()).map_err(|_| damaged())?;
        let mut text = Zeroizing::new(decode(&wrapped.text)?);
        XChaCha20Poly1305::new(self.key.expose().into())
            .decrypt_in_place(&nonce, &associated(vault, wrapped), &mut *text)
            .map_err(|_| Error::failure("this is not the vault's passphrase").hint("or vault.json was changed"))?;
        Keys::parse(&text)
    }
}

/// Everything beside the text, so that nobody moves it to another vault or makes it cheaper to guess.
fn associated(vault: &str, wrapped: &Wrapped) -> Vec<u8> {
    let Wrapped { kdf, memory_kib, passes, lanes, salt, keys, .. } = wrapped;
    let keys = keys.join(",");
    format!("kubectl-zenml passphrase 1\n{vault}\n{keys}\n{kdf} {memory_kib} {passes} {lanes}\n{salt}\n").into_bytes()
}

fn random<const LENGTH: usize>() -> Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::failure(format!("the system has no random numbers: {error}")))?;
    Ok(bytes)
}

fn decode(text: &str) -> Result<Vec<u8>> {
    STANDARD.decode(text).map_err(|_| damaged())
}

fn damaged() -> Error {
    Error::failure("the encrypted key in vault.json is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap(passphrase: &str) -> Kek {
        Kek::derive(&Secret::new(passphrase.to_owned()), (64, 1, 1), STANDARD.encode([7; SALT_LENGTH])).unwrap()
    }

    #[test]
    fn only_the_passphrase_and_nothing_changed_opens_it() {
        let keys = Keys::generate().unwrap();
        let wrapped = cheap("right").wrap("v", &keys).unwrap();
        let key = keys.text();
        assert!(!serde_json::to_string(&wrapped).unwrap().contains(key.split_whitespace().nth(1).unwrap()));
        let again = Kek::of(&Secret::new("right".to_owned()), &wrapped).unwrap();
        assert_eq!(again.unwrap("v", &wrapped).unwrap().text(), keys.text());
        assert!(cheap("wrong").unwrap("v", &wrapped).is_err());
        assert!(again.unwrap("another vault", &wrapped).is_err());
        for change in [
            |wrapped: &mut Wrapped| wrapped.keys[0].push('x'),
            |wrapped: &mut Wrapped| wrapped.passes = 2,
            |wrapped: &mut Wrapped| wrapped.nonce = STANDARD.encode([0; NONCE_LENGTH]),
            |wrapped: &mut Wrapped| wrapped.text.clear(),
        ] {
            let mut changed = wrapped.clone();
            change(&mut changed);
            assert!(again.unwrap("v", &changed).is_err(), "{changed:?}");
        }
    }

    #[test]
    fn no_file_makes_it_eat_all_memory() {
        let wrapped = cheap("p").wrap("v", &Keys::generate().unwrap()).unwrap();
        let greedy = Wrapped { memory_kib: u32::MAX, ..wrapped };
        let error = Kek::of(&Secret::new("p".to_owned()), &greedy).unwrap_err();
        assert!(error.to_string().contains("key derivation"), "{error}");
    }
}
