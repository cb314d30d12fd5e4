//! Retrying a run that has ended: what of its record begins anew (layer 3, pure).
//!
//! What succeeded stays, with what it left. A step that did not succeed, a step that somebody names, and all that waits for
//! one of these begin anew: their attempts so far do not count any more, but keep their numbers, since pods are named
//! after them.

use std::collections::{BTreeSet, HashMap};

use crate::error::{Error, Result};
use crate::naming;
use crate::orchestrator::machine::Cause;
use crate::orchestrator::reason;
use crate::orchestrator::record::{AttemptRecord, Phase, Record, StepPhase, StepRecord};
use crate::orchestrator::unknown_step::unknown_step;
use crate::pipeline::graph::StepIndex;
use crate::pipeline::render::{instance_name, instance_of};
use crate::pipeline::resolve::ResolvedRun;

/// What a retry makes of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reset {
    /// The record to go on from.
    pub record: Record,
    /// The names of the steps and instances that begin anew, in the record's order.
    pub steps: Vec<String>,
}

/// How far a step begins anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Anew {
    #[default]
    Not,
    /// Those of its instances that did not succeed.
    Partly,
    /// With all its instances.
    Whole,
}

/// The record with which `run`, of which `record` is known, is tried again: what did not succeed, and with `from` that step
/// or instance too, each with all steps after it.
pub fn reset(run: &ResolvedRun, record: &Record, from: Option<&str>) -> Result<Reset> {
    let from = from.map(|name| find(run, record, name)).transpose()?;
    if record.phase == Phase::Succeeded && from.is_none() {
        return Err(Error::failure(format!("every step of run \"{}\" succeeded", run.run_name))
            .hint("`--from STEP` does that step again, and all that wait for it"));
    }
    let anew = extent(run, record, from)?;
    check_outputs(run, record, &anew)?;
    let places: HashMap<&str, StepIndex> =
        run.steps.iter().enumerate().map(|(at, step)| (step.name.as_str(), at)).collect();
    let named = from.and_then(|(step, item)| Some(instance_name(&run.steps[step].name, Some(item?))));
    let begins_anew = |known: &StepRecord| {
        let origin = instance_of(&known.name).and_then(|(step, item)| Some((places.get(step)?, item)));
        match origin.map(|(step, item)| (anew[*step], item)) {
            Some((Anew::Whole, _) | (Anew::Partly, None)) => true,
            Some((Anew::Partly, Some(_))) => did_not_succeed(known.phase) || named.as_ref() == Some(&known.name),
            _ => false,
        }
    };
    let mut record = record.clone();
    let mut steps = Vec::new();
    for known in record.steps.iter_mut().filter(|known| begins_anew(known)) {
        steps.push(known.name.clone());
        *known = again(known);
    }
    record.retries = record.retries.saturating_add(1);
    (record.phase, record.message, record.stop, record.suspended) = (Phase::Pending, None, None, false);
    // The deadline is of this try.
    (record.started, record.finished) = (None, None);
    record.succeeded = succeeded(run, &record);
    Ok(Reset { record, steps })
}

/// The step, or the instance of it, that a person names.
pub(super) fn find(run: &ResolvedRun, record: &Record, name: &str) -> Result<(StepIndex, Option<usize>)> {
    let known = record.steps.iter().any(|step| step.name == name);
    let found = instance_of(name).and_then(|(step, item)| {
        let at = run.steps.iter().position(|known| known.name == step)?;
        (item.is_none() || known).then_some((at, item))
    });
    found.ok_or_else(|| unknown_step(&run.run_name, record, name))
}

fn did_not_succeed(phase: StepPhase) -> bool {
    matches!(phase, StepPhase::Failed | StepPhase::Cancelled | StepPhase::Skipped)
}

/// How far each step of the file begins anew.
pub(super) fn extent(
    run: &ResolvedRun,
    record: &Record,
    from: Option<(StepIndex, Option<usize>)>,
) -> Result<Vec<Anew>> {
    let graph = run.graph()?;
    let mut anew = vec![Anew::Not; run.steps.len()];
    for (step, known) in anew.iter_mut().zip(&record.steps) {
        if did_not_succeed(known.phase) {
            *step = Anew::Partly;
        }
    }
    if let Some((step, item)) = from {
        anew[step] = if item.is_some() { Anew::Partly } else { Anew::Whole };
    }
    for step in graph.order() {
        if graph.upstreams(*step).iter().any(|upstream| anew[*upstream] != Anew::Not) {
            anew[*step] = Anew::Whole;
        }
    }
    Ok(anew)
}

/// What a step left may be forgotten once all that read it succeeded.
fn check_outputs(run: &ResolvedRun, record: &Record, anew: &[Anew]) -> Result<()> {
    let again = run.steps.iter().zip(anew).filter(|(_, anew)| **anew != Anew::Not).map(|(step, _)| step);
    let wanted: BTreeSet<&str> = again.flat_map(|step| step.references()).collect();
    for (at, step) in run.steps.iter().enumerate() {
        let is_there = step.foreach.is_some() || record.steps.get(at).is_some_and(|known| known.output.is_some());
        if wanted.contains(step.name.as_str()) && anew[at] == Anew::Not && !is_there {
            let name = &step.name;
            return Err(Error::failure(format!(
                "what step \"{name}\" left is not there any more, and a step needs it"
            ))
            .hint(format!("`kubectl zenml run retry` with `--from {}` does that step again too", naming::word(name))));
        }
    }
    Ok(())
}

