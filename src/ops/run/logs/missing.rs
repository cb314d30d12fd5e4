//! Which steps have no log, and why (layer 3).

use std::collections::HashSet;

use super::{Copied, Request, Sink, Told, is_wanted};
use crate::error::{Error, Result};
use crate::ops::run::Found;
use crate::orchestrator::record::{Record, StepPhase, StepRecord};
use crate::pipeline::render::instance_of;

/// So many steps are named, and the others counted.
const MOST_NAMES: usize = 5;

/// Of which steps there was a log.
#[derive(Default)]
pub(super) struct Had {
    steps: HashSet<String>,
    /// The steps whose logs are there and cannot be had, and the first reason for that.
    failed: HashSet<String>,
    trouble: Option<Error>,
}

impl Had {
    /// This came of a log of `step`.
    pub(super) fn take(&mut self, step: String, copied: Copied) {
        match copied {
            Copied::Whole => drop(self.steps.insert(step)),
            Copied::Gone => {}
            Copied::Failed(error) => {
                self.failed.insert(step);
                self.trouble.get_or_insert(error);
            }
        }
    }

    /// The steps that are asked for, have run, and whose logs went with their pods.
    pub(super) fn misses<'r>(&self, request: &Request, record: &'r Record) -> Vec<&'r str> {
        let steps = record.steps.iter().filter(|step| is_wanted(request, &step.name) && has_run(step));
        let known = |name: &str| self.steps.contains(name) || self.failed.contains(name);
        steps.map(|step| step.name.as_str()).filter(|name| !known(name)).collect()
    }

    /// Says what is missing of what was asked for; where that is all, it is an error.
    pub(super) async fn conclude(self, run: &Found, request: &Request, record: &Record, sink: &Sink) -> Result<()> {
        let note = self.verdict(run, request, record)?;
        if let Some(note) = note {
            // Who does not listen any more has seen enough.
            let _ = sink.send(Told::Note(note)).await;
        }
        Ok(())
    }

    fn verdict(self, run: &Found, request: &Request, record: &Record) -> Result<Option<String>> {
        let (gone, name) = (self.misses(request, record), &run.identity.name);
        if !self.steps.is_empty() {
            return Ok(note(&gone));
        }
        if let Some(error) = self.trouble {
            return Err(error);
        }
        let is_one = gone.len() == 1 && record.steps.len() > 1;
        match (&request.step, gone.as_slice()) {
            (None, []) => Ok(Some(format!("no step of run \"{name}\" has a log: none has run"))),
            (Some(step), []) => Err(Error::failure(format!("step \"{step}\" has no log: {}", by_nature(record, step)))),
            (Some(_), [one]) if is_one => {
                Err(Error::failure(format!("the log of step \"{one}\" is not found: it went with its pod"))
                    .hint(hint(run)))
            }
            (_, gone) => {
                let gone = names(gone);
                Err(Error::failure(format!(
                    "the logs of run \"{name}\" are not found: they went with the pods of {gone}"
                ))
                .hint(hint(run)))
            }
        }
    }
}

fn hint(run: &Found) -> String {
    format!("kubectl zenml run describe {}    shows the steps and how they ended", run.words())
}

fn note(gone: &[&str]) -> Option<String> {
    match gone {
        [] => None,
        [one] => Some(format!("the log of step \"{one}\" is not found: it went with its pod")),
        _ => Some(format!("some logs are not found: they went with the pods of {}", names(gone))),
    }
}

/// `steps "a", "b" and 3 more`.
fn names(steps: &[&str]) -> String {
    let shown = if steps.len() > MOST_NAMES + 1 { MOST_NAMES } else { steps.len() };
    let mut words: Vec<String> = steps[..shown].iter().map(|step| format!("\"{step}\"")).collect();
    if steps.len() > shown {
        words.push(format!("{} more", steps.len() - shown));
    }
    let noun = if steps.len() == 1 { "step" } else { "steps" };
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{noun} {} and {last}", rest.join(", ")),
        _ => format!("{noun} {}", words.concat()),
    }
}

/// Whether a container of the step has run, since the run was retried last.
fn has_run(step: &StepRecord) -> bool {
    let attempts = step.attempts.iter().filter(|attempt| attempt.attempt > step.past);
    step.started.is_some() || attempts.into_iter().any(|attempt| attempt.started.is_some())
}

