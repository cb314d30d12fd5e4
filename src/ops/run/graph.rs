//! `run graph`: the steps of a run with their states (layer 3).

use std::collections::HashMap;

use super::Found;
use crate::cluster::Cluster;
use crate::error::Result;
use crate::orchestrator::reason::waits;
use crate::orchestrator::record::{Record, StepPhase, StepRecord};
use crate::orchestrator::{checkpoint, packed, root};
use crate::pipeline::draw::{Sketch, State, Tone};
use crate::pipeline::render::instance_of;
use crate::pipeline::resolve::ResolvedRun;

/// Draws a run as it stands.
pub async fn graph(cluster: &Cluster, run: &Found) -> Result<Sketch> {
    let specification = root::specification(cluster, &run.namespace, &run.identity).await?;
    let record = checkpoint::load(cluster, &run.namespace, &run.identity.object()).await?;
    Ok(sketch(&ResolvedRun::read(|| packed::reader(&specification))?, &record))
}

fn sketch(run: &ResolvedRun, record: &Record) -> Sketch {
    let mut known: HashMap<&str, Vec<&StepRecord>> = HashMap::new();
    for step in &record.steps {
        known.entry(instance_of(&step.name).map_or(&step.name, |(name, _)| name)).or_default().push(step);
    }
    Sketch::of_run(run, |name| {
        let (own, instances) = known.get(name)?.split_first()?;
        Some(state(own, instances))
    })
}

/// What is said of a step, of which there may be instances.
fn state(step: &StepRecord, instances: &[&StepRecord]) -> State {
    let mut text = step.phase.as_str().to_owned();
    if let Some(reason) = waits(step).or_else(|| step.reason.clone()).filter(|_| step.phase != StepPhase::Running) {
        text = format!("{text}: {reason}");
    }
    if !instances.is_empty() {
        let done = instances.iter().filter(|instance| instance.phase == StepPhase::Succeeded).count();
        text = format!("{text} ({done} of {})", instances.len());
    }
    if step.attempt > 1 {
        text = format!("{text}, attempt {}", step.attempt);
    }
    let tone = match step.phase {
        StepPhase::Pending => Tone::Waiting,
        StepPhase::Starting | StepPhase::Running | StepPhase::Stopping | StepPhase::Retrying => Tone::Active,
        StepPhase::Succeeded => Tone::Good,
        StepPhase::Failed => Tone::Bad,
        StepPhase::Skipped | StepPhase::Cancelled => Tone::Void,
    };
    State { text, tone }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::resolve::ResolvedStep;

    #[test]
    fn steps_with_instances_say_how_many_are_done() {
        let step = ResolvedStep { name: "train".into(), ..ResolvedStep::default() };
        let run = ResolvedRun { steps: vec![step], ..ResolvedRun::default() };
        let mut record = Record::pending(["train", "train[0]", "train[1]"].map(ToOwned::to_owned));
        record.steps[0].phase = StepPhase::Running;
        record.steps[1].phase = StepPhase::Succeeded;
        let text = sketch(&run, &record).mermaid();
        assert!(text.contains("train<br/>Running (1 of 2)\"]:::active"), "{text}");
    }
}
