//! What the cluster told of real runs, replayed: whoever takes over at whatever moment comes to the same end, and asks for no
//! pod that the run did not have.
//!
//! `RECORD=1` writes the log of the run that the last test makes to the fixtures, for when the format of a run changes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::Pod;
use kubectl_zenml::orchestrator::ledger::{Known, Ledger};
use kubectl_zenml::orchestrator::machine::{Action, Outcome};
use kubectl_zenml::orchestrator::packed::gunzip;
use kubectl_zenml::orchestrator::record::Record;
use kubectl_zenml::pipeline::pod::Owner;
use kubectl_zenml::pipeline::resolve::ResolvedRun;
use serde_json::{Value, json};

use super::{Stage, ended, until};
use crate::support::{cluster, kubeconfig, repository};

/// A checkpoint is written at most this often: so much may be missing in the record of whoever takes over.
const LAG: SignedDuration = SignedDuration::from_secs(2);

/// One thing that the watch told.
struct Change {
    at: Timestamp,
    kind: String,
    pod: Pod,
}

/// A run and what was told of it.
struct Log {
    run: ResolvedRun,
    owner: Owner,
    changes: Vec<Change>,
}

impl Log {
    /// Of lines of JSON: the run, then the changes.
    fn read(text: &str) -> Self {
        let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let head = lines.next().expect("a run");
        let text = head["run"].to_string();
        let run = ResolvedRun::read(|| text.as_bytes()).expect("a run of this format");
        let word = |value: &Value| value.as_str().expect("a word").to_owned();
        let owner = Owner { name: word(&head["owner"]["name"]), uid: word(&head["owner"]["uid"]) };
        let change = |line: Value| Change {
            at: word(&line["at"]).parse().expect("a time"),
            kind: word(&line["type"]),
            pod: serde_json::from_value(line["object"].clone()).expect("a pod"),
        };
        Self { run, owner, changes: lines.map(change).collect() }
    }

    fn fresh(&self) -> Record {
        Record::pending(self.run.steps.iter().map(|step| step.name.clone()))
    }

    /// The pods that there are before change number `at`.
    fn pods(&self, at: usize) -> BTreeMap<&str, &Pod> {
        let mut pods = BTreeMap::new();
        for change in &self.changes[..at] {
            let name = change.pod.metadata.name.as_deref().expect("a name");
            if change.kind == "DELETED" {
                pods.remove(name)
            } else {
                pods.insert(name, &change.pod)
            };
        }
        pods
    }

    /// A process that begins before change number `at` with this record.
    fn begin(&self, record: Record, at: usize) -> Replay {
        let now = self.changes.get(at).or(self.changes.last()).expect("a change").at;
        let mut replay =
            Replay { ledger: Ledger::new(self.run.clone(), &self.owner, record).unwrap(), asked: Vec::new() };
        replay.ledger.begin(now);
        replay.ledger.list_begins();
        for pod in self.pods(at).values() {
            assert!(matches!(replay.ledger.present(pod, now), Known::Ours(_)));
        }
        let actions = replay.ledger.list_ends(now);
        replay.take(actions);
        replay
    }
}

/// A process, and what it has asked for.
struct Replay {
    ledger: Ledger,
    asked: Vec<String>,
}

impl Replay {
    fn take(&mut self, actions: Vec<Action>) {
        for action in actions {
            self.asked.push(match action {
                Action::CreatePod { step, attempt, .. } => self.ledger.pod_name(step, attempt),
                other => format!("{other:?}"),
            });
        }
    }

    /// Is told `changes`, and the time where it wants to know it.
    fn hear(&mut self, changes: &[Change]) {
        for change in changes {
            while let Some(wake) = self.ledger.next_wake().filter(|wake| *wake <= change.at) {
                let actions = self.ledger.tick(wake);
                self.take(actions);
            }
            let name = change.pod.metadata.name.clone().expect("a name");
            let actions = if change.kind == "DELETED" {
                self.ledger.gone(&name, change.at)
            } else {
                let Known::Ours(actions) = self.ledger.present(&change.pod, change.at) else {
                    panic!("{name} is foreign")
                };
                actions
            };
            self.take(actions);
        }
    }

    /// The record as one reads it who takes over.
    fn record(&self) -> Record {
        let record = self.ledger.record();
        Record::read(&record.summary().unwrap(), Some(&record.pack_steps().unwrap())).unwrap()
    }

