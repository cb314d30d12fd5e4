//! What to do about an object that the API server refuses for a reason that is no fault of its form (layer 1, pure).

/// What of the file `message`, the server's refusal of an object, is about.
pub fn hint(message: &str) -> Option<&'static str> {
    if message.contains("provided port is already allocated") {
        return Some(
            "another Service has this port on the nodes, as `kubectl get services -A` shows: leave settings.deployer.node_port \
             out, and a free one is given",
        );
    }
    let (_, quota) = message.split_once("exceeded quota: ")?;
    if quota.contains("services.loadbalancers") || quota.contains("services.nodeports") {
        return Some(
            "settings.deployer.service_type: ClusterIP takes nothing of this quota, and `kubectl zenml deployment invoke` and \
             port-forward reach it all the same; `kubectl describe quota -n NAMESPACE` shows what is free",
        );
    }
    Some("`kubectl describe quota -n NAMESPACE` shows what is free")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_has_its_hint() {
        let of = |message: &str| hint(message).unwrap_or_default();
        assert!(
            of("spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated")
                .contains("node_port")
        );
        let quota =
            |what: &str| format!("services \"x\" is forbidden: exceeded quota: q, requested: {what}=1, used: {what}=0");
        assert!(of(&quota("services.nodeports")).contains("ClusterIP"));
        assert!(of(&quota("services.loadbalancers")).contains("ClusterIP"));
        assert_eq!(
            of(&quota("count/ingresses.networking.k8s.io")),
            "`kubectl describe quota -n NAMESPACE` shows what is free"
        );
        assert_eq!(hint("services \"x\" is invalid: spec.ports: Required value"), None);
    }
}
