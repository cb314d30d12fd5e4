//! Deployments as tables and descriptions, and a rollout as it goes (layer 4).

use jiff::Timestamp;
use serde::Serialize;

use crate::deployer::diagnosis::{Progress, Trouble};
use crate::error::harmless;
use crate::ops::deployment::Summary;
use crate::ops::deployment::describe::{Description, PodLine};
use crate::ops::deployment::endpoint::Endpoint;
use crate::ops::deployment::events::Line;
use crate::ops::deployment::history::Revision;
use crate::output::age::age;
use crate::output::{Named, Row, table};
use crate::ui;

impl Named for Summary {
    const KIND: &'static str = "deployment";

    fn name(&self) -> String {
        self.name.clone()
    }
}

impl Row for Summary {
    fn columns(wide: bool) -> Vec<&'static str> {
        let mut columns = vec!["NAME", "READY", "STATUS", "URL", "AGE"];
        if wide {
            columns.extend(["THROUGH", "REVISION", "IMAGE", "ID"]);
        }
        columns
    }

    fn cells(&self, wide: bool) -> Vec<String> {
        let mut cells = vec![
            self.name.clone(),
            format!("{}/{}", self.ready, self.replicas),
            self.status.to_owned(),
            self.address.clone(),
            since(self.created),
        ];
        if wide {
            let through = self.through.to_owned();
            cells.extend([through, self.revision.to_string(), self.image.clone(), self.id.clone()]);
        }
        cells
    }

    fn namespace(&self) -> Option<&str> {
        Some(&self.namespace)
    }
}

impl Named for Description {
    const KIND: &'static str = "deployment";

    fn name(&self) -> String {
        self.summary.name.clone()
    }
}

impl Named for Revision {
    const KIND: &'static str = "revision";

    fn name(&self) -> String {
        self.revision.to_string()
    }
}

impl Row for Revision {
    fn columns(wide: bool) -> Vec<&'static str> {
        let mut columns = vec!["REVISION", "IMAGE", "REPLICAS", "AGE"];
        if wide {
            columns.push("SECRET");
        }
        columns
    }

    fn cells(&self, wide: bool) -> Vec<String> {
        let mark = match self {
            Self { current: true, .. } => " (current)",
            Self { taken_back: true, .. } => " (taken back)",
            _ => "",
        };
        let replicas = self.replicas.map_or_else(|| "<autoscaled>".to_owned(), |count| count.to_string());
        let mut cells = vec![format!("{}{mark}", self.revision), self.image.clone(), replicas, since(self.created)];
        if wide {
            cells.push(self.secret.clone().unwrap_or_else(|| "<none>".to_owned()));
        }
        cells
    }
}

impl Named for Line {
    const KIND: &'static str = "event";

    fn name(&self) -> String {
        self.name.clone()
    }
}

impl Row for Line {
    fn columns(_: bool) -> Vec<&'static str> {
        vec!["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]
    }

    fn cells(&self, _: bool) -> Vec<String> {
        let times = if self.count > 1 { format!(" (x{})", self.count) } else { String::new() };
        let seen = format!("{}{times}", since(self.time));
        vec![seen, self.kind.clone(), self.reason.clone(), self.object.clone(), self.message.clone()]
    }
}

/// Where a deployment can be reached, with its name.
#[derive(Serialize)]
pub(super) struct Address {
    #[serde(skip)]
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) endpoint: Endpoint,
}

impl Named for Address {
    const KIND: &'static str = "deployment";

    fn name(&self) -> String {
        self.name.clone()
    }
}

/// A deployment as `deployment describe` shows it: its fields, its pods, and what the cluster warned of.
pub(super) fn describe(deployment: &Description) -> String {
    let summary = &deployment.summary;
    let mut fields = vec![
        ("Name", summary.name.clone()),
        ("Namespace", summary.namespace.clone()),
        ("ID", summary.id.clone()),
        ("Status", summary.status.to_owned()),
    ];
    if !deployment.reasons.is_empty() {
        fields.push(("Reason", deployment.reasons.join("\n")));
    }
    fields.extend([
        ("Ready", format!("{} of {} pods", summary.ready, summary.replicas)),
        ("Revision", summary.revision.to_string()),
        ("Image", summary.image.clone()),
        ("URL", url(deployment)),
        ("Invoke path", deployment.invoke_path.clone()),
        ("Age", since(summary.created)),
        ("Objects", objects(deployment)),
    ]);
    let mut text = table::fields(&fields);
    if !deployment.pods.is_empty() {
        let rows: Vec<_> = deployment.pods.iter().map(pod).collect();
        text.push('\n');
        text.push_str(&table::render(&["POD", "READY", "STATUS", "RESTARTS", "REVISION", "NODE", "AGE"], &rows));
    }
    if !deployment.warnings.is_empty() {
        let rows: Vec<_> = deployment.warnings.iter().map(warning).collect();
        text.push_str("\nWarnings:\n");
        text.push_str(&table::render(&["LAST SEEN", "REASON", "OBJECT", "MESSAGE"], &rows));
    }
    text
}

