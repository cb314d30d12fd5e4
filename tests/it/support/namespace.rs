//! A namespace of a test's own, gone when the test ends, also when it fails.

use std::sync::atomic::{AtomicU32, Ordering};

use super::admin;
use super::output::Output;

/// A namespace with a name that no other test has.
pub struct Namespace {
    name: String,
}

impl Namespace {
    /// Creates one and waits for its default ServiceAccount, without which no pod is admitted.
    pub fn new(purpose: &str) -> Self {
        let namespace = Self::named(purpose);
        admin(&["create", "namespace", &namespace.name]).succeeds();
        let ready = ["wait", "serviceaccount/default", "--for=create", "--timeout=60s", "-n", &namespace.name];
        admin(&ready).succeeds();
        namespace
    }

    /// As [`Namespace::new`], enforcing PodSecurity `restricted`.
    pub fn restricted(purpose: &str) -> Self {
        let namespace = Self::new(purpose);
        let label = "pod-security.kubernetes.io/enforce=restricted";
        admin(&["label", "namespace", &namespace.name, label]).succeeds();
        namespace
    }

    /// A free name; whatever is created under it goes when this is dropped.
    pub fn named(purpose: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self { name: format!("it-{purpose}-{}-{number}", std::process::id()) }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// kubectl as admin in this namespace.
    pub fn kubectl(&self, arguments: &[&str]) -> Output {
        let mut all = vec!["-n", self.name.as_str()];
        all.extend(arguments);
        admin(&all)
    }

    /// Evicts a pod, as a drain does.
    pub fn evict(&self, pod: &str) {
        let namespace = &self.name;
        let eviction = format!(
            r#"{{"apiVersion":"policy/v1","kind":"Eviction","metadata":{{"name":"{pod}","namespace":"{namespace}"}}}}"#
        );
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), eviction).expect("a file");
        let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}/eviction");
        self.kubectl(&["create", "--raw", &path, "-f", &file.path().display().to_string()]).succeeds();
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let ended = admin(&["delete", "namespace", &self.name, "--wait=false", "--ignore-not-found"]);
        assert!(ended.code == Some(0) || std::thread::panicking(), "the namespace stays behind: {ended}");
    }
}
