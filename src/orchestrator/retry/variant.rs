//! Trying a run again with other parameters: a new run, in which what succeeded before stays as far as it would do the
//! same (layer 3).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::Secret as Object;
use serde_json::Value as Json;

use super::reset::{Anew, extent, find};
use crate::cluster::failure::On;
use crate::cluster::{Cluster, objects};
use crate::error::{Error, Result};
use crate::naming;
use crate::orchestrator::record::{Record, StepPhase, StepRecord};
use crate::pipeline::graph::{Graph, StepIndex};
use crate::pipeline::render::instance_of;
use crate::pipeline::resolve::{ResolvedRun, ResolvedStep};
use crate::secret::Secret;

/// The record with which `new` begins, `old` being recorded as `record`: a step stays that succeeded, would do the same
/// again, and waits only for such. `from` names a step that does not.
pub fn inherit(old: &ResolvedRun, record: &Record, new: &ResolvedRun, from: Option<&str>) -> Result<Record> {
    let from = from.map(|name| find(old, record, name)).transpose()?;
    let anew = extent(old, record, from)?;
    let graph = new.graph()?;
    let mut stays: Vec<bool> = new
        .steps
        .iter()
        .enumerate()
        .map(|(at, step)| {
            let before = old.steps.get(at).filter(|before| before.name == step.name);
            let succeeded = record.steps.get(at).is_some_and(|known| known.phase == StepPhase::Succeeded);
            succeeded && anew[at] == Anew::Not && before.is_some_and(|before| is_same(old, before, new, step))
        })
        .collect();
    settle(new, &graph, record, &mut stays);
    let mut begun = Record::pending(new.steps.iter().map(|step| step.name.clone()));
    for (at, _) in stays.iter().enumerate().filter(|(_, stays)| **stays) {
        begun.steps[at] = reused(&record.steps[at], &old.run_name);
    }
    for known in record.steps.iter().skip(old.steps.len()) {
        let origin = instance_of(&known.name).and_then(|(step, _)| new.steps.iter().position(|one| one.name == step));
        if origin.is_some_and(|step| stays[step]) {
            begun.steps.push(reused(known, &old.run_name));
        }
    }
    Ok(begun)
}

/// What waits for something that does not stay, does not stay; nor does a step whose output is wanted and forgotten.
fn settle(run: &ResolvedRun, graph: &Graph, record: &Record, stays: &mut [bool]) {
    loop {
        for step in graph.order() {
            stays[*step] &= graph.upstreams(*step).iter().all(|upstream| stays[*upstream]);
        }
        let wanted = |at: StepIndex| {
            let readers = graph.downstreams(at).iter().filter(|reader| !stays[**reader]);
            let name = run.steps[at].name.as_str();
            readers.into_iter().any(|reader| run.steps[*reader].references().contains(name))
        };
        let is_lost =
            |at: StepIndex| run.steps[at].foreach.is_none() && record.steps[at].output.is_none() && wanted(at);
        let Some(lost) = (0..stays.len()).find(|at| stays[*at] && is_lost(*at)) else { return };
        stays[lost] = false;
    }
}

/// Whether a step does the same in both runs. Each has its own Secret with the same values.
fn is_same(old: &ResolvedRun, before: &ResolvedStep, new: &ResolvedRun, step: &ResolvedStep) -> bool {
    let (own, others) = (naming::run_secret(&new.run_name), naming::run_secret(&old.run_name));
    let mut before_here = ResolvedStep { settings: step.settings, ..before.clone() };
    for key in before_here.secrets.values_mut().filter(|key| key.name == others) {
        key.name.clone_from(&own);
    }
    before_here == *step && old.settings_of(before) == new.settings_of(step)
}

fn reused(known: &StepRecord, run: &str) -> StepRecord {
    StepRecord {
        name: known.name.clone(),
        phase: known.phase,
        reason: Some("Reused".to_owned()),
        message: Some(format!("as in run \"{run}\"")),
        output: known.output.clone(),
        execution: known.execution.clone(),
        ..StepRecord::default()
    }
}

/// The values of the Secret of `run`, for another run: those of `keys`.
pub async fn values(cluster: &Cluster, run: &ResolvedRun, keys: &[String]) -> Result<Vec<(String, Secret<String>)>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let name = naming::run_secret(&run.run_name);
    let found = objects::api::<Object>(cluster, &run.namespace).get(&name).await.on(cluster);
    let found =
        found.map_err(|error| error.hint("`kubectl zenml submit` with the new values asks for the secrets again"))?;
    let mut data = found.data.unwrap_or_default();
    let value = |key: &String| {
        let bytes = data.remove(key).map(|bytes| bytes.0);
        // The error of the conversion would hold the bytes.
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let text = text.ok_or_else(|| Error::failure(format!("secret/{name} has no value \"{key}\"")))?;
        Ok((key.clone(), Secret::new(text)))
    };
    keys.iter().map(value).collect()
}

/// The old values, over which new ones lie.
pub fn values_text(values: &BTreeMap<String, Json>) -> Result<String> {
    serde_json::to_string(values).map_err(|error| Error::failure("cannot write JSON").because(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orchestrator::record::Phase;
    use crate::pipeline::{parameters, read, resolve};

    const FILE: &str = "
version: 1
kind: pipeline
name: p
image: busybox:1.35
parameters: {depth: 3}
steps:
  load: {command: [load], secrets: {VALUE: {file: v}}}
  each: {foreach: '{{ steps.load.output }}', command: [each]}
  train: {upstream_steps: [load], command: [train, '{{ parameters.depth }}']}
  score: {upstream_steps: [train, each], command: [score]}
";

    fn run(name: &str, depth: &str) -> ResolvedRun {
        let pipeline = read::read("p.yaml", FILE).unwrap();
        let given = [parameters::Override::Assignment(format!("depth={depth}"))];
        let values = parameters::values(&pipeline.parameters, &given).unwrap();
        let identity = resolve::RunIdentity { id: name.into(), name: name.into(), namespace: "ns".into() };
        resolve::resolve(&pipeline, &values, &identity).unwrap()
    }

    fn recorded() -> Record {
        let names = ["load", "each", "train", "score", "each[0]"].map(ToOwned::to_owned);
        let mut record = Record { phase: Phase::Failed, ..Record::pending(names) };
        for at in [0, 1, 2, 4] {
            record.steps[at].phase = StepPhase::Succeeded;
            record.steps[at].output = Some("[1]".into());
        }
        record.steps[3].phase = StepPhase::Failed;
        record
    }

    fn stay(depth: &str, record: &Record, from: Option<&str>) -> Vec<String> {
        let record = inherit(&run("old", "3"), record, &run("new", depth), from).unwrap();
        let kept = record.steps.iter().filter(|step| step.phase == StepPhase::Succeeded);
        kept.map(|step| step.name.clone()).collect()
    }

    #[test]
    fn what_would_do_the_same_stays() {
        assert_eq!(stay("3", &recorded(), None), ["load", "each", "train", "each[0]"]);
        assert_eq!(stay("4", &recorded(), None), ["load", "each", "each[0]"], "train has another depth");
        assert_eq!(stay("4", &recorded(), Some("each")), ["load"]);
        assert_eq!(stay("4", &recorded(), Some("load")), [""; 0]);
        let mut forgotten = recorded();
        forgotten.steps[0].output = None;
        assert_eq!(stay("4", &forgotten, None), ["load", "each", "each[0]"], "nobody reads it again");
        assert_eq!(stay("4", &forgotten, Some("each")), [""; 0]);
    }
}
