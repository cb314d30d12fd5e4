//! The pod of one attempt of one step (layer 1, pure).
//!
//! The container `main` runs what the step says, exactly: Kubernetes' own `$(VARIABLE)` substitution is escaped, so
//! that neither `$$` of a shell script nor a parameter's value is changed on the way. What a step reports goes into its
//! termination message file, named by `ZENML_OUTPUT_FILE`.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Capabilities, Container, EnvVar, Pod, PodSecurityContext, PodSpec, ResourceRequirements, SeccompProfile,
    SecurityContext,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};

use super::resolve::{PodSecurity, ResolvedRun, ResolvedStep};
use super::spec::Resources;
use crate::naming;

/// The name of the step's container.
pub const CONTAINER: &str = "main";

/// The label and annotation keys of step pods.
pub mod key {
    /// Label: the run's name, sanitised.
    pub const RUN: &str = "run";
    /// Label: the pipeline's name, sanitised.
    pub const PIPELINE: &str = "pipeline";
    /// Label: the step's name, sanitised.
    pub const STEP: &str = "step";
    /// Label: the run's id.
    pub const RUN_ID: &str = "zenml.io/run-id";
    /// Label: the attempt, from 1.
    pub const ATTEMPT: &str = "zenml.io/attempt";
    /// Label: who made the object.
    pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
    /// Annotation: the run's name.
    pub const RUN_ORIGINAL: &str = "zenml.io/run";
    /// Annotation: the pipeline's name.
    pub const PIPELINE_ORIGINAL: &str = "zenml.io/pipeline";
    /// Annotation: the step's name.
    pub const STEP_ORIGINAL: &str = "zenml.io/step";
    /// Annotation: the hash of what the pod executes.
    pub const SPEC_HASH: &str = "zenml.io/spec-hash";
}

/// The value of the label [`key::MANAGED_BY`].
pub const MANAGER: &str = "kubectl-zenml";

/// The user and group of pods that fit the level `restricted`, where their image may say root.
pub const RESTRICTED_ID: i64 = 65532;

const OUTPUT_FILE: &str = "/dev/termination-log";

/// The run's root ConfigMap, which owns the pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its name.
    pub name: String,
    /// Its UID.
    pub uid: String,
}

/// The labels of every object of a run: what `kubectl get pods -l run=…` selects by.
pub fn labels(run: &ResolvedRun) -> BTreeMap<String, String> {
    BTreeMap::from([
        (key::RUN.to_owned(), naming::label_value(&run.run_name)),
        (key::PIPELINE.to_owned(), naming::label_value(&run.pipeline)),
        (key::RUN_ID.to_owned(), run.run_id.clone()),
        (key::MANAGED_BY.to_owned(), MANAGER.to_owned()),
    ])
}

/// The hash that an adopted pod must carry: over everything that decides what a pod of `step` executes.
pub fn spec_hash(run: &ResolvedRun, step: &ResolvedStep) -> String {
    let step = serde_json::to_string(step).unwrap_or_default();
    naming::hash(&[&run.run_id, &format!("{:?}", run.pod_security), &step])
}

/// The pod of `attempt` (from 1) of `step`. Its controller is the run's root object, or `kubectl drain` would refuse
/// the node.
pub fn pod(run: &ResolvedRun, step: &ResolvedStep, attempt: u16, owner: &Owner) -> Pod {
    let restricted = run.pod_security == PodSecurity::Restricted;
    Pod {
        metadata: metadata(run, step, attempt, owner),
        spec: Some(PodSpec {
            containers: vec![container(run, step, restricted)],
            restart_policy: Some("Never".to_owned()),
            automount_service_account_token: Some(false),
            enable_service_links: Some(false),
            security_context: restricted.then(restricted_pod),
            ..Default::default()
        }),
        status: None,
    }
}

/// What PodSecurity `restricted` demands of a pod.
pub fn restricted_pod() -> PodSecurityContext {
    PodSecurityContext {
        run_as_non_root: Some(true),
        run_as_user: Some(RESTRICTED_ID),
        run_as_group: Some(RESTRICTED_ID),
        seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".to_owned(), ..Default::default() }),
        ..Default::default()
    }
}

