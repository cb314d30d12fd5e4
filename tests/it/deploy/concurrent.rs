//! Several deploys of one service at once.

use std::process::Child;

use super::*;

/// As many as begin at once.
const MANY: usize = 6;

/// A service that says `greeting`, with a secret of its own.
fn service(greeting: &str) -> String {
    with_secret()
        .replace("GREETING: Hello", &format!("GREETING: {greeting}"))
        .replace("cpu_count: 0.1, memory: 64MiB", "cpu_count: 0.03, memory: 32MiB")
        .replace("    replicas: 1\n", if greeting.ends_with(['1', '3']) { "    generate_auth_key: true\n" } else { "" })
        .replace(
            "32MiB",
            if greeting.ends_with(['2', '3']) { "32MiB, min_replicas: 1, max_replicas: 2" } else { "32MiB" },
        )
}

fn start(stage: &Stage, greeting: &str, flags: &[&str]) -> Child {
    stage.sandbox.write(&format!("{greeting}/token"), format!("hush-{greeting}").as_bytes());
    let file = stage.sandbox.write(&format!("{greeting}/service.yaml"), service(greeting).as_bytes());
    let mut command = stage.sandbox.command(PLUGIN);
    command.args(["deploy", "-f", file.to_str().unwrap(), "-n", stage.namespace.name()]).args(flags);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn end(child: Child) -> Output {
    Output::from("deploy".to_owned(), child.wait_with_output().unwrap())
}

/// What is there is what the Deployment lists.
fn all_is_listed(stage: &Stage) {
    let annotation = stage.get("deployment/k8s-example")["metadata"]["annotations"]["zenml.io/inventory"].clone();
    let inventory: Value = serde_json::from_str(annotation.as_str().unwrap()).unwrap();
    let listed = inventory["objects"].as_array().unwrap().iter().map(|item| {
        let (kind, group) = (item["kind"].as_str().unwrap().to_lowercase(), item["apiVersion"].as_str().unwrap());
        let group = group.split_once('/').map(|(group, _)| format!(".{group}")).unwrap_or_default();
        format!("{kind}{group}/{}", item["name"].as_str().unwrap())
    });
    let (mut listed, mut there): (Vec<String>, _) =
        (listed.collect(), stage.names("services,secrets,configmaps,hpa,pdb"));
    listed.sort_unstable();
    there.sort_unstable();
    assert_eq!(there, listed);
}

/// The revision that a deploy says it serves; none for one that was overtaken and says so.
fn served(output: &Output) -> Option<u64> {
    if output.code == Some(0) {
        let said = output.stderr.split("Revision ").nth(1).unwrap_or_else(|| panic!("{output}"));
        return Some(said.split(' ').next().unwrap().parse().unwrap());
    }
    assert!(output.stderr.contains("error: somebody else deployed \"k8s-example\" meanwhile"), "{output}");
    assert!(!output.stderr.contains("serves."), "{output}");
    None
}

#[test]
fn of_many_deploys_at_once_only_the_winners_say_so() {
    let stage = Stage::new("crowd");
    let mut before: Option<String> = None;
    for (round, flags) in [("a", &[][..]), ("b", &[]), ("c", &["--atomic"])] {
        // One of them is as what is there.
        let greetings = (0..MANY).map(|number| format!("{round}{number}")).chain(before.clone());
        let all: Vec<(String, Child)> = greetings
            .map(|greeting| {
                let child = start(&stage, &greeting, flags);
                (greeting, child)
            })
            .collect();
        let ended: Vec<(String, Output)> = all.into_iter().map(|(greeting, child)| (greeting, end(child))).collect();
        let mut winners: Vec<(u64, &str)> =
            ended.iter().filter_map(|(greeting, output)| Some((served(output)?, greeting.as_str()))).collect();
        winners.sort_unstable();
        let (last, greeting) = *winners.last().expect("somebody wins");
        assert!(winners.windows(2).all(|pair| pair[0].0 < pair[1].0), "{winners:?}");
        assert_eq!(stage.greet("Ada"), format!("{greeting} Ada, hush-{greeting}!\n"));
        let history = stage.zenml(&["deployment", "history", "k8s-example", "-o", "json"]).json();
        let items = history["items"].as_array().unwrap();
        assert_eq!(
            (&items.last().unwrap()["revision"], &items.last().unwrap()["current"]),
            (&last.into(), &true.into())
        );
        // Each winner is on record, with the Secret that it came with.
        for (revision, _) in &winners {
            assert!(items.iter().any(|item| item["revision"] == *revision), "{revision}: {history}");
        }
        all_is_listed(&stage);
        let secrets = stage.names("secrets");
        for item in items {
            let needed = format!("secret/{}", item["secret"].as_str().unwrap());
            assert!(secrets.contains(&needed), "{needed} of {item} is not there: {secrets:?}");
        }
        before = Some(greeting.to_owned());
    }
    stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("deployments,pods,services,secrets,configmaps,hpa"), [""; 0]);
}

