//! What concerns a container: its environment, its amounts and its privileges (layer 1, pure).

use super::super::image::stands_for_image;
use super::object::{at, each, exactly_one, fitting, integer, list, object_name, one_of, required, says, text, unique};
use super::volumes;
use crate::document::Reader;
use crate::naming::{self, is_dns_label};
use crate::quantity;

/// The sources of a variable's value.
const SOURCES: [&str; 5] = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"];
/// The resources of Kubernetes' own; all others have a domain.
const STANDARD: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];

/// A further container.
pub(super) fn check(container: &Reader<'_>) {
    if required(container, "name").is_some() {
        fitting(container, "name", is_dns_label, "name of a container: use lower-case letters, digits and `-`");
    }
    if let Some((image, reader)) = text(container, "image")
        && image.contains("{{")
        && !stands_for_image(image)
    {
        reader.problem("of templates, only `{{ image }}` works here: the pod's own image");
    }
    let part = |key: &str, look: fn(&Reader<'_>)| {
        if let Some(found) = at(container, key) {
            look(&found);
        }
    };
    part("env", env);
    part("envFrom", env_from);
    part("volumeMounts", volumes::check_mounts);
    part("resources", resources);
    part("securityContext", security);
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

/// Environment variables: each once, with one value.
pub(super) fn env(variables: &Reader<'_>) {
    let elements = each(variables);
    unique(&elements, "name");
    for one in &elements {
        fitting(one, "name", naming::is_variable, "name of an environment variable");
        if at(one, "name").is_some_and(|name| name.node().text() == Some("")) {
            one.problem("the name of an environment variable is not empty");
        }
        let Some(from) = at(one, "valueFrom").filter(|from| from.node().kind() == "a mapping") else { continue };
        if text(one, "value").is_some() {
            from.problem("`value` is set too: keep one of them");
        }
        if exactly_one(&from, &SOURCES) {
            for (key, what) in [("configMapKeyRef", "a ConfigMap"), ("secretKeyRef", "a Secret")] {
                if let Some(reference) = at(&from, key) {
                    required(&reference, "name");
                    required(&reference, "key");
                    object_name(&reference, "name", what);
                    if let Some((key, reader)) = text(&reference, "key")
                        && let Some(fault) = naming::data_key_fault(key)
                    {
                        reader.problem(format!("\"{}\" is no key in {what}: {fault}", key.escape_debug()));
                    }
                }
            }
            if let Some(reference) = at(&from, "fieldRef") {
                required(&reference, "fieldPath");
            }
            if let Some(reference) = at(&from, "resourceFieldRef") {
                required(&reference, "resource");
            }
        }
    }
}

/// Whole `ConfigMaps` and Secrets as variables.
pub(super) fn env_from(sources: &Reader<'_>) {
    const SOURCES: [&str; 2] = ["configMapRef", "secretRef"];
    const KINDS: [&str; 2] = ["a ConfigMap", "a Secret"];
    for one in each(sources) {
        fitting(&one, "prefix", naming::is_variable, "beginning of an environment variable's name");
        if exactly_one(&one, &SOURCES) {
            for (key, what) in SOURCES.iter().zip(KINDS) {
                let Some(reference) = at(&one, key) else { continue };
                required(&reference, "name");
                object_name(&reference, "name", what);
            }
        }
    }
}

/// Amounts: nothing asks for more than its limit, and every resource has a name that Kubernetes knows.
pub(super) fn resources(resources: &Reader<'_>) {
    for key in ["requests", "limits"] {
        let Some(amounts) = at(resources, key).filter(|amounts| amounts.node().kind() == "a mapping") else { continue };
        for item in amounts.items() {
            let is_named = STANDARD.contains(&item.key) || item.key.starts_with("hugepages-") || item.key.contains('/');
            if !is_named || naming::label_key_fault(item.key).is_some() {
                item.problem(format!(
                    "\"{}\" is no resource: write {} or one with a domain, as nvidia.com/gpu",
                    item.key.escape_debug(),
                    STANDARD.join(", ")
                ));
            }
            let amount = item.value.node().text();
            // Kubernetes' own may be divided; its huge pages are counted in bytes.
            let is_whole = |amount: &str| quantity::nano(amount).is_none_or(|nano| nano % 1_000_000_000 == 0);
            if let Some(amount) = amount.filter(|amount| item.key.contains('/') && !is_whole(amount)) {
                item.value.problem(format!("{} is not shared: {amount} is no whole number", item.key.escape_debug()));
            }
            let limit = || text_in(resources, "limits", item.key);
            if key == "requests"
                && let Some(fault) = amount.zip(limit()).and_then(|(request, limit)| excess(item.key, request, limit))
            {
                item.value.problem(fault);
            }
        }
    }
}

fn text_in<'a>(resources: &Reader<'a>, which: &str, resource: &str) -> Option<&'a str> {
    at(resources, which)?.at(resource)?.node().text()
}

/// Why a container cannot ask for `request` of a resource and have the limit `limit`. What is no quantity is said elsewhere.
pub fn excess(resource: &str, request: &str, limit: &str) -> Option<String> {
    let (asked, most) = (quantity::nano(request)?, quantity::nano(limit)?);
    if asked > most {
        return Some(format!("{request} of {resource} is more than its limit, {limit}"));
    }
    let is_shared = STANDARD.contains(&resource);
    (!is_shared && asked != most).then(|| format!("{resource} is not shared: the limit, {limit}, must be the same"))
}

/// Privileges that contradict each other, and users that cannot be.
pub(super) fn security(context: &Reader<'_>) {
    if says(context, "privileged", "true")
        && let Some(found) = at(context, "allowPrivilegeEscalation").filter(|it| it.node().text() == Some("false"))
    {
        found.problem("a privileged container may always gain privileges: keep one of the two");
    }
    if let Some(profile) = at(context, "seccompProfile") {
        one_of(&profile, "type", &["RuntimeDefault", "Localhost", "Unconfined"]);
    }
    for key in ["runAsUser", "runAsGroup"] {
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
