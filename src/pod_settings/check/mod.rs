//! What the API server would refuse in `pod_settings`, found in the file: before anything is asked, every mistake at once and
//! each with its place (layer 1, pure).

mod affinity;
mod amounts;
mod container;
mod env;
#[cfg(test)]
mod more_tests;
mod network;
mod object;
mod pod;
mod probe;
mod restricted;
mod sources;
mod templates;
#[cfg(test)]
mod tests;
mod volumes;
mod whole;

use super::PodSettings;
use crate::document::Reader;

pub use self::container::{report_name, report_output, report_variables};
pub use self::object::name_of;
pub use self::restricted::report_unfit;
pub use self::volumes::{Mount, declares, mounts, report_missing};
pub use self::whole::{Fault, Whole, faults, report_whole};

/// Reports what a pod with these settings could not be. `settings` are what was read from `reader`.
pub(super) fn check(reader: &Reader<'_>, settings: &PodSettings) {
    let at = |key: &str, look: &dyn Fn(&Reader<'_>)| {
        if let Some(found) = reader.at(key) {
            look(&found);
        }
    };
    at("node_selectors", &pod::selector);
    at("affinity", &affinity::check);
    at("tolerations", &pod::tolerations);
    at("image_pull_secrets", &pod::pull_secrets);
    at("volumes", &|list| volumes::check(list, &settings.volumes));
    at("volume_mounts", &volumes::check_mounts);
    at("env", &env::env);
    at("env_from", &env::env_from);
    at("resources", &amounts::resources);
    at("container_security_context", &container::security);
    templates::check(reader);
    at("additional_pod_spec_args", &|spec| pod::additional(spec, settings.additional_pod_spec_args.as_ref()));
}
