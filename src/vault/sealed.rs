//! The file format of a sealed credential (layer 0).
//!
//! ```text
//! kubectl-zenml sealed 1\n      magic and format
//! {"format":1,…}\n              the clear header, one line of JSON
//! 24 bytes                      nonce
//! the rest                      XChaCha20-Poly1305 of the content's JSON
//! ```
//! The associated data is every byte before the nonce, so that nobody edits a server or an expiry.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::content::Content;
use super::header::{FORMAT, Header};
use super::key::DataKey;
use crate::error::{Context, Error, Result};

const MAGIC: &[u8] = b"kubectl-zenml sealed 1\n";
const NONCE_LENGTH: usize = 24;

/// A sealed file, its header readable, its content not yet.
pub struct Sealed {
    /// The clear header. Nothing in it may be trusted before [`Sealed::open`] has succeeded.
    pub header: Header,
    bytes: Zeroizing<Vec<u8>>,
    clear: usize,
}

impl Sealed {
    /// Takes a file's bytes apart.
    pub fn parse(bytes: Zeroizing<Vec<u8>>) -> Result<Self> {
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| Error::failure("this is not a sealed credential"))?;
        let length = rest.iter().position(|&byte| byte == b'\n').ok_or_else(damaged)?;
        let header: Header = serde_json::from_slice(&rest[..length]).context(|| "the sealed credential is damaged")?;
        if header.format != FORMAT {
            return Err(Error::failure(format!("sealed credentials of format {} need a newer version", header.format))
                .hint("install a newer release of kubectl-zenml"));
        }
        let clear = MAGIC.len() + length + 1;
        if bytes.len() < clear + NONCE_LENGTH {
            return Err(damaged());
        }
        Ok(Self { header, bytes, clear })
    }

    /// What no other sealing shares: the nonce.
    pub fn mark(&self) -> Vec<u8> {
        self.bytes[self.clear..self.clear + NONCE_LENGTH].to_vec()
    }

    /// Decrypts the content, which proves that the header is the one that was sealed.
    pub fn open(self, key: &DataKey) -> Result<(Header, Content)> {
        let (header, text) = self.open_text(key)?;
        // The parser's own message could repeat a piece of the secret.
        let content = serde_json::from_slice(&text)
            .map_err(|_| Error::failure("this sealed credential was written by a newer version of this program"))?;
        Ok((header, content))
    }

    /// As [`Sealed::open`], whatever is sealed.
    pub fn open_text(mut self, key: &DataKey) -> Result<(Header, Zeroizing<Vec<u8>>)> {
        let mut body = Zeroizing::new(self.bytes.split_off(self.clear));
        let (nonce, text) = body.split_at_mut(NONCE_LENGTH);
        let nonce = XNonce::try_from(&*nonce).map_err(|_| damaged())?;
        let mut text = Zeroizing::new(text.to_vec());
        XChaCha20Poly1305::new(key.expose().into()).decrypt_in_place(&nonce, &self.bytes, &mut *text).map_err(
            |_| damaged().hint("the file was changed, or sealed under another key; register the connector again"),
        )?;
        Ok((self.header, text))
    }
}

/// The bytes of a sealed file for `content` behind `header`.
#[cfg(feature = "cli")]
pub fn seal(key: &DataKey, header: &Header, content: &impl serde::Serialize) -> Result<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(64 * 1024));
    serde_json::to_writer(&mut *text, content).context(|| "cannot write the sealed content")?;
    seal_text(key, header, text)
}

/// As [`seal`], for a text that is ready.
#[cfg(feature = "cli")]
pub fn seal_text(key: &DataKey, header: &Header, mut text: Zeroizing<Vec<u8>>) -> Result<Vec<u8>> {
    let mut bytes = MAGIC.to_vec();
    serde_json::to_writer(&mut bytes, header).context(|| "cannot write the sealed header")?;
    bytes.push(b'\n');
    let mut nonce = [0; NONCE_LENGTH];
    getrandom::fill(&mut nonce)
        .map_err(|error| Error::failure(format!("the system has no random numbers: {error}")))?;
    XChaCha20Poly1305::new(key.expose().into())
        .encrypt_in_place(&XNonce::from(nonce), &bytes, &mut *text)
        .map_err(|_| Error::failure("cannot seal the credential"))?;
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(&text);
    Ok(bytes)
}

fn damaged() -> Error {
    Error::failure("the sealed credential is damaged")
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::execcred::Answer;
    use crate::secret::Secret;
    use crate::vault::content::Credential;
    use crate::vault::header::BoundCluster;

    fn header() -> Header {
        Header {
            format: FORMAT,
            vault: "v".into(),
            key: "k".into(),
            connector: "c".into(),
            auth_method: "token".into(),
            account: Some("me".into()),
            cluster: BoundCluster { server: "https://a".into(), ..BoundCluster::default() },
            unbound: false,
            expires_at: Some(10),
            refresh_after: None,
            revision: 0,
        }
    }

    fn content() -> Content {
        let answer = Answer { token: Some(Secret::new("canary".into())), ..Answer::default() };
        Content { credential: Credential::Token { answer }, proxy_url: None }
    }

    #[test]
    fn opens_what_was_sealed() {
        let key = DataKey::generate().unwrap();
        let bytes = seal(&key, &header(), &content()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("canary"));
        let (opened, content) = Sealed::parse(Zeroizing::new(bytes)).unwrap().open(&key).unwrap();
        assert_eq!(opened, header());
        assert_eq!(content.credential.answer().unwrap().token.as_ref().unwrap().expose(), "canary");
    }

    #[test]
    fn no_bit_can_be_changed() {
        let (bytes, key) = (frozen(), DataKey::from_bytes(&[7; 32]).unwrap());
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let opened = Sealed::parse(Zeroizing::new(changed)).and_then(|sealed| sealed.open(&key));
            assert!(opened.is_err(), "bit {} of byte {}", bit % 8, bit / 8);
        }
        for length in 0..bytes.len() {
            let opened = Sealed::parse(Zeroizing::new(bytes[..length].to_vec())).and_then(|sealed| sealed.open(&key));
            assert!(opened.is_err(), "length {length}");
        }
    }

    /// A file that this format's first release wrote, under a key of 32 times 7. It must open for ever.
    fn frozen() -> Vec<u8> {
        use base64::Engine;
        use base64::engine::general_purpose::STANDARD;

        let text = include_str!("../../tests/fixtures/sealed-1.base64");
        STANDARD.decode(text.trim()).unwrap_or_default()
    }

    #[test]
    fn the_format_is_frozen() {
        let (bytes, key) = (frozen(), DataKey::from_bytes(&[7; 32]).unwrap());
        let (opened, content) = Sealed::parse(Zeroizing::new(bytes)).unwrap().open(&key).unwrap();
        assert_eq!(opened, header());
        assert_eq!(content.credential.answer().unwrap().token.as_ref().unwrap().expose(), "canary");
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(mut bytes: Vec<u8>, whole: bool) {
            if whole {
                bytes.splice(0..0, MAGIC.iter().copied().chain(*b"{}\n"));
            }
            proptest::prop_assert!(Sealed::parse(Zeroizing::new(bytes)).is_err());
        }
    }
}
