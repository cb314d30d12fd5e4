//! A connector: how one cluster is reached and by whom, without any secret (layer 1). Field names are `ZenML`'s where
//! `ZenML` has the field.

pub mod attribute;
pub mod catalogue;
pub mod lifetime;
pub mod name;
pub mod selector;

use std::collections::BTreeMap;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::execcred;
use crate::vault::content::{InteractiveMode, ServiceAccount};
use crate::vault::header::is_first;

/// The format of a connector's file that this version writes and reads.
pub const FORMAT: u32 = 1;
/// The one connector type.
pub const TYPE: &str = "kubernetes";
/// The one resource type.
pub const RESOURCE_TYPE: &str = "kubernetes-cluster";

/// What the registry holds of a connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connector {
    /// [`FORMAT`].
    pub format: u32,
    /// A UUID, for ever.
    pub id: String,
    /// The name, until it is renamed.
    pub name: String,
    /// The connector type, [`TYPE`].
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name in the sealed payload: `token`, `password`, `exec`, `token-file` or `service-account`.
    pub auth_method: String,
    /// What it gives access to: [`RESOURCE_TYPE`].
    pub resource_types: Vec<String>,
    /// One instance of the resource type; `None` = all, and for types without instances.
    pub resource_id: Option<String>,
    /// The cluster's name.
    pub resource_name: String,
    /// The user's own labels.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// The user's own words.
    #[serde(default)]
    pub description: Option<String>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When its credential ends, or that with which it is renewed; `None` = not known, or never.
    pub expires_at: Option<Timestamp>,
    /// How many seconds before its end a credential is renewed; `None` = a tenth of its life.
    pub expires_skew_tolerance: Option<u32>,
    /// How many seconds a credential that it hands out lives; `None` = as long as it was issued for.
    pub expiration_seconds: Option<u32>,
    /// How the cluster is reached.
    pub configuration: Configuration,
    /// The names of the configuration fields whose values are in the vault.
    pub secrets: Vec<String>,
    /// The sealed credential that this belongs to has the same one (`vault::header::Header::revision`).
    #[serde(default, skip_serializing_if = "is_first")]
    pub revision: u32,
}

/// How a connector's cluster is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// The URL, byte for byte as it was given.
    pub server: String,
    /// The cluster's name in the context.
    pub cluster_name: String,
    /// PEM; `None` = the system's roots.
    pub certificate_authority: Option<String>,
    /// The server's certificate is not checked.
    pub insecure: bool,
    /// Whose name the server's certificate carries; `None` = the URL's host.
    pub tls_server_name: Option<String>,
    /// The proxy's URL without user name and password.
    pub proxy_url: Option<String>,
    /// The namespace for commands that name none.
    pub namespace: Option<String>,
    /// On whose behalf requests are made.
    #[serde(default, skip_serializing_if = "Impersonation::is_empty")]
    pub impersonation: Impersonation,
    /// The exec plugin of the auth method `exec`, as far as it is no secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exec: Option<Plugin>,
    /// The user's name of the auth method `password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The file of the auth method `token-file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// Whose tokens the auth method `service-account` hands out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account: Option<ServiceAccount>,
}

/// Acting as somebody else (`as`, `as-uid`, `as-groups`, `as-user-extra` of a kubeconfig user).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Impersonation {
    /// The user's name.
    pub user: Option<String>,
    /// The user's UID.
    pub uid: Option<String>,
    /// The groups.
    pub groups: Vec<String>,
    /// Further attributes.
    pub extra: BTreeMap<String, Vec<String>>,
}

impl Impersonation {
    /// Whether requests are made as oneself.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// These in place of `other`'s, each for itself, as kubectl's flags replace what a kubeconfig says.
    pub fn over(self, other: &Self) -> Result<Self> {
        let other = other.clone();
        let all = Self {
            user: self.user.or(other.user),
            uid: self.uid.or(other.uid),
            groups: if self.groups.is_empty() { other.groups } else { self.groups },
            extra: if self.extra.is_empty() { other.extra } else { self.extra },
        };
        match all.user {
            Some(_) => Ok(all),
            None => Err(Error::usage("nobody is impersonated whose groups and attributes those could be")
                .hint("say whom with --as")),
        }
    }
}

