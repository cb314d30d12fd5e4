//! Deployments end to end: what is created, what restarts, what is said when it fails, and that nothing stays behind.

mod accounts;
mod addresses;
mod concurrent;
mod diffs;
mod ends;
mod examples;
mod failures;
mod images;
mod inputs;
mod kept;
mod keys;
mod least;
mod lookup;
mod meanwhile;
mod more_failures;
mod more_settings;
mod objects;
mod paused;
mod reasons;
mod refusals;
mod revisions;
mod rights;
mod rights_more;
mod schema;
mod taken_back;
mod trimmed;
mod verbs;
mod way_back;

use std::fs;
use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::namespace::Namespace;
use crate::support::output::Output;
use crate::support::sandbox::{PLUGIN, Sandbox};
use crate::support::{admin, kubeconfig, repository};

/// A user who deploys into a namespace of the test's own.
struct Stage {
    sandbox: Sandbox,
    namespace: Namespace,
}

impl Stage {
    fn new(purpose: &str) -> Self {
        Self::at(Namespace::new(purpose))
    }

    fn at(namespace: Namespace) -> Self {
        Self { sandbox: Sandbox::with_kubeconfig("token"), namespace }
    }

    /// Runs a command in the namespace.
    fn zenml(&self, arguments: &[&str]) -> Output {
        let mut all = arguments.to_vec();
        all.extend(["-n", self.namespace.name()]);
        self.sandbox.zenml(&all)
    }

    /// Deploys the example with these lines replaced.
    fn deploy(&self, changes: &[(&str, &str)]) -> Output {
        let mut text = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
        for (from, to) in changes {
            assert!(text.contains(from), "the example has no {from}");
            text = text.replace(from, to);
        }
        self.deploy_text(&text, &[])
    }

    fn deploy_text(&self, text: &str, flags: &[&str]) -> Output {
        self.sandbox.write("service.yaml", text.as_bytes());
        let mut arguments = vec!["deploy", "-f", "service.yaml"];
        arguments.extend(flags);
        self.zenml(&arguments)
    }

    fn greet(&self, name: &str) -> String {
        let parameter = format!("name={name}");
        self.zenml(&["deployment", "invoke", "k8s-example", "--param", &parameter]).succeeds()
    }

    fn get(&self, what: &str) -> Value {
        let text = self.namespace.kubectl(&["get", what, "-o", "json"]).succeeds();
        serde_json::from_str(&text).unwrap()
    }

    /// The names of what there is of these kinds, without what Kubernetes itself puts into each namespace.
    fn names(&self, kinds: &str) -> Vec<String> {
        let text = self.namespace.kubectl(&["get", kinds, "-o", "name"]).succeeds();
        text.lines().filter(|line| !line.contains("kube-root-ca")).map(str::to_owned).collect()
    }
}

/// The example with a secret from the file `token`.
fn with_secret() -> String {
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let example = example.replace("\"${name:-ZenML}\"\n", "\"${name:-ZenML}, $API_TOKEN\"\n");
    format!("{example}\nsecrets: {{API_TOKEN: {{file: token}}}}\n")
}

#[test]
fn the_example_serves_and_leaves_nothing_behind() {
    let stage = Stage::new("serve");
    let deployed = stage.deploy(&[]);
    assert!(deployed.stderr.contains(&format!("namespace \"{}\"", stage.namespace.name())), "{deployed}");
    let text = deployed.succeeds();
    assert!(text.contains("deployment.apps/k8s-example created\nservice/k8s-example created\n"), "{text}");
    assert!(text.ends_with("deployment \"k8s-example\" successfully rolled out\n"), "{text}");

    let json = r#"{"parameters": {"name": "Ada"}}"#;
    assert_eq!(stage.zenml(&["deployment", "invoke", "k8s-example", "--json", json]).succeeds(), "Hello Ada!\n");
    let listed = stage.zenml(&["deployments", "list", "-o", "json"]).json();
    let item = &listed["items"][0];
    assert_eq!((&item["name"], &item["status"]), (&"k8s-example".into(), &"Running".into()), "{listed}");
    assert_eq!((&item["ready"], &item["revision"]), (&1.into(), &1.into()), "{listed}");
    let described = stage.zenml(&["deployment", "describe", "k8s-example"]).succeeds();
    assert!(described.contains("Invoke path:   /cgi-bin/invoke\n"), "{described}");
    let logs = stage.zenml(&["deployment", "logs", "k8s-example"]).succeeds();
    assert!(logs.starts_with("listening on port 8000\n") && logs.contains("greeted Ada"), "{logs}");

    let again = stage.deploy(&[]).succeeds();
    assert!(again.starts_with("deployment.apps/k8s-example unchanged\nservice/k8s-example unchanged\n"), "{again}");
    let deleted = stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(
        deleted,
        "configmap/k8s-example-r1 deleted\nservice/k8s-example deleted\ndeployment.apps/k8s-example deleted\n"
    );
    assert_eq!(stage.names("deployments,replicasets,pods,services,secrets,configmaps"), [""; 0]);
}

