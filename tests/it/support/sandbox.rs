//! A HOME of a test's own, with the programs on its PATH and nothing else in the environment.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use kubectl_zenml::vault::kernel;
use serde_json::Value;
use tempfile::TempDir;

use super::output::Output;

/// The plugin under test.
pub const PLUGIN: &str = env!("CARGO_BIN_EXE_kubectl-zenml");
/// The helper under test.
pub const HELPER: &str = env!("CARGO_BIN_EXE_zenml-credential");

/// A user with nothing but a kubeconfig.
pub struct Sandbox {
    dir: TempDir,
    env: Vec<(String, String)>,
}

impl Sandbox {
    /// A HOME whose `.kube/config` is the cluster's kubeconfig `name` (token, cert, …).
    pub fn with_kubeconfig(name: &str) -> Self {
        let sandbox = Self::empty();
        let config = fs::read(super::kubeconfig(name)).expect("the cluster's kubeconfig");
        sandbox.write(".kube/config", &config);
        sandbox
    }

    /// A HOME with nothing in it.
    pub fn empty() -> Self {
        let dir = tempfile::Builder::new().prefix("zt-").tempdir().expect("a directory");
        let bin = dir.path().join("bin");
        fs::create_dir(&bin).expect("bin");
        symlink(PLUGIN, bin.join("kubectl-zenml")).expect("a link");
        symlink(HELPER, bin.join("zenml-credential")).expect("a link");
        Self { dir, env: Vec::new() }
    }

    /// The same with a vault under a key file.
    pub fn with_vault(name: &str) -> Self {
        let sandbox = Self::with_kubeconfig(name);
        sandbox.zenml(&["vault", "init", "--holder", "key-file"]).succeeds();
        sandbox
    }

    /// Sets a variable for everything that runs here from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.env.push((name.to_owned(), value.to_owned()));
    }

    /// Takes a variable away again; its value was this.
    pub fn without(&mut self, name: &str) -> String {
        let at = self.env.iter().position(|(set, _)| set == name).expect("a variable that was set");
        self.env.remove(at).1
    }

    /// A path in this HOME.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file of mode 0600 into this HOME.
    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
        fs::write(&path, bytes).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a mode");
        path
    }

    /// Writes an executable into this HOME's `bin`, which is first on PATH.
    pub fn script(&self, name: &str, text: &str) -> PathBuf {
        let path = self.write(&format!("bin/{name}"), text.as_bytes());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
        path
    }

    /// Puts a script in place of the helper that writes a line to `runs` and what it was told to `asked` each time, then
    /// becomes the helper.
    pub fn count_helper_runs(&self) {
        fs::remove_file(self.path("bin/zenml-credential")).expect("the link");
        let note = "echo run >>\"$HOME/runs\"\nprintf '%s\\n' \"$KUBERNETES_EXEC_INFO\" >>\"$HOME/asked\"";
        self.script("zenml-credential", &format!("#!/bin/sh\n{note}\nexec {HELPER} \"$@\"\n"));
    }

    /// What clients have told the helper since the last call.
    pub fn asked(&self) -> Vec<Value> {
        let asked = fs::read_to_string(self.path("asked")).unwrap_or_default();
        let _ = fs::remove_file(self.path("asked"));
        asked
            .lines()
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_str(line).expect("JSON in KUBERNETES_EXEC_INFO"))
            .collect()
    }

    /// Changes this HOME's kubeconfig.
    pub fn edit_kubeconfig(&self, change: impl FnOnce(&mut Value)) {
        let path = self.path(".kube/config");
        let text = fs::read_to_string(&path).expect("the kubeconfig");
        let mut tree: Value = serde_saphyr::from_str(&text).expect("YAML");
        change(&mut tree);
        fs::write(&path, tree.to_string()).expect("the kubeconfig");
    }

    /// How often the helper ran since the last call.
    pub fn helper_runs(&self) -> usize {
        let runs = fs::read_to_string(self.path("runs")).unwrap_or_default();
        let _ = fs::remove_file(self.path("runs"));
        runs.lines().count()
    }

    /// `program` with this HOME and this PATH.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .env_clear()
            .env("HOME", self.dir.path())
            .env("PATH", format!("{}:/usr/bin:/bin", self.path("bin").display()))
            .env("TERM", "dumb")
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .current_dir(self.dir.path());
        command
    }

    /// Runs the plugin.
    pub fn zenml(&self, arguments: &[&str]) -> Output {
        Output::of(self.command(PLUGIN).args(arguments))
    }

    /// Runs the cluster's kubectl 1.36.
    pub fn kubectl(&self, arguments: &[&str]) -> Output {
        Output::of(self.command(super::cluster().join("bin/kubectl")).args(arguments))
    }

    /// Runs Debian's kubectl 1.20, which speaks only v1beta1.
    pub fn old_kubectl(&self, arguments: &[&str]) -> Output {
        Output::of(self.command(super::cluster().join("bin/kubectl-1.20")).args(arguments))
    }

    /// Every file below this HOME with its content, to look for what should not be there.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let (mut found, mut folders) = (Vec::new(), vec![self.dir.path().to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let kind = fs::symlink_metadata(&path).expect("metadata").file_type();
                if kind.is_dir() {
                    folders.push(path);
                } else if kind.is_file() {
                    let bytes = fs::read(&path).expect("a file");
                    found.push((path, bytes));
                }
            }
        }
        found
    }
}

/// The kernel would keep the keys of this HOME's vaults for hours, and has room for few.
impl Drop for Sandbox {
    fn drop(&mut self) {
        for vault in vaults(self.dir.path()) {
            let old = vault["old_keys"].as_array().into_iter().flatten();
            for key in old.chain([&vault["key"]]).filter_map(Value::as_str) {
                kernel::clear(key);
            }
        }
    }
}

/// What can be read of the vaults below `folder`, from which programs that still run may take files away.
fn vaults(folder: &Path) -> Vec<Value> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(entry.path());
            } else if entry.file_name() == "vault.json" {
                found.extend(fs::read(entry.path()).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()));
            }
        }
    }
    found
}
