//! A run while it runs: lines, and on a terminal a tree that is drawn over itself (layer 4).

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, MissedTickBehavior};

use super::tree;
use super::view::duration;
use crate::orchestrator::progress::Progress;
use crate::orchestrator::reason::{one_line, waits, why, why_again};
use crate::orchestrator::record::{Phase, Record, StepPhase, StepRecord};
use crate::output::table;
use crate::pipeline::policy::is_usual_wait;
use crate::ui;

/// The tree is drawn so often at most: of ten thousand steps it takes a while, and each of them changes four times.
const FRAME: Duration = Duration::from_millis(100);
/// So often it is drawn where nothing happens, for the ages.
const IDLE: Duration = Duration::from_secs(1);

/// Shows events until their sender is gone, with the name of the run that they are of, where there are several.
pub(in crate::cli) async fn show(mut events: UnboundedReceiver<Progress>, run: Option<String>) {
    let mut view = View::new(run.map(|run| format!("{run}: ")).unwrap_or_default());
    let mut tick = tokio::time::interval(FRAME);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Some(event) => view.take(event),
                None => break,
            },
            _ = tick.tick() => view.frame(),
        }
    }
    view.end();
}

struct View {
    /// What each line begins with.
    prefix: String,
    spinner: Option<ui::Spinner>,
    /// Something happened that is not drawn.
    changed: bool,
    drawn: Instant,
    summary: Record,
    /// A hash of what each step was said to be.
    last: HashMap<String, u64>,
    /// In the order in which they were first heard of, which is the file's.
    steps: Vec<StepRecord>,
    places: HashMap<String, usize>,
}

impl View {
    fn new(prefix: String) -> Self {
        let (last, places) = (HashMap::new(), HashMap::new());
        Self {
            prefix,
            spinner: None,
            changed: false,
            drawn: Instant::now(),
            summary: Record::default(),
            last,
            steps: Vec::new(),
            places,
        }
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
        self.changed = true;
    }

    fn frame(&mut self) {
        if self.changed || self.drawn.elapsed() >= IDLE {
            (self.changed, self.drawn) = (false, Instant::now());
            self.draw();
        }
    }

    fn step(&mut self, step: StepRecord) {
        // On a terminal it is in the tree, which is all that asks for it again.
        if self.spinner.is_none() {
            return self.tell(&step);
        }
        if let Some(place) = self.places.get(&step.name) {
            self.steps[*place] = step;
        } else {
            self.places.insert(step.name.clone(), self.steps.len());
            self.steps.push(step);
        }
    }

    fn tell(&mut self, step: &StepRecord) {
        let is_stuck = step.reason.as_deref().is_some_and(|reason| !is_usual_wait(reason));
        let stuck = step.phase == StepPhase::Starting && is_stuck;
        let silent = matches!(step.phase, StepPhase::Pending | StepPhase::Starting) && !stuck;
        let text = sentence(step);
        let hash = BuildHasherDefault::<DefaultHasher>::new().hash_one(&text);
        if !silent && self.last.get(&step.name) != Some(&hash) {
            self.line(&format!("{}: {text}", step.name));
            self.last.insert(step.name.clone(), hash);
        }
    }

    fn line(&self, text: &str) {
        let text = format!("{}{text}", self.prefix);
        match &self.spinner {
            Some(spinner) => spinner.above(|| ui::say(&text)),
            None => ui::say(&text),
        }
    }

    fn draw(&self) {
        if let Some(spinner) = &self.spinner {
            spinner.update(self.picture(spinner));
        }
    }

    /// The whole run, in as many lines and columns as there are.
    fn picture(&self, spinner: &ui::Spinner) -> String {
        let (now, lines, width) = (Timestamp::now(), spinner.height().saturating_sub(2), spinner.width());
        let summary = &self.summary;
        let head = match summary.phase {
            Phase::Pending => "waiting for the orchestrator".to_owned(),
            phase => {
                let state = if summary.suspended { "Suspended" } else { phase.as_str() };
                let time = duration(summary.started, summary.finished, now);
                format!("{state} · {}/{} steps · {time}", summary.succeeded, summary.total)
            }
        };
        let tree = tree::render(&self.steps, now, (lines.max(4) - 1, width));
        format!("{}\n{}", table::cut(&format!("{}{head}", self.prefix), width), tree.trim_end())
    }

    /// What stays on a terminal: the tree as it was last.
    fn end(mut self) {
        if let Some(spinner) = self.spinner.take() {
            let text = self.picture(&spinner);
            drop(spinner);
            ui::say(text.trim_end());
        }
    }
}

/// A step's state as a clause.
fn sentence(step: &StepRecord) -> String {
    let took = || duration(step.started, step.finished, Timestamp::now());
    match step.phase {
        StepPhase::Succeeded if step.started.is_some() => format!("Succeeded in {}", took()),
        StepPhase::Failed => format!("Failed{}", why(step)),
        // Its log has the rest.
        StepPhase::Retrying => {
            why_again(step).map_or_else(|| "Retrying".to_owned(), |reason| format!("Retrying ({reason})"))
        }
        phase => match (&step.reason, &step.message) {
            _ if step.waits_for.is_some() => format!("{} ({})", phase.as_str(), waits(step).unwrap_or_default()),
            (Some(reason), Some(message)) => format!("{} ({reason}: {})", phase.as_str(), one_line(message)),
            (Some(reason), None) => format!("{} ({reason})", phase.as_str()),
            _ => phase.as_str().to_owned(),
        },
    }
}