#[test]
fn the_settings_stand_in_the_live_objects() {
    let stage = Stage::new("settings");
    let settings = "service_port: 8123\n    labels: {team: ml}\n    annotations: {note: hello}\n    \
                    liveness_probe_initial_delay: 7\n    liveness_probe_timeout: 4\n    \
                    readiness_probe_failure_threshold: 2\n    replicas: 2";
    stage
        .deploy(&[("replicas: 1", settings), ("cpu_count: 0.1, memory: 64MiB", "cpu_count: 0.05, memory: 50MB")])
        .succeeds();
    let deployment = stage.get("deployment/k8s-example");
    assert_eq!(deployment["spec"]["replicas"], 2);
    assert_eq!(deployment["metadata"]["labels"]["team"], "ml");
    assert_eq!(deployment["metadata"]["labels"]["app.kubernetes.io/managed-by"], "kubectl-zenml");
    let template = &deployment["spec"]["template"];
    assert_eq!(template["metadata"]["annotations"]["note"], "hello");
    assert_eq!(template["spec"]["automountServiceAccountToken"], false);
    let container = &template["spec"]["containers"][0];
    assert_eq!(container["ports"][0]["containerPort"], 8123);
    assert_eq!(container["env"][0]["value"], "8123");
    assert_eq!(container["resources"]["limits"]["memory"], "48Mi");
    assert_eq!(container["resources"]["requests"], container["resources"]["limits"]);
    assert_eq!(container["livenessProbe"]["initialDelaySeconds"], 7);
    assert_eq!(container["livenessProbe"]["timeoutSeconds"], 4);
    assert_eq!(container["readinessProbe"]["failureThreshold"], 2);
    assert_eq!(stage.get("service/k8s-example")["spec"]["ports"][0]["port"], 8123);
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
}

#[test]
fn an_update_rolls_and_another_number_of_pods_restarts_none() {
    let stage = Stage::new("update");
    stage.deploy(&[]).succeeds();
    let first = stage.get("pods")["items"][0]["metadata"]["name"].clone();
    stage.deploy(&[("replicas: 1", "replicas: 2")]).succeeds();
    let pods = stage.get("pods");
    let names: Vec<&Value> = pods["items"].as_array().unwrap().iter().map(|pod| &pod["metadata"]["name"]).collect();
    assert!(names.len() == 2 && names.contains(&&first), "{first} restarted: {names:?}");
    stage.deploy(&[("GREETING: Hello", "GREETING: Salut")]).succeeds();
    assert_eq!(stage.greet("Ada"), "Salut Ada!\n");
    let listed = stage.zenml(&["deployment", "list", "-o", "json"]).json();
    assert_eq!(listed["items"][0]["revision"], 3);
}

#[test]
fn a_changed_secret_restarts_the_pods_and_old_ones_go() {
    let stage = Stage::new("secret");
    for (number, value) in ["hush-one", "hush-one", "hush-two", "hush-three"].into_iter().enumerate() {
        stage.sandbox.write("token", format!("{value}\n").as_bytes());
        let deployed = stage.deploy_text(&with_secret(), &[]);
        assert!(!deployed.stderr.contains("hush"), "{deployed}");
        let text = deployed.succeeds();
        assert_eq!(text.starts_with("secret/"), number != 1, "{text}");
        assert_eq!(stage.greet("Ada"), format!("Hello Ada, {value}!\n"));
    }
    // Each is a revision that can be gone back to.
    assert_eq!(stage.names("secrets"), ["secret/k8s-example-r1", "secret/k8s-example-r2", "secret/k8s-example-r3"]);
    assert!(!stage.get("deployments,replicasets,pods,services,events,configmaps").to_string().contains("hush"));
    let shown = stage.deploy_text(&with_secret(), &["--dry-run=client", "-o", "yaml"]).succeeds();
    assert!(shown.contains("[HIDDEN]") && !shown.contains("hush"), "{shown}");
    stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("secrets"), [""; 0]);
}

#[test]
fn a_restricted_namespace_is_served_without_root() {
    let stage = Stage::at(Namespace::restricted("restricted"));
    let deployed = stage.deploy(&[]);
    assert!(deployed.stderr.contains("PodSecurity \"restricted\""), "{deployed}");
    deployed.succeeds();
    assert_eq!(stage.greet("Ada"), "Hello Ada!\n");
    let user = stage.namespace.kubectl(&["exec", "deploy/k8s-example", "--", "id", "-u"]).succeeds();
    assert_eq!(user, "65532\n");
}

