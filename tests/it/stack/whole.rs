//! The whole journey on a machine with neither kubectl nor a kubeconfig.

use std::fs;

use crate::support::namespace::Namespace;
use crate::support::sandbox::Sandbox;
use crate::support::{cluster, kubeconfig, orchestrator_image, repository, token};

#[test]
fn without_kubectl_and_without_a_kubeconfig() {
    let namespace = Namespace::new("whole");
    let mut sandbox = Sandbox::empty();
    let programs = sandbox.path("bin").display().to_string();
    sandbox.set("PATH", &programs);
    sandbox.zenml(&["vault", "init", "--holder", "key-file"]).succeeds();
    sandbox.write("token", token().as_bytes());
    let authority = fs::read(cluster().join("ca.crt")).unwrap();
    sandbox.write("ca.crt", &authority);
    let config: serde_json::Value = serde_saphyr::from_str(&fs::read_to_string(kubeconfig("token")).unwrap()).unwrap();
    let server = config["clusters"][0]["cluster"]["server"].as_str().unwrap();
    let zenml = |line: &str| {
        let line =
            line.replace("SERVER", server).replace("NS", namespace.name()).replace("IMAGE", orchestrator_image());
        sandbox.zenml(&line.split(' ').collect::<Vec<_>>())
    };

    zenml("register prod --server SERVER --certificate-authority ca.crt --token @token").succeeds();
    zenml("verify prod").succeeds();
    let orchestrator =
        "orchestrator register k8s --connector prod --kubernetes-namespace NS --orchestrator-image IMAGE";
    assert!(zenml(orchestrator).succeeds().contains("kubernetes-cluster"));
    zenml("deployer register k8s --connector prod --kubernetes-namespace NS").succeeds();
    zenml("stack register prod --orchestrator k8s --deployer k8s --set").succeeds();

    let file = "version: 1\nkind: pipeline\nname: p\nimage: docker.io/library/busybox:1.35\nsteps: {a: {command: [echo, done]}}\n";
    sandbox.write("p.yaml", file.as_bytes());
    let submitted = zenml("submit -f p.yaml --name nightly");
    let place = "Using stack \"prod\" · connector \"prod\" · cluster \"";
    assert!(submitted.stderr.contains(place) && submitted.stderr.contains(namespace.name()), "{submitted}");
    assert_eq!(submitted.succeeds(), "run/nightly created\nrun/nightly succeeded\n");
    assert_eq!(zenml("run logs nightly").succeeds(), "[a] done\n");

    sandbox.write("s.yaml", &fs::read(repository().join("examples/service.yaml")).unwrap());
    zenml("deploy -f s.yaml").succeeds();
    assert_eq!(zenml("deployment invoke k8s-example --param name=Ada").succeeds(), "Hello Ada!\n");
    zenml("deployment delete k8s-example").succeeds();
    assert!(!sandbox.path(".kube").exists());
}
