//! Secrets go nowhere: a whole journey under strace, and then a look into every file, object, log and screen.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::namespace::Namespace;
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use crate::support::{admin, kubeconfig, orchestrator_image, repository, token};

const CANARY: &str = "canary-7f3b9c2e-of-the-service";

/// Pieces of the client key: of its PEM, and of the base64 around that.
fn key_pieces() -> Vec<String> {
    let config: serde_json::Value = serde_saphyr::from_str(&fs::read_to_string(kubeconfig("cert")).unwrap()).unwrap();
    let data = config["users"][0]["user"]["client-key-data"].as_str().unwrap().to_owned();
    let pem = String::from_utf8(STANDARD.decode(&data).unwrap()).unwrap();
    let body = pem.lines().filter(|line| !line.starts_with("-----")).max_by_key(|line| line.len()).unwrap().to_owned();
    vec![data[data.len() / 3..data.len() / 3 + 40].to_owned(), body[..40].to_owned()]
}

struct Secrets(Vec<String>);

impl Secrets {
    #[track_caller]
    fn absent_from(&self, place: &str, text: &str) {
        for secret in &self.0 {
            assert!(!text.contains(secret.as_str()), "{place} holds {}…", &secret[..6]);
        }
    }
}

/// Looks at the argv and environment of the journey's processes until told to stop, and at those of all pods, which
/// strace does not follow. What somebody else runs on this machine is his own affair. `argv_only` are secrets that a container may have in its environment.
fn watch_processes(stop: &AtomicBool, home: &str, secrets: &Secrets, argv_only: &str) -> BTreeSet<String> {
    let (mut seen, mut looked) = (BTreeSet::new(), (false, false));
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(std::time::Duration::from_millis(20));
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            if !entry.file_name().to_string_lossy().bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            let read = |file: &str| {
                fs::read(entry.path().join(file)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            };
            let (Ok(argv), Ok(environment), Ok(cgroup)) = (read("cmdline"), read("environ"), read("cgroup")) else {
                continue;
            };
            let (of_journey, of_pod) = (environment.contains(home), cgroup.contains("kubepods"));
            if !of_journey && !of_pod {
                continue;
            }
            looked.0 |= of_journey;
            looked.1 |= of_pod;
            let found =
                secrets.0.iter().any(|secret| argv.contains(secret.as_str()) || environment.contains(secret.as_str()));
            if found || argv.contains(argv_only) {
                seen.insert(argv.replace('\0', " "));
            }
        }
    }
    assert_eq!(looked, (true, true), "saw processes of the journey, and of pods");
    seen
}

