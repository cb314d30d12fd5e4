//! What pods name, and cannot start without (layer 1, pure).

use k8s_openapi::api::core::v1::{ConfigMap, PodSpec, Secret, ServiceAccount};
use k8s_openapi::api::rbac::v1::RoleBinding;
use serde_json::Value;

use super::inventory::{Inventory, Item};
use super::object::Kind;

/// Whether `item` is the account of `pod`, or the RoleBinding that `inventory` has along with it.
pub fn is_account_of(pod: &PodSpec, item: &Item, inventory: &Inventory) -> bool {
    let (kind, account) = (item.kind(), Kind::of::<ServiceAccount>());
    let is_binding = kind == Kind::of::<RoleBinding>() && inventory.has(&account, &item.name);
    (kind == account || is_binding) && pod.service_account_name.as_ref() == Some(&item.name)
}

/// Whether `pod` names `item`: its account, a Secret or a `ConfigMap`.
pub fn is_named_by(pod: &PodSpec, item: &Item, inventory: &Inventory) -> bool {
    let kind = item.kind();
    let keys: &[&str] = if kind == Kind::of::<Secret>() {
        &["secretKeyRef", "secretRef", "secret", "imagePullSecrets"]
    } else if kind == Kind::of::<ConfigMap>() {
        &["configMapKeyRef", "configMapRef", "configMap"]
    } else {
        return is_account_of(pod, item, inventory);
    };
    serde_json::to_value(pod).is_ok_and(|pod| names(&pod, keys, &item.name))
}

/// Whether something under one of `keys` is called `name`, however deep.
fn names(value: &Value, keys: &[&str], name: &str) -> bool {
    let is_called = |value: &Value| value["name"] == name || value["secretName"] == name;
    match value {
        Value::Object(fields) => fields.iter().any(|(key, value)| {
            let is_meant = keys.contains(&key.as_str());
            let is_it = is_called(value) || value.as_array().is_some_and(|each| each.iter().any(is_called));
            (is_meant && is_it) || names(value, keys, name)
        }),
        Value::Array(each) => each.iter().any(|value| names(value, keys, name)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod() -> PodSpec {
        let pod = json!({
            "serviceAccountName": "robot",
            "imagePullSecrets": [{"name": "pull"}],
            "containers": [{
                "name": "other",
                "env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "x-auth", "key": "key"}}}],
                "envFrom": [{"secretRef": {"name": "x-r1"}}, {"configMapRef": {"name": "more"}}],
            }],
            "volumes": [
                {"name": "v", "secret": {"secretName": "mounted"}},
                {"name": "w", "projected": {"sources": [{"secret": {"name": "projected"}}]}},
            ],
        });
        serde_json::from_value(pod).unwrap()
    }

    fn inventory(objects: &[(Kind, &str)]) -> Inventory {
        let mut inventory = Inventory::default();
        for (kind, name) in objects {
            inventory.record(kind, name, "u");
        }
        inventory
    }

    #[test]
    fn what_a_pod_refers_to_is_named_by_it() {
        let (secret, map) = (Kind::of::<Secret>(), Kind::of::<ConfigMap>());
        let secrets = ["pull", "x-auth", "x-r1", "mounted", "projected"];
        let mut wanted: Vec<(Kind, &str)> = secrets.map(|name| (secret.clone(), name)).into();
        wanted.push((map.clone(), "more"));
        wanted.extend([(Kind::of::<ServiceAccount>(), "robot"), (Kind::of::<RoleBinding>(), "robot")]);
        let count = wanted.len();
        wanted.extend([(secret.clone(), "more"), (secret, "other"), (map, "x-r1"), (Kind::of::<RoleBinding>(), "x")]);
        let inventory = inventory(&wanted);
        for (at, item) in inventory.objects.iter().enumerate() {
            assert_eq!(is_named_by(&pod(), item, &inventory), at < count, "{item:?}");
        }
    }

    #[test]
    fn a_binding_alone_is_no_account() {
        let alone = inventory(&[(Kind::of::<RoleBinding>(), "robot")]);
        assert!(!is_account_of(&pod(), &alone.objects[0], &alone));
        let both = inventory(&[(Kind::of::<ServiceAccount>(), "robot"), (Kind::of::<RoleBinding>(), "robot")]);
        assert!(both.objects.iter().all(|item| is_account_of(&pod(), item, &both)));
        assert!(!both.objects.iter().any(|item| is_account_of(&PodSpec::default(), item, &both)));
    }
}
