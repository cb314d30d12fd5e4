//! What the settings say of each pod: amounts and probes (layer 1, pure).

use super::super::file::{self, Deployer};
use super::super::settings::{Probe, Resources};
use super::path;
use super::settings::Part;
use crate::quantity;

/// Requests and limits.
pub(super) fn amounts(part: &Part<'_, '_, file::Resources>) -> Resources {
    let default = Resources::default();
    let amount = |key: &str, text: &Option<String>, convert: fn(&str) -> Result<String, String>| {
        convert(text.as_deref()?).map_err(|message| part.problem(key, message)).ok()
    };
    Resources {
        cpu: amount("cpu_count", &part.says.cpu_count, quantity::cpu).unwrap_or(default.cpu),
        memory: amount("memory", &part.says.memory, quantity::memory).unwrap_or(default.memory),
        gpu: part.within("gpu_count", part.says.gpu_count, 1, i32::MAX),
    }
}

/// The readiness probe.
pub(super) fn readiness(own: &Part<'_, '_, Deployer>, default: Probe) -> Probe {
    let says = &own.says;
    let numbers = [
        ("readiness_probe_initial_delay", says.readiness_probe_initial_delay),
        ("readiness_probe_period", says.readiness_probe_period),
        ("readiness_probe_timeout", says.readiness_probe_timeout),
        ("readiness_probe_failure_threshold", says.readiness_probe_failure_threshold),
    ];
    probe(own, "readiness_probe_path", numbers, default)
}

/// The liveness probe.
pub(super) fn liveness(own: &Part<'_, '_, Deployer>, default: Probe) -> Probe {
    let says = &own.says;
    let numbers = [
        ("liveness_probe_initial_delay", says.liveness_probe_initial_delay),
        ("liveness_probe_period", says.liveness_probe_period),
        ("liveness_probe_timeout", says.liveness_probe_timeout),
        ("liveness_probe_failure_threshold", says.liveness_probe_failure_threshold),
    ];
    probe(own, "liveness_probe_path", numbers, default)
}

fn probe(own: &Part<'_, '_, Deployer>, key: &str, numbers: [(&str, Option<i64>); 4], default: Probe) -> Probe {
    let [delay, period, timeout, threshold] = numbers;
    let number = |(key, value): (&str, Option<i64>), least: i32| own.within(key, value, least, i32::MAX);
    Probe {
        path: own.at(key).and_then(|reader| path(&reader)).unwrap_or(default.path),
        initial_delay: number(delay, 0).unwrap_or(default.initial_delay),
        period: number(period, 1).unwrap_or(default.period),
        timeout: number(timeout, 1).unwrap_or(default.timeout),
        failure_threshold: number(threshold, 1).unwrap_or(default.failure_threshold),
    }
}
