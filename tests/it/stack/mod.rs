//! Stacks and their components: the verbs, what they refuse, and where they lead.

mod connect;
mod names;
mod place;
mod seeds;
mod settings;
mod whole;

use std::fs;
use std::process::Stdio;

use crate::support::sandbox::{PLUGIN, Sandbox};

const FILE: &str = ".local/share/kubectl-zenml/stacks/stacks.json";

#[test]
fn a_fresh_install_has_a_stack_and_stores_nothing() {
    let sandbox = Sandbox::empty();
    let stacks = sandbox.zenml(&["stack", "list"]).succeeds();
    assert_eq!(
        stacks,
        "NAME      ORCHESTRATOR   DEPLOYER   ACTIVE   AGE\ndefault   default        default    *        <none>\n"
    );
    for noun in ["orchestrator", "deployer"] {
        let listed = sandbox.zenml(&[noun, "list", "-o", "json"]).json();
        assert_eq!(listed["items"][0]["name"], "default");
        assert_eq!((&listed["items"][0]["active"], &listed["items"][0]["type"]), (&true.into(), &noun.into()));
        assert!(sandbox.zenml(&[noun, "describe"]).succeeds().contains("kubernetes_namespace"), "{noun}");
    }
    assert_eq!(sandbox.zenml(&["stack", "describe", "-o", "name"]).succeeds(), "stack/default\n");
    assert!(!sandbox.path(FILE).exists());
}

