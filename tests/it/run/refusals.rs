//! What is refused before anything is created, and what is shown without creating anything.

use super::{QUICK, Stage};
use crate::support::output::Output;
use crate::support::sandbox::{HELPER, PLUGIN, Sandbox};
use crate::support::terminal::Terminal;
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
    assert_eq!(stage.zenml(&["submit", "-f", "p.yaml", "--dry-run=server"]).fails(1), said);
    let wrong = ["submit", "-f", "p.yaml", "--orchestrator-image", "A B"];
    assert!(stage.zenml(&wrong).fails(2).contains("\"A B\" is no image name"));
    stage.is_untouched();
}

#[test]
fn a_name_is_taken_once() {
    let stage = Stage::new("taken", QUICK);
    stage.attached("same").succeeds();
    let said = stage.attached("same").fails(1);
    assert!(said.contains("a run named \"same\" exists") && said.contains("--name"), "{said}");
    assert_eq!(stage.names("pods", "run=same").len(), 2);
    let image = orchestrator_image();
    let dry = ["submit", "-f", "p.yaml", "--name", "same", "--orchestrator-image", image, "--dry-run=server"];
    assert!(stage.zenml(&dry).fails(1).contains("a run named \"same\" exists"));

    let run = stage.describe("same");
    let id = run["id"].as_str().expect("an id");
    let short = stage.zenml(&["run", "delete", &id[..3]]).fails(1);
    assert!(short.contains("not found") && short.contains("may be cut to its first 4 characters"), "{short}");
    let unknown = stage.zenml(&["run", "logs", "same", "--step", "secnd"]).fails(1);
    assert!(unknown.contains("has no step \"secnd\": did you mean \"second\"?"), "{unknown}");
    let deleted = stage.sandbox.zenml(&["run", "delete", id, &id[..13]]);
    assert!(deleted.stderr.starts_with("Using stack \"default\" · context \""), "{deleted}");
    assert!(deleted.stderr.ends_with(&format!(" · namespace \"{}\"\n", stage.namespace.name())), "{deleted}");
    assert_eq!(deleted.succeeds(), "run/same deleted\n", "one run under two names is deleted once");
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
    assert_eq!(kinds, ["ConfigMap", "ConfigMap", "ConfigMap", "ConfigMap", "ConfigMap", "Job", "Pod", "Pod"]);
    let server = stage.zenml(&[&submit[..], &["--dry-run=server"]].concat()).succeeds();
    assert!(server.contains("\nsecond "), "{server}");
    assert!(server.starts_with("STEP") && server.ends_with(" created (server dry run)\n"), "{server}");
    for format in ["table", "wide"] {
        let table = stage.zenml(&[&submit[..], &["--dry-run", "--name=x", "-o", format]].concat()).succeeds();
        assert!(table.starts_with("STEP") && table.ends_with("run/x created (dry run)\n"), "{table}");
    }
    let names = stage.zenml(&[&submit[..], &["--dry-run=client", "-o", "name"]].concat()).succeeds();
    let kinds: Vec<_> = names.lines().map(|line| line.split('/').next().unwrap_or_default()).collect();
    assert_eq!(kinds, ["configmap", "configmap", "configmap", "configmap", "configmap", "job.batch", "pod", "pod"]);
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
    // The two programs share a library, and the plugin's binary is accepted also where it is not the one that runs.
    let helper = user.zenml(&["image", "export", "--binary", HELPER, "-o", "x.tar"]).fails(1);
    assert!(helper.contains("is no build of kubectl-zenml"), "{helper}");
    assert!(!user.path("x.tar").exists());
    user.zenml(&["image", "export", "--binary", PLUGIN, "-o", "plugin.tar"]).succeeds();
    let said = user.zenml(&["image", "export", "-o", "x.tar", "--name", "a/b:1"]);
    assert!(["kind load", "k3d image", "minikube image", "ctr "].iter().all(|way| said.stderr.contains(way)), "{said}");
    assert_eq!(said.succeeds(), "image/a/b:1 exported\n");
    let named = user.zenml(&["image", "export", "-o", "my image.tar"]);
    assert!(named.stderr.contains("docker load -i 'my image.tar' && docker push "), "{named}");
    named.succeeds();
    for wrong in ["Upper:1", "a..b:1", "a:-x"] {
        assert!(user.zenml(&["image", "export", "-o", "y.tar", "--name", wrong]).fails(2).contains("is no image name"));
    }
}

