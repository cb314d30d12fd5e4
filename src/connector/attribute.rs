//! The fields that a connector can do without, by the names with which `update --remove-attr` clears them (layer 1, pure).

use std::str::FromStr;

use crate::document::nearest;

/// A field that can be cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table says what each is called")]
pub enum Attribute {
    Description,
    Labels,
    ExpiresAt,
    ExpiresSkewTolerance,
    ExpirationSeconds,
    CertificateAuthority,
    Insecure,
    TlsServerName,
    ProxyUrl,
    Namespace,
    As,
    AsUid,
    AsGroup,
    AsUserExtra,
    Token,
    ClientCertificate,
    ExecArg,
    ExecEnv,
    ServiceAccount,
    Audience,
}

/// What each is called: `ZenML`'s name where `ZenML` has the field, else the flag's.
const NAMES: [(&str, Attribute); 22] = [
    ("description", Attribute::Description),
    ("labels", Attribute::Labels),
    ("expires_at", Attribute::ExpiresAt),
    ("expires_skew_tolerance", Attribute::ExpiresSkewTolerance),
    ("expiration_seconds", Attribute::ExpirationSeconds),
    ("certificate_authority", Attribute::CertificateAuthority),
    ("insecure", Attribute::Insecure),
    ("insecure_skip_tls_verify", Attribute::Insecure),
    ("tls_server_name", Attribute::TlsServerName),
    ("proxy_url", Attribute::ProxyUrl),
    ("namespace", Attribute::Namespace),
    ("as", Attribute::As),
    ("as_uid", Attribute::AsUid),
    ("as_group", Attribute::AsGroup),
    ("as_user_extra", Attribute::AsUserExtra),
    ("token", Attribute::Token),
    ("client_certificate", Attribute::ClientCertificate),
    ("client_key", Attribute::ClientCertificate),
    ("exec_arg", Attribute::ExecArg),
    ("exec_env", Attribute::ExecEnv),
    ("service_account", Attribute::ServiceAccount),
    ("audience", Attribute::Audience),
];

/// What no connector can do without.
const NEEDED: [&str; 11] = [
    "name",
    "type",
    "auth_method",
    "resource_types",
    "resource_name",
    "server",
    "cluster_name",
    "username",
    "password",
    "token_file",
    "exec_command",
];

impl Attribute {
    /// Whether it is kept with the credential, so that clearing it seals that anew and is tried on the cluster.
    pub fn connects(self) -> bool {
        use Attribute::{Description, ExpiresAt, ExpiresSkewTolerance, Labels, Namespace};
        !matches!(self, Description | Labels | ExpiresAt | ExpiresSkewTolerance | Namespace)
    }

    /// Every name, for completion and help.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().map(|(name, _)| name)
    }
}

impl FromStr for Attribute {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.replace('-', "_");
        if let Some((_, attribute)) = NAMES.iter().find(|(known, _)| *known == name) {
            return Ok(*attribute);
        }
        if NEEDED.contains(&name.as_str()) {
            return Err("no connector can do without it; give it another value instead".to_owned());
        }
        Err(match nearest(&name, Self::names()) {
            Some(near) => format!("there is no such field; did you mean {near}?"),
            None => format!("there is no such field; there are {}", Self::names().collect::<Vec<_>>().join(", ")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_in_either_spelling_and_mistakes_are_mended() {
        assert_eq!("expires-at".parse(), Ok(Attribute::ExpiresAt));
        assert_eq!("insecure_skip_tls_verify".parse(), Ok(Attribute::Insecure));
        let said = |text: &str| text.parse::<Attribute>().unwrap_err();
        assert!(said("expire_at").contains("did you mean expires_at"), "{}", said("expire_at"));
        assert!(said("server").contains("can do without"));
        assert!(said("zzz").contains("there are description, labels"));
    }
}
