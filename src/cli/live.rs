//! A run while it runs: lines, and on a terminal below them a view that is drawn over itself (layer 4).

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::MissedTickBehavior;

use super::run_view::duration;
use crate::orchestrator::ledger::why;
use crate::orchestrator::progress::Progress;
use crate::orchestrator::record::{Phase, Record, StepPhase, StepRecord};
use crate::output::table;
use crate::ui;

/// So many steps at work are shown one by one; the rest as a number.
const MOST_SHOWN: usize = 12;
/// The least widths of a step's name, phase, age and reason, so that little moves while they change.
const NARROWEST: [usize; 4] = [20, 9, 4, 0];

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
}

struct View {
    spinner: Option<ui::Spinner>,
    summary: Record,
    last: HashMap<String, String>,
    active: BTreeMap<String, StepRecord>,
}

impl View {
    fn new() -> Self {
        Self { spinner: None, summary: Record::default(), last: HashMap::new(), active: BTreeMap::new() }
    }

    fn take(&mut self, event: Progress) {
        // Not before there is something to see: until then others may write lines of their own.
        if self.spinner.is_none() && ui::interactive() && !matches!(event, Progress::Notice(_)) {
            self.spinner = Some(ui::Spinner::start(""));
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
        let wanted = self.spinner.is_none() || step.phase.is_final() || stuck;
        let silent = matches!(step.phase, StepPhase::Pending | StepPhase::Starting) && !stuck;
        if wanted && !silent && self.last.get(&step.name) != Some(&text) {
            self.line(&format!("{}: {text}", step.name));
            self.last.insert(step.name.clone(), text);
        }
        if !step.phase.is_final() && step.phase != StepPhase::Pending {
            self.active.insert(step.name.clone(), step);
        } else {
            self.active.remove(&step.name);
        }
    }

    fn line(&self, text: &str) {
        match &self.spinner {
            Some(spinner) => spinner.above(|| ui::say(text)),
            None => ui::say(text),
        }
    }

    fn draw(&self) {
        let Some(spinner) = &self.spinner else { return };
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
        let mut text = head;
        let shown: Vec<_> = self.active.values().take(MOST_SHOWN).collect();
        if !shown.is_empty() {
            text = format!("{text}\n{}", steps(&shown, now).trim_end());
        }
        if self.active.len() > MOST_SHOWN {
            text = format!("{text}\n  … and {} more", self.active.len() - MOST_SHOWN);
        }
        spinner.update(text);
    }
}

/// A line for each step at work.
fn steps(steps: &[&StepRecord], now: Timestamp) -> String {
    let row = |step: &&StepRecord| {
        let age = step.started.map(|_| duration(step.started, step.finished, now)).unwrap_or_default();
        let reason = step.reason.clone().unwrap_or_default();
        vec![format!("  {}", step.name), step.phase.as_str().to_owned(), age, reason]
    };
    table::rows(&steps.iter().map(row).collect::<Vec<_>>(), &NARROWEST)
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

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    #[test]
    fn columns_stand_below_each_other_in_every_script() {
        let step = |name: &str| StepRecord {
            name: name.to_owned(),
            phase: StepPhase::Running,
            reason: Some("x".to_owned()),
            ..StepRecord::default()
        };
        let active = [step("load"), step("模型"), step("🚀 launch"), step(&"long ".repeat(9))];
        let text = steps(&active.iter().collect::<Vec<_>>(), Timestamp::UNIX_EPOCH);
        let phase = |line: &str| line[..line.find("Running").unwrap()].width();
        let columns: Vec<_> = text.lines().map(phase).collect();
        assert_eq!(columns, [columns[0]; 4], "{text}");
    }
}
