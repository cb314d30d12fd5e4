//! What happens to a run, as typed events for whoever shows it (layer 3).

use tokio::sync::mpsc;

use super::record::{Record, StepRecord};

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Progress {
    /// The run's summary changed; its steps are told one by one.
    Run(Record),
    /// A step changed.
    Step(StepRecord),
    /// Something that a person may want to know, in one sentence.
    Notice(String),
}

/// Where events go. The one who shows them may have gone away: then they are lost, and the run goes on.
#[derive(Clone, Debug)]
pub struct Report(mpsc::UnboundedSender<Progress>);

impl Report {
    /// A report and the end at which its events come out.
    pub fn channel() -> (Self, mpsc::UnboundedReceiver<Progress>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Tells `progress`.
    pub fn tell(&self, progress: Progress) {
        let _ = self.0.send(progress);
    }

    /// Tells a sentence.
    pub fn notice(&self, text: impl Into<String>) {
        self.tell(Progress::Notice(text.into()));
    }
}

/// Tells `report` in what `new` differs from `old`. Both have the same steps in the same order, unless `old` has none.
pub fn tell_difference(report: &Report, old: &Record, new: &Record) {
    for (index, step) in new.steps.iter().enumerate() {
        if old.steps.get(index) != Some(step) {
            report.tell(Progress::Step(step.clone()));
        }
    }
    if old.without_steps() != new.without_steps() {
        report.tell(Progress::Run(new.without_steps()));
    }
}
