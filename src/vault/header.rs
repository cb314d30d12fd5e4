//! The clear header of a sealed file: what may be known without the key, and cannot be changed without it (layer 0).

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::execcred;

/// The format of sealed files that this version writes and reads.
pub const FORMAT: u32 = 1;

/// How long an answer without an expiry is kept, in seconds: its plugin said nothing of its life, and clients would keep
/// such a credential for theirs.
pub const UNKNOWN_LIFE: i64 = 60;

/// Everything about a sealed credential that is no secret. Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`].
    pub format: u32,
    /// The vault's id.
    pub vault: String,
    /// The id of the data key that seals this file.
    pub key: String,
    /// The connector's id.
    pub connector: String,
    /// The connector's auth method, by its name in the registry.
    pub auth_method: String,
    /// Who the API server said this is, at registration.
    pub account: Option<String>,
    /// The one cluster that may be sent this credential.
    pub cluster: BoundCluster,
    /// Answer clients that do not say which cluster they mean.
    pub unbound: bool,
    /// When the credential stops working; `None` = not known.
    pub expires_at: Option<i64>,
    /// From when on it is renewed where it can be; `None` = never.
    pub refresh_after: Option<i64>,
    /// Which of the connector's records this was sealed with: counted up by each update that seals, kept by renewals.
    #[serde(default, skip_serializing_if = "is_first")]
    pub revision: u32,
}

/// Whether a revision is the one of the registration, which is not written: format 1 was released without.
pub fn is_first(revision: &u32) -> bool {
    *revision == 0
}

/// What identifies a cluster, in a form that two clients agree on. Absent, false and empty are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundCluster {
    /// The URL, byte for byte.
    pub server: String,
    /// Overrides the name in the server's certificate.
    pub tls_server_name: Option<String>,
    /// [`authority_hash`] of the CA; `None` = the system's roots.
    pub ca_sha256: Option<String>,
    /// The server's certificate is not checked.
    pub insecure: bool,
    /// Without user name and password.
    pub proxy_url: Option<String>,
}

impl BoundCluster {
    /// What `cluster` is bound to. Fails where its CA holds no certificate.
    pub fn of(cluster: &execcred::Cluster) -> Result<Self> {
        let filled = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
        let ca_sha256 = match filled(&cluster.certificate_authority_data) {
            Some(data) => Some(authority_hash(&STANDARD.decode(data).unwrap_or_default())?),
            None => None,
        };
        Ok(Self {
            server: cluster.server.clone(),
            tls_server_name: filled(&cluster.tls_server_name),
            ca_sha256,
            insecure: cluster.insecure_skip_tls_verify,
            proxy_url: filled(&cluster.proxy_url).map(|url| without_user_info(&url)),
        })
    }

    /// The first difference between this sealed cluster and the one that `asked`.
    pub fn difference(&self, asked: &Self) -> Option<Difference> {
        if self.server != asked.server {
            return Some(Difference::of_server(&self.server, &asked.server));
        }
        if self.insecure != asked.insecure {
            let fix = if asked.insecure {
                set_or_remove("insecure-skip-tls-verify", None)
            } else {
                "it was registered without a check of the server's certificate; `kubectl zenml connector update NAME \
                 --certificate-authority FILE` adds one"
                    .to_owned()
            };
            let what = format!("insecure-skip-tls-verify is {}, not {}", asked.insecure, self.insecure);
            return Some(Difference { what, fix });
        }
        if self.ca_sha256 != asked.ca_sha256 {
            return Some(Difference::of_authorities(self.ca_sha256.as_deref(), asked.ca_sha256.as_deref()));
        }
        let texts = [
            ("tls-server-name", &self.tls_server_name, &asked.tls_server_name),
            ("proxy-url", &self.proxy_url, &asked.proxy_url),
        ];
        texts.into_iter().find(|(_, ours, theirs)| ours != theirs).map(|(field, ours, theirs)| {
            // What asks may be anybody's text.
            let text = |value: &Option<String>| value.as_ref().map_or("none".to_owned(), |text| shown(text));
            Difference {
                what: format!("{field} is {}, not {}", text(theirs), text(ours)),
                fix: set_or_remove(field, ours.as_deref()),
            }
        })
    }
}

/// How a cluster that asks differs from the sealed one, for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs: what it is, and what it was at registration.
    pub what: String,
    /// What to do about it.
    pub fix: String,
}

impl Difference {
    /// Two servers' URLs, `ours` at registration.
    fn of_server(ours: &str, asked: &str) -> Self {
        let bare = without_user_info(asked);
        if bare == ours {
            let what = format!("the server's URL has a user name or password before {}", host(ours));
            return Self { what, fix: "take that out of `server` in the kubeconfig's cluster entry".to_owned() };
        }
        Self {
            what: format!("the server is {}, not {ours}", shown(&bare)),
            fix: "if the cluster has moved: `kubectl zenml connector update NAME --server URL`".to_owned(),
        }
    }

