//! BEHAVIOUR of "which cluster, which namespace": each row of the order, seen in the line that says where.

use crate::support::namespace::Namespace;
use crate::support::sandbox::Sandbox;

const PIPELINE: &str =
    "version: 1\nkind: pipeline\nname: p\nimage: docker.io/library/busybox:1.35\nsteps: {a: {command: [\"true\"]}}\n";
const SERVICE: &str = "version: 1\nkind: service\nname: s\nimage: docker.io/library/busybox:1.35\n";

/// A user with the contexts "one" (current) and "two", the connector "prod", and the active stack "live" of "o" and "d".
fn user() -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write("p.yaml", PIPELINE.as_bytes());
    sandbox.write("s.yaml", SERVICE.as_bytes());
    sandbox.zenml(&["register", "prod"]).succeeds();
    sandbox.edit_kubeconfig(|tree| {
        let first = tree["contexts"][0].clone();
        let named = |name: &str| {
            let mut context = first.clone();
            context["name"] = name.into();
            context
        };
        tree["contexts"] = vec![named("one"), named("two")].into();
        tree["current-context"] = "one".into();
    });
    for (noun, name) in [("orchestrator", "o"), ("deployer", "d")] {
        sandbox.zenml(&[noun, "register", name]).succeeds();
    }
    sandbox.zenml(&["stack", "register", "live", "--orchestrator", "o", "--deployer", "d", "--set"]).succeeds();
    sandbox
}

/// What the commands say of where they are about to act; they change nothing.
fn places(sandbox: &Sandbox, flags: &[&str]) -> [String; 2] {
    [["submit", "--attached", "-f", "p.yaml"].as_slice(), ["deploy", "-f", "s.yaml"].as_slice()].map(|command| {
        let said = sandbox.zenml(&[command, &["--dry-run=server"], flags].concat());
        let place = said.stderr.lines().find(|line| line.starts_with("Using "));
        place.unwrap_or_else(|| panic!("{said}")).to_owned()
    })
}

#[track_caller]
fn lead_to(sandbox: &Sandbox, flags: &[&str], expected: &str) {
    for place in places(sandbox, flags) {
        assert!(place.starts_with(&format!("Using stack \"live\" · {expected} · cluster ")), "{flags:?}: {place}");
    }
}

#[track_caller]
fn lead_into(sandbox: &Sandbox, flags: &[&str], expected: [&str; 2]) {
    for (place, expected) in places(sandbox, flags).iter().zip(expected) {
        assert!(place.ends_with(&format!(" · namespace \"{expected}\"")), "{flags:?}: {place}");
    }
}

fn update(sandbox: &Sandbox, flags: &[&str]) {
    for (noun, name) in [("orchestrator", "o"), ("deployer", "d")] {
        sandbox.zenml(&[&[noun, "update", name], flags].concat()).succeeds();
    }
}

#[test]
fn each_way_to_a_cluster_wins_over_those_after_it() {
    let sandbox = user();
    let own = sandbox.path(".kube/config").display().to_string();
    lead_to(&sandbox, &[], "context \"one\"");
    update(&sandbox, &["--kubernetes-context", "two"]);
    lead_to(&sandbox, &[], "context \"two\"");
    update(&sandbox, &["--incluster"]);
    for command in [["submit", "-f", "p.yaml", "--attached"].as_slice(), &["deploy", "-f", "s.yaml"], &["run", "list"]]
    {
        let said = sandbox.zenml(command).fails(1);
        assert!(said.contains("this is no pod") && said.contains("says `incluster`: "), "{said}");
    }
    for (noun, name) in [("orchestrator", "o"), ("deployer", "d")] {
        sandbox.zenml(&[noun, "connect", name, "--connector", "prod"]).succeeds();
    }
    lead_to(&sandbox, &[], "connector \"prod\"");
    lead_to(&sandbox, &["--kubeconfig", &own], "context \"one\"");
    lead_to(&sandbox, &["--context", "one"], "context \"one\"");
    lead_to(&sandbox, &["--connector", "prod"], "connector \"prod\"");
    update(&sandbox, &["--remove-attr", "incluster"]);
    for (noun, name) in [("orchestrator", "o"), ("deployer", "d")] {
        sandbox.zenml(&[noun, "disconnect", name]).succeeds();
    }
    lead_to(&sandbox, &["--connector", "prod"], "connector \"prod\"");
    lead_to(&sandbox, &[], "context \"two\"");
}

#[test]
fn the_last_resort_is_the_pod_itself() {
    let mut sandbox = Sandbox::empty();
    let said = sandbox.zenml(&["run", "list"]).fails(1);
    assert!(!said.contains("this is no pod"), "{said}");
    sandbox.set("KUBERNETES_SERVICE_HOST", "10.96.0.1");
    sandbox.set("KUBERNETES_SERVICE_PORT", "443");
    assert!(sandbox.zenml(&["run", "list"]).fails(1).contains("this is no pod"));
}

