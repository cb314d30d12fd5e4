//! When a run goes on, when a step is tried again, and what a failed pod means (layer 1, pure).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize};

/// Whether every container waits for this on its way, as the kubelet words it.
pub fn is_usual_wait(reason: &str) -> bool {
    matches!(reason, "ContainerCreating" | "PodInitializing")
}

/// `execution_mode`: what a failed step means for the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExecutionMode {
    /// Steps that do not depend on it go on.
    #[default]
    ContinueOnFailure,
    /// No further step starts; those that run end.
    StopOnFailure,
    /// No further step starts, and those that run are stopped.
    FailFast,
}

/// `run_on`: what the steps upstream must have come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunOn {
    /// All of them succeeded.
    #[default]
    Success,
    /// All of them ended, and at least one did not succeed.
    Failure,
    /// All of them ended.
    Always,
}

/// A reason for another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RetryOn {
    /// The container ended with another exit code than 0.
    Error,
    /// It used more memory than it may.
    Oom,
    /// It ran for longer than `timeout`.
    Timeout,
    /// Its node cannot be reached. The old container may still run.
    NodeLost,
}

/// `retry`: further attempts of a step. There are 1 + `max_retries` attempts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// How many further attempts there are.
    pub max_retries: u16,
    /// Seconds before the first of them.
    pub delay: u32,
    /// By how much the pause grows from one attempt to the next; at least 1.
    pub backoff: f64,
    /// What is worth another attempt.
    pub on: BTreeSet<RetryOn>,
}

impl Retry {
    /// What is worth another attempt where the file does not say.
    pub fn default_reasons() -> BTreeSet<RetryOn> {
        [RetryOn::Error, RetryOn::Oom, RetryOn::Timeout].into()
    }

    /// Whether there are further attempts at all.
    pub fn is_none(&self) -> bool {
        self.max_retries == 0
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self { max_retries: 0, delay: 0, backoff: 1.0, on: Self::default_reasons() }
    }
}

/// `pod_failure_policy`, in the shape of a Job's `podFailurePolicy`: the first rule that fits a failed pod decides, in the
/// order of the file. Where none fits, `retry` does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PodFailurePolicy {
    /// The rules.
    pub rules: Vec<PodFailureRule>,
}

/// One rule: an action, and either exit codes or conditions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PodFailureRule {
    /// What the failure means.
    pub action: PodFailureAction,
    /// Fits the container's exit code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_exit_codes: Option<OnExitCodes>,
    /// Fits a pod that has one of these conditions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_pod_conditions: Vec<OnPodCondition>,
}

/// What a failed pod means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PodFailureAction {
    /// The step failed; `retry` does not count.
    FailJob,
    /// It was not the step's fault: another attempt, which `retry` does not count.
    Ignore,
    /// `retry` counts it.
    Count,
}

/// Exit codes of the step's container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OnExitCodes {
    /// The container; a step has one, `main`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container_name: Option<String>,
    /// Whether the exit code is to be in `values` or not.
    pub operator: ExitCodeOperator,
    /// Exit codes; 0 is no failure.
    pub values: Vec<i32>,
}

/// How `values` are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ExitCodeOperator {
    /// One of them.
    In,
    /// None of them.
    NotIn,
}

/// A condition of the pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnPodCondition {
    /// Its type, such as `DisruptionTarget`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its status. Default True.
    #[serde(default)]
    pub status: ConditionStatus,
}

/// The status of a condition, which is text for Kubernetes; YAML's `true` and `false` count as it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum ConditionStatus {
    /// It holds.
    #[default]
    True,
    /// It does not.
    False,
    /// Nobody knows.
    Unknown,
}

impl ConditionStatus {
    /// As Kubernetes writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::True => "True",
            Self::False => "False",
            Self::Unknown => "Unknown",
        }
    }
}

impl<'de> Deserialize<'de> for ConditionStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StatusVisitor)
    }
}

struct StatusVisitor;

impl Visitor<'_> for StatusVisitor {
    type Value = ConditionStatus;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("True, False or Unknown")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<ConditionStatus, E> {
        Ok(if value { ConditionStatus::True } else { ConditionStatus::False })
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<ConditionStatus, E> {
        let all = [ConditionStatus::True, ConditionStatus::False, ConditionStatus::Unknown];
        let found = all.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| E::custom(format_args!("\"{}\" is none of True, False, Unknown", text.escape_debug())))
    }
}

impl JsonSchema for ConditionStatus {
    fn schema_name() -> Cow<'static, str> {
        "ConditionStatus".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": ["True", "False", "Unknown", true, false] })
    }
}

impl PodFailurePolicy {
    /// What the policy says of a pod whose container ended with `exit_code` (none where it did not run to an end) and
    /// which has `conditions`, each a type and a status. None where no rule fits.
    pub fn verdict(&self, exit_code: Option<i32>, conditions: &[(&str, &str)]) -> Option<PodFailureAction> {
        self.rules.iter().find(|rule| rule.fits(exit_code, conditions)).map(|rule| rule.action)
    }
}

impl PodFailureRule {
    fn fits(&self, exit_code: Option<i32>, conditions: &[(&str, &str)]) -> bool {
        let by_code = self.on_exit_codes.as_ref().zip(exit_code).is_some_and(|(rule, code)| {
            code != 0
                && match rule.operator {
                    ExitCodeOperator::In => rule.values.contains(&code),
                    ExitCodeOperator::NotIn => !rule.values.contains(&code),
                }
        });
        let has = |rule: &OnPodCondition| conditions.contains(&(rule.kind.as_str(), rule.status.as_str()));
        by_code || self.on_pod_conditions.iter().any(has)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_rule_that_fits_decides() {
        let policy: PodFailurePolicy = serde_json::from_value(json!({"rules": [
            {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]},
            {"action": "FailJob", "onExitCodes": {"containerName": "main", "operator": "In", "values": [42, 137]}},
            {"action": "Count", "onExitCodes": {"operator": "NotIn", "values": [1]}},
        ]}))
        .unwrap();
        let disrupted = [("Ready", "False"), ("DisruptionTarget", "True")];
        for (code, conditions, expected) in [
            (Some(137), &disrupted[..], Some(PodFailureAction::Ignore)),
            (None, &disrupted[..], Some(PodFailureAction::Ignore)),
            (Some(137), &[("DisruptionTarget", "False")][..], Some(PodFailureAction::FailJob)),
            (Some(42), &[][..], Some(PodFailureAction::FailJob)),
            (Some(3), &[][..], Some(PodFailureAction::Count)),
            (Some(1), &[][..], None),
            (Some(0), &[][..], None),
            (None, &[][..], None),
        ] {
            assert_eq!(policy.verdict(code, conditions), expected, "{code:?} {conditions:?}");
        }
        assert_eq!(serde_json::from_value::<PodFailurePolicy>(json!(policy)).unwrap(), policy);
    }
}
