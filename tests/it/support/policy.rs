//! A `ValidatingAdmissionPolicy` for one namespace, gone when the test ends.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::admin;
use super::namespace::Namespace;

/// Denies the creation of one kind of object in a namespace.
pub struct Policy {
    name: String,
    files: tempfile::TempDir,
    probe: Vec<String>,
}

/// What a policy lets pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spares {
    /// Nothing: a dry run is refused, too.
    Nothing,
    /// Dry runs, so that the refusal comes halfway.
    DryRuns,
}

impl Policy {
    /// Denies `resource` of `group`, of which `probe` is one, and waits until the API server does so.
    pub fn deny(namespace: &Namespace, (group, resource): (&str, &str), probe: &str, spares: Spares) -> Self {
        let name = namespace.name().to_owned();
        let expression = if spares == Spares::DryRuns { "request.?dryRun.orValue(false)" } else { "false" };
        let text = format!(
            r#"apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {{name: {name}}}
spec:
  matchConstraints:
    resourceRules: [{{apiGroups: ["{group}"], apiVersions: ["*"], operations: [CREATE], resources: [{resource}]}}]
  validations: [{{expression: "{expression}", message: "no {resource} on a Friday"}}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {{name: {name}}}
spec:
  policyName: {name}
  validationActions: [Deny]
  matchResources: {{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {name}}}}}}}
"#
        );
        let files = tempfile::tempdir().unwrap();
        let file = |file: &str, text: &str| -> PathBuf {
            let path = files.path().join(file);
            fs::write(&path, text).unwrap();
            path
        };
        let policy = file("policy.yaml", &text);
        let probe = file("probe.yaml", probe).to_str().unwrap().to_owned();
        let dry = if spares == Spares::DryRuns { "--dry-run=none" } else { "--dry-run=server" };
        let probe = ["create", "-n", &name, "-f", &probe, dry].map(str::to_owned).to_vec();
        let policy = policy.to_str().unwrap().to_owned();
        let denies = Self { name, files, probe };
        admin(&["apply", "-f", &policy]).succeeds();
        denies.wait(true);
        denies
    }

    /// Takes the policy away, and waits until it is.
    pub fn lift(self) {
        self.delete();
        self.wait(false);
    }

    fn wait(&self, denied: bool) {
        let started = Instant::now();
        loop {
            let tried = admin(&self.probe.iter().map(String::as_str).collect::<Vec<_>>());
            if tried.code == Some(0) && !self.probe.contains(&"--dry-run=server".to_owned()) {
                admin(&["delete", "-n", &self.name, "-f", &self.probe[4]]).succeeds();
            }
            if tried.stderr.contains("on a Friday") == denied {
                return;
            }
            assert!(started.elapsed() < Duration::from_secs(60), "the policy does not come or go: {tried}");
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    fn delete(&self) {
        let kinds = "validatingadmissionpolicybindings,validatingadmissionpolicies";
        admin(&["delete", kinds, &self.name, "--ignore-not-found"]).succeeds();
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        if self.files.path().exists() {
            self.delete();
        }
    }
}
