//! kubectl's own list of the exec plugins that it runs, in kuberc (layer 2; kubectl 1.35 and later, KEP-3104).
//!
//! The rules are those of client-go's `plugin/pkg/client/auth/exec`: an entry matches the command as it is written, or
//! where PATH leads both to one path. Links are not resolved, and arguments not looked at.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use crate::error::{Context, Error, Result};
use crate::{files, paths};

/// The versions that kubectl 1.36 reads; it passes over documents of others.
const VERSIONS: [&str; 2] = ["kubectl.config.k8s.io/v1alpha1", "kubectl.config.k8s.io/v1beta1"];

/// What a kuberc says about exec plugins.
#[derive(Debug)]
pub struct Policy {
    /// The file.
    pub path: PathBuf,
    /// `""`, `AllowAll`, `DenyAll`, `Allowlist`, or something that kubectl refuses.
    pub kind: String,
    /// The commands of the list; `None` = there is no list.
    allowlist: Option<Vec<String>>,
}

impl Policy {
    /// Reads `$KUBERC` or `~/.kube/kuberc`; `None` where there is none, or it is turned off.
    pub fn load() -> Result<Option<Self>> {
        if paths::text_variable("KUBECTL_KUBERC").is_some_and(|text| is_false(&text)) {
            return Ok(None);
        }
        let named = paths::text_variable(paths::KUBERC_VARIABLE);
        let path = match &named {
            Some(off) if off == "off" => return Ok(None),
            Some(path) => PathBuf::from(path),
            None => match paths::user_home() {
                Some(home) => home.join(".kube").join("kuberc"),
                None => return Ok(None),
            },
        };
        match files::read_text(&path) {
            Ok(text) => Ok(Some(Self::parse(path, &text)?)),
            Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => Ok(None),
            // Without the file that is named, kubectl runs no command at all.
            Err(error) => Err(Error::failure(format!("cannot read {}", path.display()))
                .because(error)
                .hint("make the file that KUBERC names readable, or unset KUBERC")),
        }
    }

    /// The first document of the right kind counts; none says nothing.
    fn parse(path: PathBuf, text: &str) -> Result<Self> {
        let documents: Vec<Value> = serde_saphyr::from_multiple(text)
            .context(|| format!("{} is not YAML that can be read", path.display()))
            .map_err(|error| error.hint("correct it: kubectl takes nothing from it as it is"))?;
        let ours = |document: &&Value| {
            let version = document["apiVersion"].as_str().unwrap_or_default();
            VERSIONS.contains(&version) && document["kind"] == "Preference"
        };
        // The first version knows no policy, and kubectl takes none from it.
        let knows = |document: &&Value| document["apiVersion"] != "kubectl.config.k8s.io/v1alpha1";
        let document = documents.iter().find(ours).filter(knows).unwrap_or(&Value::Null);
        // `name` is how 1.35 called it.
        let command =
            |entry: &Value| ["command", "name"].iter().find_map(|key| entry[key].as_str()).map(ToOwned::to_owned);
        let list = document["credentialPluginAllowlist"].as_array();
        let kind = document["credentialPluginPolicy"].as_str().unwrap_or_default().to_owned();
        let allowlist = list.map(|list| list.iter().map(|entry| command(entry).unwrap_or_default()).collect());
        Ok(Self { path, kind, allowlist })
    }

    /// Why kubectl refuses this kuberc and runs no command at all.
    pub fn check(&self) -> Result<(), String> {
        match (self.kind.as_str(), self.allowlist.as_deref()) {
            ("" | "AllowAll" | "DenyAll", Some(_)) => Err(format!(
                "credentialPluginPolicy is \"{}\", with which there may be no credentialPluginAllowlist",
                self.kind
            )),
            ("" | "AllowAll" | "DenyAll", None) => Ok(()),
            ("Allowlist", None | Some([])) => Err("the credentialPluginAllowlist is empty".to_owned()),
            ("Allowlist", Some(list)) => match list
                .iter()
                .find(|entry| entry.is_empty() || clean(entry).as_os_str() != entry.as_str())
            {
                Some(entry) => Err(format!("credentialPluginAllowlist has an entry that is no clean path: {entry:?}")),
                None => Ok(()),
            },
            (other, _) => Err(format!("there is no credentialPluginPolicy {other:?}")),
        }
    }

    /// Whether kubectl runs `command`, a bare name or an absolute path.
    pub fn allows(&self, command: &str) -> bool {
        let list = match self.kind.as_str() {
            "Allowlist" => self.allowlist.as_deref().unwrap_or_default(),
            kind => return kind != "DenyAll",
        };
        let written = clean(command);
        let Some(resolved) = look_path(&written) else { return list.iter().any(|entry| Path::new(entry) == written) };
        list.iter().map(Path::new).any(|entry| {
            let same_name = entry.file_name() == resolved.file_name();
            entry == written || entry == resolved || same_name && look_path(entry).as_ref() == Some(&resolved)
        })
    }
}

/// Go's `strconv.ParseBool`, as far as it says no.
fn is_false(text: &str) -> bool {
    ["0", "f", "F", "false", "FALSE", "False"].contains(&text)
}

/// Go's `exec.LookPath`: what has a slash is itself, if it is there.
fn look_path(command: &Path) -> Option<PathBuf> {
    if command.components().count() > 1 || command.is_absolute() {
        return command.is_file().then(|| command.to_owned());
    }
    paths::on_path(command.to_str()?).map(|path| clean(&path))
}

/// Go's `filepath.Clean`: without `.`, doubled slashes and inner `..`; links are not looked at.
fn clean(path: impl AsRef<Path>) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.as_ref().components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(cleaned.components().next_back(), Some(Component::Normal(_))) => {
                cleaned.pop();
            }
            Component::ParentDir if cleaned.has_root() => {}
            other => cleaned.push(other),
        }
    }
    if cleaned.as_os_str().is_empty() { PathBuf::from(".") } else { cleaned }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(text: &str) -> Policy {
        let head = "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n";
        Policy::parse(PathBuf::from("/k/kuberc"), &format!("{head}{text}")).unwrap()
    }

    #[test]
    fn what_kubectl_refuses_is_refused() {
        for (text, good) in [
            ("", true),
            ("credentialPluginPolicy: AllowAll", true),
            ("credentialPluginPolicy: DenyAll", true),
            ("credentialPluginPolicy: Nobody", false),
            ("credentialPluginPolicy: Allowlist", false),
            ("credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: []", false),
            ("credentialPluginPolicy: AllowAll\ncredentialPluginAllowlist: [{command: a}]", false),
            ("credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{command: /a/../b}]", false),
            ("credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{}]", false),
            ("credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: a}, {command: /a/b}]", true),
        ] {
            assert_eq!(policy(text).check().is_ok(), good, "{text}");
        }
    }

    #[test]
    fn the_first_preference_counts() {
        let text = "kind: Other\n---\napiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n\
            credentialPluginPolicy: DenyAll\n---\napiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n";
        let policy = Policy::parse(PathBuf::new(), text).unwrap();
        assert!(!policy.allows("zenml-credential"));
        assert!(
            Policy::parse(PathBuf::new(), "").unwrap().allows("x") && Policy::parse(PathBuf::new(), "{a: [").is_err()
        );
    }

    #[test]
    fn cleans_as_go_does() {
        for (path, cleaned) in
            [("/a//b/./c", "/a/b/c"), ("/a/../b", "/b"), ("../a", "../a"), ("/..", "/"), ("a/..", "."), ("a/", "a")]
        {
            assert_eq!(clean(path).as_os_str(), cleaned);
        }
    }
}
