//! kube-rs, with the kubeconfig that `login` wrote. It differs from client-go: it says `interactive` by the mode alone,
//! comes back 60 s early, takes an answer without an expiry for ever, and does not look at the answer's version.

use k8s_openapi::api::authentication::v1::SelfSubjectReview;
use kube::api::PostParams;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client, Config};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use super::{VERSIONS, answer, edit_exec, logged_in, plugin};
use crate::support::sandbox::Sandbox;
use crate::support::token;

/// A client as kube-rs makes it of this HOME's kubeconfig, or its error.
fn client(sandbox: &Sandbox) -> (Runtime, Result<Client, String>) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let mut kubeconfig = Kubeconfig::read_from(sandbox.path(".kube/config")).unwrap();
    let exec = kubeconfig.auth_infos[0].auth_info.as_mut().unwrap().exec.as_mut().unwrap();
    // Only this process's environment is not the sandbox's.
    let variable = |name: &str, value: String| [("name", name.to_owned()), ("value", value)];
    let home = sandbox.path("").display().to_string();
    let path = format!("{}:/usr/bin:/bin", sandbox.path("bin").display());
    let given = [variable("HOME", home), variable("PATH", path)];
    let env = given.map(|pair| pair.into_iter().map(|(key, value)| (key.to_owned(), value)).collect());
    exec.env.get_or_insert_default().extend(env);
    let made = runtime.block_on(async {
        let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await;
        config
            .map_err(|error| error.to_string())
            .and_then(|it| Client::try_from(it).map_err(|error| format!("{error:?}")))
    });
    (runtime, made)
}

/// Who the server says that the client is.
async fn whoami(client: &Client) -> String {
    let reviews: Api<SelfSubjectReview> = Api::all(client.clone());
    let review = reviews.create(&PostParams::default(), &SelfSubjectReview::default()).await.unwrap();
    review.status.unwrap().user_info.unwrap().username.unwrap()
}

#[test]
fn a_client_of_kube_rs_is_answered_in_both_versions() {
    for (kubeconfig, user) in [("token", "rig-token-user"), ("cert", "rig-cert-user")] {
        for version in VERSIONS {
            let sandbox = logged_in(kubeconfig, version);
            sandbox.count_helper_runs();
            let (runtime, client) = client(&sandbox);
            let client = client.unwrap();
            assert_eq!(runtime.block_on(whoami(&client)), user);
            let asked = sandbox.asked();
            assert!(!asked.is_empty());
            for asked in asked {
                assert_eq!(asked["apiVersion"], format!("client.authentication.k8s.io/{version}"));
                assert_eq!(asked["spec"]["interactive"], false);
            }
        }
    }
}

#[test]
fn interactive_by_the_mode_alone_is_answered_without_a_terminal() {
    let sandbox = logged_in("token", "v1");
    sandbox.count_helper_runs();
    edit_exec(&sandbox, |exec| exec["interactiveMode"] = json!("IfAvailable"));
    let (runtime, client) = client(&sandbox);
    assert_eq!(runtime.block_on(whoami(&client.unwrap())), "rig-token-user");
    assert_eq!(sandbox.asked()[0]["spec"]["interactive"], true);
}

#[test]
fn the_binding_holds_for_kube_rs_too() {
    let sandbox = logged_in("token", "v1");
    edit_exec(&sandbox, |exec| exec["provideClusterInfo"] = json!(false));
    let refused = client(&sandbox).1.err().unwrap();
    assert!(refused.contains("does not say which cluster") && !refused.contains(&token()), "{refused}");
    edit_exec(&sandbox, |exec| exec["provideClusterInfo"] = json!(true));
    sandbox.edit_kubeconfig(|tree| tree["clusters"][0]["cluster"]["server"] = json!("https://127.0.0.1:9"));
    let refused = client(&sandbox).1.err().unwrap();
    assert!(refused.contains("bound to another cluster") && !refused.contains(&token()), "{refused}");
    sandbox.zenml(&["login", "prod", "--unbound", "--yes"]).succeeds();
    let (runtime, client) = client(&sandbox);
    assert_eq!(runtime.block_on(whoami(&client.unwrap())), "rig-token-user");
}

#[test]
fn a_cluster_that_names_its_connector_is_understood() {
    let sandbox = logged_in("token", "v1");
    edit_exec(&sandbox, |exec| exec["args"] = json!(["get"]));
    sandbox.edit_kubeconfig(|tree| {
        let extension = json!({"connector": "prod"});
        tree["clusters"][0]["cluster"]["extensions"] =
            json!([{"name": "client.authentication.k8s.io/exec", "extension": extension}]);
    });
    let (runtime, client) = client(&sandbox);
    assert_eq!(runtime.block_on(whoami(&client.unwrap())), "rig-token-user");
}

#[test]
fn coming_back_early_again_and_again_runs_no_plugin() {
    let status = format!("\"token\":\"{}\"", token());
    let sandbox = plugin(&format!("#!/bin/sh\necho run >>$HOME/plugin\n{}", answer(&status, 40)));
    sandbox.count_helper_runs();
    let (runtime, client) = client(&sandbox);
    let client = client.unwrap();
    let before = sandbox.helper_runs();
    for _ in 0..3 {
        assert_eq!(runtime.block_on(whoami(&client)), "rig-token-user");
    }
    assert!(before >= 1 && sandbox.helper_runs() >= 3, "an end within 60 s is past for kube-rs");
    assert_eq!(std::fs::read_to_string(sandbox.path("plugin")).unwrap().lines().count(), 1, "the vault answers");
}
