//! The keys of a pipeline file outside of its settings, and what people write instead of those inside (layer 1, pure).

use crate::document::settings::Shape;
use crate::document::{Keys, Words};

/// The top level.
pub(in crate::pipeline) const PIPELINE: Keys = Keys {
    accepted: &[
        "version",
        "kind",
        "name",
        "execution_mode",
        "enable_cache",
        "image",
        "parameters",
        "environment",
        "settings",
        "steps",
    ],
    later: &[],
    synonyms: &[
        ("resources", "settings.resources"),
        ("namespace", "settings.orchestrator.kubernetes_namespace"),
        ("kubernetes_namespace", "settings.orchestrator.kubernetes_namespace"),
    ],
    elsewhere: &[
        ("secrets", STEPS),
        ("command", STEPS),
        ("args", STEPS),
        ("retry", STEPS),
        ("timeout", STEPS),
        ("run_on", STEPS),
        ("foreach", STEPS),
        ("upstream_steps", STEPS),
        ("invoke_path", "a service file"),
    ],
    ..Keys::NONE
};

const STEPS: &str = "each step that needs it";

/// A step.
pub(in crate::pipeline) const STEP: Keys = Keys {
    accepted: &[
        "image",
        "command",
        "args",
        "environment",
        "secrets",
        "upstream_steps",
        "run_on",
        "foreach",
        "retry",
        "timeout",
        "enable_cache",
        "settings",
    ],
    later: &["when"],
    synonyms: &[
        ("upstream", "upstream_steps"),
        ("upstreams", "upstream_steps"),
        ("depends_on", "upstream_steps"),
        ("after", "upstream_steps"),
        ("needs", "upstream_steps"),
        ("resources", "settings.resources"),
        ("retries", "retry"),
        ("entrypoint", "command"),
        ("for_each", "foreach"),
        ("with_items", "foreach"),
    ],
    top: PIPELINE.accepted,
    elsewhere: &[],
};

/// What people write instead of the keys of `retry`.
pub(super) const RETRY: Words = Words {
    synonyms: &[("retries", "max_retries"), ("limit", "max_retries"), ("reasons", "on"), ("factor", "backoff")],
    top: PIPELINE.accepted,
};

/// `settings`, except the orchestrator's, which has several names.
const BESIDE: Keys = Keys { accepted: &["resources", "orchestrator"], top: PIPELINE.accepted, ..Keys::NONE };

/// What people write instead of the keys of `settings.resources`.
pub(super) const RESOURCES: Words = Words { synonyms: &[], top: PIPELINE.accepted };

/// What people write instead of the keys of `settings.orchestrator`.
pub(super) const ORCHESTRATOR: Words = Words {
    synonyms: &[
        ("namespace", "kubernetes_namespace"),
        ("parallelism", "max_parallelism"),
        ("resources", "settings.resources"),
        ("service_account", "service_account_name"),
        ("queue", "queue_name"),
    ],
    top: PIPELINE.accepted,
};

/// `settings` as a whole: the component's own keys are the fields of [`crate::pipeline::file::Orchestrator`].
pub(super) const SETTINGS: Shape =
    Shape { component: "orchestrator", settings: BESIDE, resources: Keys::NONE, own: Keys::NONE };
