//! What to do about a quota that refuses a pod (layer 3, pure).

use std::collections::BTreeMap;

use crate::quantity::nano;

/// What of a quota a pod's settings say.
const RESOURCES: [&str; 4] = ["requests.", "limits.", "cpu", "memory"];

/// What a step's pod takes of a quota.
const OF_STEPS: &str = "settings.resources";

/// The server's words about a step's pod in `namespace`, with what to do about them.
pub(super) fn explained(message: &str, namespace: &str) -> String {
    of_step(message, namespace).map_or_else(|| message.to_owned(), |remedy| format!("{message}; {remedy}"))
}

/// As [`remedy`], of a step's pod.
pub(super) fn of_step(message: &str, namespace: &str) -> Option<String> {
    remedy(message, namespace, OF_STEPS)
}

/// What to do about `message`, the server's words about a pod in `namespace`, where they are about a quota: `setting` is the one
/// that counts for it.
pub(super) fn remedy(message: &str, namespace: &str, setting: &str) -> Option<String> {
    if message.contains("failed quota: ") {
        return Some(format!("the quota counts what the pod does not say: `{setting}` sets it"));
    }
    let (_, refused) = message.split_once("exceeded quota: ")?;
    let (name, amounts) = refused.split_once(", requested: ")?;
    let look = format!("`kubectl describe quota {name} -n {namespace}` shows what is free");
    let (requested, rest) = amounts.split_once(", used: ")?;
    let limited = rest.split_once(", limited: ").map(|(_, limited)| list(limited)).unwrap_or_default();
    let is_more = |(what, amount): (&&str, &&str)| limited.get(*what).is_some_and(|all| nano(amount) > nano(all));
    // The number of pods is nobody's setting.
    let is_set = |what: &&str| RESOURCES.iter().any(|resource| what.contains(resource));
    let requested = list(requested);
    let set =
        if requested.keys().any(is_set) { format!("what a pod takes of it is `{setting}`; ") } else { String::new() };
    let never = if requested.iter().any(is_more) { "that is more than the whole quota; " } else { "" };
    Some(format!("{never}{set}{look}"))
}

/// The quota that is used up by `message`, and how much of it: `quota "q": pods 2 of 2 used`.
pub(super) fn waits_for(message: &str) -> Option<String> {
    let (_, refused) = message.split_once("exceeded quota: ")?;
    let (name, amounts) = refused.split_once(", requested: ")?;
    let (requested, rest) = amounts.split_once(", used: ")?;
    let (used, limited) = rest.split_once(", limited: ")?;
    let (used, limited) = (list(used), list(limited));
    let one = |(what, wanted): (&str, &str)| {
        let (used, limited) = (used.get(what).copied().unwrap_or("0"), limited.get(what).copied()?);
        let never = if nano(wanted) > nano(limited) { ", which is never free" } else { "" };
        let wanted = if wanted == "1" { String::new() } else { format!(", {wanted} wanted{never}") };
        Some(format!("{what} {used} of {limited} used{wanted}"))
    };
    let all: Vec<_> = list(requested).into_iter().filter_map(one).collect();
    Some(format!("quota \"{name}\": {}", all.join("; ")))
}

/// `requests.cpu=4,limits.cpu=4`.
fn list(amounts: &str) -> BTreeMap<&str, &str> {
    amounts.split(',').filter_map(|one| one.trim().split_once('=')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_up_is_named() {
        let of = |requested: &str, used: &str, limited: &str| {
            let text = "Error from server (Forbidden): pods \"x\" is forbidden: exceeded quota: q, requested: ";
            waits_for(&format!("{text}{requested}, used: {used}, limited: {limited}"))
        };
        assert_eq!(of("pods=1", "pods=2", "pods=2").unwrap(), "quota \"q\": pods 2 of 2 used");
        let two = of("limits.cpu=3,pods=1", "limits.cpu=1500m,pods=9", "limits.cpu=2,pods=9").unwrap();
        let cpu = "limits.cpu 1500m of 2 used, 3 wanted, which is never free";
        assert_eq!(two, format!("quota \"q\": {cpu}; pods 9 of 9 used"));
        assert_eq!(waits_for("pods \"x\" is forbidden: failed quota: q: must specify limits.cpu"), None);
    }

    #[test]
    fn what_never_fits_is_told_from_what_waits() {
        let of = |message: &str| remedy(message, "ml", "settings.resources");
        let message = |requested: &str| {
            format!(
                "pods \"x\" is forbidden: exceeded quota: q, requested: {requested}, used: limits.cpu=1500m,pods=1, limited: limits.cpu=2,pods=9"
            )
        };
        let look = "`kubectl describe quota q -n ml` shows what is free";
        let waits = format!("what a pod takes of it is `settings.resources`; {look}");
        assert_eq!(of(&message("limits.cpu=1900m,pods=1")), Some(waits.clone()));
        assert_eq!(of(&message("limits.cpu=2001m")), Some(format!("that is more than the whole quota; {waits}")));
        assert_eq!(of(&message("pods=1")).unwrap(), look);
        let unsaid = of("pods \"x\" is forbidden: failed quota: q: must specify limits.cpu for: main").unwrap();
        assert_eq!(unsaid, "the quota counts what the pod does not say: `settings.resources` sets it");
        assert_eq!(of("admission webhook \"w\" denied the request"), None);
    }
}