    /// Two certificate authorities by their hashes, `None` = the system's roots.
    fn of_authorities(ours: Option<&str>, asked: Option<&str>) -> Self {
        const FIELD: &str = "certificate-authority";
        match (ours, asked) {
            (Some(ours), None) => Self {
                what: format!("no certificate authority is given, so it is the system's roots, not sha256:{ours}"),
                fix: format!("give the cluster's `{FIELD}` in the kubeconfig's cluster entry"),
            },
            (None, Some(asked)) => Self {
                what: format!("the certificate authority is sha256:{asked}, not the system's roots"),
                fix: set_or_remove(FIELD, None),
            },
            (ours, asked) => {
                let hash = |hash: Option<&str>| format!("sha256:{}", hash.unwrap_or_default());
                Self::of_authority(format!("the certificate authority is {}, not {}", hash(asked), hash(ours)))
            }
        }
    }

    /// One of the certificate authority, as `what` says.
    pub fn of_authority(what: impl Into<String>) -> Self {
        let fix = "if the cluster has a new authority, as one that was made anew: `kubectl zenml connector update NAME \
             --auto-configure --context CONTEXT`";
        Self { what: what.into(), fix: fix.to_owned() }
    }
}

fn set_or_remove(field: &str, ours: Option<&str>) -> String {
    match ours {
        Some(ours) => format!("set `{field}: {}` in the kubeconfig's cluster entry", shown(ours)),
        None => format!("take `{field}` out of the kubeconfig's cluster entry"),
    }
}

impl Header {
    /// When the credential's answer ends as far as a client should know: the renewal time while that lies ahead, so that
    /// clients come back before the real end; then the real one. Never in the past.
    pub fn reported_expiry(&self, now: i64) -> Option<i64> {
        self.refresh_after.filter(|&after| after > now).or(self.expires_at).filter(|&end| end > now)
    }

    /// Whether it is time to renew. An answer whose life nobody knows was got when the clock was wrong where it seems to
    /// last longer than [`UNKNOWN_LIFE`]; it would be served for ever after the clock is set right.
    pub fn is_stale(&self, now: i64) -> bool {
        let too_far = |after| self.expires_at.is_none() && after > now + UNKNOWN_LIFE;
        self.refresh_after.is_some_and(|after| after <= now || too_far(after))
    }

