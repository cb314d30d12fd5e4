//! CREDENTIALS §1a: what clients say, and how the entry that `login` writes makes them say it.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{VERSIONS, edit_exec, logged_in, only_login};
use crate::support::cluster;
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;

#[test]
fn row_api_versions_other_ones_run_nothing_and_are_never_written() {
    let sandbox = logged_in("token", "v1");
    sandbox.count_helper_runs();
    let refused = sandbox.zenml(&["login", "prod", "--exec-api-version", "v1alpha1"]).fails(2);
    assert!(refused.contains("v1, v1beta1"), "{refused}");
    edit_exec(&sandbox, |exec| exec["apiVersion"] = json!("client.authentication.k8s.io/v1alpha1"));
    let said = sandbox.kubectl(&["get", "nodes"]).fails(1);
    assert!(said.contains("exec plugin: invalid apiVersion"), "{said}");
    assert_eq!(sandbox.helper_runs(), 0);
}

#[test]
fn row_negotiation_the_answer_has_the_version_of_the_entry() {
    for version in VERSIONS {
        let sandbox = logged_in("token", version);
        sandbox.count_helper_runs();
        sandbox.kubectl(&["get", "nodes"]).succeeds();
        if version == "v1beta1" {
            sandbox.old_kubectl(&["get", "nodes"]).succeeds();
        }
        for asked in sandbox.asked() {
            assert_eq!(asked["apiVersion"], format!("client.authentication.k8s.io/{version}"));
        }
    }
}

#[test]
fn row_interactive_mode_is_written_and_needs_no_terminal() {
    let sandbox = logged_in("token", "v1");
    sandbox.count_helper_runs();
    for mode in ["Never", "IfAvailable"] {
        edit_exec(&sandbox, |exec| exec["interactiveMode"] = json!(mode));
        sandbox.kubectl(&["get", "nodes"]).succeeds();
        assert_eq!(sandbox.asked()[0]["spec"]["interactive"], false, "{mode}");
    }
    sandbox.helper_runs();
    edit_exec(&sandbox, |exec| exec["interactiveMode"] = json!("Always"));
    assert!(sandbox.kubectl(&["get", "nodes"]).fails(1).contains("standard input is not a terminal"));
    edit_exec(&sandbox, |exec| drop(exec.as_object_mut().unwrap().remove("interactiveMode")));
    assert!(sandbox.kubectl(&["get", "nodes"]).fails(1).contains("interactiveMode must be specified"));
    assert_eq!(sandbox.helper_runs(), 0, "kubectl refuses both by itself");
    sandbox.zenml(&["login", "prod"]).succeeds();
    sandbox.kubectl(&["get", "nodes"]).succeeds();
}

#[test]
fn row_interactive_on_a_terminal_asks_nothing() {
    let sandbox = logged_in("token", "v1");
    sandbox.count_helper_runs();
    edit_exec(&sandbox, |exec| exec["interactiveMode"] = json!("IfAvailable"));
    let kubectl = format!("{} get nodes -o name", cluster().join("bin/kubectl").display());
    let said = Output::of(sandbox.command("/usr/bin/script").args(["-qec", &kubectl, "/dev/null"])).succeeds();
    assert!(said.starts_with("node/") && said.lines().all(|line| line.starts_with("node/")), "{said}");
    assert_eq!(sandbox.asked()[0]["spec"]["interactive"], true);
}

#[test]
fn row_interactive_mode_leaves_standard_input_to_kubectl() {
    let sandbox = logged_in("token", "v1");
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: piped}\n";
    sandbox.write("object.yaml", object.as_bytes());
    for mode in ["Never", "IfAvailable"] {
        edit_exec(&sandbox, |exec| exec["interactiveMode"] = json!(mode));
        let kubectl = cluster().join("bin/kubectl").display().to_string();
        let piped = format!("cat object.yaml | {kubectl} create -n default --dry-run=server -o name -f -");
        let said = Output::of(sandbox.command("/bin/sh").args(["-c", &piped])).succeeds();
        assert_eq!(said, "configmap/piped\n", "{mode}");
    }
}

#[test]
fn row_provide_cluster_info_names_the_cluster_as_it_was_registered() {
    let sandbox = Sandbox::with_vault("token");
    let mut registered = Value::Null;
    sandbox.edit_kubeconfig(|tree| {
        let cluster = &mut tree["clusters"][0]["cluster"];
        cluster["tls-server-name"] = json!("kubernetes");
        cluster["proxy-url"] = json!("http://127.0.0.1:1");
        registered = cluster.clone();
    });
    sandbox.zenml(&["register", "prod", "--no-verify"]).succeeds();
    only_login(&sandbox, "v1beta1");
    sandbox.count_helper_runs();
    for said in [sandbox.kubectl(&["get", "nodes"]), sandbox.old_kubectl(&["get", "nodes"])] {
        // The helper is content; there is no such proxy.
        let said = said.fails(1);
        assert!(said.contains("refused") && !said.contains("zenml-credential"), "{said}");
    }
    let asked = sandbox.asked();
    let pem = |data: &Value| String::from_utf8(STANDARD.decode(data.as_str().unwrap()).unwrap()).unwrap();
    for asked in &asked {
        let told = &asked["spec"]["cluster"];
        for field in ["server", "tls-server-name", "proxy-url"] {
            assert_eq!(told[field], registered[field], "{field}");
        }
        let authority = "certificate-authority-data";
        assert_eq!(pem(&told[authority]).trim(), pem(&registered[authority]).trim());
    }
    assert!(asked.len() >= 2);
}

