//! A run while it runs: lines, and on a terminal below them a view that is drawn over itself (layer 4).

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::MissedTickBehavior;

use super::run_view::duration;
use crate::orchestrator::ledger::why;
use crate::orchestrator::progress::Progress;
use crate::orchestrator::record::{Phase, Record, StepPhase, StepRecord};
use crate::ui;

/// So many steps at work are shown one by one; the rest as a number.
const MOST_SHOWN: usize = 12;

/// Shows events until their sender is gone.
pub(super) async fn show(mut events: UnboundedReceiver<Progress>) {
    let mut view = View::new();
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Some(event) => view.take(event),
                None => break,
            },
            _ = tick.tick() => view.draw(),
        }
    }
    view.end();
}

struct View {
    bar: Option<ProgressBar>,
    summary: Record,
    last: HashMap<String, String>,
    active: BTreeMap<String, StepRecord>,
}

impl View {
    fn new() -> Self {
        Self { bar: None, summary: Record::default(), last: HashMap::new(), active: BTreeMap::new() }
    }

    fn take(&mut self, event: Progress) {
        // Not before there is something to see: until then others may write lines of their own.
        if self.bar.is_none() && ui::interactive() && !matches!(event, Progress::Notice(_)) {
            self.bar = Some(spinner());
        }
        match event {
            Progress::Notice(text) => self.line(&text),
            Progress::Run(summary) => self.summary = summary,
            Progress::Step(step) => self.step(step),
        }
        self.draw();
    }

    fn step(&mut self, step: StepRecord) {
        // On a terminal what goes on is in the view; a line is written once it is over, or when it is stuck.
        let stuck = step.phase == StepPhase::Starting && step.reason.is_some() && !is_usual(&step);
        let text = sentence(&step);
        let wanted = self.bar.is_none() || step.phase.is_final() || stuck;
        let silent = matches!(step.phase, StepPhase::Pending | StepPhase::Starting) && !stuck;
        if wanted && !silent && self.last.get(&step.name) != Some(&text) {
            self.line(&format!("{}: {text}", step.name));
            self.last.insert(step.name.clone(), text);
        }
        if matches!(step.phase, StepPhase::Starting | StepPhase::Running) {
            self.active.insert(step.name.clone(), step);
        } else {
            self.active.remove(&step.name);
        }
    }

    fn line(&self, text: &str) {
        let text = ui::harmless(text);
        match &self.bar {
            Some(bar) => bar.suspend(|| ui::say(&text)),
            None => ui::say(&text),
        }
    }

    fn draw(&self) {
        let Some(bar) = &self.bar else { return };
        let now = Timestamp::now();
        let head = match self.summary.phase {
            Phase::Pending => "waiting for the orchestrator".to_owned(),
            _ => format!(
                "{}/{} steps · {}",
                self.summary.succeeded,
                self.summary.total,
                duration(self.summary.started, self.summary.finished, now)
            ),
        };
        let mut lines = vec![head];
        for step in self.active.values().take(MOST_SHOWN) {
            let age = step.started.map(|_| duration(step.started, step.finished, now)).unwrap_or_default();
            let reason = step.reason.as_deref().unwrap_or_default();
            lines.push(ui::harmless(&format!("  {:<24} {:<9} {age:<6} {reason}", step.name, step.phase.as_str())));
        }
        if self.active.len() > MOST_SHOWN {
            lines.push(format!("  … and {} more", self.active.len() - MOST_SHOWN));
        }
        bar.set_message(lines.join("\n"));
    }

    fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn spinner() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// What every pod goes through.
fn is_usual(step: &StepRecord) -> bool {
    matches!(step.reason.as_deref(), Some("ContainerCreating" | "PodInitializing"))
}

/// A step's state as a clause.
fn sentence(step: &StepRecord) -> String {
    let took = || duration(step.started, step.finished, Timestamp::now());
    match step.phase {
        StepPhase::Succeeded if step.started.is_some() => format!("Succeeded in {}", took()),
        StepPhase::Failed => format!("Failed{}", why(step)),
        phase => match (&step.reason, &step.message) {
            (Some(reason), Some(message)) => format!("{} ({reason}: {message})", phase.as_str()),
            (Some(reason), None) => format!("{} ({reason})", phase.as_str()),
            _ => phase.as_str().to_owned(),
        },
    }
}
