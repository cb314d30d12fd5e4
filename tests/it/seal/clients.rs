//! kubectl 1.36 and 1.20, a client-go program, a kube-rs program and our own submitter, before and after.

use std::fs;
use std::process::Command;

use k8s_openapi::api::authentication::v1::SelfSubjectReview;
use kube::api::PostParams;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client, Config};

use super::{CONFIG, nothing_is_in_plain_text, whoami};
use crate::support::namespace::Namespace;
use crate::support::output::Output;
use crate::support::repository;
use crate::support::sandbox::Sandbox;

/// Builds the client-go program with the modules of the cluster's own programs.
fn client_go(sandbox: &Sandbox) -> String {
    let program = sandbox.path("whoami").display().to_string();
    let build = "set -euo pipefail; . tests/cluster/lib.sh; cd tests/cluster; export CGO_ENABLED=0 GOFLAGS= GOWORK=off; \
                 exec \"$(find_go)\" build -mod=readonly -buildvcs=false -trimpath -ldflags '-s -w' -o \"$1\" ../it/seal/whoami.go";
    let mut bash = Command::new("bash");
    Output::of(bash.args(["-c", build, "bash", &program]).current_dir(repository())).succeeds();
    program
}

/// Who the server says that a kube-rs program is.
fn kube_rs(sandbox: &Sandbox) -> String {
    let mut kubeconfig = Kubeconfig::read_from(sandbox.path(CONFIG)).unwrap();
    if let Some(exec) = kubeconfig.auth_infos[0].auth_info.as_mut().unwrap().exec.as_mut() {
        // Only this process's environment is not the sandbox's.
        let path = format!("{}:/usr/bin:/bin", sandbox.path("bin").display());
        let given = [("HOME", sandbox.path("").display().to_string()), ("PATH", path)];
        let pair = |(name, value): (&str, String)| {
            [("name".to_owned(), name.to_owned()), ("value".to_owned(), value)].into_iter().collect()
        };
        exec.env.get_or_insert_default().extend(given.map(pair));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
        let reviews: Api<SelfSubjectReview> = Api::all(Client::try_from(config).unwrap());
        let review = reviews.create(&PostParams::default(), &SelfSubjectReview::default()).await.unwrap();
        review.status.unwrap().user_info.unwrap().username.unwrap()
    })
}

#[test]
fn every_client_goes_on_unchanged() {
    let namespace = Namespace::new("sealed-run");
    for (name, user) in [("token", "rig-token-user"), ("cert", "rig-cert-user")] {
        let sandbox = Sandbox::with_vault(name);
        let program = client_go(&sandbox);
        let check = |when: &str| {
            assert_eq!(whoami(&sandbox, &format!("rig-{name}")), user, "{when}");
            sandbox.old_kubectl(&["get", "nodes"]).succeeds();
            assert_eq!(Output::of(&mut sandbox.command(&program)).succeeds().trim(), user, "{when}");
            assert_eq!(kube_rs(&sandbox), user, "{when}");
            let said = sandbox.zenml(&["run", "list", "-n", namespace.name()]);
            assert!(said.code == Some(0), "{when}: {said}");
        };
        check("before");
        sandbox.zenml(&["connector", "seal"]).succeeds();
        check("after");
        if name == "token" {
            let pipeline = "version: 1\nkind: pipeline\nname: sealed\nimage: docker.io/library/busybox:1.35\nsteps:\n  \
                            only: {command: [echo, one]}\n";
            sandbox.write("p.yaml", pipeline.as_bytes());
            let said = sandbox.zenml(&["submit", "--attached", "-f", "p.yaml", "-n", namespace.name()]);
            assert!(said.code == Some(0), "{said}");
        }
        fs::remove_file(&program).unwrap();
        nothing_is_in_plain_text(&sandbox);
        sandbox.zenml(&["connector", "unseal"]).succeeds();
        assert_eq!(kube_rs(&sandbox), user);
    }
}
