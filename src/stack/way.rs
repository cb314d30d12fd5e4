//! Which way leads to the cluster (layer 1, pure): what the command line names, else what the active stack's component says.

use super::Component;

/// What a person named on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named<'a> {
    /// `--connector`.
    pub connector: Option<&'a str>,
    /// `--context`.
    pub context: Option<&'a str>,
    /// Whether there is a `--kubeconfig`: alone, it names its own current context.
    pub kubeconfig: bool,
}

impl Named<'_> {
    /// Whether the command line says which cluster.
    pub fn any(self) -> bool {
        self.connector.is_some() || self.context.is_some() || self.kubeconfig
    }
}

/// A way to a cluster, in the order in which they are preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way<'a> {
    /// As the command line says.
    Named,
    /// The connector with this id, which the component is linked to.
    Linked(&'a str),
    /// The credentials of the pod that this runs in.
    InCluster,
    /// The component's context.
    Context(&'a str),
    /// kubectl's current context, else the pod's credentials.
    Current,
}

/// The way to the cluster of `component`, unless the command line names another.
pub fn way<'c>(named: Named<'_>, component: Option<&'c Component>) -> Way<'c> {
    let Some(component) = component.filter(|_| !named.any()) else {
        return if named.any() { Way::Named } else { Way::Current };
    };
    match (&component.connector, component.context()) {
        (Some(connector), _) => Way::Linked(connector),
        (None, _) if component.is_in_cluster() => Way::InCluster,
        (None, Some(context)) => Way::Context(context),
        (None, None) => Way::Current,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::book::built_in;
    use super::super::{Component, Kind};
    use super::*;

    fn component(connector: Option<&str>, configuration: &serde_json::Value) -> Component {
        Component {
            connector: connector.map(ToOwned::to_owned),
            configuration: configuration.as_object().unwrap().clone(),
            ..built_in(Kind::Orchestrator)
        }
    }

    #[test]
    fn each_way_wins_over_those_after_it() {
        let all = json!({"incluster": true, "kubernetes_context": "kind"});
        let full = component(Some("id"), &all);
        for named in [
            Named { connector: Some("c"), ..Named::default() },
            Named { context: Some("c"), ..Named::default() },
            Named { kubeconfig: true, ..Named::default() },
        ] {
            assert_eq!(way(named, Some(&full)), Way::Named);
            assert_eq!(way(named, None), Way::Named);
        }
        let nothing = Named::default();
        assert_eq!(way(nothing, Some(&full)), Way::Linked("id"));
        assert_eq!(way(nothing, Some(&component(None, &all))), Way::InCluster);
        let context = json!({"incluster": false, "kubernetes_context": "kind"});
        assert_eq!(way(nothing, Some(&component(None, &context))), Way::Context("kind"));
        assert_eq!(way(nothing, Some(&component(None, &json!({})))), Way::Current);
    }
}
