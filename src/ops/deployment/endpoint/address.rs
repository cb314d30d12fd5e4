//! The address that a Service or an Ingress comes to, from what the cluster says of it (layer 3, no I/O).

use k8s_openapi::api::core::v1::{Node, Service};
use k8s_openapi::api::networking::v1::{HTTPIngressPath, Ingress};
use kube::ResourceExt;

use super::Endpoint;
use crate::deployer::rights;

/// The nodes, as far as they may be seen.
pub(super) enum Nodes {
    /// All of them.
    Seen(Vec<Node>),
    /// This user may not list them.
    Hidden,
}

/// The address of an Ingress: its host, else what its controller gave it.
pub(super) fn of_ingress(ingress: &Ingress) -> Endpoint {
    let spec = ingress.spec.clone().unwrap_or_default();
    let rule = spec.rules.and_then(|rules| rules.into_iter().next()).unwrap_or_default();
    let paths = rule.http.map(|http| http.paths).unwrap_or_default();
    let path = paths.first().map_or_else(|| "/".to_owned(), literal);
    let given = ingress.status.as_ref().and_then(|status| status.load_balancer.as_ref()?.ingress.as_ref());
    let given = given.and_then(|given| given.first());
    let address = given.and_then(|given| given.hostname.clone().or_else(|| given.ip.clone()));
    let scheme = if spec.tls.is_some_and(|tls| !tls.is_empty()) { "https" } else { "http" };
    let host = rule.host.clone().filter(|host| !host.starts_with('*')).or_else(|| address.clone());
    let url = host.map(|host| format!("{scheme}://{}{}", bracketed(&host), path.trim_end_matches('/')));
    let note = address.is_none().then(|| match &spec.ingress_class_name {
        Some(class) => format!("the controller of IngressClass \"{class}\" has given the Ingress no address yet"),
        None => "no controller has given the Ingress an address yet: it names no ingress_class".to_owned(),
    });
    Endpoint::new("Ingress", url, note)
}

/// The path, up to where a pattern of the controller's own kind begins.
fn literal(path: &HTTPIngressPath) -> String {
    let text = path.path.as_deref().unwrap_or("/");
    let begins = |c: char| path.path_type == "ImplementationSpecific" && "(*[{^$|\\".contains(c);
    text.split(begins).next().unwrap_or("/").to_owned()
}

/// The address of a Service. `nodes` matter to a node port only.
pub(super) fn of_service(service: &Service, nodes: &Nodes) -> Endpoint {
    let spec = service.spec.clone().unwrap_or_default();
    let port = spec.ports.as_ref().and_then(|ports| ports.first()).cloned().unwrap_or_default();
    match spec.type_.as_deref() {
        Some("LoadBalancer") => of_balancer(service, port.port),
        Some("NodePort") => {
            of_nodes(nodes, port.node_port.unwrap_or_default(), &service.namespace().unwrap_or_default())
        }
        _ => inside(&service.name_any(), &service.namespace().unwrap_or_default(), port.port),
    }
}

/// Whether the address of `service` takes those of the nodes.
pub(super) fn is_node_port(service: &Service) -> bool {
    service.spec.as_ref().and_then(|spec| spec.type_.as_deref()) == Some("NodePort")
}

/// The address inside the cluster.
pub(super) fn inside(name: &str, namespace: &str, port: i32) -> Endpoint {
    let url = format!("http://{name}.{namespace}.svc.cluster.local:{port}");
    let note =
        format!("only inside the cluster: `kubectl zenml deployment port-forward {name} -n {namespace}` opens it here");
    Endpoint::new("ClusterIP", Some(url), Some(note))
}

fn of_balancer(service: &Service, port: i32) -> Endpoint {
    let status = service.status.as_ref().and_then(|status| status.load_balancer.as_ref()?.ingress.as_ref());
    let given = status.and_then(|given| given.first());
    let address = given.and_then(|given| given.hostname.clone().or_else(|| given.ip.clone()));
    let Some(address) = address else {
        let note = "the load balancer has no address yet; where nothing in the cluster makes load balancers (kind, bare \
                    metal without MetalLB), it never gets one";
        return Endpoint::new("LoadBalancer", None, Some(note.to_owned()));
    };
    Endpoint::new("LoadBalancer", Some(format!("http://{}:{port}", bracketed(&address))), None)
}