    /// What the steps came to.
    fn end(&self) -> Vec<String> {
        let mut steps: Vec<_> = self.ledger.record().steps.iter().collect();
        steps.sort_by(|one, other| one.name.cmp(&other.name));
        steps
            .iter()
            .map(|step| format!("{} {:?} {} {:?}", step.name, step.phase, step.attempt, step.exit_code))
            .collect()
    }
}

/// Replays `log` whole, and with a second process from every moment on; what the steps came to.
fn replay(log: &Log) -> Vec<String> {
    let finish = format!("{:?}", Action::Finish(Outcome::Succeeded));
    let pods: Vec<_> = log.changes.iter().filter_map(|change| change.pod.metadata.name.clone()).collect();
    let mut whole = log.begin(log.fresh(), 0);
    whole.hear(&log.changes);
    let end = whole.end();
    assert_eq!(whole.asked.iter().filter(|asked| **asked == finish).count(), 1, "{:?}", whole.asked);
    for at in 0..log.changes.len() {
        let recorded_at = [at, log.changes.partition_point(|change| change.at + LAG < log.changes[at].at)];
        for recorded_at in recorded_at {
            let mut first = log.begin(log.fresh(), 0);
            first.hear(&log.changes[..recorded_at]);
            let mut second = log.begin(first.record(), at);
            let known = log.pods(at);
            let twice = second.asked.iter().find(|asked| known.contains_key(asked.as_str()));
            assert_eq!(twice, None, "asked for again, taking over at {at}");
            second.hear(&log.changes[at..]);
            assert_eq!(second.end(), end, "taking over at {at} with the record of {recorded_at}");
            // Of a pod that went before it was recorded nobody knows: it is asked for once more, and is one too many when the
            // log goes on with the next attempt.
            let to_come = &pods[at..];
            let is_lost = |asked: &String| pods.contains(asked) && !to_come.contains(asked);
            let lost = second.asked.iter().any(is_lost);
            for asked in &second.asked {
                let known = *asked == finish || pods.contains(asked) || (lost && asked.starts_with("DeletePod "));
                assert!(known, "taking over at {at} with the record of {recorded_at}: {asked}");
            }
            assert_eq!(second.asked.iter().filter(|asked| **asked == finish).count(), 1, "taking over at {at}");
        }
    }
    end
}

fn fixtures() -> PathBuf {
    repository().join("tests/it/fixtures/runs")
}

#[test]
fn recorded_runs_come_to_their_end_from_every_moment_on() {
    let mut count = 0;
    for entry in fs::read_dir(fixtures()).expect("the fixtures") {
        let log = Log::read(&fs::read_to_string(entry.expect("a file").path()).expect("a log"));
        let end = replay(&log);
        assert!(end.iter().all(|step| step.contains(" Succeeded ")), "{end:?}");
        count += 1;
    }
    assert_eq!(count, 2);
}

/// Watches the pods of the run `name` from outside, with the time at which each change came.
struct Watch {
    kubectl: Child,
    seen: Arc<Mutex<Vec<Value>>>,
    reader: JoinHandle<()>,
    pods: String,
}

