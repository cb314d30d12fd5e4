//! Every environment variable and directory that the program reads, in one place (layer 0).

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Overrides where connectors, the vault and stacks are kept.
pub const HOME_VARIABLE: &str = "KUBECTL_ZENML_HOME";
/// What kubectl tells an exec credential plugin (`client.authentication.k8s.io`).
pub const EXEC_INFO_VARIABLE: &str = "KUBERNETES_EXEC_INFO";
/// The kubeconfig files, separated as in PATH.
pub const KUBECONFIG_VARIABLE: &str = "KUBECONFIG";
/// Where systemd puts the credentials of a service (`LoadCredential=` and its like).
const CREDENTIALS_VARIABLE: &str = "CREDENTIALS_DIRECTORY";
/// kubectl's own preferences.
pub const KUBERC_VARIABLE: &str = "KUBERC";
/// The image of the orchestrator pod, where no flag names one.
pub const ORCHESTRATOR_IMAGE_VARIABLE: &str = "KUBECTL_ZENML_ORCHESTRATOR_IMAGE";
/// The plugin's executable name, looked for beside the helper.
pub const PLUGIN: &str = "kubectl-zenml";
/// The credential helper's executable name.
pub const HELPER: &str = "zenml-credential";

/// The directory that holds all state of one user.
#[derive(Clone, Debug)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// `$KUBECTL_ZENML_HOME`, else `kubectl-zenml` in the user's data directory (`$XDG_DATA_HOME` on Linux).
    pub fn from_env() -> Result<Self> {
        if let Some(root) = variable(HOME_VARIABLE) {
            // Without a slash at the end, after which a link is not seen as one.
            let root: PathBuf = Path::new(&root).components().collect();
            if root.is_absolute() {
                return Ok(Self { root });
            }
            return Err(Error::failure(format!("{HOME_VARIABLE} is not an absolute path: {}", root.display())));
        }
        let data = dirs::data_dir().ok_or_else(|| {
            Error::failure("no home directory is known for this user")
                .hint(format!("set HOME, or {HOME_VARIABLE} to a directory of yours"))
        })?;
        Ok(Self { root: data.join("kubectl-zenml") })
    }

    /// State under `root`, for tests.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The root itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Sealed credentials and the vault's own header file.
    pub fn vault(&self) -> PathBuf {
        self.root.join("vault")
    }

    /// Who asked for credentials, and what was refused.
    pub fn audit(&self) -> PathBuf {
        self.root.join("audit")
    }

    /// The log of [`crate::audit`], one line of JSON a question.
    pub fn audit_log(&self) -> PathBuf {
        self.root.join("audit/credentials.jsonl")
    }

    /// The last error of each connector.
    pub fn last_errors(&self) -> PathBuf {
        self.root.join("audit/last-error")
    }

    /// The stacks and their components.
    pub fn stacks(&self) -> PathBuf {
        self.root.join("stacks")
    }

    /// One JSON file per connector, without secrets.
    pub fn connectors(&self) -> PathBuf {
        self.root.join("connectors")
    }
}

/// An environment variable that is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// As [`variable`], where only text makes sense.
pub fn text_variable(name: &str) -> Option<String> {
    variable(name)?.into_string().ok()
}

/// The variable with a part of temporary keys: those beside it end with it.
pub const SESSION_VARIABLE: &str = "AWS_SESSION_TOKEN";

/// Which variables decide as whom a cloud's exec plugin acts; a trailing `*` stands for any ending.
const IDENTITY: [&str; 14] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    // These outrank a profile.
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    SESSION_VARIABLE,
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_*",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "CLOUDSDK_*",
    "AZURE_*",
];

/// The variables that are set and decide as whom a cloud's exec plugin acts.
pub fn identity_variables() -> Vec<(String, String)> {
    let decides = |name: &str| {
        IDENTITY.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == *pattern,
        })
    };
    let text = |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    let mut set: Vec<_> = env::vars_os().filter_map(text).filter(|(name, _)| decides(name)).collect();
    set.sort();
    set
}

/// Where systemd put this service's credentials; `None` outside such a service.
pub fn credentials_directory() -> Option<PathBuf> {
    variable(CREDENTIALS_VARIABLE).map(PathBuf::from)
}

/// The user's home directory.
pub fn user_home() -> Option<PathBuf> {
    dirs::home_dir()
}

/// The files that make up the kubeconfig, as kubectl finds them: `$KUBECONFIG` as a list, else `~/.kube/config`.
pub fn kubeconfig_files() -> Vec<PathBuf> {
    match variable(KUBECONFIG_VARIABLE) {
        Some(list) => env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).collect(),
        None => user_home().map(|home| home.join(".kube").join("config")).into_iter().collect(),
    }
}

/// The executable `name` beside the resolved current executable, if there is one. PATH is never asked: whoever controls
/// PATH must not receive a credential.
pub fn sibling(name: &str) -> Option<PathBuf> {
    let current = env::current_exe().ok()?.canonicalize().ok()?;
    let candidate = current.parent()?.join(name);
    candidate.is_file().then_some(candidate)
}

/// Where a bare command name leads through PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let list = variable("PATH")?;
    env::split_paths(&list).map(|dir| dir.join(name)).find(|candidate| candidate.is_file())
}

/// The plugin's own path, as it stays when the plugin is upgraded: krew deletes the directory of an old version, but keeps
/// `$KREW_ROOT/bin/kubectl-zenml`.
pub fn stable_plugin() -> Option<PathBuf> {
    let current = env::current_exe().ok()?;
    let resolved = current.canonicalize().ok()?;
    let krew = variable("KREW_ROOT").map(PathBuf::from).or_else(|| user_home().map(|home| home.join(".krew")));
    let link = krew.map(|root| root.join("bin").join(PLUGIN)).filter(|link| is_same_file(link, &resolved));
    link.or(Some(current))
}

/// Whether `path` leads to the file `resolved`, which has no links in it.
pub fn is_same_file(path: &Path, resolved: &Path) -> bool {
    path.canonicalize().is_ok_and(|path| path == resolved)
}
