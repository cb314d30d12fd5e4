//! The pods of the steps as they come out of all levels, and what is wrong with them as a whole (layer 1, pure).

use super::super::pod::{CONTAINER, draft};
use super::super::settings::Level;
use super::steps::{Around, Placed};
use crate::document::Reader;
use crate::pod_settings::check::{self, Fault, Whole};

/// What is wrong with the pod of a step, and where that may stand, the likeliest level first.
struct Found<'p, 'a> {
    fault: Fault,
    levels: Vec<Whole<'p, 'a>>,
    step: &'p Placed<'a>,
}

/// Reports what is wrong with the pods of `steps`: in the settings that are at fault, else at the step.
pub(super) fn report<'p>(steps: &'p [Placed<'p>], around: Around<'p>) {
    let pipeline = whole(around.pod_settings);
    let of_pipeline = faults(around.pods);
    let mut found: Vec<Found<'_, '_>> = Vec::new();
    for step in steps.iter().filter(|step| step.step.pods.is_some()) {
        found.extend(of_step(step, around.pods, pipeline, &of_pipeline));
    }
    // There is such a pod only where a step has no settings of its own.
    if let Some(step) = steps.iter().find(|step| step.step.pods.is_none()) {
        let levels: Vec<_> = pipeline.into_iter().collect();
        found.extend(of_pipeline.into_iter().map(|fault| Found { fault, levels: levels.clone(), step }));
    }
    found.retain(|found| !found.levels.iter().any(|level| level.is_told(&found.fault)));
    for Found { fault, levels, step } in found {
        if !levels.iter().any(|level| level.report(&fault)) {
            step.item.problem(fault.message());
        }
    }
}

fn of_step<'p, 'a>(
    step: &'p Placed<'a>,
    base: &Level,
    pipeline: Option<Whole<'p, 'a>>,
    of_pipeline: &[Fault],
) -> Vec<Found<'p, 'a>> {
    let Some(own) = step.step.pods.as_deref() else { return Vec::new() };
    let Ok(both) = own.clone().over(base.clone()) else { return Vec::new() };
    let alone = faults(own);
    let here = whole(step.pod_settings.as_ref());
    let place = |fault: Fault| {
        let levels = if of_pipeline.contains(&fault) { [pipeline, here] } else { [here, pipeline] };
        let levels: Vec<_> = levels.into_iter().flatten().collect();
        if of_pipeline.contains(&fault) || alone.contains(&fault) {
            return Found { fault, levels, step };
        }
        Found { fault: fault.together("the settings of the pipeline"), levels: here.into_iter().collect(), step }
    };
    faults(&both).into_iter().map(place).collect()
}

fn whole<'p, 'a>(settings: Option<&'p Reader<'a>>) -> Option<Whole<'p, 'a>> {
    settings.map(|settings| Whole { settings, container: CONTAINER })
}

fn faults(level: &Level) -> Vec<Fault> {
    check::faults(&draft(level.clone()))
}
