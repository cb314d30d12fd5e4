//! Measuring two things in turn.

use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

use crate::rig::Rig;

/// The argument with which this program measures one child alone.
pub(crate) const PEAK_MEMORY_OF: &str = "--peak-memory-of";

/// The rounds of a comparison, in milliseconds.
pub(crate) struct Race {
    pairs: Vec<(f64, f64)>,
}

impl Race {
    /// Runs `ours` and `theirs` in turn, each first in every other round. The first rounds warm the caches.
    pub(crate) fn new(rounds: usize, mut ours: impl FnMut() -> Command, mut theirs: impl FnMut() -> Command) -> Self {
        let warm_up = 2 + rounds / 25;
        let mut pairs = Vec::with_capacity(rounds);
        for round in 0..warm_up + rounds {
            let pair = if round % 2 == 0 {
                let ours = time(&mut ours());
                (ours, time(&mut theirs()))
            } else {
                let theirs = time(&mut theirs());
                (time(&mut ours()), theirs)
            };
            if round >= warm_up {
                pairs.push((pair.0.as_secs_f64() * 1e3, pair.1.as_secs_f64() * 1e3));
            }
        }
        Self { pairs }
    }

    /// One line: how many times as long ours takes.
    pub(crate) fn ratio(&self, ours: &str, theirs: &str, bar: Option<f64>) -> String {
        let ratio = self.median(|(ours, theirs)| ours / theirs);
        self.line(ours, theirs, &format!("ratio {ratio:.3}"), bar.map(|bar| format!("{bar:.1}")))
    }

    /// One line: how many milliseconds longer ours takes.
    pub(crate) fn difference(&self, ours: &str, theirs: &str, bar: Option<f64>) -> String {
        let difference = self.median(|(ours, theirs)| ours - theirs);
        self.line(ours, theirs, &format!("{difference:+.2} ms"), bar.map(|bar| format!("{bar:+.0} ms")))
    }

    /// One line: how many milliseconds ours takes.
    pub(crate) fn absolute(&self, ours: &str, theirs: &str, bar: f64) -> String {
        let ratio = self.median(|(ours, theirs)| ours / theirs);
        self.line(ours, theirs, &format!("ratio {ratio:.3}"), Some(format!("{bar:.0} ms")))
    }

    fn line(&self, ours: &str, theirs: &str, result: &str, bar: Option<String>) -> String {
        let (a, b) = (self.median(|pair| pair.0), self.median(|pair| pair.1));
        let bar = bar.map(|bar| format!(" (bar {bar})")).unwrap_or_default();
        format!("{ours:<38}{a:>9.3} ms   {theirs} {b:.3} ms   {result}{bar}")
    }

    fn median(&self, value: impl Fn(&(f64, f64)) -> f64) -> f64 {
        let mut values: Vec<_> = self.pairs.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    }
}

fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    let output = command.output().unwrap();
    let elapsed = start.elapsed();
    assert!(output.status.success() && !output.stdout.is_empty(), "{command:?}: {output:?}");
    elapsed
}

/// The peak of `program` answering from `rig`, in KB. The kernel keeps one peak for all children together, so a process
/// of its own asks for one child's.
pub(crate) fn peak_memory_of(program: &str, rig: &Rig) -> String {
    let get = rig.get(program);
    let mut alone = Command::new(std::env::current_exe().unwrap());
    alone.arg(PEAK_MEMORY_OF).arg(get.get_program()).args(get.get_args());
    alone.envs(get.get_envs().filter_map(|(name, value)| Some((name, value?))));
    String::from_utf8(alone.output().unwrap().stdout).unwrap().trim().to_owned()
}

/// As [`peak_memory_of`], in the process of its own.
pub(crate) fn peak_memory(command: &[String]) -> i64 {
    let output = Command::new(&command[0]).args(&command[1..]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss()
}