#[test]
fn the_whole_life_of_a_component_and_a_stack() {
    let sandbox = Sandbox::empty();
    let zenml = |line: &str| sandbox.zenml(&line.split(' ').collect::<Vec<_>>());
    let registered =
        zenml("orchestrator register k8s --flavor kubernetes --kubernetes_context=kind --max-parallelism 4");
    assert!(registered.stderr.contains("kubectl zenml stack register NAME --orchestrator k8s --set"), "{registered}");
    assert_eq!(registered.succeeds(), "orchestrator/k8s registered\n");
    assert_eq!(zenml("deployer register k8s --namespace ml").succeeds(), "deployer/k8s registered\n");
    assert_eq!(zenml("stack register prod --orchestrator k8s -D k8s --set").succeeds(), "stack/prod registered\n");

    let described = zenml("orchestrator describe k8s -o json").json();
    assert_eq!(described["configuration"]["kubernetes_context"], "kind");
    assert_eq!(described["configuration"]["max_parallelism"], 4);
    assert_eq!((&described["flavor"], &described["stacks"][0]), (&"kubernetes".into(), &"prod".into()));
    let id = described["id"].as_str().unwrap();
    assert_eq!(zenml(&format!("orchestrator describe {} -o name", &id[..8])).succeeds(), "orchestrator/k8s\n");
    assert_eq!(zenml("deployer describe -o jsonpath={.configuration.kubernetes_namespace}").succeeds(), "ml");

    let held = zenml("orchestrator delete k8s").fails(1);
    assert!(held.contains("the orchestrator \"k8s\" is part of stack \"prod\"") && held.contains("hint: "), "{held}");
    assert!(zenml("stack delete prod").fails(1).contains("is active"));

    let changed = "orchestrator update k8s --name prod-k8s --remove-attr max-parallelism --incluster=false";
    assert_eq!(zenml(changed).succeeds(), "orchestrator/prod-k8s updated\n");
    let described = zenml("orchestrator describe prod-k8s -o json").json();
    let set: Vec<_> = described["configuration"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!((set, &described["id"]), (vec!["incluster", "kubernetes_context"], &id.into()), "{described}");
    assert_eq!(zenml("stack update --orchestrator default --name live").succeeds(), "stack/live updated\n");
    assert_eq!(zenml("orchestrator delete prod-k8s").succeeds(), "orchestrator/prod-k8s deleted\n");
    assert_eq!(zenml("stack set default").succeeds(), "stack/default set\n");
    assert_eq!(zenml("stack delete live").succeeds(), "stack/live deleted\n");
    assert_eq!(zenml("deployer delete k8s").succeeds(), "deployer/k8s deleted\n");
    assert_eq!(zenml("stack list -o name").succeeds(), "stack/default\n");
}

#[test]
fn bad_input_gets_one_error_and_changes_nothing() {
    let sandbox = Sandbox::empty();
    let zenml = |line: &str| sandbox.zenml(&line.split(' ').collect::<Vec<_>>());
    zenml("orchestrator register k8s").succeeds();
    zenml("stack register prod --orchestrator k8s").succeeds();
    let before = fs::read(sandbox.path(FILE)).unwrap();
    let cases = [
        ("orchestrator register k8s", 1, "an orchestrator named \"k8s\" exists already"),
        ("orchestrator register K8s", 2, "is not a valid name"),
        ("orchestrator register x --flavor airflow", 2, "the only flavor is kubernetes"),
        ("orchestrator register x --kubernetes-contxt=kind", 2, "'--kubernetes-context'"),
        ("orchestrator register x --max-parallelism=0", 2, "--max-parallelism: 0 is out of range"),
        ("orchestrator register x --pod-settings={node_selector:{}}", 1, "--pod-settings"),
        ("orchestrator register x --pod-settings=@gone.yaml", 1, "cannot read gone.yaml"),
        ("orchestrator register x --pod-name-prefix=y", 2, "write --job-name-prefix"),
        ("orchestrator register x --connector gone", 1, "connector \"gone\" not found"),
        ("orchestrator update k8s", 2, "nothing is said to change"),
        ("orchestrator update k8s --remove-attr max_paralelism", 2, "did you mean max_parallelism?"),
        ("orchestrator update k8s --remove-attr max_parallelism", 1, "does not set max_parallelism"),
        ("orchestrator describe gone", 1, "orchestrator \"gone\" not found"),
        ("orchestrator delete default", 1, "is built in"),
        ("orchestrator connect k8s --connector gone", 1, "connector \"gone\" not found"),
        ("orchestrator connect k8s", 2, "--connector"),
        ("deployer register x --auth-key=@file", 2, "a key is a secret"),
        ("deployer register x --service-port=99999", 2, "--service-port: 99999 is out of range: 1 to 65535"),
        ("stack register prod --orchestrator k8s", 1, "a stack named \"prod\" exists already"),
        ("stack register empty", 2, "would hold nothing"),
        ("stack register x -o k8s", 2, "hint: name the orchestrator in full: --orchestrator k8s"),
        ("stack register x --orchestrator k8s -a default", 2, "a stack has no artifact store"),
        ("stack register x --orchestrator k8s --container_registry=hub", 2, "a stack has no container registry"),
        ("stack register x --orchestrator k8s -i local", 2, "a stack has no image builder"),
        ("stack register x --orchestrator gone", 1, "orchestrator \"gone\" not found"),
        ("stack update prod", 2, "nothing is said to change"),
        ("stack update prod --remove orchestrator", 2, "would hold nothing"),
        ("stack update prod --remove orchestrator --orchestrator k8s", 2, "exclude each other"),
        (
            "orchestrator update k8s --remove-attr local --local=true",
            2,
            "--local and --remove-attr local exclude each other",
        ),
        ("stack set gone", 1, "stack \"gone\" not found"),
        ("stack delete default", 1, "is built in"),
        ("integration install kubernetes", 2, "there are no integrations to install"),
    ];
    for (line, code, expected) in cases {
        let said = zenml(line).fails(code);
        assert!(said.contains(expected), "{line}: {said}");
        assert!(said.starts_with("error: ") && said.matches("error: ").count() == 1, "{line}: {said}");
        assert!(!said.contains("hush"), "{said}");
    }
    assert_eq!(fs::read(sandbox.path(FILE)).unwrap(), before);
}

#[test]
fn what_has_no_meaning_is_accepted_with_the_reason_and_not_kept() {
    let sandbox = Sandbox::empty();
    let registered = sandbox.zenml(&["orchestrator", "register", "k8s", "--local=true", "--job_monitoring_interval=5"]);
    assert!(registered.stderr.contains("local is ignored: it mounts the artifact store"), "{registered}");
    assert!(registered.stderr.contains("job_monitoring_interval is ignored: pods are watched"), "{registered}");
    registered.succeeds();
    let described = sandbox.zenml(&["orchestrator", "describe", "k8s", "-o", "json"]).json();
    assert_eq!(described["configuration"], serde_json::json!({}));
    // README's own line; what `deploy` does is not promised for later.
    let said = sandbox.zenml(&["deployer", "register", "labelled", "--labels", "team=ml", "--replicas", "2"]);
    assert!(said.code == Some(0) && !said.stderr.contains("later release"), "{said}");
}

#[test]
fn twenty_processes_at_once_lose_nothing() {
    let sandbox = Sandbox::empty();
    let start = |number: usize| {
        let mut command = sandbox.command(PLUGIN);
        command.args(["orchestrator", "register", &format!("o{number}")]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let started: Vec<_> = (0..20).map(start).collect();
    assert!(started.into_iter().all(|mut child| child.wait().unwrap().success()));
    let listed = sandbox.zenml(&["orchestrator", "list", "-o", "name"]).succeeds();
    assert_eq!(listed.lines().count(), 21, "{listed}");
}

#[test]
fn a_kill_at_any_time_leaves_the_old_or_the_new() {
    let sandbox = Sandbox::empty();
    sandbox.zenml(&["orchestrator", "register", "k8s", "--max-parallelism=1"]).succeeds();
    for round in 0..200_u32 {
        let mut command = sandbox.command(PLUGIN);
        let flag = format!("--max-parallelism={}", round + 2);
        command.args(["orchestrator", "update", "k8s", &flag]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_micros(u64::from(round % 50) * 500));
        let _ = child.kill();
        child.wait().unwrap();
        let described = sandbox.zenml(&["orchestrator", "describe", "k8s", "-o", "json"]).json();
        let value = described["configuration"]["max_parallelism"].as_u64().unwrap();
        assert!(value >= 1 && value <= u64::from(round) + 2, "{described}");
    }
    // What killed writers left goes with the next whole one.
    sandbox.zenml(&["orchestrator", "update", "k8s", "--max-parallelism=99"]).succeeds();
    let left: Vec<_> =
        fs::read_dir(sandbox.path(FILE).parent().unwrap()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["stacks.json"]);
}
