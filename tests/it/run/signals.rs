//! Terminals that are closed, told to end, or two at once: what they leave is in good order, and said.

use super::{Stage, ended, signal, until};
use crate::support::sandbox::PLUGIN;

const SLOW: &str = "  a: {command: [sleep, '12']}\n  b: {upstream_steps: [a], command: [\"true\"]}\n";

fn is_held(stage: &Stage, name: &str) -> bool {
    let selector = format!("run={name}");
    let holder = ["get", "leases", "-l", &selector, "-o", "jsonpath={.items[0].spec.holderIdentity}"];
    stage.namespace.kubectl(&holder).stdout.starts_with("terminal-")
}

#[test]
fn a_terminal_that_is_told_to_end_gives_the_run_back() {
    let stage = Stage::new("told", SLOW);
    for (name, how, code) in [("term", "-TERM", 143), ("hup", "-HUP", 129)] {
        let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", name]);
        until("the step runs", || !stage.names("pods", &format!("run={name},step=a")).is_empty());
        assert!(is_held(&stage, name));
        signal(&submit, how);
        let said = ended(submit);
        assert_eq!(said.code, Some(code), "{said}");
        let hint = format!("kubectl zenml run attach {name}");
        assert!(said.stderr.contains("told to end; no further step starts") && said.stderr.contains(&hint), "{said}");
        assert!(!is_held(&stage, name), "its Lease is free");
        assert_eq!(stage.names("pods", &format!("run={name},step=a")).len(), 1, "its step is left alone");
    }
    // A waiting one leaves as well, and the other goes on.
    let attach = stage.start(&["run", "attach", "hup"]);
    until("it drives", || is_held(&stage, "hup"));
    let waiting = stage.start(&["run", "attach", "hup"]);
    std::thread::sleep(std::time::Duration::from_secs(2));
    signal(&waiting, "-TERM");
    let said = ended(waiting);
    assert!(said.code == Some(143) && said.stderr.contains("detached; the run goes on"), "{said}");
    assert_eq!(ended(attach).succeeds(), "run/hup succeeded\n");
}

#[test]
fn what_nohup_started_outlives_its_terminal() {
    let stage = Stage::new("nohup", &SLOW.replace("12", "4"));
    let mut command = stage.sandbox.command("nohup");
    command.args([PLUGIN, "submit", "--attached", "-f", "p.yaml", "--name", "kept", "-n", stage.namespace.name()]);
    command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::piped());
    let child = command.stderr(std::process::Stdio::piped()).spawn().expect("nohup");
    until("the step runs", || !stage.names("pods", "run=kept,step=a").is_empty());
    signal(&child, "-HUP");
    assert!(ended(child).succeeds().ends_with("run/kept succeeded\n"));
}

#[test]
fn of_two_terminals_that_come_back_one_drives_and_the_other_follows() {
    let stage = Stage::new("pair", SLOW);
    super::takeover::abandoned(&stage, "pair");
    let both = [(); 2].map(|()| stage.start(&["run", "attach", "pair"]));
    let said = both.map(ended);
    let drives = said.each_ref().map(|said| said.stderr.contains("this terminal drives the run now"));
    assert_ne!(drives[0], drives[1], "{}\n{}", said[0], said[1]);
    let [first, second] = said;
    let follower = if drives[0] { &second } else { &first };
    assert!(
        follower.stderr.contains("another one drives the run") || !follower.stderr.contains("taking over"),
        "{follower}"
    );
    assert!(follower.stderr.contains("b: Succeeded"), "{follower}");
    assert_eq!((first.succeeds(), second.succeeds()), ("run/pair succeeded\n".into(), "run/pair succeeded\n".into()));
}
