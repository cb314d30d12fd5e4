//! `settings` of a service file with their defaults, which are ZenML's documented ones (layer 1, pure).

use std::collections::BTreeMap;

/// What `settings.resources` and `settings.deployer` come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `namespace`, where the file names one.
    pub namespace: Option<String>,
    /// Container port, port of the Service, and `$PORT`.
    pub service_port: u16,
    /// How many pods.
    pub replicas: i32,
    /// Requests and limits.
    pub resources: Resources,
    /// When the pod gets traffic.
    pub readiness: Probe,
    /// When the container is restarted.
    pub liveness: Probe,
    /// The user's own labels, for every object and the pods.
    pub labels: BTreeMap<String, String>,
    /// The user's own annotations, for every object and the pods.
    pub annotations: BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            namespace: None,
            service_port: 8000,
            replicas: 1,
            resources: Resources::default(),
            readiness: Probe { initial_delay: 10, ..Probe::default() },
            liveness: Probe { initial_delay: 30, ..Probe::default() },
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
        }
    }
}

/// CPU and memory as Kubernetes quantities. Requests and limits are the same, so that a pod gets what it was promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resources {
    /// Cores.
    pub cpu: String,
    /// Memory.
    pub memory: String,
}

impl Default for Resources {
    fn default() -> Self {
        Self { cpu: "1".to_owned(), memory: "2Gi".to_owned() }
    }
}

/// An HTTP probe of the service port, times in seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// What is asked for.
    pub path: String,
    /// From the container's start to the first probe.
    pub initial_delay: i32,
    /// Between two probes.
    pub period: i32,
    /// How long an answer may take.
    pub timeout: i32,
    /// How many failures in a row count.
    pub failure_threshold: i32,
}

impl Probe {
    /// The path that ZenML's own server answers.
    pub const DEFAULT_PATH: &'static str = "/api/health";

    /// How long a container may fail this probe from its start.
    pub fn patience(&self) -> i32 {
        self.initial_delay.saturating_add(self.period.saturating_mul(self.failure_threshold))
    }
}

impl Default for Probe {
    fn default() -> Self {
        Self { path: Self::DEFAULT_PATH.to_owned(), initial_delay: 0, period: 10, timeout: 5, failure_threshold: 3 }
    }
}
