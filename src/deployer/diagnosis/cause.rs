//! The reasons for which a rollout fails, in words (layer 1, pure).

use std::fmt;

use crate::deployer::settings::Probe;
use crate::error::{Error, Kind};

/// Why a pod, or all of them, cannot work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The image cannot be had.
    Image {
        /// The image.
        image: String,
        /// The kubelet's words.
        message: String,
    },
    /// The container ends again and again.
    Crash(CrashReport),
    /// The container cannot be made, for example because a Secret that it refers to is missing.
    Config(String),
    /// No pod may be created: quota or admission.
    Refused(String),
    /// No node takes the pod; the scheduler's words.
    Unschedulable(String),
    /// A probe fails.
    Probe(ProbeFailure),
    /// Somebody has paused the Deployment.
    Paused {
        /// Where it is.
        namespace: String,
    },
    /// Kubernetes' own deadline has passed.
    Late(String),
}

/// How a container ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrashReport {
    /// Its name, where it is one that runs before the service.
    pub init: Option<String>,
    /// Its exit code.
    pub exit_code: i32,
    /// `OOMKilled`, `Error`, `Completed`, ….
    pub reason: String,
    /// How often it was restarted.
    pub restarts: i32,
    /// Whether it has been followed by another, so that its log is the one before.
    pub is_previous: bool,
    /// The last lines that it wrote, as far as the pod's status has them: not for one that ended well or was killed.
    pub last_lines: String,
}

/// What a probe got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeFailure {
    /// `readiness`, `liveness` or `startup`.
    pub probe: String,
    /// What was asked for.
    pub path: String,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The kubelet's words.
    pub detail: String,
    /// The settings that say what is asked for.
    pub settings: Vec<&'static str>,
    /// For how long it may fail from the container's start, in seconds, where that is not over.
    pub patience: Option<i32>,
}

impl Cause {
    /// Whether two troubles are the same one at two moments, although a count or a message has changed.
    pub fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// The failed rollout of `deployment` as an error. `pod` is the one it happened to.
    pub fn error(&self, deployment: &str, pod: Option<&str>) -> Error {
        let place = pod.map(|pod| format!("pod {pod}: ")).unwrap_or_default();
        let message = format!("deployment \"{deployment}\" failed to roll out: {place}{self}");
        self.explain(Error::new(Kind::RunFailed, message), deployment)
    }

    /// What holds the rollout up, where it has not failed.
    pub fn obstacle(&self, deployment: &str, pod: Option<&str>) -> Error {
        let place = pod.map(|pod| format!("pod {pod}: ")).unwrap_or_default();
        self.explain(Error::failure(format!("{place}{self}")), deployment)
    }

    fn explain(&self, error: Error, deployment: &str) -> Error {
        match self {
            Self::Image { message, .. } => error.cause(message.clone()),
            Self::Crash(report) => report.explain(error),
            Self::Probe(failure) => failure.explain(error, deployment),
            Self::Unschedulable(message) => match unschedulable_hint(message) {
                Some(hint) => error.hint(hint),
                None => error,
            },
            Self::Refused(message) => match refusal_hint(message) {
                Some(hint) => error.hint(hint),
                None => error,
            },
            Self::Paused { namespace } => error.hint(resume(deployment, namespace)),
            Self::Config(_) | Self::Late(_) => error,
        }
    }
}

/// How a paused Deployment goes on.
pub fn resume(deployment: &str, namespace: &str) -> String {
    format!("`kubectl rollout resume deployment/{deployment} -n {namespace}` lets it go on")
}

/// The server's words about a pod that may not be, without the name that the pod would have had.
fn refusal(message: &str) -> &str {
    let words = message.split_once(" is forbidden: ").filter(|(pod, _)| pod.starts_with("pods \""));
    words.map_or(message, |(_, words)| words)
}

