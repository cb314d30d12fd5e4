//! How long commands wait for a run, and the list that goes on.

use std::io::{BufRead, BufReader};

use super::{Stage, ended, signal, until};

/// It does not hear SIGTERM.
const DEAF: &str = "  a: {command: [sh, -c, 'trap \"\" TERM; sleep 300 & wait; wait']}\n";

#[test]
fn whoever_waits_gives_up_in_time_and_leaves_the_run_as_the_first_interrupt_does() {
    let stage = Stage::new("timeout", DEAF);
    let said = stage.zenml(&["submit", "--attached", "-f", "p.yaml", "--name", "slow", "--timeout", "6s"]);
    assert_eq!(said.code, Some(5), "{said}");
    let line = "error: timed out waiting for run \"slow\" to end; no further step starts, and the pods that run keep running\n";
    assert!(said.stderr.contains(line) && said.stderr.contains("hint: kubectl zenml run attach slow"), "{said}");
    let again = stage.zenml(&["run", "attach", "slow", "--timeout=5s"]);
    assert!(again.code == Some(5) && again.stderr.contains("this terminal drives the run now"), "{again}");
    assert!(!again.stderr.contains("taking over unless"), "the Lease was given back: {again}");
    let driver = stage.start(&["run", "attach", "slow"]);
    until("it is driven", || stage.describe("slow")["status"] == "Running");
    for (verb, rest) in [("watch", "it is not touched by that"), ("attach", "the run goes on in the cluster")] {
        let said = stage.zenml(&["run", verb, "slow", "--timeout", "2s"]);
        let line = format!("error: timed out waiting for run \"slow\" to end; {rest}\n");
        assert!(said.code == Some(5) && said.stderr.contains(&line), "{said}");
    }
    let said = stage.zenml(&["run", "stop", "slow", "--timeout", "2s"]);
    let line = "error: timed out waiting for run \"slow\" to end; the stop is asked for all the same\n";
    assert!(said.code == Some(5) && said.stderr.contains(line), "{said}");
    assert_eq!(stage.zenml(&["run", "stop", "slow", "--force", "--timeout", "0"]).succeeds(), "run/slow stopped\n");
    assert_eq!(ended(driver).code, Some(4));
    // As kubectl has it.
    stage.zenml(&["run", "watch", "slow", "--timeout", "5"]).fails(2);
}

#[test]
fn of_runs_that_are_stopped_together_each_line_names_one() {
    let stage = Stage::new("both", "  a: {command: [sleep, '300']}\n");
    for name in ["one", "two"] {
        let said = stage.zenml(&["submit", "--attached", "-f", "p.yaml", "--name", name, "--timeout", "3s"]);
        assert_eq!(said.code, Some(5), "{said}");
    }
    let said = stage.zenml(&["run", "stop", "--force", "one", "two"]);
    for name in ["one", "two"] {
        assert!(said.stderr.contains(&format!("{name}: a: Cancelled")), "{said}");
    }
    assert_eq!(said.succeeds(), "run/one stopped\nrun/two stopped\n");
}

#[test]
fn the_list_goes_on_with_a_line_for_each_change() {
    let stage = Stage::new("list-watch", "  a: {command: [sleep, '4']}\n");
    stage.attached("before").succeeds();
    let start = |output: &'static str| {
        let mut child = stage.start(&["run", "list", "-w", "-o", output]);
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map(|line| line.expect("a line"));
        (child, lines)
    };
    let ((table, mut rows), (names, mut words)) = (start("table"), start("name"));
    assert!(rows.next().expect("a header").starts_with("NAME     PIPELINE     STATUS      STEPS"));
    assert!(rows.next().expect("a row").starts_with("before   a_pipeline   Succeeded   1/1"));
    assert_eq!(words.next().as_deref(), Some("run/before"));
    stage.attached("after").succeeds();
    stage.zenml(&["run", "delete", "after"]).succeeds();
    let mut seen = Vec::new();
    while seen.last().is_none_or(|status| status != "Deleted") {
        let row = rows.next().expect("it goes on");
        let cells: Vec<_> = row.split_whitespace().map(ToOwned::to_owned).collect();
        assert_eq!(cells[..2], ["after", "a_pipeline"], "only what has changed: {row}");
        seen.push(cells[2].clone());
    }
    seen.dedup();
    assert!(seen.ends_with(&["Running".into(), "Succeeded".into(), "Deleted".into()]), "{seen:?}");
    assert_eq!(words.next().as_deref(), Some("run/after"));
    for child in [table, names] {
        signal(&child, "-INT");
        assert_eq!(ended(child).stderr.matches("error").count(), 0);
    }
}
