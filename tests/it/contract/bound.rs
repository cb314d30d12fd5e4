//! A credential is for one cluster: each part of it, changed alone, is refused with the difference and the fix.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{edit_exec, logged_in};
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;

/// One request, so that the helper says once what it has to say.
const VERSION: &[&str] = &["get", "--raw", "/version"];
const CA: &str = "certificate-authority-data";

fn authority() -> String {
    let params = rcgen::CertificateParams::new(vec!["another-authority.example".into()]).unwrap();
    params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().pem()
}

fn pem(cluster: &Value) -> String {
    String::from_utf8(STANDARD.decode(cluster[CA].as_str().unwrap()).unwrap()).unwrap()
}

fn remove(cluster: &mut Value, field: &str) {
    cluster.as_object_mut().unwrap().remove(field);
}

fn edit(sandbox: &Sandbox, change: impl FnOnce(&mut Value)) {
    sandbox.edit_kubeconfig(|tree| change(&mut tree["clusters"][0]["cluster"]));
}

type Change = (&'static str, &'static str, fn(&mut Value));

/// The words of the difference, those of the fix, and the change.
const CHANGES: &[Change] = &[
    ("the server is https://127.0.0.1:9, not https://", "connector update", |cluster| {
        cluster["server"] = json!("https://127.0.0.1:9");
    }),
    ("the server is ", "connector update", |cluster| {
        // The same server for every client, but not the same text.
        cluster["server"] = json!(format!("{}/", cluster["server"].as_str().unwrap()));
    }),
    ("tls-server-name is kubernetes, not none", "take `tls-server-name` out", |cluster| {
        cluster["tls-server-name"] = json!("kubernetes");
    }),
    ("insecure-skip-tls-verify is true, not false", "take `insecure-skip-tls-verify` out", |cluster| {
        remove(cluster, CA);
        cluster["insecure-skip-tls-verify"] = json!(true);
    }),
    ("proxy-url is http://127.0.0.1:9, not none", "take `proxy-url` out", |cluster| {
        cluster["proxy-url"] = json!("http://user:hush@127.0.0.1:9");
    }),
    ("the certificate authority is sha256:", "connector update", |cluster| {
        cluster[CA] = json!(STANDARD.encode(authority()));
    }),
    ("the certificate authority is sha256:", "connector update", |cluster| {
        cluster[CA] = json!(STANDARD.encode(pem(cluster) + &authority()));
    }),
    (
        "no certificate authority is given, so it is the system's roots",
        "give the cluster's `certificate-authority`",
        |cluster| {
            remove(cluster, CA);
        },
    ),
];

fn is_refused(said: Output, difference: &str, fix: &str) {
    let said = said.fails(1);
    assert!(said.contains(&format!("bound to another cluster: {difference}")), "{difference}: {said}");
    let hints: Vec<_> = said.lines().filter(|line| line.starts_with("hint: ")).collect();
    assert!(
        hints.len() == 2 && hints[0].contains(fix) && hints[1].contains("`kubectl zenml login prod`"),
        "{fix}: {said}"
    );
    assert!(said.contains("exit code 1") && !said.contains("hush"), "{said}");
}

#[test]
fn each_change_alone_is_refused_and_login_mends_it() {
    let sandbox = logged_in("token", "v1beta1");
    for (difference, fix, change) in CHANGES {
        edit(&sandbox, change);
        is_refused(sandbox.kubectl(VERSION), difference, fix);
        is_refused(sandbox.old_kubectl(VERSION), difference, fix);
        sandbox.zenml(&["login", "prod", "--exec-api-version", "v1beta1"]).succeeds();
        sandbox.kubectl(&["get", "nodes"]).succeeds();
    }
    sandbox.old_kubectl(&["get", "nodes"]).succeeds();
}

#[test]
fn what_was_registered_must_be_there_too() {
    let sandbox = Sandbox::with_vault("token");
    edit(&sandbox, |cluster| {
        cluster["tls-server-name"] = json!("kubernetes");
        cluster["proxy-url"] = json!("http://127.0.0.1:1");
    });
    sandbox.zenml(&["register", "prod", "--no-verify"]).succeeds();
    super::only_login(&sandbox, "v1");
    for (field, value) in [("tls-server-name", "kubernetes"), ("proxy-url", "http://127.0.0.1:1")] {
        edit(&sandbox, |cluster| remove(cluster, field));
        let difference = format!("{field} is none, not {value}");
        is_refused(sandbox.kubectl(VERSION), &difference, &format!("set `{field}: {value}`"));
        sandbox.zenml(&["login", "prod"]).succeeds();
    }
}

