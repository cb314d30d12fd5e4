//! kubectl with the helper, against the test cluster.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use kubectl_zenml::paths::Home;
use kubectl_zenml::vault::Vault;

use crate::measure::Race;
use crate::rig::PLUGIN;

const ROUNDS: usize = 40;
const PARALLEL: usize = 60;

/// A connector of the test cluster and a kubeconfig that was logged in to it.
struct Login {
    home: PathBuf,
    kubeconfig: PathBuf,
    cluster: PathBuf,
}

/// Prints what the helper adds to a command, and how many of many commands at once succeed.
pub(crate) fn compare(dir: &Path) {
    let cluster = std::env::var_os("ZENML_TEST_CLUSTER").expect("ZENML_TEST_CLUSTER: run this with `make bench`");
    let cluster = PathBuf::from(cluster);
    let with_token = cluster.join("kubeconfig/token.yaml");
    let login = Login::new(&dir.join("login"), &cluster, &with_token);
    let race = Race::new(ROUNDS, || login.version(&login.kubeconfig), || login.version(&with_token));
    println!("{}", race.difference("kubectl get --raw /version", "with a static token", Some(3.0)));
    let race = Race::new(ROUNDS, || login.complete(), || login.kubectl_alone());
    println!("{}", race.difference("completing a connector's name", "kubectl alone", Some(50.0)));
    in_parallel(dir, &cluster);
}

impl Login {
    fn new(home: &Path, cluster: &Path, from: &Path) -> Self {
        let login = Self { home: home.to_owned(), kubeconfig: home.join("kubeconfig"), cluster: cluster.to_owned() };
        login.zenml(&["vault", "init", "--holder", "key-file"]);
        login.zenml(&["register", "bench", "--kubeconfig", from.to_str().unwrap()]);
        login.zenml(&["login", "bench", "--set-current", "--kubeconfig", login.kubeconfig.to_str().unwrap()]);
        login
    }

    fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        let beside = Path::new(PLUGIN).parent().unwrap().display();
        command.env("PATH", format!("{beside}:/usr/bin:/bin")).env("KUBECTL_ZENML_HOME", &self.home);
        command.env("HOME", &self.home).stdin(Stdio::null());
        command
    }

    fn zenml(&self, arguments: &[&str]) {
        let output = self.command(PLUGIN).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }

    fn version(&self, kubeconfig: &Path) -> Command {
        let mut command = self.command(self.cluster.join("bin/kubectl"));
        command.args(["get", "--raw", "/version", "--kubeconfig"]).arg(kubeconfig);
        command
    }

    /// What a shell runs to complete `kubectl zenml login <TAB>`; kubectl runs the plugin.
    fn complete(&self) -> Command {
        let script = self.home.join("bin/kubectl_complete-zenml");
        if !script.exists() {
            fs::create_dir_all(self.home.join("bin")).unwrap();
            let text = concat!(env!("CARGO_MANIFEST_DIR"), "/completions/kubectl_complete-zenml");
            fs::copy(text, &script).unwrap();
        }
        let mut command = self.command(self.cluster.join("bin/kubectl"));
        let path = command.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, path)| path).unwrap().to_owned();
        command.env("PATH", format!("{}:{}", self.home.join("bin").display(), path.display()));
        command.args(["__complete", "zenml", "login", ""]);
        command
    }

    /// kubectl completing a word for which it asks nobody.
    fn kubectl_alone(&self) -> Command {
        let mut command = self.command(self.cluster.join("bin/kubectl"));
        command.args(["__complete", "vers"]);
        command
    }

    /// Lets the exec plugin's answer end.
    fn age(&self) {
        let vault = Vault::require(&Home::at(&self.home)).unwrap();
        let sealed = vault.sealed(&vault.connectors().unwrap()[0]).unwrap().unwrap();
        let key = vault.key_at_hand(&sealed.header.key).unwrap().unwrap();
        let (mut header, content) = sealed.open(&key).unwrap();
        (header.refresh_after, header.expires_at) = (Some(1), Some(1));
        vault.put(&key, &header, &content).unwrap();
    }
}

/// Many kubectls at once whose credential has ended: the exec plugin must run once.
fn in_parallel(dir: &Path, cluster: &Path) {
    let home = dir.join("parallel");
    fs::DirBuilder::new().mode(0o700).create(&home).unwrap();
    let (config, runs) = (home.join("exec-config"), home.join("runs"));
    // Not beside the kubeconfig: kubectl would shorten its path to a bare name.
    let plugin = home.join("bin/plugin");
    fs::create_dir(home.join("bin")).unwrap();
    let token = fs::read_to_string(cluster.join("token")).unwrap();
    let answer = format!(
        r#"{{"apiVersion":"client.authentication.k8s.io/v1","status":{{"token":"{}","expirationTimestamp":"2099-01-01T00:00:00Z"}}}}"#,
        token.trim()
    );
    fs::write(&plugin, format!("#!/bin/sh\necho run >>{}\nsleep 0.5\necho '{answer}'\n", runs.display())).unwrap();
    fs::set_permissions(&plugin, fs::Permissions::from_mode(0o700)).unwrap();
    fs::copy(cluster.join("kubeconfig/token.yaml"), &config).unwrap();
    let mut edit = Command::new(cluster.join("bin/kubectl"));
    edit.args(["config", "set-credentials", "bench", "--exec-api-version=client.authentication.k8s.io/v1"]);
    edit.arg("--exec-interactive-mode=Never").arg(format!("--exec-command={}", plugin.display()));
    for command in [
        &mut edit,
        Command::new(cluster.join("bin/kubectl")).args(["config", "set-context", "--current", "--user=bench"]),
    ] {
        assert!(command.arg("--kubeconfig").arg(&config).output().unwrap().status.success());
    }
    let login = Login::new(&home, cluster, &config);
    login.age();
    fs::remove_file(&runs).unwrap();
    let kubectl = || login.version(&login.kubeconfig).stdout(Stdio::null()).spawn().unwrap();
    let all: Vec<_> = (0..PARALLEL).map(|_| kubectl()).collect();
    let succeeded = all.into_iter().filter_map(|mut child| child.wait().ok()).filter(ExitStatus::success).count();
    let minted = fs::read_to_string(&runs).unwrap_or_default().lines().count();
    println!("{:<38} {succeeded}/{PARALLEL} ok, {minted} mint (bar {PARALLEL}/{PARALLEL}, 1)", "kubectl in parallel");
}
