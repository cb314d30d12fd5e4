//! What is refused before anything is created, and what is shown without creating anything.

use super::{QUICK, Stage};
use crate::support::sandbox::Sandbox;
use crate::support::{admin, orchestrator_image};

impl Stage {
    /// Asserts that nothing of ours was ever created.
    #[track_caller]
    fn is_untouched(&self) {
        let ours = "app.kubernetes.io/managed-by=kubectl-zenml";
        assert_eq!(self.names("pods,jobs,configmaps,leases,roles", ours), [""; 0]);
    }
}

#[test]
fn without_an_image_the_ways_out_are_named() {
    let stage = Stage::new("no-image", QUICK);
    let said = stage.zenml(&["submit", "-f", "p.yaml"]).fails(1);
    for way in ["--attached", "image export", "--orchestrator-image"] {
        assert!(said.contains(way), "{way}: {said}");
    }
    stage.is_untouched();
}

#[test]
fn a_name_is_taken_once() {
    let stage = Stage::new("taken", QUICK);
    stage.attached("same").succeeds();
    let said = stage.attached("same").fails(1);
    assert!(said.contains("a run named \"same\" exists") && said.contains("--name"), "{said}");
    assert_eq!(stage.names("pods", "run=same").len(), 2);
    let deleted = stage.zenml(&["run", "delete", "same", "@latest"]).succeeds();
    assert_eq!(deleted, "run/same deleted\n", "one run under two names is deleted once");
}

#[test]
fn a_missing_namespace_is_created_only_on_request() {
    let stage = Stage::on(crate::support::namespace::Namespace::named("missing"), QUICK);
    let said = stage.attached("x").fails(1);
    assert!(said.contains("not found") && said.contains("--create-namespace"), "{said}");
    let mut arguments = vec!["submit", "--attached", "-f", "p.yaml", "--create-namespace"];
    let dry = stage.zenml(&[&arguments[..], &["--dry-run=server"]].concat());
    assert!(dry.stderr.contains("created (server dry run)"), "{dry}");
    dry.succeeds();
    assert_eq!(admin(&["get", "namespace", stage.namespace.name()]).code, Some(1));
    stage.zenml(&arguments).succeeds();
    arguments.push("--name=@latest");
    assert!(stage.zenml(&arguments).fails(2).contains("@latest"));
}

#[test]
fn a_dry_run_shows_everything_and_creates_nothing() {
    let stage = Stage::new("dry", QUICK);
    let image = orchestrator_image();
    let submit = ["submit", "-f", "p.yaml", "--orchestrator-image", image];
    let client = stage.zenml(&[&submit[..], &["--dry-run=client", "-o", "json"]].concat()).json();
    let kinds: Vec<_> = client["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["ConfigMap", "ConfigMap", "ConfigMap", "Job", "Pod", "Pod"]);
    let server = stage.zenml(&[&submit[..], &["--dry-run=server"]].concat()).succeeds();
    assert!(server.contains("second") && server.contains("(dry run)"), "{server}");
    stage.is_untouched();
    stage.sandbox.write("p.yaml", format!("{}  x: {{image: 'not an image', command: [x]}}\n", super::HEAD).as_bytes());
    assert_eq!(stage.zenml(&[&submit[..], &["--dry-run=server"]].concat()).code, Some(1));
}

#[test]
fn an_image_holds_a_static_linux_binary_or_is_refused() {
    let user = Sandbox::empty();
    let dynamic = user.zenml(&["image", "export", "--binary", "/bin/bash", "-o", "x.tar"]).fails(1);
    assert!(dynamic.contains("dynamically linked") && dynamic.contains("musl"), "{dynamic}");
    user.write("script", b"#!/bin/sh\n");
    let script = user.zenml(&["image", "export", "--binary", "script", "-o", "x.tar"]).fails(1);
    assert!(script.contains("no 64-bit Linux executable"), "{script}");
    assert!(!user.path("x.tar").exists());
    let said = user.zenml(&["image", "export", "-o", "x.tar", "--name", "a/b:1"]);
    assert!(["kind load", "k3d image", "minikube image", "ctr "].iter().all(|way| said.stderr.contains(way)), "{said}");
    assert_eq!(said.succeeds(), "image/a/b:1 exported\n");
}
