//! What a PEM certificate says of itself, and whether a key belongs to it (layer 1).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use rustls::crypto::ring;
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::error::{Context, Error, Result};

/// The leaf of a certificate chain: the first one, which is the client's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Its end, in Unix seconds.
    pub not_after: i64,
    /// Its beginning, in Unix seconds.
    pub not_before: i64,
    /// The subject's common name: the user's name for Kubernetes.
    pub common_name: Option<String>,
}

/// The PEM text in `text`, which is PEM, base64 of PEM (as kubeconfigs have it) or URL-safe base64 of PEM (as `ZenML`
/// stores it). `None` where it is none of them.
pub fn pem(text: &str) -> Option<String> {
    let is_pem = |text: &str| text.contains("-----BEGIN ");
    if is_pem(text) {
        return Some(text.to_owned());
    }
    let compact: String = text.split_ascii_whitespace().collect();
    let bytes = [STANDARD, URL_SAFE, URL_SAFE_NO_PAD].iter().find_map(|engine| engine.decode(&compact).ok())?;
    String::from_utf8(bytes).ok().filter(|text| is_pem(text))
}

fn no_certificate() -> Error {
    Error::failure("there is no PEM certificate in it")
        .hint("PEM begins with `-----BEGIN CERTIFICATE-----`; `openssl x509 -in FILE` makes it")
}

/// Reads the leaf of a PEM chain.
pub fn leaf(pem: &str) -> Result<Leaf> {
    let first = chain(pem)?.into_iter().next().ok_or_else(no_certificate)?;
    let (_, certificate) = X509Certificate::from_der(&first).context(|| "the certificate cannot be read")?;
    let common_name = certificate.subject().iter_common_name().next().and_then(|name| name.as_str().ok());
    Ok(Leaf {
        not_after: certificate.validity().not_after.timestamp(),
        not_before: certificate.validity().not_before.timestamp(),
        common_name: common_name.map(ToOwned::to_owned),
    })
}

/// The end of every certificate of a PEM bundle, in Unix seconds.
pub fn ends(pem: &str) -> Result<Vec<i64>> {
    let end = |der: &CertificateDer<'_>| {
        let (_, certificate) = X509Certificate::from_der(der).context(|| "the certificate cannot be read")?;
        Ok(certificate.validity().not_after.timestamp())
    };
    chain(pem)?.iter().map(end).collect()
}

/// Proves that `key` is the private key of the leaf of `certificates`, both PEM. PKCS#1, SEC1 and PKCS#8 keys are read by
/// the TLS library that will use them, so that a pair which passes here also works.
pub fn check_pair(certificates: &str, key: &str) -> Result<()> {
    let chain = chain(certificates)?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| {
        Error::failure("the client key holds no PEM private key, or an encrypted one")
            .hint("give the key as PEM and without a passphrase: `openssl pkey -in KEY -out PLAIN-KEY`")
    })?;
    match CertifiedKey::from_der(chain, key, &ring::default_provider()) {
        Ok(_) => Ok(()),
        Err(rustls::Error::InconsistentKeys(_)) => {
            Err(Error::failure("the client key does not match the client certificate")
                .hint("the two come from different pairs; take both from where the certificate was issued"))
        }
        Err(error) => Err(Error::failure("the client certificate and its key cannot be used").because(error).hint(
            "an X.509 version 3 certificate with an RSA (2048 bits or more), P-256, P-384 or Ed25519 key can be",
        )),
    }
}

fn chain(pem: &str) -> Result<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        // Not the parser's words: they repeat the input, which may be a key in the wrong place.
        .map_err(|_| {
            Error::failure("the client certificate cannot be read as PEM")
                .hint("PEM begins with `-----BEGIN CERTIFICATE-----`; `openssl x509 -in FILE` makes it")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(algorithm: &'static rcgen::SignatureAlgorithm) -> (String, rcgen::KeyPair) {
        let key = rcgen::KeyPair::generate_for(algorithm).unwrap();
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CommonName, "jane");
        params.not_after = rcgen::date_time_ymd(2030, 1, 1);
        (params.self_signed(&key).unwrap().pem(), key)
    }

    #[test]
    fn reads_the_leaf_and_not_the_chain() {
        let (jane, _) = pair(&rcgen::PKCS_ECDSA_P256_SHA256);
        let issuer = rcgen::KeyPair::generate().unwrap();
        let other = rcgen::CertificateParams::new(vec!["x".to_owned()]).unwrap().self_signed(&issuer).unwrap().pem();
        let read = leaf(&format!("{jane}{other}")).unwrap();
        assert_eq!((read.not_after, read.common_name.as_deref()), (1_893_456_000, Some("jane")));
        assert!(leaf("nothing").is_err());
    }

    #[test]
    fn proves_that_a_key_matches() {
        for algorithm in [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ECDSA_P384_SHA384, &rcgen::PKCS_ED25519] {
            let (certificate, key) = pair(algorithm);
            check_pair(&certificate, &key.serialize_pem()).unwrap();
            let (_, other) = pair(algorithm);
            let error = check_pair(&certificate, &other.serialize_pem()).unwrap_err();
            assert!(error.to_string().contains("does not match"), "{error}");
        }
        assert!(check_pair(&pair(&rcgen::PKCS_ED25519).0, "no key").is_err());
    }

    #[test]
    fn takes_pem_in_three_dresses() {
        let text = "-----BEGIN X-----\n>>>???\n";
        assert_eq!(pem(text).unwrap(), text);
        assert_eq!(pem(&STANDARD.encode(text)).unwrap(), text);
        assert_eq!(pem(&URL_SAFE.encode(text)).unwrap(), text);
        assert_eq!(pem("LS0t*not*base64*!"), None);
        assert_eq!(pem(&STANDARD.encode("text")), None);
    }
}
