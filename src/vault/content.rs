//! What a sealed file holds: the secret itself, by auth method (layer 0).

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::execcred::{Answer, ApiVersion, Cluster};
use crate::secret::{Secret, exposed, exposed_list, exposed_option};

/// The auth methods whose answers end and are renewed by ourselves, as a sealed file's header names them.
pub const RENEWABLE: [&str; 2] = ["exec", "service-account"];
/// The auth method that no exec credential can carry.
pub const PASSWORD: &str = "password";

/// The plaintext of a sealed file, as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Content {
    /// The credential.
    pub credential: Credential,
    /// The proxy's whole URL where it carries a user name or password; the header has the rest.
    #[serde(default, serialize_with = "exposed_option", skip_serializing_if = "Option::is_none")]
    pub proxy_url: Option<Secret<String>>,
}

#[cfg(feature = "cli")]
impl Content {
    /// Whether this and `other` are the same to the last byte.
    pub fn is(&self, other: &Self) -> bool {
        is_same(self, other)
    }
}

#[cfg(feature = "cli")]
fn is_same<T: Serialize>(one: &T, other: &T) -> bool {
    let bytes = |it| serde_json::to_vec(it).map(zeroize::Zeroizing::new).ok();
    bytes(one).is_some_and(|one| bytes(other).is_some_and(|other| one == other))
}

/// A credential by auth method. The tag is the method's name, so that later versions add methods without a new format.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "kebab-case")]
pub enum Credential {
    /// A token, a client certificate, or both, handed out as they are.
    Token {
        /// What is handed out.
        answer: Answer,
    },
    /// Another exec plugin (EKS, GKE, AKS, OIDC) that is run when its last answer has gone stale.
    Exec {
        /// How to run it.
        plugin: Box<ExecPlugin>,
        /// What it said last.
        answer: Answer,
    },
    /// A user name and password. An exec credential cannot carry them: only our own client uses them.
    Password {
        /// The user's name.
        username: String,
        /// The password.
        #[serde(serialize_with = "exposed")]
        password: Secret<String>,
    },
    /// A file that holds the token, and a new one from time to time.
    TokenFile {
        /// Where it is, from the root.
        path: PathBuf,
    },
    /// A ServiceAccount's short-lived tokens, for which another credential asks the API server.
    ServiceAccount {
        /// What asks.
        base: Box<Credential>,
        /// Whose tokens.
        account: ServiceAccount,
        /// For how many seconds; `None` = as the server likes.
        seconds: Option<u32>,
        /// The last one.
        answer: Answer,
    },
}

/// A ServiceAccount, and for whom its tokens are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccount {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Who accepts the tokens; empty = the API server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audiences: Vec<String>,
}

impl Credential {
    /// Whether this and `other` are the same to the last byte.
    #[cfg(feature = "cli")]
    pub fn is(&self, other: &Self) -> bool {
        is_same(self, other)
    }

    /// The auth method's name in the registry.
    pub fn method(&self) -> &'static str {
        match self {
            Self::Token { .. } => "token",
            Self::Exec { .. } => "exec",
            Self::Password { .. } => PASSWORD,
            Self::TokenFile { .. } => "token-file",
            Self::ServiceAccount { .. } => "service-account",
        }
    }

    /// What a client is handed; `None` where that is not in the vault.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Token { answer } | Self::Exec { answer, .. } | Self::ServiceAccount { answer, .. } => Some(answer),
            Self::Password { .. } | Self::TokenFile { .. } => None,
        }
    }

    /// The exec plugin that a new answer takes, if it takes one.
    pub fn plugin(&self) -> Option<&ExecPlugin> {
        match self {
            Self::Exec { plugin, .. } => Some(plugin),
            Self::ServiceAccount { base, .. } => base.plugin(),
            Self::Token { .. } | Self::Password { .. } | Self::TokenFile { .. } => None,
        }
    }

    /// Whether a new answer can be had without the user's registering anew.
    pub fn is_renewable(&self) -> bool {
        RENEWABLE.contains(&self.method())
    }
}

/// A kubeconfig user's `exec` entry, with what is needed to run it without that kubeconfig.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExecPlugin {
    /// The version that the entry speaks.
    pub api_version: ApiVersion,
    /// As in the entry; a relative path with a slash counts from [`ExecPlugin::directory`].
    pub command: String,
    /// The arguments; some plugins take a client secret there.
    #[serde(serialize_with = "exposed_list")]
    pub args: Vec<Secret<String>>,
    /// The entry's environment, and the identity-bearing variables as they were at registration.
    pub env: Vec<Variable>,
    /// What the plugin is told of the cluster; `None` without `provideClusterInfo: true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Cluster>,
    /// What the entry says about the terminal.
    pub interactive_mode: InteractiveMode,
    /// Shown when the command is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub install_hint: Option<String>,
    /// Where the kubeconfig was.
    pub directory: PathBuf,
    /// [`ExecPlugin::env`] holds every identity-bearing variable that was set at registration: one that is set now and
    /// was not then is kept from the plugin.
    #[serde(default)]
    pub pinned: bool,
}

/// One environment variable of a plugin; its value may be a secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Variable {
    /// The name.
    pub name: String,
    /// The value.
    #[serde(serialize_with = "exposed")]
    pub value: Secret<String>,
}

/// Whether an exec plugin uses the terminal (`interactiveMode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum InteractiveMode {
    /// It never does.
    Never,
    /// It does where there is one.
    #[default]
    IfAvailable,
    /// It cannot do without.
    Always,
}

#[cfg(test)]
mod tests {
    use chacha20poly1305::XChaCha20Poly1305;
    use zeroize::ZeroizeOnDrop;

    use super::*;
    use crate::vault::key::DataKey;

    fn wiped<T: ZeroizeOnDrop>(_: &T) {}

    /// Secrets are wiped when dropped: what is not does not compile, nor does a method or a field of an answer that nobody judged.
    const _: fn(&DataKey, &XChaCha20Poly1305, &Content) = |key, cipher, content| {
        wiped(key);
        wiped(cipher);
        let Content { credential, proxy_url } = content;
        wiped(proxy_url);
        let answer = match credential {
            Credential::Token { answer }
            | Credential::Exec { answer, .. }
            | Credential::ServiceAccount { answer, .. } => answer,
            Credential::Password { username: _, password } => return wiped(password),
            Credential::TokenFile { path: _ } => return,
        };
        let Answer { token, client_certificate: _, client_key } = answer;
        wiped(token);
        wiped(client_key);
    };

    const _: fn(&ExecPlugin) = |plugin| {
        let ExecPlugin { args, env, .. } = plugin;
        wiped(args);
        for Variable { name: _, value } in env {
            wiped(value);
        }
    };
}
