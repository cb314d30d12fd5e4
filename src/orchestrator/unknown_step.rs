//! The error for a step that a person names and a run does not have (layer 3, pure).

use super::record::Record;
use crate::document::instead;
use crate::error::Error;
use crate::pipeline::render::{instance_name, instance_of};

/// The run named `run`, of which `record` is known, has no step or instance `name`: which one may be meant.
pub fn unknown_step(run: &str, record: &Record, name: &str) -> Error {
    let steps = || record.steps.iter().map(|step| step.name.as_str()).filter(|name| !name.contains('['));
    let rest = match instance_of(name) {
        Some((step, Some(_))) if steps().any(|known| known == step) => {
            let of = |name: &str| instance_of(name).is_some_and(|(origin, item)| origin == step && item.is_some());
            match record.steps.iter().filter(|step| of(&step.name)).count() {
                0 => format!("; step \"{step}\" has no instances"),
                1 => format!("; there is only \"{}\"", instance_name(step, Some(0))),
                count => format!("; \"{step}\" has instances 0 to {}", count - 1),
            }
        }
        _ => instead(name, steps(), "none is recorded"),
    };
    Error::failure(format!("run \"{run}\" has no step \"{name}\"{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_meant_is_named() {
        let record = Record::pending(["load", "train", "train[0]", "train[1]", "one", "one[0]"].map(ToOwned::to_owned));
        for (name, rest) in [
            ("lod", ": did you mean \"load\"?"),
            ("report", "; there are \"load\", \"train\" and \"one\""),
            ("train[2]", "; \"train\" has instances 0 to 1"),
            ("one[7]", "; there is only \"one[0]\""),
            ("load[0]", "; step \"load\" has no instances"),
            ("trian[0]", ": did you mean \"train\"?"),
        ] {
            assert_eq!(unknown_step("n", &record, name).to_string(), format!("run \"n\" has no step \"{name}\"{rest}"));
        }
    }
}
