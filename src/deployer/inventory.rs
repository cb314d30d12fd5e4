//! The record of a deployment that its Deployment carries: which objects belong to it (layer 1, pure).

use k8s_openapi::Resource;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use serde::{Deserialize, Serialize};

use super::object::Kind;

/// The annotation that holds the inventory, as JSON. No bodies and no values, so nothing in it is secret.
pub const ANNOTATION: &str = "zenml.io/inventory";

/// How many revisions can be gone back to.
pub const REVISIONS: usize = 10;

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
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// Such as `networking.k8s.io/v1`.
    pub api_version: String,
    /// Such as `Ingress`.
    pub kind: String,
    /// Such as `ingresses`.
    pub plural: String,
    /// The name.
    pub name: String,
    /// The UID; empty while the object is yet to be made.
    pub uid: String,
    /// For the record of a revision: the Secret that the revision needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<String>,
    /// Whether it is about to be deleted, so that nobody counts on it any more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub going: bool,
    /// For the record of a revision: whether its deploy failed and was taken back.
    #[serde(default, skip_serializing_if = "is_false")]
    pub taken_back: bool,
    /// For the key that requests must carry: the last revision that replaced it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_false(value: &bool) -> bool {
    !*value
}

impl Item {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        Kind { api_version: self.api_version.clone(), kind: self.kind.clone(), plural: self.plural.clone() }
    }

    fn is(&self, kind: &Kind, name: &str) -> bool {
        self.kind == kind.kind && self.api_version == kind.api_version && self.name == name
    }
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
    pub fn record(&mut self, kind: &Kind, name: &str, uid: &str) {
        if let Some(item) = self.objects.iter_mut().find(|item| item.is(kind, name)) {
            uid.clone_into(&mut item.uid);
            item.going = false;
            return;
        }
        self.objects.push(Item {
            api_version: kind.api_version.clone(),
            kind: kind.kind.clone(),
            plural: kind.plural.clone(),
            name: name.to_owned(),
            uid: uid.to_owned(),
            needs: None,
            going: false,
            taken_back: false,
            replaced: None,
        });
    }

    /// Adds an object of an earlier deployment, which is to go once this one serves.
    pub fn record_leftover(&mut self, kind: &Kind, name: &str, uid: &str) {
        self.record(kind, name, uid);
        if let Some(item) = self.objects.iter_mut().find(|item| item.is(kind, name)) {
            item.going = true;
        }
    }

    /// Adds the record of a revision, which needs the Secret `needs`.
    pub fn record_revision(&mut self, name: &str, uid: &str, needs: Option<&str>) {
        self.record(&Kind::of::<ConfigMap>(), name, uid);
        if let Some(item) = self.objects.iter_mut().find(|item| item.is(&Kind::of::<ConfigMap>(), name)) {
            item.needs = needs.map(ToOwned::to_owned);
        }
    }

    /// Says of the revision with this record that it was taken back.
    pub fn take_back(&mut self, name: &str) {
        for item in self.objects.iter_mut().filter(|item| item.is(&Kind::of::<ConfigMap>(), name)) {
            item.taken_back = true;
        }
    }

    /// Whether the revision with this record was taken back.
    pub fn is_taken_back(&self, name: &str) -> bool {
        self.all::<ConfigMap>().any(|item| item.name == name && item.taken_back)
    }

    /// Says of the Secret with the key that `revision` replaced it.
    pub fn replace_key(&mut self, name: &str, revision: u64) {
        for item in self.objects.iter_mut().filter(|item| item.is(&Kind::of::<Secret>(), name)) {
            item.replaced = Some(revision);
        }
    }

    /// Whether the key in the Secret of this name is another than the one that `revision` had.
    pub fn is_key_newer(&self, name: &str, revision: u64) -> bool {
        self.all::<Secret>().any(|item| item.name == name && item.replaced > Some(revision))
    }

    /// The UID on record for an object.
    pub fn uid(&self, kind: &Kind, name: &str) -> Option<&str> {
        self.objects.iter().find(|item| item.is(kind, name)).map(|item| item.uid.as_str())
    }

    /// The objects of one kind.
    pub fn all<K: Resource>(&self) -> impl DoubleEndedIterator<Item = &Item> {
        let kind = Kind::of::<K>();
        self.objects.iter().filter(move |item| item.kind == kind.kind && item.api_version == kind.api_version)
    }

    /// Whether an object is on record, and stays there.
    pub fn has(&self, kind: &Kind, name: &str) -> bool {
        self.objects.iter().any(|item| item.is(kind, name) && !item.going)
    }

    /// Says of `items` that they are about to be deleted.
    pub fn dismiss(&mut self, items: &[Item]) {
        for item in self.objects.iter_mut().filter(|item| items.contains(item)) {
            item.going = true;
        }
    }

    /// Takes out what does not hold `keep`, and returns it.
    pub fn take(&mut self, keep: impl Fn(&Item) -> bool) -> Vec<Item> {
        let (kept, taken) = std::mem::take(&mut self.objects).into_iter().partition(keep);
        self.objects = kept;
        taken
    }

    /// Takes out the records of revisions but the last [`REVISIONS`], and the Secrets of revisions that neither `current`
    /// nor one of the others needs. The previous Secret stays in any case, because the ReplicaSet that `kubectl rollout
    /// undo` would bring back refers to it. What is going already goes too. `is_of_revision` tells the Secrets of revisions
    /// by their names.
    pub fn outdated(&mut self, current: Option<&str>, is_of_revision: impl Fn(&str) -> bool) -> Vec<Item> {
        let records: Vec<&Item> =
            self.all::<ConfigMap>().filter(|item| !item.going && is_of_revision(&item.name)).collect();
        let kept = &records[records.len().saturating_sub(REVISIONS)..];
        let secrets = || self.all::<Secret>().filter(|item| !item.going && is_of_revision(&item.name));
        let kept_names: Vec<String> = kept.iter().map(|item| item.name.clone()).collect();
        let mut needed: Vec<String> = kept.iter().filter_map(|item| item.needs.clone()).collect();
        needed.extend(current.map(ToOwned::to_owned));
        needed.extend(secrets().rfind(|item| Some(item.name.as_str()) != current).map(|item| item.name.clone()));
        self.take(|item| match item.kind.as_str() {
            _ if item.going => false,
            "ConfigMap" => !is_of_revision(&item.name) || kept_names.contains(&item.name),
            "Secret" => !is_of_revision(&item.name) || needed.contains(&item.name),
            _ => true,
        })
    }

    /// The same while nobody knows whether the new revision will serve: only records and Secrets beyond the last
    /// [`REVISIONS`] of each, and none that `is_used` by a pod or as the way back.
    pub fn surplus(&mut self, is_used: impl Fn(&str) -> bool, is_of_revision: impl Fn(&str) -> bool) -> Vec<Item> {
        let is_meant = |item: &&Item| !item.going && is_of_revision(&item.name);
        let (records, secrets): (Vec<&Item>, Vec<&Item>) =
            (self.all::<ConfigMap>().filter(is_meant).collect(), self.all::<Secret>().filter(is_meant).collect());
        let goes = |item: &&Item| !is_used(&item.name);
        let going: Vec<Item> = early(&records).into_iter().filter(goes).cloned().collect();
        let is_needed = |item: &&Item| {
            let mut kept = records.iter().filter(|record| !going.contains(record));
            kept.any(|record| record.needs.as_ref() == Some(&item.name))
        };
        let unneeded = early(&secrets).into_iter().filter(goes).filter(|item| !is_needed(item));
        let all: Vec<Item> = unneeded.cloned().chain(going.iter().cloned()).collect();
        self.take(|item| !all.contains(item))
    }
}

