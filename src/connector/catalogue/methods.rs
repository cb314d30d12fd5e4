//! The auth methods (layer 1).

use super::fields::{Field, Need};
use super::table::FIELDS;
use super::{spelled, unknown};
use crate::vault::content::Credential;

/// How one authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A user name and a password.
    Password,
    /// A bearer token, a client certificate, or both.
    Token,
    /// A file with a token that somebody else replaces.
    TokenFile,
    /// Another exec plugin.
    Exec,
    /// Short-lived tokens of a ServiceAccount, minted with one of the others.
    ServiceAccount,
}

/// What there is to know of a method.
#[derive(Debug)]
pub struct AuthMethod {
    /// Which one.
    pub method: Method,
    /// Its name in commands, records and sealed files.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it is for.
    pub text: &'static str,
    /// What in a kubeconfig becomes it; `None` = only flags make one.
    pub lifted_from: Option<&'static str>,
    /// Whether and how its credential ends.
    pub ends: Ends,
    /// Clients are given short-lived credentials made for them, not what is sealed.
    pub temporary: bool,
    /// What the credential must be allowed, beside the work itself.
    pub rights: &'static [Right],
}

/// The end of what clients are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// With the credential that was registered: `expires_at`, where that is known.
    WithCredential,
    /// Never, as far as the user is concerned: this one renews it.
    RenewedBy(&'static str),
    /// When somebody writes the next one.
    ReplacedBy(&'static str),
}

/// A rule of RBAC.
#[derive(Debug)]
pub struct Right {
    /// The verb.
    pub verb: &'static str,
    /// The resource, with its API group behind a dot.
    pub resource: &'static str,
    /// What for.
    pub why: &'static str,
}

const REVIEW: Right = Right {
    verb: "create",
    resource: "selfsubjectreviews.authentication.k8s.io",
    why: "register and verify ask who this is; system:basic-user gives it to everybody",
};
const ACCESS: Right = Right {
    verb: "create",
    resource: "selfsubjectaccessreviews.authorization.k8s.io",
    why: "verify asks what this may do; system:basic-user gives it to everybody",
};
const MINT: Right = Right {
    verb: "create",
    resource: "serviceaccounts/token",
    why: "the base credential asks for the account's tokens, in the account's namespace",
};

/// The methods, in the order in which they are shown.
pub static METHODS: &[AuthMethod] = &[
    AuthMethod {
        method: Method::Password,
        name: "password",
        title: "Kubernetes Username and Password",
        text: "HTTP basic authentication. API servers have not known it since Kubernetes 1.19, so it needs a proxy that does. \
               Exec credentials cannot carry it: commands that take --connector use it, kubectl only with `login \
               --embed-password`. Not for production.",
        lifted_from: Some("a user with username and password"),
        ends: Ends::WithCredential,
        temporary: false,
        rights: &[REVIEW, ACCESS],
    },
    AuthMethod {
        method: Method::Token,
        name: "token",
        title: "Kubernetes Token",
        text: "A bearer token, a client certificate with its key, or both. Clusters of kind and k3d have a certificate and no \
               token. Clients are given them as they are, so prefer a method with short-lived credentials.",
        lifted_from: Some("a user with a token or a client certificate, in the file or beside it"),
        ends: Ends::WithCredential,
        temporary: false,
        rights: &[REVIEW, ACCESS],
    },
    AuthMethod {
        method: Method::TokenFile,
        name: "token-file",
        title: "Kubernetes Token File",
        text: "A token that somebody else keeps in a file and replaces there, as the kubelet does for pods. It is read each \
               time. `register --in-cluster` makes one of the pod's own ServiceAccount.",
        lifted_from: Some("a user with tokenFile"),
        ends: Ends::ReplacedBy("whoever writes the file"),
        temporary: false,
        rights: &[REVIEW, ACCESS],
    },
    AuthMethod {
        method: Method::Exec,
        name: "exec",
        title: "Kubernetes Exec Plugin",
        text: "The cluster's own login program (EKS, GKE, AKS, OIDC and others). It is run again whenever its last answer \
               has gone stale, with the environment that named an identity at registration.",
        lifted_from: Some("a user with exec"),
        ends: Ends::RenewedBy("its exec plugin"),
        temporary: true,
        rights: &[REVIEW, ACCESS],
    },
    AuthMethod {
        method: Method::ServiceAccount,
        name: "service-account",
        title: "Kubernetes ServiceAccount",
        text: "Short-lived tokens of a ServiceAccount, for which the API server is asked with a credential of one of the \
               other methods. That credential stays in the vault.",
        lifted_from: None,
        ends: Ends::RenewedBy("the API server"),
        temporary: true,
        rights: &[MINT, REVIEW, ACCESS],
    },
];

impl Method {
    /// That of a sealed credential.
    pub fn of(credential: &Credential) -> Self {
        match credential {
            Credential::Token { .. } => Self::Token,
            Credential::Exec { .. } => Self::Exec,
            Credential::Password { .. } => Self::Password,
            Credential::TokenFile { .. } => Self::TokenFile,
            Credential::ServiceAccount { .. } => Self::ServiceAccount,
        }
    }

    /// What there is to know of it.
    #[expect(clippy::missing_panics_doc, clippy::expect_used, reason = "a test has each of them")]
    pub fn about(self) -> &'static AuthMethod {
        METHODS.iter().find(|about| about.method == self).expect("every method is in the catalogue")
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.about().name
    }

    /// Whether another credential is asked for its own.
    pub fn needs_base(self) -> bool {
        self == Self::ServiceAccount
    }

    /// The fields that only this method has.
    pub fn fields(self) -> impl Iterator<Item = &'static Field> {
        FIELDS.iter().filter(move |field| field.method == Some(self))
    }

    /// The flags that make a connector of it, such as `--username NAME with --password @FILE`.
    pub fn flags(self) -> String {
        let mut said = Vec::new();
        let mut ways = Vec::new();
        for field in self.fields().filter(|field| matches!(field.need, Need::Required | Need::Either)) {
            if said.contains(&field.id) {
                continue;
            }
            let with: Vec<_> = field.needs.iter().map(|id| id.field()).collect();
            said.extend(with.iter().map(|field| field.id));
            ways.push(
                std::iter::once(&field).chain(&with).map(|field| field.usage()).collect::<Vec<_>>().join(" with "),
            );
        }
        ways.join(" or ")
    }
}

impl AuthMethod {
    /// The names of all methods.
    pub fn names() -> Vec<&'static str> {
        METHODS.iter().map(|about| about.name).collect()
    }

    /// The method called `name`. An error is a sentence.
    pub fn find(name: &str) -> Result<&'static Self, String> {
        let name = spelled(name);
        let found = METHODS.iter().find(|about| about.name == name);
        found.ok_or_else(|| unknown("auth method", &name, &Self::names(), &[]))
    }

    /// Who gives the next credential; `None` = nobody.
    pub fn renewed_by(&self) -> Option<&'static str> {
        match self.ends {
            Ends::WithCredential => None,
            Ends::RenewedBy(whom) | Ends::ReplacedBy(whom) => Some(whom),
        }
    }
}
