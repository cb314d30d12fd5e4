//! `login --unbound`: the way out for clients that cannot say which cluster they mean, and nobody else's.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{answer, edit_exec, logged_in, only_login, plugin};
use crate::support::output::Output;
use crate::support::sandbox::{PLUGIN, Sandbox};
use crate::support::token;

fn described(sandbox: &Sandbox) -> Value {
    sandbox.zenml(&["connector", "describe", "prod", "-o", "json"]).json()
}

/// Whether the entry has clients say which cluster they mean.
fn told(sandbox: &Sandbox) -> bool {
    let text = fs::read_to_string(sandbox.path(".kube/config")).unwrap();
    let tree: Value = serde_saphyr::from_str(&text).unwrap();
    tree["users"][0]["user"]["exec"]["provideClusterInfo"].as_bool().unwrap()
}

#[test]
fn unbound_works_without_cluster_info_and_bound_restores_the_check() {
    let sandbox = logged_in("token", "v1beta1");
    let before = described(&sandbox);
    assert_eq!(before["unbound"], false);
    let login = |flags: &[&str]| sandbox.zenml(&[&["login", "prod", "--exec-api-version", "v1beta1"], flags].concat());
    let said = login(&["--unbound", "--yes"]);
    assert!(said.stderr.contains("Warning: this connector is unbound") && said.stderr.contains("--bound`"), "{said}");
    assert!(said.code == Some(0) && !told(&sandbox), "{said}");
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    sandbox.old_kubectl(&["get", "nodes"]).succeeds();
    let after = described(&sandbox);
    assert_eq!(after["unbound"], true);
    let without = |mut value: Value| {
        value.as_object_mut().unwrap().remove("unbound");
        value
    };
    assert_eq!(without(before), without(after), "nothing else has changed");
    assert!(sandbox.zenml(&["connector", "describe", "prod"]).succeeds().contains("Bound To Its Cluster:"));
    // A client that does name a cluster is checked all the same.
    edit_exec(&sandbox, |exec| exec["provideClusterInfo"] = json!(true));
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    sandbox.edit_kubeconfig(|tree| tree["clusters"][0]["cluster"]["server"] = json!("https://127.0.0.1:9"));
    assert!(sandbox.kubectl(&["get", "nodes"]).fails(1).contains("bound to another cluster"));
    // A login without the flag leaves the seal as it is, and says so.
    let said = login(&[]);
    assert!(said.stderr.contains("Warning: this connector is unbound") && !told(&sandbox), "{said}");
    let said = login(&["--bound"]);
    assert!(!said.stderr.contains("unbound") && told(&sandbox), "{said}");
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    assert_eq!(described(&sandbox)["unbound"], false);
    edit_exec(&sandbox, |exec| exec["provideClusterInfo"] = json!(false));
    assert!(sandbox.kubectl(&["get", "nodes"]).fails(1).contains("does not say which cluster"));
}

#[test]
fn giving_up_the_check_is_confirmed() {
    let sandbox = logged_in("token", "v1");
    let said = sandbox.zenml(&["login", "prod", "--unbound"]).fails(1);
    assert!(said.contains("add --yes") && told(&sandbox), "{said}");
    sandbox.zenml(&["login", "prod", "--yes"]).fails(2);
    sandbox.zenml(&["login", "prod", "--unbound", "--bound"]).fails(2);
    let typed = |word: &str| {
        let login = format!("echo {word} | script -qec '{PLUGIN} login prod --unbound' /dev/null");
        Output::of(sandbox.command("/bin/sh").args(["-c", &login]))
    };
    for word in ["n", "''", "maybe"] {
        let said = typed(word);
        assert!(said.code == Some(1) && said.stdout.contains("nothing was done"), "{said}");
        assert_eq!(described(&sandbox)["unbound"], false);
    }
    let said = typed("y");
    assert!(said.code == Some(0) && said.stdout.contains("[y/N]"), "{said}");
    assert_eq!(described(&sandbox)["unbound"], true);
    // Nothing is asked twice.
    sandbox.zenml(&["login", "prod", "--unbound"]).succeeds();
}

#[test]
fn a_renewal_that_is_going_on_is_not_lost() {
    let good = answer(&format!("\"token\":\"{}\"", token()), 3600);
    let sandbox = plugin(&format!("#!/bin/sh\n{}", answer(&format!("\"token\":\"{}\"", token()), 2)));
    std::thread::sleep(std::time::Duration::from_secs(3));
    sandbox.script("cloud-token", &format!("#!/bin/sh\necho run >>$HOME/runs\ntouch $HOME/running\nsleep 3\n{good}"));
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| sandbox.kubectl(&["get", "nodes"]));
        while !sandbox.path("running").exists() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        sandbox.zenml(&["login", "prod", "--unbound", "--yes"]).succeeds();
        asking.join().unwrap().succeeds();
    });
    assert_eq!((sandbox.helper_runs(), &described(&sandbox)["unbound"]), (1, &json!(true)));
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    assert_eq!(sandbox.helper_runs(), 0, "the renewed answer is there");
}

#[test]
fn an_authority_that_no_environment_holds_needs_it() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.edit_kubeconfig(|tree| {
        let data = &mut tree["clusters"][0]["cluster"]["certificate-authority-data"];
        let mut pem = String::from_utf8(STANDARD.decode(data.as_str().unwrap()).unwrap()).unwrap();
        let other = rcgen::CertificateParams::new(vec!["filler.example".into()]).unwrap();
        let other = other.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().pem();
        pem += &other.repeat(120_000 / other.len());
        *data = STANDARD.encode(pem).into();
    });
    sandbox.zenml(&["register", "prod"]).succeeds();
    for flags in [&["login", "prod"][..], &["login", "prod", "--bound"]] {
        let said = sandbox.zenml(flags).fails(1);
        assert!(said.contains("too large for clients (1") && said.contains("login prod --unbound`"), "{said}");
    }
    let said = sandbox.zenml(&["verify", "prod"]).fails(1);
    assert!(said.contains("does not say which cluster") && said.contains("--unbound`"), "{said}");
    sandbox.zenml(&["login", "prod", "--unbound", "--yes"]).succeeds();
    only_login(&sandbox, "v1beta1");
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    sandbox.old_kubectl(&["get", "nodes"]).succeeds();
    sandbox.zenml(&["verify", "prod"]).succeeds();
    // The helper is not told the cluster here, so our own client compares the record with what is sealed.
    let id = described(&sandbox)["id"].as_str().unwrap().to_owned();
    let record = sandbox.path(&format!(".local/share/kubectl-zenml/connectors/{id}.json"));
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, text.replace("https://10.", "https://11.")).unwrap();
    let said = sandbox.zenml(&["run", "list", "--connector", "prod"]).fails(1);
    assert!(said.contains("bound to another cluster: the server is https://11."), "{said}");
}