/// All but the last [`REVISIONS`].
fn early<'i>(items: &[&'i Item]) -> Vec<&'i Item> {
    items[..items.len().saturating_sub(REVISIONS)].to_vec()
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Service;

    use super::*;

    fn names(items: &[Item]) -> Vec<String> {
        items.iter().map(|item| format!("{}/{}", item.kind, item.name)).collect()
    }

    fn is_of_revision(name: &str) -> bool {
        name.starts_with("x-r")
    }

    #[test]
    fn keeps_the_current_secret_and_the_one_before() {
        let mut inventory = Inventory::default();
        inventory.record(&Kind::of::<Service>(), "x", "u0");
        inventory.record(&Kind::of::<Secret>(), "x-auth", "u0");
        for n in 1..=4 {
            inventory.record(&Kind::of::<Secret>(), &format!("x-r{n}"), "u");
        }
        let outdated = inventory.outdated(Some("x-r4"), is_of_revision);
        assert_eq!(names(&outdated), ["Secret/x-r1", "Secret/x-r2"]);
        assert_eq!(names(&inventory.objects), ["Service/x", "Secret/x-auth", "Secret/x-r3", "Secret/x-r4"]);
        assert!(inventory.outdated(Some("x-r4"), is_of_revision).is_empty());
    }

    #[test]
    fn a_revision_that_is_kept_keeps_its_secret() {
        let mut inventory = Inventory::default();
        inventory.record(&Kind::of::<Secret>(), "x-r1", "u");
        inventory.record(&Kind::of::<Secret>(), "x-r2", "u");
        for n in 1..=12 {
            let needs = if n == 3 || n == 12 { "x-r1" } else { "x-r2" };
            inventory.record_revision(&format!("x-r{n}"), "u", Some(needs));
        }
        let outdated = inventory.outdated(Some("x-r1"), is_of_revision);
        assert_eq!(names(&outdated), ["ConfigMap/x-r1", "ConfigMap/x-r2"]);
        assert_eq!(inventory.all::<Secret>().count(), 2);
        assert_eq!(inventory.all::<ConfigMap>().count(), REVISIONS);
    }

    #[test]
    fn what_is_going_is_counted_on_no_more() {
        let mut inventory = Inventory::default();
        for n in 1..=3 {
            inventory.record(&Kind::of::<Secret>(), &format!("x-r{n}"), "u");
        }
        let outdated = inventory.clone().outdated(Some("x-r3"), is_of_revision);
        inventory.dismiss(&outdated);
        assert_eq!(names(&outdated), ["Secret/x-r1"]);
        assert!(!inventory.has(&Kind::of::<Secret>(), "x-r1") && inventory.has(&Kind::of::<Secret>(), "x-r2"));
        // Whoever comes next deletes what was only dismissed.
        assert_eq!(names(&inventory.outdated(Some("x-r3"), is_of_revision)), ["Secret/x-r1"]);
    }

    #[test]
    fn survives_the_way_through_the_annotation() {
        let mut inventory = Inventory { revision: 3, objects: Vec::new() };
        let kind = Kind::of::<Secret>();
        inventory.record(&kind, "x-r3", "u");
        inventory.record(&kind, "x-r3", "v");
        let mut deployment = Deployment::default();
        deployment.metadata.annotations = Some([(ANNOTATION.to_owned(), inventory.to_annotation())].into());
        assert_eq!(Inventory::of(&deployment), inventory);
        assert_eq!(inventory.uid(&kind, "x-r3"), Some("v"));
        assert_eq!(Inventory::of(&Deployment::default()), Inventory::default());
    }

    #[test]
    fn remembers_what_was_taken_back_and_since_when_the_key_is_another() {
        let mut inventory = Inventory { revision: 3, objects: Vec::new() };
        inventory.record(&Kind::of::<Secret>(), "x-auth", "u");
        inventory.record_revision("x-r1", "u", None);
        inventory.record_revision("x-r2", "u", None);
        assert!(!inventory.is_key_newer("x-auth", 1) && !inventory.is_taken_back("x-r2"));
        inventory.replace_key("x-auth", 2);
        inventory.take_back("x-r2");
        inventory.record(&Kind::of::<Secret>(), "x-auth", "v");
        inventory.record_revision("x-r2", "u", None);
        let read: Inventory = serde_json::from_str(&inventory.to_annotation()).unwrap();
        assert_eq!((read.is_key_newer("x-auth", 1), read.is_key_newer("x-auth", 2)), (true, false));
        assert_eq!((read.is_taken_back("x-r1"), read.is_taken_back("x-r2")), (false, true));
    }

    #[test]
    fn a_surplus_is_what_neither_pods_nor_the_last_few_need() {
        let mut inventory = Inventory::default();
        for n in 1..=14 {
            inventory.record(&Kind::of::<Secret>(), &format!("x-r{n}"), "u");
            let needs = if n == 9 { 3 } else { n };
            inventory.record_revision(&format!("x-r{n}"), "u", Some(&format!("x-r{needs}")));
        }
        let surplus = inventory.surplus(|name| name == "x-r2", is_of_revision);
        assert_eq!(
            names(&surplus),
            ["Secret/x-r1", "ConfigMap/x-r1", "ConfigMap/x-r3", "Secret/x-r4", "ConfigMap/x-r4"]
        );
        assert!(inventory.surplus(|name| name == "x-r2", is_of_revision).is_empty());
        assert!(inventory.has(&Kind::of::<Secret>(), "x-r3") && inventory.has(&Kind::of::<ConfigMap>(), "x-r2"));
    }
}
