//! Where the server is: by another name, another port, IPv6, or through a proxy.

use serde_json::json;

use super::wire::{forward, proxy, upstream};
use super::{context, server, works};
use crate::support::token;

#[test]
fn a_tunnels_certificate_is_checked_under_the_servers_own_name() {
    // The certificate does not name this address.
    let tunnel = format!("https://{}", forward("127.0.0.2:0", upstream(&server())));
    let sandbox = context(|tree| tree["clusters"][0]["cluster"]["server"] = json!(tunnel));
    assert!(sandbox.zenml(&["register", "unnamed"]).fails(1).contains("certificate"));
    sandbox.edit_kubeconfig(|tree| {
        tree["clusters"][0]["cluster"]["tls-server-name"] = json!("kubernetes.default.svc");
    });
    let (user, record) = works(&sandbox, "tunnel", &[]);
    assert_eq!((user.as_str(), &record["tls_server_name"]), ("rig-token-user", &json!("kubernetes.default.svc")));
    assert_eq!(record["server"], tunnel);
}

#[test]
fn a_server_has_an_ipv6_address() {
    let address = forward("[::1]:0", upstream(&server()));
    let url = format!("https://{address}");
    assert!(url.starts_with("https://[::1]:"), "{url}");
    let sandbox = context(|tree| {
        let cluster = &mut tree["clusters"][0]["cluster"];
        (cluster["server"], cluster["tls-server-name"]) = (json!(url), json!("localhost"));
    });
    let (user, record) = works(&sandbox, "six", &[]);
    assert_eq!((user.as_str(), &record["server"]), ("rig-token-user", &json!(url)));
}

#[test]
fn ports_tell_two_clusters_on_loopback_apart() {
    let urls = [0, 1].map(|_| format!("https://{}", forward("127.0.0.1:0", upstream(&server()))));
    let sandbox = context(|tree| {
        let mut other = tree["clusters"][0].clone();
        (other["name"], other["cluster"]["server"]) = (json!("kind-two"), json!(urls[1]));
        tree["clusters"][0]["cluster"]["server"] = json!(urls[0]);
        tree["clusters"].as_array_mut().unwrap().push(other);
        let two = json!({"name": "kind-two", "context": {"cluster": "kind-two", "user": "rig-token"}});
        tree["contexts"].as_array_mut().unwrap().push(two);
    });
    let (_, one) = works(&sandbox, "one", &["--context", "rig-token"]);
    let (_, two) = works(&sandbox, "two", &["--context", "kind-two"]);
    assert_eq!((&one["server"], &two["server"]), (&json!(urls[0]), &json!(urls[1])));
    // The credential of one is not for the other, though they are the same host.
    sandbox.edit_kubeconfig(|tree| {
        let clusters = tree["clusters"].as_array_mut().unwrap();
        let ours = clusters.iter_mut().find(|cluster| cluster["name"] == "zenml-one").unwrap();
        ours["cluster"]["server"] = json!(urls[1]);
    });
    let said = sandbox.kubectl(&["--context", "zenml-one", "get", "nodes"]).fails(1);
    assert!(said.contains("bound to another cluster: the server is"), "{said}");
}

#[test]
fn a_proxy_is_used_by_everybody_and_its_password_by_us() {
    let (address, heads) = proxy();
    let sandbox = context(|tree| tree["clusters"][0]["cluster"]["proxy-url"] = json!(format!("http://{address}")));
    let (user, record) = works(&sandbox, "proxied", &[]);
    assert_eq!((user.as_str(), &record["proxy_url"]), ("rig-token-user", &json!(format!("http://{address}"))));
    let target = server().trim_start_matches("https://").to_owned();
    let seen = std::mem::take(&mut *heads.lock().unwrap());
    assert!(seen.len() >= 3 && seen.iter().all(|head| head.starts_with(&format!("CONNECT {target} "))), "{seen:?}");
    assert!(seen.iter().all(|head| !head.contains(&token()) && !head.contains("Proxy-Authorization")), "{seen:?}");
    sandbox.edit_kubeconfig(|tree| {
        tree["clusters"][0]["cluster"]["proxy-url"] = json!(format!("http://dev:hush-proxy@{address}"));
    });
    sandbox.zenml(&["register", "with-password", "--context", "rig-token"]).succeeds();
    sandbox.zenml(&["verify", "with-password"]).succeeds();
    let seen = heads.lock().unwrap().clone();
    assert!(seen.iter().all(|head| head.to_lowercase().contains("proxy-authorization: basic ")), "{seen:?}");
    let described = sandbox.zenml(&["connector", "describe", "with-password"]).succeeds();
    assert!(described.contains(&address.to_string()) && !described.contains("hush-proxy"), "{described}");
}
