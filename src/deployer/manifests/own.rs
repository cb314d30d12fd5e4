//! Whether the user's own objects leave alone what the deployment makes itself (layer 1, pure).

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::ConfigMap;

use super::{Set, revision_of};
use crate::deployer::object::{Kind, Object};
use crate::error::{Error, Result};

/// Refuses a user's object that would replace one of the deployment's, or another of the user's. The last `count` of
/// `set.after` are the user's.
pub(super) fn check(set: &Set, count: usize) -> Result<()> {
    let (made, users) = set.after.split_at(set.after.len() - count);
    let deployment = set.deployment.metadata.name.as_deref().unwrap_or_default();
    let made: Vec<&Object> = set.before.iter().chain(made).collect();
    for (at, object) in users.iter().enumerate() {
        let (kind, name) = (&object.kind, object.name());
        let is_record = is(kind, &Kind::of::<ConfigMap>()) && revision_of(deployment, name).is_some();
        let is_deployment = is(kind, &Kind::of::<Deployment>()) && name == deployment;
        if is_record || is_deployment || made.iter().any(|other| is_same(other, object)) {
            return Err(refused(object, "is what the deployment itself makes"));
        }
        if users[..at].iter().any(|other| is_same(other, object)) {
            return Err(refused(object, "is there twice"));
        }
    }
    Ok(())
}

fn is_same(one: &Object, other: &Object) -> bool {
    is(&one.kind, &other.kind) && one.name() == other.name()
}

/// Versions of one kind show the same objects.
fn is(one: &Kind, other: &Kind) -> bool {
    (one.group(), &one.kind) == (other.group(), &other.kind)
}

fn refused(object: &Object, why: &str) -> Error {
    Error::failure(format!("additional_resources: {} \"{}\" {why}", object.kind.kind, object.name()))
        .hint("give it another name")
}
