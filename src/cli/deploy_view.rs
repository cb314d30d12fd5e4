//! A deploy as it goes, and what it would change (layer 4).

use serde_json::Value;
use similar::TextDiff;

use super::deployment_view::Rollout;
use super::flags::DryRun;
use crate::deployer::rights;
use crate::error::{Context, Result};
use crate::ops::deploy::Event;
use crate::ops::deploy::diff::Difference;
use crate::{output, ui};

/// Shows one event. `lines` says whether objects get a line each.
pub(super) fn show(event: &Event<'_>, dry_run: DryRun, lines: bool, progress: &mut Rollout) {
    let note = dry_run.note();
    if !matches!(event, Event::Rollout(..)) {
        progress.end();
    }
    match event {
        Event::NamespaceCreated(name) => ui::say(&format!("namespace/{name} created{note}")),
        Event::Going(name) => {
            ui::say(&format!("Waiting until the deployment \"{name}\" that is being deleted is gone"));
        }
        Event::Untried => ui::say("the service's objects cannot be tried before their namespace is there"),
        Event::Restricted => {
            ui::say("The namespace demands PodSecurity \"restricted\": the pods run as user 65532, without privileges");
        }
        Event::Without { resource, namespace, stays, error } => {
            let (name, group) = resource.split_once('.').unwrap_or((resource, ""));
            let way =
                rights::feature_of(group, name).map(|feature| rights::way(feature, namespace)).unwrap_or_default();
            let what = if *stays { "leaves its own as it is among" } else { "does without" };
            ui::warn(&format!("the deployment {what} {resource}, {way}: {error}"));
        }
        Event::NotRecorded { namespace } => {
            ui::say(&format!(
                "The revision is not recorded, so nothing can go back to it: it would be a ConfigMap, {}",
                rights::way("rollback", namespace)
            ));
        }
        Event::Warning(text) => ui::warn(text),
        // Nothing can be done here about output that is not wanted; the final line reports it.
        Event::Applied { kind, name, outcome } if lines => {
            let _ = ui::print(&output::line(kind, name, &format!("{outcome}{note}")));
        }
        Event::Pruned { kind, name } if lines => {
            let _ = ui::print(&output::line(kind, name, &format!("pruned{note}")));
        }
        Event::Kept { kind, name, namespace } => {
            if lines {
                let _ = ui::print(&output::line(kind, name, &format!("kept{note}")));
            }
            ui::say(&kept(&[format!("{kind}/{name}")], namespace));
        }
        Event::Released { kind, name } => {
            if lines {
                let _ = ui::print(&output::line(kind, name, &format!("kept{note}")));
            }
            ui::say(&format!("The pods still name {kind}/{name}: it stays, and is yours from now on"));
        }
        Event::Applied { .. } | Event::Pruned { .. } => {}
        Event::Rollout(state, trouble) => progress.show(*state, *trouble),
        Event::Restoring(error, Some(revision)) => ui::say(&format!("{error}\nGoing back to revision {revision}")),
        Event::Restoring(error, None) => ui::say(&format!("{error}\nDeleting what was made")),
    }
}

/// Why objects that nothing asks for any more are still there, and what deletes them.
pub(super) fn kept(objects: &[String], namespace: &str) -> String {
    format!("What may hold data stays until you delete it: `kubectl delete -n {namespace} {}`", objects.join(" "))
}

/// Why objects of a deployment whose pods stay are still there, and what deletes them.
pub(super) fn needed(objects: &[String], namespace: &str) -> String {
    format!(
        "What the orphaned pods name stays with them; when they are gone: `kubectl delete -n {namespace} {}`",
        objects.join(" ")
    )
}

/// Differences as `kubectl diff` shows them.
pub(super) fn diff(differences: &[Difference]) -> Result<String> {
    let mut text = String::new();
    for Difference { object, before, after } in differences {
        let yaml = |value: &Option<Value>| match value {
            Some(value) => serde_saphyr::to_string(value).context(|| "cannot write YAML"),
            None => Ok(String::new()),
        };
        let (before, after) = (yaml(before)?, yaml(after)?);
        let diff = TextDiff::from_lines(&before, &after);
        text.push_str(
            &diff
                .unified_diff()
                .context_radius(3)
                .header(&format!("live/{object}"), &format!("file/{object}"))
                .to_string(),
        );
    }
    Ok(text)
}
