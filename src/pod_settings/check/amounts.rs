//! The amounts that a container asks for (layer 1, pure).

use super::object::at;
use crate::document::Reader;
use crate::naming;
use crate::quantity;

/// The resources of Kubernetes' own; all others have a domain.
const STANDARD: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];
/// What the names of huge pages begin with.
const PAGES: &str = "hugepages-";

/// The amounts of a further container, in Kubernetes' own notation alone.
pub(super) fn of_container(resources: &Reader<'_>) {
    self::resources(resources);
    for amounts in ["requests", "limits"].iter().filter_map(|key| at(resources, key)) {
        let items = if amounts.node().kind() == "a mapping" { amounts.items() } else { Vec::new() };
        for item in items {
            if let Some(amount) = item.value.node().text().filter(|amount| !quantity::is_quantity(amount)) {
                item.value.problem(quantity::fault(amount));
            }
        }
    }
}

/// Names that Kubernetes knows, and whole numbers of what is not divided.
pub(super) fn resources(resources: &Reader<'_>) {
    for key in ["requests", "limits"] {
        let Some(amounts) = at(resources, key).filter(|amounts| amounts.node().kind() == "a mapping") else { continue };
        for item in amounts.items() {
            let is_named = STANDARD.contains(&item.key) || item.key.starts_with(PAGES) || item.key.contains('/');
            if !is_named || item.key.starts_with("requests.") || naming::label_key_fault(item.key).is_some() {
                item.problem(format!(
                    "\"{}\" is no resource: write {} or one with a domain, as nvidia.com/gpu",
                    item.key.escape_debug(),
                    STANDARD.join(", ")
                ));
            }
            // Kubernetes' own may be divided; its huge pages are counted in bytes.
            let is_whole = |amount: &str| quantity::nano(amount).is_none_or(|nano| nano % 1_000_000_000 == 0);
            if let Some(amount) = item.value.node().text().filter(|amount| is_extended(item.key) && !is_whole(amount)) {
                item.value.problem(format!("{} is not shared: {amount} is no whole number", item.key.escape_debug()));
            }
        }
    }
}

/// Whether a resource is of a device or the like, such as nvidia.com/gpu.
fn is_extended(resource: &str) -> bool {
    resource.contains('/') && !resource.contains("kubernetes.io/")
}

/// Whether a container may ask for a part of a resource that others ask for too.
fn is_shared(resource: &str) -> bool {
    !is_extended(resource) && !is_pages(resource)
}

/// Whether these are huge pages, which nobody has without CPU or memory.
pub(super) fn is_pages(resource: &str) -> bool {
    resource.starts_with(PAGES)
}

/// Why a container cannot ask for `request` of a resource and have this limit. What is no quantity is said elsewhere.
pub(super) fn excess(resource: &str, request: &str, limit: Option<&str>) -> Option<String> {
    let Some(limit) = limit else {
        // The API server's words, so that they are found.
        let fault = || {
            format!(
                "limit must be set for non overcommitable resources: write `{resource}: {request}` under `limits` too"
            )
        };
        return (!is_shared(resource)).then(fault);
    };
    let (asked, most) = (quantity::nano(request)?, quantity::nano(limit)?);
    if asked > most {
        return Some(format!("{request} of {resource} is more than its limit, {limit}"));
    }
    (!is_shared(resource) && asked != most)
        .then(|| format!("{resource} is not shared: the limit, {limit}, must be the same"))
}