/// Whoever deletes a service while it is deployed has deleted it, or the deploy comes after.
#[test]
fn a_delete_meanwhile_leaves_all_or_nothing() {
    let stage = Stage::new("undone");
    for (number, pause) in [0, 40, 80, 120, 160, 250].into_iter().enumerate() {
        let greeting = format!("d{number}");
        end(start(&stage, &greeting, &["--wait=false"])).succeeds();
        let deploy = start(&stage, &format!("e{number}"), &["--wait=false"]);
        std::thread::sleep(Duration::from_millis(pause));
        let deleted = stage.zenml(&["deployment", "delete", "k8s-example"]);
        let deployed = end(deploy);
        if stage.names("deployments").is_empty() {
            assert_eq!(stage.names("services,secrets,configmaps"), [""; 0], "{pause} ms\n{deleted}\n{deployed}");
        } else {
            assert_eq!(deployed.code, Some(0), "{pause} ms\n{deleted}\n{deployed}");
            stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
            assert_eq!(stage.names("deployments,services,secrets,configmaps"), [""; 0], "{deployed}");
        }
        stage.namespace.kubectl(&["wait", "deployment/k8s-example", "--for=delete", "--timeout=60s"]);
    }
}

/// What a deploy prunes in the end, nobody goes back to at that moment.
#[test]
fn nobody_goes_back_to_a_secret_that_is_pruned() {
    let stage = Stage::new("pruned");
    for number in 1..=10 {
        end(start(&stage, &format!("p{number}"), &[])).succeeds();
    }
    let newest = start(&stage, "p11", &[]);
    let back: Vec<Child> = (0..12)
        .map(|number| {
            std::thread::sleep(Duration::from_millis(250));
            let revision = if number % 2 == 0 { "1" } else { "2" };
            let mut command = stage.sandbox.command(PLUGIN);
            command.args(["deployment", "rollback", "k8s-example", "--to-revision", revision, "--timeout=60s"]);
            command.args(["-n", stage.namespace.name()]).stdin(Stdio::null());
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let ended: Vec<Output> = [newest].into_iter().chain(back).map(end).collect();
    for output in &ended {
        let known = ["somebody else deployed", "is not on record", "is gone", "is as revision"];
        let fine = output.code == Some(0) || known.iter().any(|words| output.stderr.contains(words));
        assert!(fine && !output.stderr.contains("cannot create the container"), "{output}");
    }
    stage.zenml(&["deployment", "status", "k8s-example", "--timeout=60s"]).succeeds();
    let history = stage.zenml(&["deployment", "history", "k8s-example", "-o", "json"]).json();
    let secrets = stage.names("secrets");
    for item in history["items"].as_array().unwrap() {
        let needed = format!("secret/{}", item["secret"].as_str().unwrap());
        assert!(secrets.contains(&needed), "{needed}: {secrets:?}\n{history}");
    }
    assert!(stage.greet("Ada").contains(" Ada, hush-p"));
    stage.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("deployments,pods,services,secrets,configmaps"), [""; 0]);
}
