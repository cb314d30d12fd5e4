//! Stacks: which orchestrator runs pipelines and which deployer serves, each with its cluster and its settings (layer 1).
//! Names of fields and configuration keys are `ZenML`'s where `ZenML` has them.

pub mod book;
pub mod deployer;
pub mod key;
pub mod orchestrator;
pub mod value;
pub mod way;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::document::overlay::Base;
use key::{Key, Purpose};

/// The one flavor of components.
pub const FLAVOR: &str = "kubernetes";
/// The name of the built-in stack and of its two components.
pub const DEFAULT: &str = "default";

/// What a component does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Runs pipelines.
    Orchestrator,
    /// Deploys services.
    Deployer,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Orchestrator, Self::Deployer];

    /// The noun of the command tree.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Orchestrator => "orchestrator",
            Self::Deployer => "deployer",
        }
    }

    /// The noun in a sentence.
    pub fn one(self) -> &'static str {
        match self {
            Self::Orchestrator => "an orchestrator",
            Self::Deployer => "a deployer",
        }
    }

    /// The configuration keys.
    pub fn keys(self) -> &'static [Key] {
        match self {
            Self::Orchestrator => orchestrator::KEYS,
            Self::Deployer => deployer::KEYS,
        }
    }

    /// Whether this release does what the setting `key` says; a file or a component that has another is refused.
    pub fn executes(self, key: &str) -> bool {
        match self {
            Self::Orchestrator => crate::pipeline::read::executes(key),
            Self::Deployer => crate::deployer::read::executes(key),
        }
    }

    /// The namespace that nobody named; `ZenML`'s names.
    pub fn default_namespace(self) -> &'static str {
        match self {
            Self::Orchestrator => orchestrator::DEFAULT_NAMESPACE,
            Self::Deployer => crate::deployer::spec::DEFAULT_NAMESPACE,
        }
    }
}

/// An orchestrator or a deployer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// A UUID, for ever.
    pub id: String,
    /// The name, unique among those of its kind.
    pub name: String,
    /// What it does.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// [`FLAVOR`].
    pub flavor: String,
    /// The id of the connector that gives access to its cluster.
    pub connector: Option<String>,
    /// Which resource of that connector, where somebody said so.
    pub connector_resource_id: Option<String>,
    /// What was set of [`Kind::keys`], by name.
    pub configuration: Map<String, Value>,
    /// When it was registered; `None` = built in.
    pub created_at: Option<Timestamp>,
    /// When it was last changed; `None` = never.
    pub updated_at: Option<Timestamp>,
}

impl Component {
    /// The component in a sentence: `orchestrator "k8s"`.
    pub fn described(&self) -> String {
        format!("{} \"{}\"", self.kind.as_str(), self.name)
    }

    /// The text that is set for `key`.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.configuration.get(key).and_then(Value::as_str)
    }

    /// `kubernetes_context`.
    pub fn context(&self) -> Option<&str> {
        self.text("kubernetes_context")
    }

    /// `kubernetes_namespace`.
    pub fn namespace(&self) -> Option<&str> {
        self.text("kubernetes_namespace")
    }

    /// `incluster`.
    pub fn is_in_cluster(&self) -> bool {
        self.configuration.get("incluster") == Some(&Value::Bool(true))
    }

    /// The settings that lie under those of a file.
    pub fn base(&self) -> Base {
        let is_setting =
            |name: &str| self.kind.keys().iter().any(|key| key.name == name && key.purpose == Purpose::Setting);
        let settings = self.configuration.iter().filter(|(name, _)| is_setting(name));
        let (noun, name) = (self.kind.as_str(), &self.name);
        Base {
            origin: self.described(),
            hint: format!("take a setting out of it with `kubectl zenml {noun} update {name} --remove-attr KEY`"),
            settings: settings.map(|(name, value)| (name.clone(), value.clone())).collect(),
        }
    }
}

/// An orchestrator and a deployer that are used together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stack {
    /// A UUID, for ever.
    pub id: String,
    /// The name.
    pub name: String,
    /// The orchestrator's id.
    pub orchestrator: Option<String>,
    /// The deployer's id.
    pub deployer: Option<String>,
    /// When it was registered; `None` = built in.
    pub created_at: Option<Timestamp>,
    /// When it was last changed; `None` = never.
    pub updated_at: Option<Timestamp>,
}

impl Stack {
    /// The id of its component of this kind.
    pub fn component(&self, kind: Kind) -> Option<&str> {
        match kind {
            Kind::Orchestrator => self.orchestrator.as_deref(),
            Kind::Deployer => self.deployer.as_deref(),
        }
    }

    /// Gives it another component of this kind, or none.
    pub fn set_component(&mut self, kind: Kind, id: Option<String>) {
        match kind {
            Kind::Orchestrator => self.orchestrator = id,
            Kind::Deployer => self.deployer = id,
        }
    }
}
