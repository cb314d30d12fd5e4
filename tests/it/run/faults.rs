//! An API server that misbehaves: a proxy stands before the real one.

use std::time::Duration;

use super::{QUICK, Stage, ended, steps, until};
use crate::support::proxy::{Fault, Proxy};

const PODS: &str = "/pods?";
const WATCH: &str = "/pods?&watch=true";

/// A stage whose plugin goes through a proxy.
fn faulty(purpose: &str, steps: &str) -> (Stage, Proxy) {
    let stage = Stage::new(purpose, steps);
    let proxy = Proxy::before(&stage.sandbox);
    (stage, proxy)
}

/// A refusal as the API server words it.
fn status(code: u16, reason: &str, message: &str) -> String {
    serde_json::json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": message,
    })
    .to_string()
}

#[test]
fn an_answer_that_is_lost_makes_no_second_pod() {
    let (stage, proxy) = faulty("lost-answer", QUICK);
    proxy.fail("POST", PODS, 3, Fault::Swallow);
    stage.attached("lost").succeeds();
    let pods = stage.names("pods", "run=lost");
    assert_eq!(pods.len(), 2, "{pods:?}");
    assert!(proxy.count("POST", PODS) >= 3);
}

#[test]
fn what_passes_is_waited_for_and_what_does_not_fails_its_step() {
    let (stage, proxy) = faulty("answers", QUICK);
    let busy = Fault::Answer("429 Too Many Requests\r\nRetry-After: 1\r\nContent-Type: text/plain", "busy\n".into());
    for (method, part) in [("GET", WATCH), ("PATCH", "/configmaps/"), ("PUT", "/leases/")] {
        proxy.fail(method, part, 2, busy.clone());
    }
    proxy.fail("POST", PODS, 3, busy);
    let json = |line: &'static str, body| Fault::Answer(line, body);
    let internal = "500 Internal Server Error\r\nContent-Type: application/json";
    let webhook = status(500, "InternalError", "failed calling webhook \"w\": context deadline exceeded");
    proxy.fail("POST", PODS, 2, json(internal, webhook));
    stage.attached("passes").succeeds();
    assert_eq!(proxy.count("POST", PODS), 2 + 5 + 1, "two pods, five refusals, one dry run");
    let large = status(500, "", "etcdserver: request is too large");
    proxy.fail("POST", PODS, 1, json(internal, large));
    let said = stage.attached("fatal");
    assert!(said.code == Some(4) && said.stderr.contains("request is too large"), "{said}");
    let first = steps(&stage.describe("fatal"))[0].clone();
    assert_eq!((first.1.as_str(), first.2.as_str()), ("Failed", "PodRefused"));
}

#[test]
fn watches_that_are_cut_or_expired_lose_nothing() {
    let chain: String = (0..6)
        .map(|n| {
            let after = if n > 0 { format!("upstream_steps: [s{}], ", n - 1) } else { String::new() };
            format!("  s{n}: {{{after}command: [sleep, '1']}}\n")
        })
        .collect();
    let (stage, proxy) = faulty("watches", &chain);
    let expired = "{\"type\":\"ERROR\",\"object\":".to_owned()
        + &status(410, "Expired", "too old resource version: 200 (217)")
        + "}\n";
    proxy.fail("GET", WATCH, 2, Fault::Cut(Duration::from_millis(1_500)));
    proxy.fail("GET", WATCH, 2, Fault::Answer("200 OK\r\nContent-Type: application/json", expired));
    proxy.fail("GET", WATCH, 100, Fault::Cut(Duration::from_secs(2)));
    stage.attached("cut").succeeds();
    assert_eq!(stage.names("pods", "run=cut").len(), 6);
    assert!(proxy.count("GET", WATCH) > 4, "{}", proxy.count("GET", WATCH));
}

#[test]
fn a_watch_that_falls_silent_is_noticed() {
    let (stage, proxy) = faulty("silent", QUICK);
    proxy.fail("GET", WATCH, 1, Fault::Freeze(Duration::from_millis(200)));
    stage.attached("silent").succeeds();
    assert!(proxy.count("GET", WATCH) > 1);
}

#[test]
fn an_api_server_that_is_away_fails_nothing() {
    let (stage, proxy) =
        faulty("away", "  first: {command: [sleep, '12']}\n  second: {upstream_steps: [first], command: [echo, x]}\n");
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "away"]);
    until("the step runs", || stage.names("pods", "run=away").len() == 1);
    proxy.down(true);
    // Longer than the Lease is held, and than the step runs.
    std::thread::sleep(Duration::from_secs(20));
    proxy.down(false);
    let said = ended(submit);
    assert!(said.stderr.contains("lease was lost") || said.stderr.contains("waiting for the API server"), "{said}");
    said.succeeds();
    assert_eq!(stage.names("pods", "run=away").len(), 2);
}