/// What PodSecurity `restricted` demands of a container. Not a read-only root, which it does not demand and which would
/// break images that write.
pub fn restricted_container() -> SecurityContext {
    SecurityContext {
        allow_privilege_escalation: Some(false),
        capabilities: Some(Capabilities { add: None, drop: Some(vec!["ALL".to_owned()]) }),
        ..Default::default()
    }
}

fn metadata(run: &ResolvedRun, step: &ResolvedStep, attempt: u16, owner: &Owner) -> ObjectMeta {
    let mut labels = labels(run);
    labels.insert(key::STEP.to_owned(), naming::label_value(&step.name));
    labels.insert(key::ATTEMPT.to_owned(), attempt.to_string());
    let annotations = BTreeMap::from([
        (key::RUN_ORIGINAL.to_owned(), run.run_name.clone()),
        (key::PIPELINE_ORIGINAL.to_owned(), run.pipeline.clone()),
        (key::STEP_ORIGINAL.to_owned(), step.name.clone()),
        (key::SPEC_HASH.to_owned(), spec_hash(run, step)),
    ]);
    ObjectMeta {
        name: Some(run.pod_name(step, attempt)),
        namespace: Some(run.namespace.clone()),
        labels: Some(labels),
        annotations: Some(annotations),
        owner_references: Some(vec![OwnerReference {
            api_version: "v1".to_owned(),
            kind: "ConfigMap".to_owned(),
            name: owner.name.clone(),
            uid: owner.uid.clone(),
            controller: Some(true),
            block_owner_deletion: None,
        }]),
        ..Default::default()
    }
}

fn container(run: &ResolvedRun, step: &ResolvedStep, restricted: bool) -> Container {
    let verbatim = |texts: &[String]| (!texts.is_empty()).then(|| texts.iter().map(|text| verbatim(text)).collect());
    Container {
        name: CONTAINER.to_owned(),
        image: Some(step.image.clone()),
        image_pull_policy: Some("IfNotPresent".to_owned()),
        command: verbatim(&step.command),
        args: verbatim(&step.args),
        env: Some(environment(run, step)),
        resources: (!step.resources.is_empty()).then(|| requirements(&step.resources)),
        termination_message_path: Some(OUTPUT_FILE.to_owned()),
        termination_message_policy: Some("FallbackToLogsOnError".to_owned()),
        security_context: restricted.then(restricted_container),
        ..Default::default()
    }
}

fn environment(run: &ResolvedRun, step: &ResolvedStep) -> Vec<EnvVar> {
    let own = [
        ("ZENML_RUN_ID", run.run_id.as_str()),
        ("ZENML_RUN_NAME", &run.run_name),
        ("ZENML_STEP_NAME", &step.name),
        ("ZENML_OUTPUT_FILE", OUTPUT_FILE),
    ];
    let users = step.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let variable =
        |(name, value): (&str, &str)| EnvVar { name: name.to_owned(), value: Some(verbatim(value)), value_from: None };
    own.into_iter().chain(users).map(variable).collect()
}

/// What is asked for is the limit too.
fn requirements(resources: &Resources) -> ResourceRequirements {
    let amounts = [("cpu", &resources.cpu), ("memory", &resources.memory)];
    let amounts: BTreeMap<_, _> =
        amounts.into_iter().filter_map(|(name, amount)| Some((name.to_owned(), Quantity(amount.clone()?)))).collect();
    ResourceRequirements { requests: Some(amounts.clone()), limits: Some(amounts), claims: None }
}

