//! The fields that a connector can do without, by the names with which `update --remove-attr` clears them (layer 1, pure).

use super::catalogue::table::FIELDS;
use super::catalogue::{Field, Id, Method, Need};
use crate::document::nearest;

/// A field that can be cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// The user's own words.
    Description,
    /// The user's own labels.
    Labels,
    /// When the credential ends, as the user said.
    ExpiresAt,
    /// How many seconds before its end a credential is renewed.
    ExpiresSkewTolerance,
    /// How many seconds a token that is minted lives.
    ExpirationSeconds,
    /// A field of the catalogue.
    Field(Id),
}

/// What a record has beside the catalogue's fields, as its flags are called.
const OWN: [(&str, Attribute); 5] = [
    ("description", Attribute::Description),
    ("labels", Attribute::Labels),
    ("expires-at", Attribute::ExpiresAt),
    ("expires-skew-tolerance", Attribute::ExpiresSkewTolerance),
    ("expiration-seconds", Attribute::ExpirationSeconds),
];

/// What of that no connector can do without.
const NEEDED: [&str; 5] = ["name", "type", "auth-method", "resource-types", "resource-name"];

/// Whether a connector can be without it: it may be missing, be something else by itself, or leave another credential.
fn is_optional(field: &Field) -> bool {
    matches!(field.need, Need::Optional | Need::Default(_) | Need::Either)
        || field.method.is_some_and(Method::needs_base)
}

impl Attribute {
    /// Whether it is kept with the credential, so that clearing it seals that anew and is tried on the cluster.
    pub fn connects(self) -> bool {
        match self {
            Self::ExpirationSeconds => true,
            Self::Field(id) => id != Id::Namespace,
            _ => false,
        }
    }

    /// The flag that sets it, without its dashes.
    pub fn flag(self) -> &'static str {
        match self {
            Self::Field(id) => id.field().flag,
            own => OWN.iter().find(|(_, known)| *known == own).map_or("label", |(name, _)| *name),
        }
    }

    /// Every name, for completion and messages: that of the flag which sets it.
    pub fn names() -> Vec<&'static str> {
        let fields = FIELDS.iter().filter(|field| is_optional(field)).map(|field| field.flag);
        OWN.iter().map(|(name, _)| *name).chain(fields).collect()
    }

    /// The field called `name`: as its flag, as in the configuration, or as `ZenML` spells it. An error is a sentence.
    pub fn find(name: &str) -> Result<Self, String> {
        let spelled = |text: &str| text.replace(['_', '.'], "-");
        let name = spelled(name);
        if let Some((_, own)) = OWN.iter().find(|(known, _)| *known == name) {
            return Ok(*own);
        }
        match FIELDS.iter().find(|field| field.flag == name || spelled(field.path) == name) {
            Some(field) if is_optional(field) => return Ok(Self::Field(field.id)),
            None if !NEEDED.contains(&name.as_str()) => {}
            _ => return Err("no connector can do without it; give it another value instead".to_owned()),
        }
        Err(match nearest(&name, Self::names()) {
            Some(near) => format!("there is no such field; did you mean {near}?"),
            None => format!("there is no such field; there are {}", Self::names().join(", ")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_in_either_spelling_and_mistakes_are_mended() {
        assert_eq!(Attribute::find("expires_at"), Ok(Attribute::ExpiresAt));
        for name in ["insecure_skip_tls_verify", "insecure-skip-tls-verify", "insecure"] {
            assert_eq!(Attribute::find(name), Ok(Attribute::Field(Id::Insecure)), "{name}");
        }
        assert_eq!(Attribute::find("exec.args"), Ok(Attribute::Field(Id::ExecArg)));
        let said = |text: &str| Attribute::find(text).unwrap_err();
        assert!(said("expire_at").contains("did you mean expires-at"), "{}", said("expire_at"));
        for needed in ["server", "name", "exec_command", "cluster-name", "password"] {
            assert!(said(needed).contains("can do without"), "{needed}");
        }
        assert!(said("zzz").contains("there are description, labels"));
    }

    #[test]
    fn every_name_is_one() {
        for name in Attribute::names() {
            assert!(Attribute::find(name).is_ok(), "{name}");
        }
    }
}
