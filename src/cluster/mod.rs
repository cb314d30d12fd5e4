//! The Kubernetes API server, as an adapter: how to reach it, and what its answers mean (layer 2).

pub mod access;
pub mod apply;
pub mod child;
pub mod clock;
mod connection;
pub mod endpoint;
pub mod failure;
pub mod forward;
mod generic;
pub mod incluster;
pub mod kinds;
mod last_words;
pub mod log_follow;
pub mod logs;
pub mod mint;
pub mod namespace;
pub mod objects;
pub mod plugin;
pub mod proxy;
pub mod renew;
pub mod rollout;
pub mod source;
pub mod verdict;
pub mod verify;
pub mod watch;

use std::fmt;

/// A reachable API server: the client, and what to call it in front of a person.
#[derive(Clone)]
pub struct Cluster {
    /// Talks to the server as the chosen user.
    pub client: kube::Client,
    /// The server's URL, as its connector or context has it.
    pub server: String,
    /// The cluster's name in the connector or context.
    pub name: String,
    /// How it was chosen.
    pub via: Via,
    /// The connector's or context's own namespace, where it has one.
    pub namespace: Option<String>,
}

/// What led to a cluster (BEHAVIOUR.md §2 has the order).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// A registered connector, by name.
    Connector(String),
    /// A kubeconfig context, by name.
    Context(String),
    /// The ServiceAccount of the pod that this process runs in.
    InCluster,
    /// One of the others, with the active stack, whose component led here or lends its settings.
    Stack(String, Box<Self>),
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connector(name) => write!(f, "connector \"{name}\""),
            Self::Context(name) => write!(f, "context \"{name}\""),
            Self::InCluster => f.write_str("in-cluster credentials"),
            Self::Stack(name, via) => write!(f, "stack \"{name}\" · {via}"),
        }
    }
}
