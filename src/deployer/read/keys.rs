//! The keys of a service file outside of its settings, and what people write instead of those inside (layer 1, pure).

use crate::document::settings::Shape;
use crate::document::{Keys, Words};

/// The top level.
pub(in crate::deployer) const SERVICE: Keys = Keys {
    accepted: &[
        "version",
        "kind",
        "name",
        "image",
        "command",
        "args",
        "invoke_path",
        "parameters",
        "environment",
        "secrets",
        "settings",
    ],
    later: &[],
    synonyms: &[
        ("resources", "settings.resources"),
        ("replicas", "settings.deployer.replicas"),
        ("namespace", "settings.deployer.namespace"),
        ("port", "settings.deployer.service_port"),
    ],
    elsewhere: &[
        ("steps", "a pipeline file"),
        ("execution_mode", "a pipeline file"),
        ("enable_cache", "a pipeline file"),
    ],
    ..Keys::NONE
};

/// `settings`, except the deployer's, which has several names.
const BESIDE: Keys = Keys {
    accepted: &["resources", "deployer"],
    synonyms: &[("deployment", "deployer")],
    top: SERVICE.accepted,
    ..Keys::NONE
};

/// What people write instead of the keys of `settings.resources`.
pub(super) const RESOURCES: Words =
    Words { synonyms: &[("replicas", "settings.deployer.replicas")], top: SERVICE.accepted };

/// What people write instead of the keys of `settings.deployer`.
pub(super) const DEPLOYER: Words = Words {
    synonyms: &[
        ("kubernetes_namespace", "namespace"),
        ("port", "service_port"),
        ("type", "service_type"),
        ("resources", "settings.resources"),
        ("atomic_provision", "atomic"),
        ("timeout", "lcm_timeout"),
        ("ingress_tls_secret", "ingress_tls_secret_name"),
        ("service_account", "service_account_name"),
    ],
    top: SERVICE.accepted,
};

/// `settings` as a whole: the component's own keys are the fields of [`crate::deployer::file::Deployer`].
pub(super) const SETTINGS: Shape =
    Shape { component: "deployer", settings: BESIDE, resources: Keys::NONE, own: Keys::NONE };