#[test]
fn a_cluster_whose_certificate_nobody_checked_is_not_advised_again() {
    let sandbox = Sandbox::with_vault("token");
    edit(&sandbox, |cluster| {
        remove(cluster, CA);
        cluster["insecure-skip-tls-verify"] = json!(true);
    });
    sandbox.zenml(&["register", "prod"]).succeeds();
    super::only_login(&sandbox, "v1");
    sandbox.kubectl(VERSION).succeeds();
    edit(&sandbox, |cluster| remove(cluster, "insecure-skip-tls-verify"));
    is_refused(sandbox.kubectl(VERSION), "insecure-skip-tls-verify is false, not true", "--certificate-authority FILE");
}

#[test]
fn nothing_in_a_kubeconfig_switches_the_check_off() {
    let sandbox = logged_in("token", "v1");
    edit_exec(&sandbox, |exec| exec["provideClusterInfo"] = json!(false));
    let said = sandbox.kubectl(&["get", "nodes"]).fails(1);
    assert!(said.contains("does not say which cluster it means"), "{said}");
    assert!(said.contains("`provideClusterInfo: true`") && said.contains("--unbound`"), "{said}");
    let entry = fs::read(sandbox.path(".kube/config")).unwrap();
    for flags in [&["--show-secrets"][..], &["--unbound"], &["--unbound", "--yes"], &["--bound=false"]] {
        for first in [true, false] {
            fs::write(sandbox.path(".kube/config"), &entry).unwrap();
            edit_exec(&sandbox, |exec| {
                let args = exec["args"].as_array_mut().unwrap();
                let place = if first { 1 } else { args.len() };
                args.splice(place..place, flags.iter().map(|flag| json!(flag)));
            });
            assert_eq!(sandbox.kubectl(&["get", "nodes"]).code, Some(1), "{flags:?}");
        }
    }
    fs::write(sandbox.path(".kube/config"), &entry).unwrap();
    edit_exec(&sandbox, |exec| exec["provideClusterInfo"] = json!(true));
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    edit(&sandbox, |cluster| {
        cluster["server"] = json!("https://127.0.0.1:9");
        let extension = json!({"connector": "prod", "unbound": true, "server": "https://127.0.0.1:9"});
        cluster["extensions"] = json!([{"name": "client.authentication.k8s.io/exec", "extension": extension}]);
    });
    assert!(sandbox.kubectl(&["get", "nodes"]).fails(1).contains("bound to another cluster"));
}

#[test]
fn an_authority_is_the_same_with_and_without_a_final_newline() {
    let sandbox = logged_in("token", "v1beta1");
    let mut text = String::new();
    edit(&sandbox, |cluster| text = pem(cluster));
    let dressed = [
        text.trim_end().to_owned(),
        format!("{}\n", text.trim_end()),
        format!("{}\n\n", text.trim_end()),
        text.replace('\n', "\r\n"),
        format!("# the cluster's own\n{text}{text}"),
    ];
    for (number, authority) in dressed.iter().enumerate() {
        edit(&sandbox, |cluster| cluster[CA] = json!(STANDARD.encode(authority)));
        sandbox.kubectl(&["get", "nodes"]).succeeds();
        sandbox.old_kubectl(&["get", "nodes"]).succeeds();
        sandbox.write(&format!(".kube/ca-{number}.crt"), authority.as_bytes());
        edit(&sandbox, |cluster| {
            remove(cluster, CA);
            cluster["certificate-authority"] = json!(format!("ca-{number}.crt"));
        });
        sandbox.kubectl(&["get", "nodes"]).succeeds();
        edit(&sandbox, |cluster| remove(cluster, "certificate-authority"));
    }
    // Registered without a newline, asked with one.
    let other = Sandbox::with_vault("token");
    edit(&other, |cluster| cluster[CA] = json!(STANDARD.encode(text.trim_end())));
    other.zenml(&["register", "prod"]).succeeds();
    super::only_login(&other, "v1");
    edit(&other, |cluster| cluster[CA] = json!(STANDARD.encode(&text)));
    other.kubectl(&["get", "nodes"]).succeeds();
}

#[test]
fn a_deleted_connector_is_explained() {
    let sandbox = logged_in("token", "v1");
    sandbox.zenml(&["connector", "delete", "prod"]).succeeds();
    let said = sandbox.kubectl(&["get", "nodes"]).fails(1);
    assert!(said.contains("not found") && said.contains("kubectl zenml connector list"), "{said}");
}