#[test]
fn what_others_made_is_not_touched() {
    let stage = Stage::new("foreign");
    stage.namespace.kubectl(&["create", "service", "clusterip", "k8s-example", "--tcp=80"]).succeeds();
    let message = stage.deploy(&[]).fails(1);
    assert!(message.contains("service \"k8s-example\" in namespace"), "{message}");
    stage.namespace.kubectl(&["delete", "service", "k8s-example"]).succeeds();
    stage.namespace.kubectl(&["create", "secret", "generic", "k8s-example-r1", "--from-literal=a=b"]).succeeds();
    stage.sandbox.write("token", b"hush");
    stage.deploy_text(&with_secret(), &[]).succeeds();
    assert_eq!(stage.get("secret/k8s-example-r1")["data"]["a"], "Yg==");
    stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("secrets,services,deployments"), ["secret/k8s-example-r1"]);
}

#[test]
fn what_was_left_behind_goes_in_the_end() {
    let stage = Stage::new("leftover");
    for value in ["hush-one", "hush-one", "hush-two"] {
        stage.sandbox.write("token", value.as_bytes());
        stage.deploy_text(&with_secret(), &[]).succeeds();
        assert_eq!(stage.greet("Ada"), format!("Hello Ada, {value}!\n"));
        stage.namespace.kubectl(&["delete", "deployment", "k8s-example"]).succeeds();
    }
    // Each deploy has its own, one that lies there may be a deploy's that goes on; and those before it went.
    assert_eq!(stage.names("secrets,configmaps"), ["secret/k8s-example-r1", "configmap/k8s-example-r1"]);
    stage.deploy(&[]).succeeds();
    assert_eq!(stage.zenml(&["deployment", "history", "k8s-example", "-o", "name"]).succeeds(), "revision/1\n");
    stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("deployments,pods,services,secrets,configmaps"), [""; 0]);
}

#[test]
fn a_conflict_names_the_other_manager_and_the_field() {
    let stage = Stage::new("conflict");
    stage.deploy(&[]).succeeds();
    stage.namespace.kubectl(&["scale", "deployment/k8s-example", "--replicas=2"]).succeeds();
    let message = stage.deploy(&[]).fails(1);
    assert!(message.contains("conflict with \"kubectl\" with subresource \"scale\""), "{message}");
    assert!(message.contains(".spec.replicas") && message.contains("--force-conflicts"), "{message}");
    let example = repository().join("examples/service.yaml");
    stage.zenml(&["deploy", "-f", example.to_str().unwrap(), "--force-conflicts"]).succeeds();
    assert_eq!(stage.get("deployment/k8s-example")["spec"]["replicas"], 1);
}

#[test]
fn a_dry_run_changes_nothing() {
    let stage = Stage::new("dry");
    stage.sandbox.write("token", b"hush");
    let text = stage.deploy_text(&with_secret(), &["--dry-run=server"]).succeeds();
    assert!(text.ends_with("service/k8s-example created (server dry run)\n"), "{text}");
    for format in ["table", "wide"] {
        assert_eq!(stage.deploy_text(&with_secret(), &["--dry-run=server", "-o", format]).succeeds(), text);
    }
    let names = stage.deploy_text(&with_secret(), &["--dry-run", "-o", "name"]).succeeds();
    assert_eq!(names, "secret/k8s-example-r1\ndeployment.apps/k8s-example\nservice/k8s-example\n");
    let client = stage.deploy_text(&with_secret(), &["--dry-run", "-o", "table"]).succeeds();
    assert_eq!(client, names.replace('\n', " created (dry run)\n"));
    let objects = stage.deploy_text(&with_secret(), &["--dry-run=client", "-o", "json"]).json();
    assert_eq!(objects["items"][1]["kind"], "Deployment");
    assert_eq!(stage.names("deployments,pods,services,secrets"), [""; 0]);
}

#[test]
fn a_missing_namespace_is_created() {
    let namespace = Namespace::named("created");
    let stage = Stage::at(namespace);
    let example = repository().join("examples/service.yaml");
    let dry = stage.zenml(&["deploy", "-f", example.to_str().unwrap(), "--dry-run=server"]);
    assert!(dry.stderr.contains("created (server dry run)"), "{dry}");
    assert_eq!(admin(&["get", "namespace", stage.namespace.name()]).code, Some(1));
    let deployed = stage.deploy(&[]);
    assert!(deployed.stderr.contains(&format!("namespace/{} created", stage.namespace.name())), "{deployed}");
    deployed.succeeds();
}

