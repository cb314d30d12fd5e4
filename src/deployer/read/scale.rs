//! How many pods: a fixed number, or an autoscaler between two (layer 1, pure).

use super::super::file::{self, Deployer, Metric};
use super::super::settings::{Scale, Target};
use super::settings::Part;
use crate::naming;
use crate::quantity;

/// The percentage of what is requested at which an autoscaler adds pods, when nobody says another.
const DEFAULT_PERCENT: i32 = 80;

/// `replicas`, or one or two equal bounds, are a fixed number. An autoscaler decides where both bounds are written and
/// differ, or where a metric is set.
pub(super) fn read(amounts: &Part<'_, '_, file::Resources>, own: &Part<'_, '_, Deployer>) -> Scale {
    let lower = count(amounts, "min_replicas", amounts.says.min_replicas);
    let upper = count(amounts, "max_replicas", amounts.says.max_replicas);
    let fixed = count(own, "replicas", own.says.replicas);
    if let (Some(least), Some(most)) = (lower, upper)
        && least > most
    {
        amounts.problem("max_replicas", format!("max_replicas {most} is less than min_replicas {least}"));
    }
    let differ = lower.zip(upper).is_some_and(|(least, most)| least != most);
    if differ || amounts.says.autoscaling_metric.is_some() {
        return autoscaled(amounts, own, fixed, (lower, upper));
    }
    for key in ["autoscaling_target", "autoscaling_metric_name"] {
        amounts.problem(
            key,
            "nothing scales by itself here: set autoscaling_metric, or different min_replicas and max_replicas",
        );
    }
    if let (Some(fixed), Some(bound)) = (fixed, lower.or(upper))
        && fixed != bound
    {
        own.problem("replicas", format!("settings.resources asks for {bound} replicas: keep one of them"));
    }
    Scale::Fixed(fixed.or(lower).or(upper).unwrap_or(1))
}

fn autoscaled(
    amounts: &Part<'_, '_, file::Resources>,
    own: &Part<'_, '_, Deployer>,
    fixed: Option<i32>,
    (lower, upper): (Option<i32>, Option<i32>),
) -> Scale {
    if fixed.is_some() {
        own.problem("replicas", "an autoscaler decides here, by settings.resources: keep one of them");
    }
    if upper.is_none() && amounts.at("max_replicas").is_none() {
        amounts.problem("autoscaling_metric", "set max_replicas: how many pods there may be at most");
    }
    let min = lower.unwrap_or(1);
    Scale::Auto { min, max: upper.unwrap_or(min).max(min), target: target(amounts) }
}

fn target(amounts: &Part<'_, '_, file::Resources>) -> Target {
    let says = &amounts.says;
    let metric = says.autoscaling_metric.unwrap_or(Metric::Cpu);
    let name = says.autoscaling_metric_name.clone();
    if let Some(fault) = name.as_deref().and_then(naming::path_segment_fault) {
        amounts.problem("autoscaling_metric_name", format!("that is no name of a metric: {fault}"));
    }
    let resource = match metric {
        Metric::Cpu => "cpu",
        Metric::Memory => "memory",
        Metric::Concurrency => return pods(amounts, name, "zenml_concurrency", says.max_concurrency),
        Metric::Rps => return pods(amounts, name, "zenml_requests_per_second", None),
    };
    amounts
        .problem("autoscaling_metric_name", format!("the metric {resource} is Kubernetes' own and has no other name"));
    let percent = says.autoscaling_target.as_deref().and_then(|text| {
        let percent = milli(text).and_then(|milli| i32::try_from(milli.div_ceil(1000)).ok());
        if percent.is_none() {
            refuse(amounts, text);
        }
        percent
    });
    Target::Utilization { resource, percent: percent.unwrap_or(DEFAULT_PERCENT) }
}

fn pods(
    amounts: &Part<'_, '_, file::Resources>,
    name: Option<String>,
    default: &str,
    otherwise: Option<i64>,
) -> Target {
    let average = match amounts.says.autoscaling_target.as_deref() {
        Some(text) => milli(text).or_else(|| {
            refuse(amounts, text);
            None
        }),
        None => otherwise.and_then(|count| u64::try_from(count).ok()).map(|count| count * 1000).or_else(|| {
            amounts.problem("autoscaling_metric", "set autoscaling_target: how much of it one pod should have");
            None
        }),
    };
    let average = average.unwrap_or(1000);
    let average = if average % 1000 == 0 { (average / 1000).to_string() } else { format!("{average}m") };
    Target::Pods { metric: name.unwrap_or_else(|| default.to_owned()), average }
}

fn refuse(amounts: &Part<'_, '_, file::Resources>, text: &str) {
    amounts.problem("autoscaling_target", format!("\"{}\" is no number above 0", text.escape_debug()));
}

/// Thousandths of a decimal number above 0, rounded up.
fn milli(text: &str) -> Option<u64> {
    let written = quantity::cpu(text).ok().filter(|_| !text.contains('m'))?;
    match written.strip_suffix('m') {
        Some(milli) => milli.parse().ok(),
        None => written.parse::<u64>().ok()?.checked_mul(1000),
    }
}

/// A number of pods.
fn count<T>(part: &Part<'_, '_, T>, key: &str, value: Option<i64>) -> Option<i32> {
    if value == Some(0) {
        part.problem(key, "with 0 replicas nothing answers, and nothing would ever start them: at least 1");
        return None;
    }
    part.within(key, value, 1, i32::MAX)
}
