//! Clocks that are wrong, and credentials that end.

use serde_json::json;

use super::nodes::{Node, time};
use super::takeover::abandoned;
use super::{Stage, ended, steps, until};
use crate::support::orchestrator::Orchestrator;

#[test]
fn a_node_whose_clock_is_wrong_ends_nothing_early_and_nothing_late() {
    let stage = Stage::new("clocks", "");
    let node = Node::new(
        &stage,
        "  behind: {command: [x], timeout: 300}\n  ahead: {command: [x], timeout: 300}\n  late: {command: [x], timeout: 3}\n",
    );
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "x"]);
    let late = node.runs("late", &time(600));
    let (behind, ahead) = (node.runs("behind", &time(-600)), node.runs("ahead", &time(600)));
    until("the third is given up by our clock, not by its node's", || node.state("late") == "Stopping");
    stage.namespace.kubectl(&["delete", &late, "--force", "--grace-period=0"]).succeeds();
    node.succeeds(&behind, &time(-600), &time(-590));
    node.succeeds(&ahead, &time(600), &time(610));
    assert_eq!(ended(submit).code, Some(4));
    let phases: Vec<_> =
        steps(&stage.describe("x")).into_iter().map(|(_, phase, why)| format!("{phase} {why}")).collect();
    assert_eq!(phases, ["Succeeded ", "Succeeded ", "Failed Timeout"]);
}

#[test]
fn a_lease_from_a_clock_that_is_ahead_is_taken_over_all_the_same() {
    let stage = Stage::new("lease-ahead", "  a: {command: [sleep, '2']}\n");
    let orchestrator = Orchestrator::new(&stage.namespace);
    let object = abandoned(&stage, "ahead");
    let spec = json!({"spec": {"holderIdentity": "somebody", "renewTime": time(600).replace('Z', ".000000Z")}});
    stage.namespace.kubectl(&["patch", "lease", &object, "--type=merge", "-p", &spec.to_string()]).succeeds();
    let said = orchestrator.run(&object, "one");
    assert!(said.code == Some(0) && said.stderr.contains("waiting for somebody"), "{said}");
}

#[test]
fn a_token_that_is_rotated_is_read_again() {
    let stage =
        Stage::new("rotated", "  a: {command: [sleep, '15']}\n  b: {upstream_steps: [a], command: [echo, x]}\n");
    let orchestrator = Orchestrator::new(&stage.namespace);
    let object = abandoned(&stage, "rotated");
    stage.namespace.kubectl(&["create", "secret", "generic", "life"]).succeeds();
    orchestrator.rotate(&stage.namespace, &["--bound-object-kind=Secret", "--bound-object-name=life"]);
    let child = orchestrator.start(&object, "one");
    until("it has begun", || {
        let holder = ["get", "lease", &object, "-o", "jsonpath={.spec.holderIdentity}"];
        stage.namespace.kubectl(&holder).succeeds() == "one"
    });
    // The old token is worth nothing from now on.
    stage.namespace.kubectl(&["delete", "secret", "life"]).succeeds();
    orchestrator.rotate(&stage.namespace, &[]);
    let said = ended(child);
    assert_eq!(said.code, Some(0), "{said}");
    assert_eq!(stage.describe("rotated")["status"], "Succeeded");
    assert_eq!(stage.names("pods", "step").len(), 2);
}