#[test]
fn no_secret_leaves_its_place() {
    let (runs, services) = (Namespace::new("leak-runs"), Namespace::new("leak-services"));
    let sandbox = Sandbox::with_vault("token");
    // The files that hold secrets before the journey begins.
    let given = ["given-token.yaml", "given-cert.yaml", "canary"];
    sandbox.write(given[0], &fs::read(kubeconfig("token")).unwrap());
    sandbox.write(given[1], &fs::read(kubeconfig("cert")).unwrap());
    sandbox.write(given[2], CANARY.as_bytes());
    fs::remove_file(sandbox.path(".kube/config")).unwrap();
    let service = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let service = service.replace("environment:\n", "secrets: {GREETING_KEY: {file: canary}}\nenvironment:\n");
    sandbox.write("service.yaml", service.as_bytes());
    let journey = format!(
        "set -ex
        kubectl-zenml register by-token --kubeconfig given-token.yaml
        kubectl-zenml register by-cert --kubeconfig given-cert.yaml
        kubectl-zenml connector describe by-token -o yaml
        kubectl-zenml connector list -o json
        kubectl-zenml login by-cert --set-current; {kubectl} get nodes
        kubectl-zenml login by-token --set-current; {kubectl} get nodes
        kubectl-zenml submit -f {examples}/pipeline.yaml --attached -n {runs} --name one
        kubectl-zenml submit -f {examples}/pipeline.yaml --connector by-token -n {runs} --name two --orchestrator-image {image}
        kubectl-zenml run logs two -n {runs}
        kubectl-zenml run describe two -n {runs} -o json
        kubectl-zenml deploy -f service.yaml -n {services} --connector by-cert
        kubectl-zenml deployment invoke k8s-example -n {services} --param name=Ada
        kubectl-zenml deployment describe k8s-example -n {services} -o yaml",
        kubectl = crate::support::cluster().join("bin/kubectl").display(),
        examples = repository().join("examples").display(),
        runs = runs.name(),
        services = services.name(),
        image = orchestrator_image(),
    );
    let secrets = Secrets([vec![token()], key_pieces()].concat());
    let (stop, home) = (AtomicBool::new(false), format!("HOME={}\0", sandbox.path("x").parent().unwrap().display()));
    let (said, seen) = std::thread::scope(|scope| {
        let watcher = scope.spawn(|| watch_processes(&stop, &home, &secrets, CANARY));
        let mut strace = sandbox.command("/usr/bin/strace");
        strace.args(["-f", "-qq", "-v", "-s", "1000000", "-e", "trace=execve", "-o", "trace", "sh", "-c", &journey]);
        let said = Output::of(&mut strace);
        stop.store(true, Ordering::Relaxed);
        (said, watcher.join().unwrap())
    });
    assert_eq!(seen, BTreeSet::new(), "processes with a secret in argv or environment");
    assert!(said.code == Some(0), "{said}");
    let all = Secrets([secrets.0.clone(), vec![CANARY.to_owned()]].concat());
    all.absent_from("the screen", &format!("{}{}", said.stdout, said.stderr));
    let trace = fs::read_to_string(sandbox.path("trace")).unwrap();
    assert!(trace.lines().count() > 15 && trace.contains("zenml-credential"), "strace saw nothing");
    all.absent_from("an execve", &trace);
    for (path, bytes) in sandbox.files() {
        if !given.iter().any(|name| path.ends_with(name)) {
            all.absent_from(&path.display().to_string(), &String::from_utf8_lossy(&bytes));
        }
    }
    look_into_the_cluster(&[&runs, &services], &secrets);
}

fn look_into_the_cluster(namespaces: &[&Namespace], secrets: &Secrets) {
    let kinds =
        "pods,jobs,deployments,replicasets,services,configmaps,leases,events,serviceaccounts,roles,rolebindings";
    let canary = Secrets(vec![CANARY.to_owned(), STANDARD.encode(CANARY)]);
    for namespace in namespaces {
        let objects = namespace.kubectl(&["get", kinds, "-o", "yaml", "--show-managed-fields"]).succeeds();
        assert!(objects.contains("kind: Pod"), "the journey made nothing");
        secrets.absent_from("an object", &objects);
        canary.absent_from("an object", &objects);
        secrets.absent_from("a Secret", &decoded(namespace));
        for pod in namespace.kubectl(&["get", "pods", "-o", "name"]).succeeds().lines() {
            let log = namespace.kubectl(&["logs", pod]).succeeds();
            secrets.absent_from(pod, &log);
            canary.absent_from(pod, &log);
        }
    }
    let kept = admin(&["get", "secrets", "-n", namespaces[1].name(), "-o", "yaml"]).succeeds();
    assert!(kept.contains(&STANDARD.encode(CANARY)), "the canary is not even in its own Secret");
}

/// Every value of every Secret, in clear.
fn decoded(namespace: &Namespace) -> String {
    let list = namespace.kubectl(&["get", "secrets", "-o", "json"]).json();
    let values = list["items"].as_array().unwrap().iter().filter_map(|item| item["data"].as_object()).flatten();
    values
        .map(|(_, value)| String::from_utf8_lossy(&STANDARD.decode(value.as_str().unwrap()).unwrap()).into_owned())
        .collect()
}
