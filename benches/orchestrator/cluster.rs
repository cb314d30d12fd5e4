//! The test cluster and namespaces of the benchmark's own, which go when they are dropped, also on the way out of a panic.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The test cluster.
pub(crate) struct Cluster {
    state: PathBuf,
}

impl Cluster {
    pub(crate) fn new() -> Self {
        let state = std::env::var_os("ZENML_TEST_CLUSTER").expect("ZENML_TEST_CLUSTER: run this with `make bench`");
        Self { state: state.into() }
    }

    /// The kubeconfig of whoever may do everything.
    pub(crate) fn admin(&self) -> PathBuf {
        self.state.join("kubeconfig/admin.yaml")
    }

    /// The kubeconfig of an ordinary user.
    pub(crate) fn user(&self) -> PathBuf {
        self.state.join("kubeconfig/token.yaml")
    }

    /// The file with the authority that clients trust.
    pub(crate) fn authority(&self) -> PathBuf {
        self.state.join("ca.crt")
    }

    /// kubectl as admin.
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> Command {
        self.kubectl_with(&self.admin(), arguments)
    }

    /// kubectl with another kubeconfig.
    pub(crate) fn kubectl_with(&self, kubeconfig: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.state.join("bin/kubectl"));
        command.arg("--kubeconfig").arg(kubeconfig).args(arguments).stdin(Stdio::null());
        command
    }

    /// What kubectl answers.
    pub(crate) fn ask(&self, arguments: &[&str]) -> String {
        output(&mut self.kubectl(arguments))
    }

    /// A namespace that pods can be created in.
    pub(crate) fn namespace(&self) -> Namespace<'_> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("bench-run-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        self.ask(&["create", "namespace", &name]);
        let namespace = Namespace { cluster: self, name };
        self.ask(&["wait", "serviceaccount/default", "--for=create", "--timeout=60s", "-n", &namespace.name]);
        namespace
    }
}

/// A namespace that is gone, with its pods, once this is.
pub(crate) struct Namespace<'a> {
    cluster: &'a Cluster,
    pub(crate) name: String,
}

impl Drop for Namespace<'_> {
    fn drop(&mut self) {
        // The next one is not to compete with what is left of this one.
        let kubectl = |arguments: &[&str]| drop(self.cluster.kubectl(arguments).output());
        kubectl(&["delete", "pods", "--all", "-n", &self.name, "--force", "--grace-period=0", "--wait=false"]);
        kubectl(&["delete", "namespace", &self.name, "--timeout=180s"]);
    }
}

/// Runs `command`, which has to succeed, and gives what it wrote.
pub(crate) fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