#[test]
fn an_image_goes_where_it_is_wanted_and_nothing_else_with_it() {
    let user = Sandbox::empty();
    user.zenml(&["image", "export", "-o", "file.tar"]).succeeds();
    let expected = std::fs::read(user.path("file.tar")).unwrap();
    // To a pipe, and to a file by another name of standard output.
    for (number, export) in ["export -o - | cat >", "export -o /dev/stdout >"].into_iter().enumerate() {
        let mut command = user.command("/bin/sh");
        let said = Output::of(command.arg("-c").arg(format!("kubectl-zenml image {export} {number}.tar")));
        assert!(said.stderr.starts_with("image/kubectl-zenml:") && said.stderr.contains(" exported: linux/"), "{said}");
        assert!(std::fs::read(user.path(&format!("{number}.tar"))).unwrap() == expected, "the tarball differs");
    }
    let screen = Terminal::start(&user, &["image", "export", "-o", "-"]).shows("ended with 2");
    assert!(screen.contains("not written to a terminal"), "{screen}");
}

#[test]
fn endless_files_are_not_read_to_their_end() {
    let user = Sandbox::with_kubeconfig("token");
    let service = b"version: 1\nkind: service\nname: s\nimage: i\nsecrets: {A: {file: /dev/zero}}\n";
    user.write("service.yaml", service);
    let (zero, text) = ("/dev/zero", "it is larger than 16 MiB");
    let pipeline = user.path("p.yaml");
    user.write("p.yaml", format!("{}{QUICK}", super::HEAD).as_bytes());
    let pipeline = pipeline.to_str().unwrap();
    for (arguments, said) in [
        (&["submit", "-f", zero][..], text),
        (&["deploy", "-f", zero], text),
        (&["deploy", "-f", "service.yaml", "-n", "zenml-none"], "it is larger than 1 MiB"),
        (&["submit", "-f", pipeline, "-p", "@/dev/zero", "--dry-run"], text),
        (&["run", "list", "--kubeconfig", zero], text),
        (&["deployment", "invoke", "x", "@/dev/zero"], "it is larger than 256 MiB"),
        (&["image", "export", "--binary", zero, "-o", "x.tar"], "it is larger than 512 MiB"),
        (&["register", "x", "--token", "@/dev/zero", "--server", "https://127.0.0.1:1"], "it is larger than 64 KiB"),
        (&["vault", "init", "--holder", "passphrase", "--passphrase-file", zero], "it is larger than 64 KiB"),
    ] {
        let said_so = user.zenml(arguments).fails(1);
        assert!(said_so.contains(said), "{arguments:?}: {said_so}");
    }
    for command in ["submit -f -", "deploy -f -"] {
        let mut shell = user.command("/bin/sh");
        let said = Output::of(shell.arg("-c").arg(format!("cat /dev/zero | kubectl-zenml {command}"))).fails(1);
        assert!(said.contains("cannot read standard input") && said.contains(text), "{said}");
    }
}

#[test]
fn a_literal_that_looks_like_a_secret_is_warned_of() {
    let stage = Stage::new("lint", "  load: {environment: {DB_PASSWORD: x, MONKEY: y}, command: [echo]}\n");
    let path = stage.sandbox.path("p.yaml");
    let text = std::fs::read_to_string(&path).unwrap().replace("steps:", "environment: {API_TOKEN: x}\nsteps:");
    std::fs::write(&path, text).unwrap();
    let said = stage.zenml(&["submit", "--attached", "-f", "p.yaml", "--dry-run"]);
    let warnings: Vec<_> = said.stderr.lines().filter_map(|line| line.strip_prefix("Warning: ")).collect();
    assert!(warnings[0].starts_with("API_TOKEN looks like a secret"), "{said}");
    assert!(warnings[1].starts_with("DB_PASSWORD of step \"load\" looks like a secret"), "{said}");
    assert_eq!(warnings.len(), 2, "{said}");
    said.succeeds();
}