#[test]
fn row_size_limit_kubectl_itself_fails_where_login_warns() {
    let sandbox = logged_in("token", "v1");
    sandbox.count_helper_runs();
    sandbox.edit_kubeconfig(|tree| {
        let data = &mut tree["clusters"][0]["cluster"]["certificate-authority-data"];
        let pem = String::from_utf8(STANDARD.decode(data.as_str().unwrap()).unwrap()).unwrap();
        *data = STANDARD.encode(pem.repeat(110_000 / pem.len())).into();
    });
    let said = sandbox.kubectl(&["get", "nodes"]).fails(1);
    assert!(said.contains("argument list too long"), "{said}");
    assert_eq!(sandbox.helper_runs(), 0);
}

#[test]
fn row_command_may_be_bare_absolute_or_relative_to_the_kubeconfig() {
    let sandbox = logged_in("token", "v1");
    let absolute = sandbox.path("bin/zenml-credential").display().to_string();
    for command in ["zenml-credential", "../bin/zenml-credential", &absolute] {
        edit_exec(&sandbox, |exec| exec["command"] = json!(command));
        sandbox.kubectl(&["get", "nodes"]).succeeds();
    }
    // Either program, with the other one's arguments too.
    for args in [["get", ""], ["credential", "get"]] {
        let command = if args[1].is_empty() { "zenml-credential" } else { "kubectl-zenml" };
        edit_exec(&sandbox, |exec| {
            let id = exec["args"].as_array().unwrap().last().unwrap().clone();
            exec["command"] = json!(command);
            exec["args"] = args.iter().filter(|arg| !arg.is_empty()).map(|arg| json!(arg)).chain([id]).collect();
        });
        sandbox.kubectl(&["get", "nodes"]).succeeds();
    }
}

#[test]
fn row_env_of_the_entry_cannot_stand_in_for_what_kubectl_says() {
    let sandbox = logged_in("token", "v1");
    sandbox.count_helper_runs();
    sandbox.kubectl(&["get", "nodes"]).succeeds();
    let genuine = sandbox.asked().remove(0).to_string();
    sandbox.kubectl(&["config", "set-cluster", "zenml-prod", "--server=https://127.0.0.1:9"]).succeeds();
    edit_exec(&sandbox, |exec| exec["env"] = json!([{"name": "KUBERNETES_EXEC_INFO", "value": genuine}]));
    assert!(sandbox.kubectl(&["get", "nodes"]).fails(1).contains("bound to another cluster"));
    edit_exec(&sandbox, |exec| exec["provideClusterInfo"] = json!(false));
    assert!(sandbox.kubectl(&["get", "nodes"]).fails(1).contains("does not say which cluster"));
    // One that moves our state finds nothing.
    sandbox.zenml(&["login", "prod"]).succeeds();
    let elsewhere = sandbox.path("elsewhere").display().to_string();
    edit_exec(&sandbox, |exec| exec["env"] = json!([{"name": "KUBECTL_ZENML_HOME", "value": elsewhere}]));
    assert!(sandbox.kubectl(&["get", "nodes"]).fails(1).contains("there is no vault yet"));
}

#[test]
fn row_install_hint_is_shown_where_the_helper_is_missing() {
    let sandbox = logged_in("token", "v1");
    fs::remove_file(sandbox.path("bin/zenml-credential")).unwrap();
    let said = sandbox.kubectl(&["get", "nodes"]).fails(1);
    assert!(said.contains("executable zenml-credential not found") && said.contains("kubectl-zenml login"), "{said}");
}

#[test]
fn row_skipped_where_the_request_has_a_credential_of_its_own() {
    let sandbox = logged_in("token", "v1");
    sandbox.count_helper_runs();
    let said = sandbox.kubectl(&["get", "nodes", "--token=wrong"]).fails(1);
    assert!(said.contains("You must be logged in to the server"), "{said}");
    assert_eq!(sandbox.helper_runs(), 0);
}

#[test]
fn row_static_certificate_beside_exec_is_what_login_does_not_leave() {
    let sandbox = logged_in("token", "v1");
    let whoami = || sandbox.kubectl(&["auth", "whoami", "-ojsonpath={.status.userInfo.username}"]).succeeds();
    let text = fs::read_to_string(crate::support::kubeconfig("cert")).unwrap();
    let certificate: Value = serde_saphyr::from_str(&text).unwrap();
    sandbox.edit_kubeconfig(|tree| {
        for field in ["client-certificate-data", "client-key-data"] {
            tree["users"][0]["user"][field] = certificate["users"][0]["user"][field].clone();
        }
    });
    assert_eq!(whoami(), "rig-cert-user", "client-go does not ask the helper");
    sandbox.zenml(&["login", "prod"]).succeeds();
    assert_eq!(whoami(), "rig-token-user");
}