#[test]
fn a_context_or_a_connector_that_is_gone_is_named_with_its_component() {
    let sandbox = user();
    update(&sandbox, &["--kubernetes-context", "three"]);
    let said = sandbox.zenml(&["submit", "-f", "p.yaml", "--attached"]).fails(1);
    assert!(said.contains("\"three\"") && said.contains("orchestrator \"o\" of the active stack names that"), "{said}");
    sandbox.zenml(&["orchestrator", "connect", "o", "--connector", "prod", "--no-verify"]).succeeds();
    let connectors = sandbox.path(".local/share/kubectl-zenml/connectors");
    for file in std::fs::read_dir(connectors).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_some_and(|extension| extension == "json") {
            std::fs::remove_file(file).unwrap();
        }
    }
    let said = sandbox.zenml(&["run", "list"]).fails(1);
    assert!(said.contains("the orchestrator \"o\" of the active stack is linked to a connector that"), "{said}");
    assert!(said.contains("`kubectl zenml orchestrator connect o --connector NAME`"), "{said}");
}

#[test]
fn a_stack_without_a_component_of_the_kind_leads_nowhere_unless_a_flag_does() {
    let sandbox = user();
    sandbox.zenml(&["stack", "update", "live", "--remove", "deployer"]).succeeds();
    for command in [["deploy", "-f", "s.yaml"].as_slice(), &["deployment", "list"]] {
        let said = sandbox.zenml(command).fails(1);
        assert!(said.contains("the active stack \"live\" has no deployer"), "{said}");
        assert!(said.contains("`kubectl zenml stack update live --deployer NAME`"), "{said}");
    }
    sandbox.zenml(&["deployment", "list", "--context", "one", "-n", "default"]).succeeds();
    sandbox.zenml(&["run", "list"]).succeeds();
}

#[test]
fn each_namespace_wins_over_those_after_it() {
    let sandbox = user();
    lead_into(&sandbox, &[], ["zenml", "zenml-deployments"]);
    sandbox.edit_kubeconfig(|tree| tree["contexts"][0]["context"]["namespace"] = "of-context".into());
    lead_into(&sandbox, &[], ["of-context", "of-context"]);
    sandbox.zenml(&["register", "placed"]).succeeds();
    lead_into(&sandbox, &["--connector", "placed", "--context", "one"][..2], ["of-context", "of-context"]);
    update(&sandbox, &["--kubernetes-namespace", "of-component"]);
    lead_into(&sandbox, &[], ["of-component", "of-component"]);
    lead_into(&sandbox, &["--context", "two"], ["of-component", "of-component"]);
    let settings = |component: &str, key: &str| format!("settings: {{{component}: {{{key}: of-file}}}}\n");
    let pipeline = format!("{PIPELINE}{}", settings("orchestrator", "kubernetes_namespace"));
    sandbox.write("p.yaml", pipeline.as_bytes());
    sandbox.write("s.yaml", format!("{SERVICE}{}", settings("deployer", "namespace")).as_bytes());
    lead_into(&sandbox, &[], ["of-file", "of-file"]);
    lead_into(&sandbox, &["-n", "of-flag"], ["of-flag", "of-flag"]);
}

#[test]
fn our_own_default_namespace_is_created_where_it_is_missing() {
    let sandbox = user();
    let submit = ["submit", "--attached", "-f", "p.yaml", "--dry-run=server"];
    let said = sandbox.zenml(&submit);
    assert!(said.stderr.contains(" · namespace \"zenml\"\n"), "{said}");
    said.succeeds();
    // One that a context names is no default.
    let missing = Namespace::named("default");
    sandbox.edit_kubeconfig(|tree| tree["contexts"][0]["context"]["namespace"] = missing.name().into());
    assert!(sandbox.zenml(&submit).fails(1).contains("--create-namespace"));
}

#[test]
fn a_namespace_that_somebody_wrote_is_not_created_unasked() {
    let sandbox = user();
    let namespace = Namespace::named("component");
    update(&sandbox, &["--kubernetes-namespace", namespace.name()]);
    let said = sandbox.zenml(&["submit", "--attached", "-f", "p.yaml"]).fails(1);
    let not_found = format!("Error from server (NotFound): namespaces \"{}\" not found", namespace.name());
    assert!(said.contains(&not_found) && said.contains("--create-namespace"), "{said}");
    let created = sandbox.zenml(&["submit", "--attached", "-f", "p.yaml", "--create-namespace", "--name", "x"]);
    created.succeeds();
    let found = sandbox.zenml(&["run", "list", "-o", "name"]).succeeds();
    assert_eq!(found, "run/x\n", "the component's namespace is where runs are looked for");
}
