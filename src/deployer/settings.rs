//! What the settings of a service file come to, with their defaults, which are ZenML's documented ones (layer 1, pure).

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use super::file::{PathType, PullPolicy, ServiceType, SessionAffinity};
use crate::pod_settings::PodSettings;

/// What `settings.resources` and `settings.deployer` come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// `namespace`, where the file names one.
    pub namespace: Option<String>,
    /// Container port, port of the Service, and `$PORT`.
    pub service_port: u16,
    /// How the Service is published.
    pub network: Network,
    /// The Ingress, where there is one.
    pub ingress: Option<Ingress>,
    /// How many pods.
    pub scale: Scale,
    /// `max_concurrency`, which the container is told.
    pub max_concurrency: Option<i32>,
    /// Requests and limits.
    pub resources: Resources,
    /// When the image is pulled.
    pub image_pull_policy: PullPolicy,
    /// Secrets for pulling the image.
    pub image_pull_secrets: Vec<String>,
    /// When the pod gets traffic.
    pub readiness: Probe,
    /// When the container is restarted.
    pub liveness: Probe,
    /// The pods' account; none for pods that have nothing to do with Kubernetes.
    pub account: Option<Account>,
    /// The key that requests must carry.
    pub auth_key: Option<AuthKey>,
    /// The user's own labels, for every object and the pods.
    pub labels: BTreeMap<String, String>,
    /// The user's own annotations, for every object and the pods.
    pub annotations: BTreeMap<String, String>,
    /// What else the pods have.
    pub pod: PodSettings,
    /// Whether the pods are fit for PodSecurity `restricted` wherever they are.
    pub restricted: bool,
    /// Files with more objects.
    pub additional_resources: Vec<PathBuf>,
    /// How long to wait for a rollout, in seconds.
    pub timeout: Option<u32>,
    /// Whether a failed rollout is taken back.
    pub atomic: bool,
    /// Settings that were written and change nothing, each with the reason.
    pub without_effect: Vec<(&'static str, &'static str)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            namespace: None,
            service_port: 8000,
            network: Network::default(),
            ingress: None,
            scale: Scale::Fixed(1),
            max_concurrency: None,
            resources: Resources::default(),
            image_pull_policy: PullPolicy::IfNotPresent,
            image_pull_secrets: Vec::new(),
            readiness: Probe { initial_delay: 10, ..Probe::default() },
            liveness: Probe { initial_delay: 30, ..Probe::default() },
            account: None,
            auth_key: None,
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
            pod: PodSettings::default(),
            restricted: false,
            additional_resources: Vec::new(),
            timeout: None,
            atomic: false,
            without_effect: Vec::new(),
        }
    }
}

impl Settings {
    /// Whether the service can be reached from outside of the cluster.
    pub fn is_published(&self) -> bool {
        self.ingress.is_some() || self.network.service_type != ServiceType::ClusterIP
    }
}

/// How the Service is published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// ClusterIP unless something else is asked for, so that nothing is published by accident.
    pub service_type: ServiceType,
    /// A port of the nodes.
    pub node_port: Option<u16>,
    /// Whether a client stays at its pod.
    pub session_affinity: Option<SessionAffinity>,
    /// An address that was allocated before.
    pub load_balancer_ip: Option<String>,
    /// CIDR ranges.
    pub load_balancer_source_ranges: Vec<String>,
    /// Annotations of the Service alone.
    pub annotations: BTreeMap<String, String>,
}

/// An Ingress.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ingress {
    /// Its class.
    pub class: Option<String>,
    /// The host name; none for every one.
    pub host: Option<String>,
    /// The path.
    pub path: String,
    /// How the path is meant.
    pub path_type: PathType,
    /// Whether it serves HTTPS.
    pub tls: bool,
    /// The Secret with the certificate.
    pub tls_secret: Option<String>,
    /// Annotations of the Ingress alone.
    pub annotations: BTreeMap<String, String>,
}

/// How many pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Always so many.
    Fixed(i32),
    /// An autoscaler decides.
    Auto {
        /// At least.
        min: i32,
        /// At most.
        max: i32,
        /// What it looks at.
        target: Target,
    },
}

impl Scale {
    /// How many there are at least.
    pub fn least(&self) -> i32 {
        match self {
            Self::Fixed(count) | Self::Auto { min: count, .. } => *count,
        }
    }

    /// How many there can be.
    pub fn most(&self) -> i32 {
        match self {
            Self::Fixed(count) | Self::Auto { max: count, .. } => *count,
        }
    }
}

/// What an autoscaler looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The average use of `resource`, in percent of what is requested.
    Utilization {
        /// `cpu` or `memory`.
        resource: &'static str,
        /// Percent.
        percent: i32,
    },
    /// A metric of the pods, on average.
    Pods {
        /// Its name in the custom metrics API.
        metric: String,
        /// As a Kubernetes quantity.
        average: String,
    },
}

/// CPU and memory as Kubernetes quantities. Requests and limits are the same, so that a pod gets what it was promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resources {
    /// Cores.
    pub cpu: String,
    /// Memory.
    pub memory: String,
    /// GPUs.
    pub gpu: Option<i32>,
}

impl Default for Resources {
    fn default() -> Self {
        Self { cpu: "1".to_owned(), memory: "2Gi".to_owned(), gpu: None }
    }
}

/// The account of the pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// The role to bind, where the account is ours to create.
    pub create: Option<Role>,
}

/// A role that a created account gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Whether it is the whole cluster's, such as `view`.
    pub of_cluster: bool,
    /// Its name.
    pub name: String,
}

/// Where the key comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthKey {
    /// From us.
    Generate,
    /// A local file.
    File(PathBuf),
    /// Asked for on the terminal.
    Prompt,
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
