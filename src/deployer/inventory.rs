//! The record of a deployment that its Deployment carries: which objects belong to it (layer 1, pure).

use k8s_openapi::api::apps::v1::Deployment;
use serde::{Deserialize, Serialize};

/// The annotation that holds the inventory, as JSON. No bodies and no values, so nothing in it is secret.
pub const ANNOTATION: &str = "zenml.io/inventory";

/// What belongs to a deployment, besides the Deployment itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// Counts the changes, from 1.
    pub revision: u64,
    /// The objects, in the order in which they were made.
    pub objects: Vec<Item>,
}

/// One object. The UID tells it from another one that got the same name later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The kind, such as `Secret`.
    pub kind: Kind,
    /// The name.
    pub name: String,
    /// The UID.
    pub uid: String,
}

/// The kinds that a deployment may consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A Secret of one revision.
    Secret,
    /// The Service.
    Service,
}

impl Inventory {
    /// The inventory on `deployment`; an empty one where there is none that can be read.
    pub fn of(deployment: &Deployment) -> Self {
        let annotations = deployment.metadata.annotations.as_ref();
        let text = annotations.and_then(|annotations| annotations.get(ANNOTATION));
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// The value of the annotation.
    pub fn to_annotation(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Adds an object, or gives it its new UID.
    pub fn record(&mut self, kind: Kind, name: &str, uid: &str) {
        let same = |item: &&mut Item| item.kind == kind && item.name == name;
        if let Some(item) = self.objects.iter_mut().find(same) {
            uid.clone_into(&mut item.uid);
        } else {
            self.objects.push(Item { kind, name: name.to_owned(), uid: uid.to_owned() });
        }
    }

    /// The UID on record for an object.
    pub fn uid(&self, kind: Kind, name: &str) -> Option<&str> {
        self.objects.iter().find(|item| item.kind == kind && item.name == name).map(|item| item.uid.as_str())
    }

    /// Takes out the Secrets that neither `current` nor the revision before it needs, and returns them. The previous
    /// one stays, because the ReplicaSet that `kubectl rollout undo` would bring back refers to it.
    pub fn outdated(&mut self, current: Option<&str>) -> Vec<Item> {
        let mut secrets = self.objects.iter().filter(|item| item.kind == Kind::Secret);
        let previous = secrets.rfind(|item| Some(item.name.as_str()) != current).map(|item| item.name.clone());
        let needed = |item: &Item| {
            item.kind != Kind::Secret
                || Some(item.name.as_str()) == current
                || Some(item.name.as_str()) == previous.as_deref()
        };
        let (kept, outdated) = std::mem::take(&mut self.objects).into_iter().partition(needed);
        self.objects = kept;
        outdated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(items: &[Item]) -> Vec<&str> {
        items.iter().map(|item| item.name.as_str()).collect()
    }

    #[test]
    fn keeps_the_current_secret_and_the_one_before() {
        let mut inventory = Inventory::default();
        inventory.record(Kind::Service, "x", "u0");
        for n in 1..=4 {
            inventory.record(Kind::Secret, &format!("x-r{n}"), "u");
        }
        assert_eq!(names(&inventory.outdated(Some("x-r4"))), ["x-r1", "x-r2"]);
        assert_eq!(names(&inventory.objects), ["x", "x-r3", "x-r4"]);
        assert!(inventory.outdated(Some("x-r4")).is_empty());
    }

    #[test]
    fn survives_the_way_through_the_annotation() {
        let mut inventory = Inventory { revision: 3, objects: Vec::new() };
        inventory.record(Kind::Secret, "x-r3", "u");
        inventory.record(Kind::Secret, "x-r3", "v");
        let mut deployment = Deployment::default();
        deployment.metadata.annotations = Some([(ANNOTATION.to_owned(), inventory.to_annotation())].into());
        assert_eq!(Inventory::of(&deployment), inventory);
        assert_eq!(inventory.uid(Kind::Secret, "x-r3"), Some("v"));
        assert_eq!(Inventory::of(&Deployment::default()), Inventory::default());
    }
}
