//! Logs of steps: whole across cuts, of earlier attempts, of pods that are gone, in files.

use std::time::Duration;

use super::{Stage, ended, until};
use crate::support::proxy::{Fault, Proxy};

const LOG: &str = "/log?";

/// A step that counts for some seconds, several lines at once.
const COUNTER: &str = "  count: {command: [sh, -c, 'for n in $(seq 12); do echo \"$n a\"; echo \"$n a\"; echo \"$n b\" >&2; sleep 0.4; done']}\n";

fn counted() -> String {
    (1..=12).map(|n| format!("[count] {n} a\n[count] {n} a\n[count] {n} b\n")).collect()
}

#[test]
fn what_is_followed_comes_whole_and_once_however_often_it_is_cut() {
    let stage = Stage::new("cuts", COUNTER);
    let proxy = Proxy::before(&stage.sandbox);
    proxy.fail("GET", LOG, 3, Fault::Cut(Duration::from_millis(1_300)));
    proxy.fail("GET", LOG, 1, Fault::Answer("503 Service Unavailable\r\nContent-Type: text/plain", "later\n".into()));
    let said = stage.attached("cuts");
    assert!(proxy.count("GET", LOG) >= 5, "{said}");
    let lines: String =
        said.stderr.lines().filter(|line| line.starts_with('[')).fold(String::new(), |text, line| text + line + "\n");
    let sorted = |text: &str| {
        let mut lines: Vec<_> = text.lines().map(ToOwned::to_owned).collect();
        lines.sort();
        lines
    };
    // What is written to two streams at once may come in either order.
    assert_eq!(sorted(&lines), sorted(&counted()), "elsewhere than on a terminal, logs are printed: {said}");
    assert_eq!(said.succeeds(), "run/cuts created\nrun/cuts succeeded\n");
    let quiet = stage.zenml(&["submit", "--attached", "-f", "p.yaml", "--logs=false"]);
    assert!(!quiet.stderr.contains("[count]"), "{quiet}");
}

#[test]
fn what_is_lost_is_said() {
    let stage = Stage::new("gap", "  deaf: {command: [sh, -c, 'echo begun; sleep 300']}\n");
    let proxy = Proxy::before(&stage.sandbox);
    proxy.fail("GET", LOG, 1, Fault::Cut(Duration::from_secs(2)));
    proxy.fail("GET", LOG, 1, Fault::Answer("404 Not Found\r\nContent-Type: text/plain", "gone\n".into()));
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "gap"]);
    until("the log was cut", || proxy.count("GET", LOG) >= 2);
    stage.zenml(&["run", "stop", "--force", "gap"]).succeeds();
    let said = ended(submit);
    assert!(
        said.stderr.contains("[deaf] begun\n") && said.stderr.contains("[deaf] (more of this log cannot be had"),
        "{said}"
    );
}

#[test]
fn logs_of_failed_steps_outlive_their_pods_and_earlier_attempts_are_printed_on_request() {
    // The runtime may lose what a container writes just before its end.
    let steps = "  bad: {command: [sh, -c, 'echo \"this is $HOSTNAME\"; seq 20000; sleep 1; exit 3'], retry: {max_retries: 1}}\n  \
                 other: {command: [echo, fine]}\n";
    let stage = Stage::new("kept", steps);
    assert_eq!(
        stage.zenml(&["submit", "--attached", "-f", "p.yaml", "--name", "kept", "--logs-dir", "out/logs"]).code,
        Some(4)
    );
    let logs = |flags: &[&str]| stage.zenml(&[&["run", "logs", "kept"][..], flags].concat());
    let newest = logs(&["--step", "bad"]).succeeds();
    assert!(
        newest.starts_with("[bad] this is ") && newest.lines().next().is_some_and(|line| line.ends_with("-a2")),
        "{}",
        &newest[..80]
    );
    let before = logs(&["--previous"]).succeeds();
    assert!(before.lines().next().is_some_and(|line| line.ends_with("-a1")) && !before.contains("[other]"));
    // The client has kept all of them.
    let files = stage
        .names("pods", "run=kept")
        .into_iter()
        .map(|pod| format!("out/logs/{}.log", pod.trim_start_matches("pod/")));
    let mut lengths: Vec<_> =
        files.map(|file| std::fs::read_to_string(stage.sandbox.path(&file)).expect(&file).lines().count()).collect();
    lengths.sort_unstable();
    assert_eq!(lengths, [1, 20_001, 20_001]);
    let said = logs(&["--logs-dir", "again"]);
    assert!(said.stderr.contains("3 logs written to again") && said.stdout.is_empty(), "{said}");

    stage.namespace.kubectl(&["delete", "pods", "--all"]).succeeds();
    let kept = logs(&[]).succeeds();
    assert!(
        kept.ends_with("[bad] 19999\n[bad] 20000\n") && kept.len() > 60_000 && kept.len() < 200_000,
        "{}",
        kept.len()
    );
    assert!(!kept.contains("fine"), "only those of failed steps are kept");
    assert_eq!(logs(&["--tail", "1"]).succeeds(), "[bad] 20000\n");
    assert!(logs(&["--previous"]).fails(1).contains("no log of an earlier attempt"));
}