/// Why a step that is known has never had a log.
fn by_nature(record: &Record, name: &str) -> String {
    let of =
        |step: &&StepRecord| step.name != name && instance_of(&step.name).is_some_and(|(origin, _)| origin == name);
    let mut instances = record.steps.iter().filter(of);
    let own = record.steps.iter().find(|step| step.name == name).map(of_one).unwrap_or_default();
    match instances.next() {
        None => own,
        Some(first) => {
            let count = instances.count() + 1;
            format!("none of its {count} instances has run; {} {}", first.name, of_one(first).trim_start_matches("it "))
        }
    }
}

fn of_one(step: &StepRecord) -> String {
    let why = step.message.as_deref().or(step.reason.as_deref()).map(|why| format!(": {why}")).unwrap_or_default();
    let reason = step.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    match step.phase {
        StepPhase::Pending | StepPhase::Running => "it has not started".to_owned(),
        StepPhase::Starting | StepPhase::Retrying | StepPhase::Stopping => format!("it has not started yet{reason}"),
        StepPhase::Succeeded if step.reason.is_some() => {
            format!("its result is from the cache, {}", why.trim_start_matches(": "))
        }
        StepPhase::Succeeded => "it had nothing to do".to_owned(),
        StepPhase::Failed => format!("it failed before it started{reason}"),
        StepPhase::Skipped => format!("it was skipped{why}"),
        StepPhase::Cancelled => "it was cancelled before it started".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orchestrator::record::Phase;
    use crate::orchestrator::root::{Identity, Mode};

    fn found() -> Found {
        let identity = Identity {
            format: 1,
            id: "0b1f".into(),
            name: "nightly".into(),
            pipeline: "churn".into(),
            mode: Mode::Job,
            pieces: Vec::new(),
        };
        Found { namespace: "ml".into(), identity, uid: "u-1".into(), created: None, suspended: false }
    }

    fn record(steps: &[(&str, StepPhase, bool)]) -> Record {
        let mut record = Record { phase: Phase::Failed, ..Record::pending(steps.iter().map(|it| it.0.to_owned())) };
        for (known, (_, phase, has_run)) in record.steps.iter_mut().zip(steps) {
            known.phase = *phase;
            known.started = has_run.then_some(jiff::Timestamp::UNIX_EPOCH);
        }
        record
    }

    fn verdict(record: &Record, step: Option<&str>, had: &[&str]) -> (bool, String) {
        let had = Had { steps: had.iter().map(ToString::to_string).collect(), ..Had::default() };
        let request = Request { step: step.map(ToOwned::to_owned), ..Request::default() };
        match had.verdict(&found(), &request, record) {
            Ok(note) => (true, note.unwrap_or_default()),
            Err(error) => (false, error.to_string()),
        }
    }

    #[test]
    fn what_went_with_its_pod_is_said_and_what_never_was_is_not() {
        use StepPhase::{Skipped, Succeeded};
        let all = record(&[("a", Succeeded, true), ("b", Succeeded, true), ("c", Skipped, false)]);
        assert_eq!(verdict(&all, None, &["a", "b"]), (true, String::new()));
        let (done, note) = verdict(&all, None, &["a"]);
        assert_eq!((done, note.as_str()), (true, "the log of step \"b\" is not found: it went with its pod"));
        let (done, error) = verdict(&all, None, &[]);
        let expected = "the logs of run \"nightly\" are not found: they went with the pods of steps \"a\" and \"b\"";
        assert_eq!((done, error.as_str()), (false, expected));
        let (done, error) = verdict(&all, Some("b"), &[]);
        assert_eq!((done, error.as_str()), (false, "the log of step \"b\" is not found: it went with its pod"));
        let (done, error) = verdict(&all, Some("c"), &[]);
        assert_eq!((done, error.as_str()), (false, "step \"c\" has no log: it was skipped"));
        let nothing = record(&[("a", Skipped, false)]);
        assert!(verdict(&nothing, None, &[]).0, "there is nothing to complain of");
    }

    #[test]
    fn many_steps_are_counted() {
        let steps: Vec<_> = (0..30).map(|at| format!("s{at}")).collect();
        let steps: Vec<_> = steps.iter().map(String::as_str).collect();
        assert_eq!(names(&steps), "steps \"s0\", \"s1\", \"s2\", \"s3\", \"s4\" and 25 more");
        assert_eq!(names(&steps[..1]), "step \"s0\"");
    }

    #[test]
    fn a_list_of_which_nothing_ran_says_so() {
        use StepPhase::Cancelled;
        let all = record(&[("each", Cancelled, false), ("each[0]", Cancelled, false), ("each[1]", Cancelled, false)]);
        let expected =
            "step \"each\" has no log: none of its 2 instances has run; each[0] was cancelled before it started";
        assert_eq!(verdict(&all, Some("each"), &[]), (false, expected.to_owned()));
    }
}
