//! What concerns a container: its name, its image and its privileges (layer 1, pure).

use super::object::{at, each, fitting, integer, list, one_of, required, says, text};
use super::{amounts, env, probe, volumes};
use crate::document::Reader;
use crate::naming::is_dns_label;

/// A container of `additional_pod_spec_args`.
pub(super) fn check(container: &Reader<'_>) {
    if required(container, "name").is_some() {
        fitting(container, "name", is_dns_label, "name of a container: use lower-case letters, digits and `-`");
    }
    image(container);
    one_of(container, "imagePullPolicy", &["Always", "IfNotPresent", "Never"]);
    one_of(container, "restartPolicy", &["Always", "OnFailure", "Never"]);
    one_of(container, "terminationMessagePolicy", &["File", "FallbackToLogsOnError"]);
    let part = |key: &str, look: fn(&Reader<'_>)| {
        if let Some(found) = at(container, key) {
            look(&found);
        }
    };
    part("env", env::env);
    part("envFrom", env::env_from);
    part("volumeMounts", volumes::check_mounts);
    part("resources", amounts::of_container);
    part("securityContext", security);
    part("ports", probe::ports);
    part("lifecycle", probe::lifecycle);
    for kind in probe::KINDS {
        if let Some(found) = at(container, kind) {
            probe::check(&found, kind);
        }
    }
}

/// What the API server refuses. What the kubelet does not take of the rest, it says at once.
fn image(container: &Reader<'_>) {
    let Some(reader) = at(container, "image") else { return };
    match reader.node().text() {
        Some(image) if image.trim().is_empty() => reader.problem("must not be empty"),
        // What is wrong with templates is told with those.
        Some(image) if !image.contains("{{") && image.trim() != image => {
            reader.problem("the name of an image has no blanks around it");
        }
        _ => {}
    }
}

/// Reports the container `name` where another one has that name.
pub fn report_name(containers: &Reader<'_>, name: &str) {
    for container in each(containers) {
        if let Some((_, reader)) = text(&container, "name").filter(|(text, _)| *text == name) {
            reader.problem(format!("\"{name}\" is the name of the container that the pod is for"));
        }
    }
}

/// Reports what in the environment of the container `name` is among `reserved`.
pub fn report_variables(containers: &Reader<'_>, name: &str, reserved: &[&str]) {
    for container in each(containers).iter().filter(|one| says(one, "name", name)) {
        let variables = list(container, "env").into_iter();
        for (variable, reader) in variables.filter_map(|one| text(&one, "name")) {
            if reserved.contains(&variable) {
                reader.problem(format!("\"{variable}\" is set by this program"));
            }
        }
    }
}

/// Reports where the container `name` does not say its last words in `path`, or not as this program reads them.
pub fn report_output(containers: &Reader<'_>, name: &str, path: &str) {
    for container in each(containers).iter().filter(|one| says(one, "name", name)) {
        if let Some((_, reader)) = text(container, "terminationMessagePath").filter(|(text, _)| *text != path) {
            reader.problem(format!("outputs are read from the default path, {path}, and would be lost: leave it out"));
        }
        if let Some((_, reader)) = text(container, "terminationMessagePolicy").filter(|(text, _)| *text == "File") {
            reader.problem(format!(
                "outputs are read from the default path, {path}, and where there is none the last lines of the log say why \
                 a step failed: leave it out"
            ));
        }
    }
}

/// Profiles and users that cannot be, of a container or of the pod.
pub(super) fn security(context: &Reader<'_>) {
    for key in ["seccompProfile", "appArmorProfile"] {
        let Some(profile) = at(context, key) else { continue };
        one_of(&profile, "type", &["RuntimeDefault", "Localhost", "Unconfined"]);
        if says(&profile, "type", "Localhost") {
            required(&profile, "localhostProfile");
        }
    }
    one_of(context, "procMount", &["Default", "Unmasked"]);
    one_of(context, "fsGroupChangePolicy", &["OnRootMismatch", "Always"]);
    for key in ["runAsUser", "runAsGroup", "fsGroup"] {
        if let Some((number, reader)) =
            integer(context, key).filter(|(number, _)| !(0..=i64::from(i32::MAX)).contains(number))
        {
            reader.problem(format!("{number} is out of range: 0 to {}", i32::MAX));
        }
    }
    if says(context, "runAsNonRoot", "true")
        && let Some((0, reader)) = integer(context, "runAsUser")
    {
        reader.problem("user 0 is root, and runAsNonRoot forbids it");
    }
}