fn of_nodes(nodes: &Nodes, port: i32, namespace: &str) -> Endpoint {
    let Nodes::Seen(nodes) = nodes else {
        let note = format!("port {port} of every node; you may not list nodes, {}", rights::way("nodes", namespace));
        return Endpoint { text: format!("<node>:{port}"), ..Endpoint::new("NodePort", None, Some(note)) };
    };
    let address = |kind: &str| {
        nodes.iter().find_map(|node| {
            let addresses = node.status.as_ref()?.addresses.as_ref()?;
            addresses.iter().find(|address| address.type_ == kind).map(|address| address.address.clone())
        })
    };
    let url = |address: String| format!("http://{}:{port}", bracketed(&address));
    if let Some(external) = address("ExternalIP") {
        return Endpoint::new("NodePort", Some(url(external)), None);
    }
    let note = "the nodes have no external address: this one is their network's own".to_owned();
    Endpoint::new("NodePort", address("InternalIP").map(url), Some(note))
}

/// An IPv6 address stands in brackets.
fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn service(spec: &Value, status: &Value) -> Service {
        let metadata = json!({ "name": "s", "namespace": "n" });
        serde_json::from_value(json!({ "metadata": metadata, "spec": spec, "status": status })).unwrap()
    }

    fn nodes(addresses: &[(&str, &str)]) -> Nodes {
        let each = addresses.iter().map(|(kind, address)| json!({ "type": kind, "address": address }));
        let status = json!({ "addresses": each.collect::<Vec<_>>() });
        Nodes::Seen(vec![serde_json::from_value(json!({ "status": status })).unwrap()])
    }

    fn text(service: &Service, nodes: &Nodes) -> String {
        of_service(service, nodes).text
    }

    #[test]
    fn a_node_port_is_at_the_nodes() {
        let service = service(&json!({ "type": "NodePort", "ports": [{ "port": 80, "nodePort": 30080 }] }), &json!({}));
        let both = nodes(&[("InternalIP", "10.0.0.1"), ("ExternalIP", "8.8.8.8")]);
        assert_eq!(of_service(&service, &both), Endpoint::new("NodePort", Some("http://8.8.8.8:30080".into()), None));
        assert_eq!(text(&service, &nodes(&[("InternalIP", "fd00::1")])), "http://[fd00::1]:30080");
        let hidden = of_service(&service, &Nodes::Hidden);
        assert_eq!((hidden.url, hidden.text.as_str()), (None, "<node>:30080"));
        assert!(hidden.notes[0].contains("you may not list nodes"), "{:?}", hidden.notes);
        assert_eq!(text(&service, &nodes(&[])), "<pending>");
    }

    #[test]
    fn a_load_balancer_has_an_ip_a_hostname_or_nothing_yet() {
        let spec = json!({ "type": "LoadBalancer", "ports": [{ "port": 8000, "nodePort": 30080 }] });
        let at = |given: Value| text(&service(&spec, &json!({ "loadBalancer": { "ingress": given } })), &Nodes::Hidden);
        assert_eq!(at(json!([{ "ip": "1.2.3.4" }])), "http://1.2.3.4:8000");
        assert_eq!(at(json!([{ "hostname": "lb.example.com" }])), "http://lb.example.com:8000");
        assert_eq!(at(json!([])), "<pending>");
    }

    #[test]
    fn an_ingress_is_at_its_host_and_path() {
        let at = |host: Value, tls: Value, given: Value| {
            let path = json!([{ "path": "/w/", "pathType": "Prefix", "backend": {} }]);
            let spec = json!({ "rules": [{ "host": host, "http": { "paths": path } }], "tls": tls });
            let status = json!({ "loadBalancer": { "ingress": given } });
            of_ingress(&serde_json::from_value(json!({ "metadata": {}, "spec": spec, "status": status })).unwrap()).text
        };
        assert_eq!(at(json!("a.example.com"), json!([]), json!([])), "http://a.example.com/w");
        assert_eq!(at(json!("a.example.com"), json!([{}]), json!([])), "https://a.example.com/w");
        assert_eq!(at(json!("*.example.com"), json!([]), json!([{ "ip": "1.2.3.4" }])), "http://1.2.3.4/w");
        assert_eq!(at(Value::Null, json!([]), json!([])), "<pending>");
        let literal = |path: &str, kind: &str| {
            literal(&serde_json::from_value(json!({ "path": path, "pathType": kind, "backend": {} })).unwrap())
        };
        assert_eq!(literal("/api(/|$)(.*)", "ImplementationSpecific"), "/api");
        assert_eq!(literal("/*", "ImplementationSpecific"), "/");
        assert_eq!(literal("/a(b)", "Prefix"), "/a(b)");
    }
}