/// The objects, one each line.
fn objects(deployment: &Description) -> String {
    let mark = |object| if deployment.missing.contains(object) { " (missing)" } else { "" };
    let lines: Vec<String> = deployment.objects.iter().map(|object| format!("{object}{}", mark(object))).collect();
    lines.join("\n")
}

/// The URL, through what, and what is to be said of it.
fn url(deployment: &Description) -> String {
    let summary = &deployment.summary;
    let notes = deployment.notes.iter().map(|note| format!("\n{note}"));
    format!("{} ({}){}", summary.address, summary.through, notes.collect::<String>())
}

fn pod(pod: &PodLine) -> Vec<String> {
    vec![
        pod.name.clone(),
        format!("{}/1", u8::from(pod.ready)),
        pod.status.clone(),
        pod.restarts.to_string(),
        pod.revision.clone(),
        pod.node.clone().unwrap_or_else(|| "<none>".to_owned()),
        since(pod.created),
    ]
}

fn warning(warning: &Line) -> Vec<String> {
    let times = if warning.count > 1 { format!(" (x{})", warning.count) } else { String::new() };
    let seen = format!("{}{times}", since(warning.time));
    vec![seen, warning.reason.clone(), warning.object.clone(), warning.message.clone()]
}

fn since(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "<unknown>".to_owned(), |time| age(time, Timestamp::now()))
}

/// A rollout as it goes: over itself on a terminal, elsewhere a line for each change.
pub(super) struct Rollout {
    name: String,
    spinner: Option<ui::Spinner>,
    last: String,
}

impl Rollout {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), spinner: None, last: String::new() }
    }

    /// Shows how far it is, and what holds it up.
    pub(super) fn show(&mut self, progress: Progress, trouble: Option<&Trouble>) {
        let text = self.text(progress, trouble);
        if text == self.last {
            return;
        }
        match &self.spinner {
            Some(spinner) => spinner.update(text.clone()),
            None if ui::interactive() => self.spinner = Some(ui::Spinner::start(text.clone())),
            None => ui::say(&text),
        }
        self.last = text;
    }

    /// Leaves the terminal to what is said now.
    pub(super) fn end(&mut self) {
        if self.spinner.take().is_some() {
            self.last.clear();
        }
    }

    fn text(&self, progress: Progress, trouble: Option<&Trouble>) -> String {
        let Progress { ready, updated, wanted, old, pulling } = progress;
        // Where fewer pods are wanted than there are, some are too many.
        let (ready, old) = (ready.min(wanted), old + (updated - wanted).max(0));
        let pulling = if pulling > 0 { ", pulling the image" } else { "" };
        let word = if updated > wanted { "" } else { "old " };
        let old = match old {
            0 => String::new(),
            1 => format!(", 1 {word}pod to go"),
            _ => format!(", {old} {word}pods to go"),
        };
        let trouble = trouble.map(|trouble| format!(" ({})", trouble.cause)).unwrap_or_default();
        harmless(&format!("Rolling out {}: {ready} of {wanted} pods ready{pulling}{old}{trouble}", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_are_more_pods_ready_than_are_wanted() {
        let text = |progress: Progress| Rollout::new("x").text(progress, None);
        let going = Progress { ready: 3, updated: 3, wanted: 1, ..Progress::default() };
        assert_eq!(text(going), "Rolling out x: 1 of 1 pods ready, 2 pods to go");
        let rolling = Progress { ready: 1, updated: 1, wanted: 2, old: 1, pulling: 1 };
        assert_eq!(text(rolling), "Rolling out x: 1 of 2 pods ready, pulling the image, 1 old pod to go");
    }
}