/// A step before its next attempt.
fn again(known: &StepRecord) -> StepRecord {
    let mut attempts = known.attempts.clone();
    let is_noted = attempts.last().is_some_and(|last| last.attempt >= known.attempt);
    if known.attempt > known.past && !is_noted && known.phase != StepPhase::Succeeded {
        let (detail, message) = (known.detail.as_deref().unwrap_or_default(), known.message.as_deref());
        attempts.push(AttemptRecord {
            attempt: known.attempt,
            cause: known.cause.unwrap_or(Cause::Final),
            reason: known.reason.clone().unwrap_or_else(|| known.phase.as_str().to_owned()),
            message: reason::short(detail, message.unwrap_or_default()),
            exit_code: known.exit_code,
            charged: known.charged,
            pod: known.pod.clone(),
            started: known.started,
            finished: known.finished,
        });
    }
    let (name, attempt) = (known.name.clone(), known.attempt);
    StepRecord { name, attempt, past: attempt, attempts, ..StepRecord::default() }
}

/// Steps that succeeded, of expanded ones their instances.
fn succeeded(run: &ResolvedRun, record: &Record) -> usize {
    let origin = |known: &StepRecord| instance_of(&known.name).map(|(step, _)| step.to_owned()).unwrap_or_default();
    let (steps, instances) = record.steps.split_at(run.steps.len().min(record.steps.len()));
    let expanded: BTreeSet<String> = instances.iter().map(origin).collect();
    let own = steps.iter().filter(|known| !expanded.contains(&known.name));
    own.chain(instances).filter(|known| known.phase == StepPhase::Succeeded).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::resolve::sample;

    const FILE: &str = "
version: 1
kind: pipeline
name: p
image: busybox:1.35
steps:
  list: {command: [list]}
  each: {foreach: '{{ steps.list.output }}', command: [each, '{{ item }}']}
  sum: {upstream_steps: [each], command: [sum]}
  other: {command: [other]}
  mail: {upstream_steps: [each], run_on: failure, command: [mail]}
";

    fn run() -> ResolvedRun {
        sample(FILE)
    }

    /// One of two instances failed.
    fn failed() -> Record {
        use StepPhase::{Failed, Skipped, Succeeded};
        let names = ["list", "each", "sum", "other", "mail", "each[0]", "each[1]"].map(ToOwned::to_owned);
        let mut record = Record::pending(names);
        let phases = [Succeeded, Failed, Skipped, Succeeded, Succeeded, Succeeded, Failed];
        for (step, phase) in record.steps.iter_mut().zip(phases) {
            (step.phase, step.attempt) = (phase, u16::from(phase != Skipped && step.name != "each"));
            step.output = (phase == Succeeded).then(|| "[1, 2]".to_owned());
        }
        (record.steps[6].exit_code, record.steps[6].message) = (Some(7), Some("one\ntwo".into()));
        Record { phase: Phase::Failed, stop: Some("x".into()), total: 6, ..record }
    }

    fn names(from: Option<&str>) -> Vec<String> {
        reset(&run(), &failed(), from).unwrap().steps
    }

    #[test]
    fn what_did_not_succeed_begins_anew_with_all_after_it() {
        assert_eq!(names(None), ["each", "sum", "mail", "each[1]"], "the hook has to look again");
        assert_eq!(names(Some("other")), ["each", "sum", "other", "mail", "each[1]"]);
        assert_eq!(names(Some("each[0]")), ["each", "sum", "mail", "each[0]", "each[1]"]);
        assert_eq!(names(Some("list")), ["list", "each", "sum", "mail", "each[0]", "each[1]"]);
        let error = reset(&run(), &failed(), Some("eahc")).unwrap_err();
        assert_eq!(error.to_string(), "run \"n\" has no step \"eahc\": did you mean \"each\"?");
        assert!(reset(&run(), &failed(), Some("each[2]")).is_err());
    }

    #[test]
    fn attempts_keep_their_numbers_and_their_ends() {
        let Reset { record, .. } = reset(&run(), &failed(), None).unwrap();
        assert_eq!((record.phase, record.stop, record.retries, record.succeeded), (Phase::Pending, None, 1, 3));
        let instance = &record.steps[6];
        assert_eq!((instance.phase, instance.attempt, instance.past), (StepPhase::Pending, 1, 1));
        let noted = &instance.attempts[0];
        assert_eq!((noted.attempt, noted.exit_code, noted.message.as_str()), (1, Some(7), "two"));
        assert_eq!(record.steps[5], failed().steps[5], "what succeeded stays");
        // A hook that had succeeded has no failed attempt.
        assert_eq!((record.steps[4].past, record.steps[4].attempts.len()), (1, 0));
    }

    #[test]
    fn a_success_is_tried_again_only_from_a_step_and_with_what_it_needs() {
        let record = Record { phase: Phase::Succeeded, ..failed() };
        assert!(reset(&run(), &record, None).unwrap_err().to_string().contains("every step"));
        assert!(reset(&run(), &record, Some("other")).is_ok());
        let mut record = failed();
        record.steps[0].output = None;
        let error = reset(&run(), &record, None).unwrap_err();
        assert_eq!(error.hints(), ["`kubectl zenml run retry` with `--from list` does that step again too"]);
        assert!(reset(&run(), &record, Some("list")).is_ok());
    }
}