#[test]
fn logs_that_went_with_their_pods_are_not_silently_none() {
    let steps = "  one: {command: [echo, one]}\n  two: {command: [echo, two]}\n  \
                 never: {upstream_steps: [one], run_on: failure, command: [echo, never]}\n";
    let stage = Stage::new("no-logs", steps);
    stage.attached("x").succeeds();
    let logs = |flags: &[&str]| stage.zenml(&[&["run", "logs", "x"][..], flags].concat());
    let whole = logs(&[]);
    assert!(whole.stderr.is_empty() && whole.stdout.lines().count() == 2, "what never ran is no loss: {whole}");
    let skipped = "step \"never\" has no log: it was skipped: nothing upstream failed";
    assert!(logs(&["--step", "never"]).fails(1).contains(skipped));

    stage.namespace.kubectl(&["delete", "pods", "-l", "step=one"]).succeeds();
    let gone = "the log of step \"one\" is not found: it went with its pod";
    for flags in [&[][..], &["-f"]] {
        let said = logs(flags);
        assert_eq!((said.stdout.as_str(), said.stderr.trim_end(), said.code), ("[two] two\n", gone, Some(0)), "{said}");
    }
    assert!(logs(&["--step", "one"]).fails(1).contains(gone));
    let said = logs(&["--logs-dir", "logs"]);
    assert!(said.code == Some(0) && said.stderr.contains(gone), "{said}");
    assert!(said.stderr.contains("1 logs written"), "a note is no file: {said}");

    stage.namespace.kubectl(&["delete", "pods", "--all"]).succeeds();
    for flags in [&[][..], &["-f"], &["--logs-dir", "logs"]] {
        let said = logs(flags).fails(1);
        assert!(said.contains("are not found: they went with the pods of steps \"one\" and \"two\""), "{said}");
    }
}

#[test]
fn what_the_kubelet_says_of_a_log_that_it_has_no_more_is_no_line_of_it() {
    let stage = Stage::new("no-container", "  one: {command: [echo, one]}\n");
    stage.attached("x").succeeds();
    let proxy = Proxy::before(&stage.sandbox);
    let word = "unable to retrieve container logs for containerd://0c9d0f4a";
    for flags in [&[][..], &["-f"]] {
        proxy.fail("GET", LOG, 1, Fault::Answer("200 OK\r\nContent-Type: text/plain", word.into()));
        let said = stage.zenml(&[&["run", "logs", "x"][..], flags].concat()).fails(1);
        assert!(said.contains("the logs of run \"x\" are not found"), "{said}");
    }
}

#[test]
fn a_step_that_is_a_list_is_read_whole_or_by_instance() {
    let stage = Stage::new("instances", "  each: {foreach: [x, y], command: [echo, '{{ item }}']}\n");
    stage.attached("each").succeeds();
    let logs = |step: &str| stage.zenml(&["run", "logs", "each", "--step", step]).succeeds();
    assert_eq!(logs("each[1]"), "[each[1]] y\n");
    let mut both: Vec<_> = logs("each").lines().map(ToOwned::to_owned).collect();
    both.sort();
    assert_eq!(both, ["[each[0]] x", "[each[1]] y"]);
}