    /// Whether the credential no longer works.
    pub fn is_expired(&self, now: i64) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// When to renew a credential obtained at `now` that ends at `expires_at`: a tenth of its life before the end, at least
/// 60 s and at most 300 s (or `tolerance` seconds), but never before half its life.
pub fn refresh_after(now: i64, expires_at: i64, tolerance: Option<i64>) -> i64 {
    let life = (expires_at - now).max(0);
    let skew = tolerance.unwrap_or_else(|| (life / 10).clamp(60, 300));
    expires_at - skew.clamp(0, life / 2)
}

/// The SHA-256, in hex, over the sorted DER certificates of a PEM bundle. Clients re-encode PEM (line ends, order, text
/// between the blocks), so a hash of the bytes would differ between them.
pub fn authority_hash(pem: &[u8]) -> Result<String> {
    let mut certificates = pem_certificates(&String::from_utf8_lossy(pem)).ok_or_else(|| {
        Error::failure("the certificate authority holds a block that is no certificate in plain base64")
    })?;
    if certificates.is_empty() {
        return Err(Error::failure("the certificate authority holds no PEM certificate"));
    }
    certificates.sort_unstable();
    certificates.dedup();
    let mut hash = Sha256::new();
    for certificate in &certificates {
        hash.update(certificate);
    }
    Ok(hex(&hash.finalize()))
}

/// The host and port of a URL.
pub fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

fn shown(text: &str) -> String {
    text.chars().take(200).collect::<String>().escape_debug().to_string()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `None` where a block cannot be decoded: another reader may be more lenient, and trust what this one did not see.
fn pem_certificates(pem: &str) -> Option<Vec<Vec<u8>>> {
    let decode = |rest: &str| {
        let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
        let compact: String = body.split_ascii_whitespace().collect();
        STANDARD.decode(compact).ok()
    };
    pem.split("-----BEGIN CERTIFICATE-----").skip(1).map(decode).collect()
}

/// `url` without `user:password@`. All up to the last `@` goes, also where it is no well-formed URL: what was meant as a
/// password must not stay.
pub fn without_user_info(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    match rest.rsplit_once('@') {
        Some((_, host)) if scheme.is_empty() => host.to_owned(),
        Some((_, host)) => format!("{scheme}://{host}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM_A: &str = "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n";
    const PEM_B: &str = "-----BEGIN CERTIFICATE-----\r\nAwQF\r\n-----END CERTIFICATE-----";

    #[test]
    fn the_same_authority_has_one_hash_however_it_is_written() {
        let ab = authority_hash(format!("{PEM_A}{PEM_B}").as_bytes()).unwrap();
        let ba = authority_hash(format!("# text\n{PEM_B}\n\n{}", PEM_A.replace('\n', "\r\n")).as_bytes()).unwrap();
        assert_eq!(ab, ba);
        assert_ne!(ab, authority_hash(PEM_A.as_bytes()).unwrap());
        assert_eq!(authority_hash(PEM_A.as_bytes()).unwrap(), authority_hash(PEM_A.trim().as_bytes()).unwrap());
        assert!(authority_hash(b"nothing").is_err());
        // Go decodes base64 with stray trailing bits, so a certificate in it must not pass unseen.
        let stray = PEM_A.replace("AAEC", "AAECAx==");
        assert!(authority_hash(format!("{PEM_A}{stray}").as_bytes()).is_err());
        assert!(authority_hash(format!("{PEM_A}-----BEGIN CERTIFICATE-----").as_bytes()).is_err());
    }

    #[test]
    fn renews_early_but_not_too_early() {
        assert_eq!(refresh_after(0, 3600, None), 3300);
        assert_eq!(refresh_after(0, 900, None), 810);
        assert_eq!(refresh_after(0, 300, None), 240);
        assert_eq!(refresh_after(0, 10, None), 5);
        assert_eq!(refresh_after(0, 3600, Some(600)), 3000);
        assert_eq!(refresh_after(0, 3600, Some(9000)), 1800);
        assert_eq!(refresh_after(100, 50, None), 50);
    }

    #[test]
    fn a_clock_that_was_wrong_keeps_nothing_for_ever() {
        let header = |expires_at, refresh_after| Header {
            format: FORMAT,
            vault: String::new(),
            key: String::new(),
            connector: String::new(),
            auth_method: "exec".into(),
            account: None,
            cluster: BoundCluster::default(),
            unbound: false,
            expires_at,
            refresh_after,
            revision: 0,
        };
        assert!(!header(None, Some(160)).is_stale(100) && header(None, Some(160)).is_stale(160));
        assert!(header(None, Some(1_000_000)).is_stale(100), "got a year ahead, life unknown");
        assert!(!header(Some(1_000_300), Some(1_000_000)).is_stale(100), "its server said how long it lives");
        assert!(!header(None, None).is_stale(100));
    }

    #[test]
    fn names_each_difference() {
        let cluster = execcred::Cluster { server: "https://a".into(), ..Default::default() };
        let sealed = BoundCluster::of(&cluster).unwrap();
        let same = execcred::Cluster {
            proxy_url: Some(String::new()),
            tls_server_name: Some(String::new()),
            ..cluster.clone()
        };
        assert_eq!(sealed.difference(&BoundCluster::of(&same).unwrap()), None);
        let ca = Some(STANDARD.encode(PEM_A));
        let changes: [(&str, execcred::Cluster); 6] = [
            ("server", execcred::Cluster { server: "https://u:p@a".into(), ..cluster.clone() }),
            ("server", execcred::Cluster { server: "https://a/".into(), ..cluster.clone() }),
            ("tls-server-name", execcred::Cluster { tls_server_name: Some("b".into()), ..cluster.clone() }),
            ("insecure", execcred::Cluster { insecure_skip_tls_verify: true, ..cluster.clone() }),
            ("proxy-url", execcred::Cluster { proxy_url: Some("http://u:p@b".into()), ..cluster.clone() }),
            ("certificate authority", execcred::Cluster { certificate_authority_data: ca, ..cluster }),
        ];
        let with_ca = BoundCluster::of(&changes[5].1).unwrap();
        let without = with_ca.difference(&sealed).unwrap().what;
        assert!(without.contains("no certificate authority is given") && without.contains("roots"), "{without}");
        let what = sealed.difference(&with_ca).unwrap().what;
        assert!(what.contains("is sha256:") && what.ends_with("not the system's roots"), "{what}");
        let what = sealed.difference(&BoundCluster::of(&changes[0].1).unwrap()).unwrap().what;
        assert_eq!(what, "the server's URL has a user name or password before a");
        for (word, asked) in changes {
            let Difference { what, fix } = sealed.difference(&BoundCluster::of(&asked).unwrap()).unwrap();
            assert!(what.contains(word) && !what.contains("u:p") && !fix.is_empty(), "{what}");
        }
    }

    #[test]
    fn strips_user_info() {
        assert_eq!(without_user_info("http://u:p%40@proxy:3128/x"), "http://proxy:3128/x");
        assert_eq!(without_user_info("http://u:pa/ss@word?@proxy"), "http://proxy");
        assert_eq!(without_user_info("u:pass@proxy:3128"), "proxy:3128");
        assert_eq!(without_user_info("socks5://proxy"), "socks5://proxy");
    }
}
