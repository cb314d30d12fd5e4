//! `deploy --diff`: what would be another than it is, object by object (layer 3).

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Secret;
use kube::api::DynamicObject;
use serde_json::{Value, json};

use super::plan::{self, Plan};
use super::{Event, Report, Request, binding, secrets};
use crate::cluster::Cluster;
use crate::cluster::apply::{self, Outcome};
use crate::cluster::namespace::{self, Chosen};
use crate::deployer::inventory::ANNOTATION;
use crate::deployer::object::{Kind, Object};
use crate::error::Result;

/// An object before and after; none where it is not there.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The object, such as `ingress.networking.k8s.io/x`.
    pub object: String,
    /// As it is.
    pub before: Option<Value>,
    /// As it would be.
    pub after: Option<Value>,
}

/// The differences, by the server's own verdict. Nothing is changed.
pub async fn diff(cluster: &Cluster, request: &Request<'_>, report: Report<'_>) -> Result<Vec<Difference>> {
    if namespace::is_to_be_created(cluster, request.namespace, Chosen::Named, true).await? {
        report(Event::Untried);
        return all_new(request);
    }
    let live = plan::live(cluster, request).await?;
    let plan = plan::plan(cluster, request, live.as_ref(), report).await?;
    let set = plan.set(request)?;
    let mut differences = Vec::new();
    for object in &set.before {
        differences.extend(of_object(cluster, request, object).await?);
    }
    if let Some(name) = plan.secret.as_ref().filter(|_| plan.new_secret) {
        differences.push(of_secret(name, false));
    }
    if let Some((name, outcome)) = secrets::of_auth(request, &plan) {
        differences.push(of_secret(&name, outcome == Outcome::Configured));
    }
    differences.extend(of_deployment(cluster, request, &plan, live.as_ref()).await?);
    for object in &set.after {
        differences.extend(of_object(cluster, request, object).await?);
    }
    for item in plan.superfluous(request)? {
        let found = apply::look(cluster, request.namespace, &item.kind(), &item.name).await?;
        let object = format!("{}/{}", item.kind().display(), item.name);
        differences.push(Difference { object, before: found.as_ref().map(shown), after: None });
    }
    Ok(differences)
}

/// Everything, where not even the namespace is there.
fn all_new(request: &Request<'_>) -> Result<Vec<Difference>> {
    let namespace = request.namespace;
    let body = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": namespace } });
    let mut new = vec![Difference { object: format!("namespace/{namespace}"), before: None, after: Some(body) }];
    for body in super::render(&request.source, namespace)?.objects {
        let text = |path: &str| body.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let kind = Kind { api_version: text("/apiVersion"), kind: text("/kind"), plural: String::new() };
        let object = format!("{}/{}", kind.display(), text("/metadata/name"));
        new.push(Difference { object, before: None, after: Some(trimmed(body)) });
    }
    Ok(new)
}

/// A Secret that gets new values, which stay where they are.
fn of_secret(name: &str, is_there: bool) -> Difference {
    let with = |data: &str| Some(json!({ "kind": "Secret", "metadata": { "name": name }, "data": data }));
    let before = if is_there { with("[HIDDEN]") } else { None };
    let after = with(if is_there { "[HIDDEN], another" } else { "[HIDDEN]" });
    Difference { object: format!("secret/{name}"), before, after }
}

async fn of_object(cluster: &Cluster, request: &Request<'_>, object: &Object) -> Result<Option<Difference>> {
    let live = apply::look(cluster, request.namespace, &object.kind, object.name()).await?;
    let trial = binding::trial(cluster, request, object, live.as_ref()).await?;
    let name = format!("{}/{}", object.kind.display(), object.name());
    Ok(different(name, live.as_ref().map(shown), Some(shown(&trial))))
}

async fn of_deployment(
    cluster: &Cluster,
    request: &Request<'_>,
    plan: &Plan,
    live: Option<&Deployment>,
) -> Result<Option<Difference>> {
    let mut wanted = plan.set(request)?.deployment;
    let replicas = wanted.spec.replicas;
    if plan.hand_over != super::replicas::HandOver::None {
        wanted.spec.replicas = None;
    }
    let how = request.how(true);
    let trial = apply::apply(cluster, &Object::of(&wanted)?, how).await?;
    let before = live.and_then(|live| serde_json::to_value(live).ok()).map(|value| {
        let object: Option<DynamicObject> = serde_json::from_value(value).ok();
        object.as_ref().map(shown).unwrap_or_default()
    });
    let mut after = shown(&trial);
    if plan.hand_over != super::replicas::HandOver::None {
        let kept = live.and_then(|live| live.spec.replicas);
        after["spec"]["replicas"] = replicas.or(kept).unwrap_or(request.source.least()).into();
    }
    Ok(different(format!("deployment.apps/{}", request.source.name()), before, Some(after)))
}

fn different(object: String, before: Option<Value>, after: Option<Value>) -> Option<Difference> {
    (before != after).then_some(Difference { object, before, after })
}

/// What of an object is shown: what people want, without bookkeeping and without secrets.
fn shown(object: &DynamicObject) -> Value {
    trimmed(apply::essence(object))
}

fn trimmed(mut value: Value) -> Value {
    let is_secret = value["kind"] == Kind::of::<Secret>().kind && value["apiVersion"] == "v1";
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.remove(ANNOTATION);
            annotations.remove("deployment.kubernetes.io/revision");
        }
        metadata.retain(|key, value| key != "annotations" || value.as_object().is_some_and(|all| !all.is_empty()));
    }
    if let Some(data) = value.get_mut("data").and_then(Value::as_object_mut).filter(|_| is_secret) {
        data.values_mut().for_each(|value| *value = "[HIDDEN]".into());
    }
    value
}