/// `text` so that Kubernetes hands exactly it to the container: there `$(NAME)` is replaced and `$$` becomes `$`, in
/// command, args and the values of env. A `$` of any other use stays readable as it is.
pub fn verbatim(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        let behind = from.trim_start_matches('$');
        let dollars = &from[..from.len() - behind.len()];
        escaped.push_str(before);
        escaped.push_str(dollars);
        if dollars.len() > 1 || behind.starts_with('(') {
            escaped.push_str(dollars);
        }
        rest = behind;
    }
    escaped.push_str(rest);
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn run(pod_security: PodSecurity) -> ResolvedRun {
        let step = ResolvedStep {
            name: "Train [eu]".into(),
            image: "busybox:1.35".into(),
            command: vec!["sh".into(), "-c".into(), "echo $$ $(date) $HOME".into()],
            args: vec![],
            environment: [("A".to_owned(), "1".to_owned())].into(),
            resources: Resources { cpu: Some("1500m".into()), memory: None },
            upstream_steps: vec![],
        };
        ResolvedRun {
            format: 1,
            run_id: "0b1f".into(),
            run_name: "nightly 1".into(),
            namespace: "ml".into(),
            pipeline: "churn training".into(),
            pod_security,
            steps: vec![step],
        }
    }

    fn made(pod_security: PodSecurity) -> serde_json::Value {
        let run = run(pod_security);
        let owner = Owner { name: "zenml-run-x".into(), uid: "u-1".into() };
        serde_json::to_value(pod(&run, &run.steps[0], 1, &owner)).unwrap()
    }

    #[test]
    fn the_whole_pod() {
        let run = run(PodSecurity::Image);
        let hash = spec_hash(&run, &run.steps[0]);
        let name = run.pod_name(&run.steps[0], 1);
        assert_eq!(
            made(PodSecurity::Image),
            json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {
                    "name": name, "namespace": "ml",
                    "labels": {
                        "run": "nightly-1", "pipeline": "churn-training", "step": "Train-eu",
                        "zenml.io/run-id": "0b1f", "zenml.io/attempt": "1",
                        "app.kubernetes.io/managed-by": "kubectl-zenml",
                    },
                    "annotations": {
                        "zenml.io/run": "nightly 1", "zenml.io/pipeline": "churn training",
                        "zenml.io/step": "Train [eu]", "zenml.io/spec-hash": hash,
                    },
                    "ownerReferences": [{
                        "apiVersion": "v1", "kind": "ConfigMap", "name": "zenml-run-x", "uid": "u-1",
                        "controller": true,
                    }],
                },
                "spec": {
                    "restartPolicy": "Never", "automountServiceAccountToken": false, "enableServiceLinks": false,
                    "containers": [{
                        "name": "main", "image": "busybox:1.35", "imagePullPolicy": "IfNotPresent",
                        "command": ["sh", "-c", "echo $$$$ $$(date) $HOME"],
                        "env": [
                            {"name": "ZENML_RUN_ID", "value": "0b1f"}, {"name": "ZENML_RUN_NAME", "value": "nightly 1"},
                            {"name": "ZENML_STEP_NAME", "value": "Train [eu]"},
                            {"name": "ZENML_OUTPUT_FILE", "value": "/dev/termination-log"}, {"name": "A", "value": "1"},
                        ],
                        "resources": {"requests": {"cpu": "1500m"}, "limits": {"cpu": "1500m"}},
                        "terminationMessagePath": "/dev/termination-log",
                        "terminationMessagePolicy": "FallbackToLogsOnError",
                    }],
                },
            })
        );
    }

    #[test]
    fn restricted_adds_only_security() {
        let (plain, mut restricted) = (made(PodSecurity::Image), made(PodSecurity::Restricted));
        let spec = restricted["spec"].as_object_mut().unwrap();
        let expected = json!({
            "runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532, "seccompProfile": {"type": "RuntimeDefault"},
        });
        assert_eq!(spec.remove("securityContext").unwrap(), expected);
        let container = spec["containers"][0].as_object_mut().unwrap();
        let expected = json!({"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}});
        assert_eq!(container.remove("securityContext").unwrap(), expected);
        assert_eq!(restricted["spec"], plain["spec"]);
        let hash = |pod: &serde_json::Value| pod["metadata"]["annotations"]["zenml.io/spec-hash"].clone();
        assert_ne!(hash(&restricted), hash(&plain));
    }

    /// What the kubelet does (`third_party/forked/golang/expansion`), with every variable defined as `!`.
    fn expand(text: &str) -> String {
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            if let Some(after) = after.strip_prefix('$') {
                out.push('$');
                rest = after;
            } else if let Some((_, after)) = after.strip_prefix('(').and_then(|inside| inside.split_once(')')) {
                out.push('!');
                rest = after;
            } else {
                out.push('$');
                rest = after;
            }
        }
        out + rest
    }

    proptest! {
        #[test]
        fn containers_get_what_was_written(text in "[$()A ]*") {
            prop_assert_eq!(expand(&verbatim(&text)), text);
        }
    }
}