/// What may be known of a sealed exec plugin without the vault's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plugin {
    /// The command, without its arguments: those may hold secrets.
    pub command: String,
    /// How many arguments it is given.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub args: usize,
    /// The directory that a relative path in its place counts from; `None` = it is none, or not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<PathBuf>,
    /// The version of the exec credential API that it speaks; `None` = a record of before this was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_version: Option<execcred::ApiVersion>,
    /// Whether it uses the terminal.
    pub interactive_mode: InteractiveMode,
    /// Whether it is told which cluster it is asked for; `None` as with the version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provide_cluster_info: Option<bool>,
    /// The environment that it is given: what names an identity with its value, the rest without.
    pub env: BTreeMap<String, Option<String>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks in this way")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// Whether the value of an exec plugin's variable may be shown: only those that are names and paths.
pub fn is_shown(variable: &str) -> bool {
    const SHOWN: [&str; 20] = [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME",
        "AWS_STS_REGIONAL_ENDPOINTS",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "CLOUDSDK_CONFIG",
        "CLOUDSDK_ACTIVE_CONFIG_NAME",
        "CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT",
        "CLOUDSDK_PROXY_ADDRESS",
        "CLOUDSDK_PROXY_PORT",
        "CLOUDSDK_PROXY_TYPE",
        "CLOUDSDK_PYTHON",
        "AZURE_AUTHORITY_HOST",
        "AZURE_CLIENT_ID",
        "AZURE_CLOUD_NAME",
        "AZURE_SUBSCRIPTION_ID",
        "AZURE_TENANT_ID",
        "AZURE_USERNAME",
        "AZURE_ENVIRONMENT",
    ];
    /// Parts of the clouds' own settings that hold no secret.
    const SETTINGS: [&str; 5] =
        ["CLOUDSDK_CORE_", "CLOUDSDK_COMPUTE_", "CLOUDSDK_CONTAINER_", "AZURE_CORE_", "AZURE_DEFAULTS_"];
    const CLOUDS: [&str; 4] = ["AWS_", "GOOGLE_", "CLOUDSDK_", "AZURE_"];
    const PATHS: [&str; 3] = ["_FILE", "_PATH", "_DIR"];
    let begins = |names: &[&str]| names.iter().any(|beginning| variable.starts_with(beginning));
    let is_path = PATHS.iter().any(|end| variable.ends_with(end));
    SHOWN.contains(&variable) || begins(&SETTINGS) || (is_path && begins(&CLOUDS))
}

impl Configuration {
    /// The cluster as clients and exec plugins know it.
    pub fn cluster(&self) -> execcred::Cluster {
        execcred::Cluster {
            server: self.server.clone(),
            tls_server_name: self.tls_server_name.clone(),
            insecure_skip_tls_verify: self.insecure,
            certificate_authority_data: self.certificate_authority.as_ref().map(|pem| STANDARD.encode(pem)),
            proxy_url: self.proxy_url.clone(),
            config: None,
        }
    }
}

impl Connector {
    /// Whether it was registered without any credential (`--allow-anonymous`).
    pub fn is_anonymous(&self) -> bool {
        let holds = |field: &str| self.secrets.iter().any(|sealed| sealed == field);
        self.auth_method == catalogue::Method::Token.name() && !holds("token") && !holds("client_certificate")
    }

    /// Refuses a type of resource, or the name of one, that this connector gives no access to.
    pub fn check_resource(&self, kind: Option<&str>, name: Option<&str>) -> Result<()> {
        let own = &self.name;
        if let Some(wanted) = kind.filter(|wanted| !self.resource_types.iter().any(|has| has == wanted)) {
            return Err(Error::usage(format!("connector \"{own}\" gives access to no {}", wanted.escape_debug()))
                .hint(format!("it gives access to {}", self.resource_types.join(", "))));
        }
        match name.filter(|wanted| *wanted != self.resource_name && Some(*wanted) != self.resource_id.as_deref()) {
            None => Ok(()),
            Some(wanted) => {
                Err(Error::failure(format!("connector \"{own}\" gives no access to \"{}\"", wanted.escape_debug()))
                    .hint(format!("its one {RESOURCE_TYPE} is \"{}\"", self.resource_name.escape_debug())))
            }
        }
    }

    /// The name of this connector's kubeconfig entries: never that of kind's or k3d's own.
    pub fn entry_name(&self) -> String {
        entry_name(&self.name)
    }
}

/// What the name of every kubeconfig entry of ours begins with.
pub const ENTRY_PREFIX: &str = "zenml-";

/// The name of the kubeconfig entries of the connector `name`.
pub fn entry_name(name: &str) -> String {
    format!("{ENTRY_PREFIX}{name}")
}

/// Whether `login` gives such names to entries.
pub fn is_entry_name(name: &str) -> bool {
    name.starts_with(ENTRY_PREFIX)
}