/// What to do about a pod that may not be.
fn refusal_hint(message: &str) -> Option<&'static str> {
    if message.contains("exceeded quota: ") {
        Some(
            "what a pod takes of the quota is settings.resources of the file, and an update has a pod more for a while; \
             `kubectl describe quota -n NAMESPACE` shows what is free",
        )
    } else if message.contains("failed quota: ") {
        Some("the quota counts what the pods do not say: set it under settings.deployer.pod_settings.resources")
    } else if message.contains("violates PodSecurity") {
        Some("take it out of settings.deployer.pod_settings, or deploy into a namespace that allows it")
    } else {
        None
    }
}

/// What of the file the scheduler's words are about.
fn unschedulable_hint(message: &str) -> Option<&'static str> {
    let about = |words: &[&str]| words.iter().any(|words| message.contains(words));
    if about(&["Insufficient"]) {
        Some(
            "what the pods ask for is settings.resources of the file (requests = limits); `kubectl describe nodes` shows \
             what is free",
        )
    } else if about(&["taint"]) {
        Some("tolerations under settings.deployer.pod_settings let pods on such nodes")
    } else if about(&["node affinity", "node selector", "affinity rules"]) {
        Some(
            "which nodes the pods may go to is said by node_selectors and affinity under settings.deployer.pod_settings",
        )
    } else {
        None
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Image { image, .. } => write!(f, "cannot pull the image \"{image}\""),
            Self::Crash(report) => report.fmt(f),
            Self::Config(message) => write!(f, "cannot create the container: {message}"),
            Self::Refused(message) => write!(f, "no pod can be created: {}", refusal(message)),
            Self::Unschedulable(message) => write!(f, "no node takes the pod: {message}"),
            Self::Probe(failure) => failure.fmt(f),
            Self::Paused { .. } => f.write_str("the Deployment is paused"),
            Self::Late(message) => f.write_str(message),
        }
    }
}

impl fmt::Display for CrashReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = if self.restarts == 1 { "1 restart" } else { &format!("{} restarts", self.restarts) };
        let what = match &self.init {
            Some(name) => format!("the init container \"{}\"", name.escape_debug()),
            None => "the container".to_owned(),
        };
        match self.reason.as_str() {
            "OOMKilled" => write!(f, "{what} needs more memory than its limit (OOMKilled, {times})"),
            "Completed" => write!(f, "{what} ends with exit code 0 instead of serving ({times})"),
            _ => write!(f, "{what} crashes with exit code {} ({times})", self.exit_code),
        }
    }
}

impl CrashReport {
    fn explain(&self, error: Error) -> Error {
        let error = match self.last_lines.trim() {
            "" => error,
            lines => error.last_lines(lines),
        };
        match self.reason.as_str() {
            "OOMKilled" => error.hint("set settings.resources.memory in the file"),
            _ => error,
        }
    }
}

impl fmt::Display for ProbeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { probe, path, status, detail, .. } = self;
        match status {
            Some(status) => write!(f, "the {probe} probe of {path} got status {status}")?,
            None => write!(f, "the {probe} probe of {path} fails: {detail}")?,
        }
        match self.patience {
            Some(seconds) => write!(f, ", as it may for {seconds}s from the start"),
            None => Ok(()),
        }
    }
}

impl ProbeFailure {
    fn explain(&self, error: Error, deployment: &str) -> Error {
        let settings = self.settings.join(" and ");
        let is_default = self.path == Probe::DEFAULT_PATH;
        match self.status {
            Some(404) if is_default => error.hint(format!(
                "the service does not answer ZenML's default path {}: set {settings} under settings.deployer to a path that \
                 it answers",
                Probe::DEFAULT_PATH
            )),
            Some(500..) => error.hint(format!(
                "the service itself says that it is not well: `kubectl zenml deployment logs {deployment}` may say why"
            )),
            Some(_) => error.hint(format!("set {settings} under settings.deployer to a path that the service answers")),
            None => error.hint("the service must listen on settings.deployer.service_port, which is also $PORT"),
        }
    }
}
