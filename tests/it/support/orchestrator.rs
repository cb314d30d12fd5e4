//! The orchestrator as a process of the test's own, with nothing but the rights of its account.

use std::process::{Child, Command, Stdio};

use super::namespace::Namespace;
use super::output::Output;
use super::sandbox::{PLUGIN, Sandbox};
use super::{admin, kubeconfig, tls};

/// Where a pod finds its account.
const MOUNTED: &str = "/run/secrets/kubernetes.io";

/// An account in a namespace, as a pod of it would have it.
pub struct Orchestrator {
    sandbox: Sandbox,
    namespace: String,
    server: String,
}

impl Orchestrator {
    /// With exactly what `rbac orchestrator` prints.
    pub fn new(namespace: &Namespace) -> Self {
        let sandbox = Sandbox::empty();
        let yaml = sandbox.zenml(&["rbac", "orchestrator", "-n", namespace.name()]).succeeds();
        let file = sandbox.write("rbac.yaml", yaml.as_bytes());
        admin(&["apply", "-f", file.to_str().expect("a path")]).succeeds();
        sandbox.write("serviceaccount/ca.crt", &std::fs::read(tls::authority()).expect("the authority"));
        sandbox.write("serviceaccount/namespace", namespace.name().as_bytes());
        let config = std::fs::read_to_string(kubeconfig("token")).expect("a kubeconfig");
        let server = config.lines().find_map(|line| line.trim().strip_prefix("server: https://"));
        let server = server.expect("a server").to_owned();
        let orchestrator = Self { sandbox, namespace: namespace.name().to_owned(), server };
        orchestrator.rotate(namespace, &[]);
        orchestrator
    }

    /// Puts a new token of the account in the place of the mounted one, as the kubelet does; `flags` are those of `kubectl
    /// create token`.
    pub fn rotate(&self, namespace: &Namespace, flags: &[&str]) {
        let token = namespace.kubectl(&[&["create", "token", "zenml-service-account"], flags].concat()).succeeds();
        self.sandbox.write("serviceaccount/token", token.trim().as_bytes());
    }

    /// Starts it as the pod `pod` for the run whose root is `object`. It ends with SIGKILL to the returned process.
    pub fn start(&self, object: &str, pod: &str) -> Child {
        let (host, port) = self.server.rsplit_once(':').expect("a port");
        let mount = format!(
            "mount -t tmpfs none /run && mkdir -p {MOUNTED} && ln -s \"$HOME/serviceaccount\" {MOUNTED} && exec \"$@\""
        );
        let mut command: Command = self.sandbox.command("/usr/bin/unshare");
        command.args(["-rm", "/bin/sh", "-c", &mount, "sh", PLUGIN, "orchestrate", "--run", object]);
        command.args(["--namespace", &self.namespace, "--pod", pod]);
        command.env("KUBERNETES_SERVICE_HOST", host).env("KUBERNETES_SERVICE_PORT", port);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process")
    }

    /// Runs it to its end.
    pub fn run(&self, object: &str, pod: &str) -> Output {
        let child = self.start(object, pod);
        Output::from(format!("orchestrate --pod {pod}"), child.wait_with_output().expect("its output"))
    }
}