#[test]
fn every_mistake_of_a_file_is_told_at_once() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "service.yaml",
        b"version: 1\nkind: service\nname: x\nimage: y\nenv: {}\nsettings: {deployer: {ingres_enabled: true}}\n",
    );
    let message = sandbox.zenml(&["deploy", "-f", "service.yaml"]).fails(1);
    assert!(message.starts_with("error: service.yaml: 2 mistakes\n"), "{message}");
    assert!(message.contains("service.yaml:5:1: unknown key \"env\": did you mean \"environment\"?"), "{message}");
    assert!(message.contains("unknown key \"ingres_enabled\": did you mean \"ingress_enabled\"?"), "{message}");
}

#[test]
fn an_answer_is_passed_on_as_it_comes() {
    let stage = Stage::new("invoke");
    let slow = "printf '%s %s!\\n' \"$GREETING\"; sleep 3; printf '%s!\\n'";
    stage.deploy(&[("%s %s!\\n' \"$GREETING\"", &format!("' ; {slow}"))]).succeeds();
    let mut command = stage.sandbox.command(PLUGIN);
    command.args(["deployment", "invoke", "k8s-example", "-n", stage.namespace.name()]);
    let started = Instant::now();
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 5];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    assert!(&first == b"Hello" && started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert!(child.wait().unwrap().success());

    let included = stage.zenml(&["deployment", "invoke", "k8s-example", "-i"]).succeeds();
    assert!(
        included.starts_with("HTTP/1.1 200 OK\n") && included.contains("\ncontent-type: text/plain\n"),
        "{included}"
    );
    stage.deploy(&[("invoke_path: /cgi-bin/invoke", "invoke_path: /cgi-bin/nowhere")]).succeeds();
    let refused = stage.zenml(&["deployment", "invoke", "k8s-example"]);
    assert_eq!(refused.code, Some(1), "{refused}");
    assert!(refused.stderr.starts_with("HTTP 404 Not Found"), "{refused}");
}

#[test]
fn nobody_ready_is_said_when_called() {
    let stage = Stage::new("nobody");
    stage
        .deploy_text(
            &fs::read_to_string(repository().join("examples/service.yaml"))
                .unwrap()
                .replace("trap 'exit 0' TERM", "sleep 600"),
            &["--wait=false"],
        )
        .succeeds();
    let message = stage.zenml(&["deployment", "invoke", "k8s-example"]).fails(1);
    assert!(message.starts_with("Error from server (ServiceUnavailable): no endpoints available"), "{message}");
}

/// The seed's list of rights, and nothing more, is enough to deploy, update and delete.
#[test]
fn the_documented_rights_are_enough() {
    let stage = Stage::new("rights");
    let name = stage.namespace.name();
    let create = |arguments: &[&str]| stage.namespace.kubectl(arguments).succeeds();
    create(&["create", "serviceaccount", "deployer"]);
    let verbs = "--verb=get,list,watch,create,patch,delete";
    create(&["create", "role", "read", verbs, "--resource=deployments.apps,services,pods"]);
    create(&["create", "role", "blind", "--verb=create,patch,delete", "--resource=secrets"]);
    // As the documentation has it for `ingress_enabled`: without a right to read them.
    let ingresses = "--resource=ingresses.networking.k8s.io";
    create(&["create", "role", "routes", "--verb=create,patch,delete", ingresses]);
    for role in ["read", "blind", "routes"] {
        create(&[
            "create",
            "rolebinding",
            role,
            &format!("--role={role}"),
            &format!("--serviceaccount={name}:deployer"),
        ]);
    }
    let token = create(&["create", "token", "deployer"]);
    let config = stage.sandbox.write(".kube/config", &fs::read(kubeconfig("admin")).unwrap());
    let config = config.to_str().unwrap();
    for arguments in [
        &["config", "set-credentials", "deployer", &format!("--token={}", token.trim())][..],
        &["config", "set-context", "--current", "--user=deployer"][..],
    ] {
        let mut all = arguments.to_vec();
        all.extend(["--kubeconfig", config]);
        stage.sandbox.kubectl(&all).succeeds();
    }
    let routed = "    replicas: 1\n    ingress_enabled: true\n    ingress_host: a.example.com\n";
    let routed = with_secret().replace("    replicas: 1\n", routed);
    for (value, text) in
        [("hush-one", &routed), ("hush-two", &routed), ("hush-two", &with_secret()), ("hush-two", &routed)]
    {
        stage.sandbox.write("token", value.as_bytes());
        stage.deploy_text(text, &[]).succeeds();
        assert_eq!(stage.names("ingresses").is_empty(), *text != routed);
    }
    stage.zenml(&["deployment", "describe", "k8s-example"]).succeeds();
    let message = stage.zenml(&["deployment", "invoke", "k8s-example"]).fails(1);
    assert!(
        message.contains(&format!("`kubectl zenml rbac deployer -n {} --with invoke`", stage.namespace.name())),
        "{message}"
    );
    stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("deployments,pods,services,secrets,ingresses"), [""; 0]);
}