impl Watch {
    fn start(stage: &Stage, name: &str) -> Self {
        let pods = format!("/api/v1/namespaces/{}/pods?labelSelector=run%3D{name}%2Cstep", stage.namespace.name());
        let before = stage.namespace.kubectl(&["get", "--raw", &pods]).json();
        let since = before["metadata"]["resourceVersion"].as_str().expect("a version");
        let mut kubectl = Command::new(cluster().join("bin/kubectl"));
        kubectl.arg("--kubeconfig").arg(kubeconfig("admin"));
        kubectl.args(["get", "--raw", &format!("{pods}&watch=true&resourceVersion={since}")]);
        let mut kubectl = kubectl.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("kubectl");
        let out = BufReader::new(kubectl.stdout.take().expect("a pipe"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&seen);
        let reader = std::thread::spawn(move || {
            // The last line may be half a one: it is about nothing that is waited for.
            for change in out.lines().map_while(|line| serde_json::from_str::<Value>(&line.ok()?).ok()) {
                heard.lock().expect("the changes").push(noted(&change));
            }
        });
        Self { kubectl, seen, reader, pods }
    }

    /// What was told, once it is all that `stage` has to tell.
    fn end(mut self, stage: &Stage) -> Vec<Value> {
        until("the watch has told of every pod as it is now", || {
            let pods = stage.namespace.kubectl(&["get", "--raw", &self.pods]).json();
            let seen = self.seen.lock().expect("the changes");
            let told = |pod: &Value| {
                let version = &pod["metadata"]["resourceVersion"];
                seen.iter().any(|change| change["object"]["metadata"]["resourceVersion"] == *version)
            };
            pods["items"].as_array().expect("a list").iter().all(told)
        });
        self.kubectl.kill().expect("kubectl");
        self.kubectl.wait().expect("kubectl");
        self.reader.join().expect("the changes");
        std::mem::take(&mut self.seen.lock().expect("the changes"))
    }
}

/// A change with as much of the pod as says something about the run.
fn noted(change: &Value) -> Value {
    let (pod, mut metadata) = (&change["object"], json!({}));
    let kept = [
        "name",
        "resourceVersion",
        "labels",
        "annotations",
        "ownerReferences",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
    ];
    for key in kept {
        if !pod["metadata"][key].is_null() {
            metadata[key] = pod["metadata"][key].clone();
        }
    }
    let mut status = json!({});
    for key in ["phase", "reason", "message", "conditions", "containerStatuses"] {
        if !pod["status"][key].is_null() {
            status[key] = pod["status"][key].clone();
        }
    }
    let at = Timestamp::now().to_string();
    json!({"at": at, "type": change["type"], "object": {"metadata": metadata, "status": status}})
}

/// Runs what the stage has and gives the log; `meanwhile` may disturb it.
fn record(stage: &Stage, name: &str, meanwhile: impl FnOnce()) -> String {
    let watch = Watch::start(stage, name);
    let submit = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", name]);
    meanwhile();
    ended(submit).succeeds();
    let object = stage.describe(name)["object"].as_str().expect("a name").to_owned();
    let root = stage.namespace.kubectl(&["get", "configmap", &object, "-o", "json"]).json();
    let piece = stage
        .namespace
        .kubectl(&["get", "configmaps", "-l", &format!("run={name},zenml.io/kind=spec"), "-o", "json"])
        .json();
    let data = piece["items"][0]["binaryData"].as_object().expect("a piece").values().next().expect("its bytes");
    let run = gunzip(&STANDARD.decode(data.as_str().expect("base64")).expect("base64")).expect("a run");
    let run: Value = serde_json::from_slice(&run).expect("JSON");
    let head = json!({"owner": {"name": object, "uid": root["metadata"]["uid"]}, "run": run});
    let log: Vec<_> = [head].into_iter().chain(watch.end(stage)).map(|line| line.to_string()).collect();
    let log = log.join("\n") + "\n";
    if std::env::var_os("RECORD").is_some() {
        fs::create_dir_all(fixtures()).expect("a folder");
        fs::write(fixtures().join(format!("{name}.jsonl")), &log).expect("a fixture");
    }
    log
}

#[test]
fn a_run_of_today_comes_to_its_end_from_every_moment_on() {
    let stage = Stage::new("replay", super::takeover::WORK);
    let end = replay(&Log::read(&record(&stage, "quiet", || {})));
    assert!(end.contains(&"flaky Succeeded 2 Some(0)".to_owned()), "{end:?}");

    let work = "  a: {command: [sh, -c, 'case $HOSTNAME in *-a1) trap \"exit 0\" TERM; sleep 60 & wait;; esac']}\n  \
                b: {command: [sh, -c, 'case $HOSTNAME in *-a1) trap \"exit 1\" TERM; sleep 60 & wait;; esac']}\n  \
                c: {upstream_steps: [a, b], command: [echo, c]}\n";
    let stage = Stage::new("replay-disturbed", work);
    let log = record(&stage, "disturbed", || {
        for (step, evicted) in [("a", true), ("b", false)] {
            let running = ["get", "pods", "-l", &format!("step={step}"), "-o", "jsonpath={.items[*].status.phase}"];
            until("it runs", || stage.namespace.kubectl(&running).succeeds() == "Running");
            let pod = stage.names("pods", &format!("step={step}")).pop().expect("a pod");
            if evicted {
                stage.namespace.evict(pod.trim_start_matches("pod/"));
            } else {
                stage.namespace.kubectl(&["delete", &pod, "--wait=false"]).succeeds();
            }
        }
    });
    let end = replay(&Log::read(&log));
    assert_eq!(end, ["a Succeeded 2 Some(0)", "b Succeeded 2 Some(0)", "c Succeeded 1 Some(0)"]);
}
