//! A run's steps as a tree that fits a screen: what goes on or failed stays in sight, what is alike is folded (layer 4).

use jiff::Timestamp;

use super::view::duration;
use crate::orchestrator::ledger::why;
use crate::orchestrator::record::{StepPhase, StepRecord};
use crate::output::table;

/// The least widths of the columns, so that little moves while they change.
const NARROWEST: [usize; 5] = [24, 9, 4, 9, 0];
/// The same on a terminal with fewer columns than [`ROOMY`].
const NARROW: [usize; 5] = [0, 9, 4, 0, 0];
const ROOMY: usize = 100;
/// So much of a name is seen on every terminal.
const LEAST_NAME: usize = 12;
/// So many neighbours that are alike are folded, where not everything fits.
const ALIKE: usize = 3;

/// One line.
struct Line<'r> {
    depth: usize,
    what: What<'r>,
}

enum What<'r> {
    Step(&'r StepRecord),
    /// So many neighbours in one phase, from the first to the last.
    Folded(Vec<&'r StepRecord>),
    /// So many lines for which there is no room.
    Rest(usize),
}

/// The tree of `steps` as of `now`, in at most so many lines and columns.
pub(super) fn render(steps: &[StepRecord], now: Timestamp, (lines, width): (usize, usize)) -> String {
    let mut all = unfolded(steps);
    if all.len() > lines {
        all = folded(all, is_quiet);
    }
    if all.len() > lines {
        all = folded(all, |phase| phase != StepPhase::Failed);
    }
    if all.len() > lines {
        let rest = all.split_off(lines.saturating_sub(1));
        all.push(Line { depth: 0, what: What::Rest(rest.iter().map(Line::steps).sum()) });
    }
    let mut rows: Vec<_> = all.iter().enumerate().map(|(at, line)| row(line, &branch(&all, at), now)).collect();
    // The rest is for the state, the time and the reason.
    let name = (width * 2 / 5).max(LEAST_NAME);
    for row in &mut rows {
        row[0] = table::cut(&row[0], name);
    }
    let narrowest = if width < ROOMY { NARROW } else { NARROWEST };
    table::rows(&rows, &narrowest).lines().map(|line| table::cut(line, width) + "\n").collect()
}

impl Line<'_> {
    fn steps(&self) -> usize {
        match &self.what {
            What::Step(_) => 1,
            What::Folded(steps) => steps.len(),
            What::Rest(count) => *count,
        }
    }
}

/// A line for each step; instances stand under their step.
fn unfolded(steps: &[StepRecord]) -> Vec<Line<'_>> {
    let (instances, own): (Vec<_>, Vec<_>) = steps.iter().partition(|step| step_of(&step.name).is_some());
    let mut lines = Vec::with_capacity(steps.len());
    for step in own {
        lines.push(Line { depth: 0, what: What::Step(step) });
        let its = instances.iter().filter(|instance| step_of(&instance.name) == Some(&step.name));
        lines.extend(its.map(|instance| Line { depth: 1, what: What::Step(instance) }));
    }
    lines
}

/// The step that `train[3]` is an instance of.
fn step_of(name: &str) -> Option<&str> {
    let (step, index) = name.strip_suffix(']')?.rsplit_once('[')?;
    index.bytes().all(|byte| byte.is_ascii_digit()).then_some(step)
}

/// What neither goes on nor went wrong.
fn is_quiet(phase: StepPhase) -> bool {
    matches!(phase, StepPhase::Pending | StepPhase::Succeeded | StepPhase::Skipped | StepPhase::Cancelled)
}

/// The lines with neighbours in one phase as one line each, where `foldable` says so.
fn folded<'r>(lines: Vec<Line<'r>>, foldable: impl Fn(StepPhase) -> bool) -> Vec<Line<'r>> {
    let mut kept: Vec<Line<'r>> = Vec::new();
    let mut alike: Vec<&'r StepRecord> = Vec::new();
    let mut depth = 0;
    let flush = |kept: &mut Vec<Line<'r>>, alike: &mut Vec<&'r StepRecord>, depth| {
        if alike.len() >= ALIKE {
            kept.push(Line { depth, what: What::Folded(std::mem::take(alike)) });
        } else {
            kept.extend(alike.drain(..).map(|step| Line { depth, what: What::Step(step) }));
        }
    };
    for line in lines {
        let What::Step(step) = line.what else {
            flush(&mut kept, &mut alike, depth);
            kept.push(line);
            continue;
        };
        let same = alike.first().is_some_and(|first| first.phase == step.phase) && depth == line.depth;
        if !same {
            flush(&mut kept, &mut alike, depth);
        }
        depth = line.depth;
        if foldable(step.phase) {
            alike.push(step);
        } else {
            flush(&mut kept, &mut alike, depth);
            kept.push(line);
        }
    }
    flush(&mut kept, &mut alike, depth);
    kept
}

/// What stands before a line, as in every tree.
fn branch(lines: &[Line<'_>], at: usize) -> String {
    let depth = lines[at].depth;
    let next_at =
        |wanted: usize| lines[at + 1..].iter().take_while(|line| line.depth >= wanted).any(|line| line.depth == wanted);
    let own = if next_at(depth) { "├─ " } else { "└─ " };
    match depth {
        0 => own.to_owned(),
        _ if next_at(0) => format!("│  {own}"),
        _ => format!("   {own}"),
    }
}

fn row(line: &Line<'_>, branch: &str, now: Timestamp) -> Vec<String> {
    match &line.what {
        What::Step(step) => vec![
            format!("{branch}{} {}", mark(step.phase), step.name),
            step.phase.as_str().to_owned(),
            if step.started.is_some() { duration(step.started, step.finished, now) } else { String::new() },
            if step.attempt > 1 { format!("attempt {}", step.attempt) } else { String::new() },
            reason(step, now),
        ],
        What::Folded(steps) => {
            let phase = steps.first().map(|step| step.phase).unwrap_or_default();
            let ends = match (steps.first(), steps.last()) {
                (Some(first), Some(last)) => format!("{} … {}", first.name, last.name),
                _ => String::new(),
            };
            vec![
                format!("{branch}{} {} steps", mark(phase), steps.len()),
                phase.as_str().to_owned(),
                String::new(),
                String::new(),
                ends,
            ]
        }
        What::Rest(count) => vec![format!("{branch}… and {count} more")],
    }
}

/// Why a step is where it is, in a clause.
fn reason(step: &StepRecord, now: Timestamp) -> String {
    let again = step.retry_at.filter(|_| step.phase == StepPhase::Retrying).map(|at| {
        let seconds = (at.as_second() - now.as_second()).max(0);
        format!("again in {}", crate::output::age::short(seconds))
    });
    let why = match step.phase {
        StepPhase::Failed => why(step).trim_start_matches([':', ' ']).to_owned(),
        StepPhase::Succeeded => String::new(),
        _ => step.reason.clone().unwrap_or_default(),
    };
    let parts = [Some(why).filter(|why| !why.is_empty()), again];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn mark(phase: StepPhase) -> char {
    match phase {
        StepPhase::Pending => '○',
        StepPhase::Starting | StepPhase::Retrying => '◔',
        StepPhase::Running => '●',
        StepPhase::Stopping => '◌',
        StepPhase::Succeeded => '✔',
        StepPhase::Failed => '✖',
        StepPhase::Skipped | StepPhase::Cancelled => '–',
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn step(name: &str, phase: StepPhase) -> StepRecord {
        StepRecord { name: name.to_owned(), phase, ..StepRecord::default() }
    }

    fn tree(steps: &[StepRecord], lines: usize) -> Vec<String> {
        let text = render(steps, Timestamp::UNIX_EPOCH, (lines, 200));
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn instances_stand_under_their_step() {
        let steps = [
            step("load", StepPhase::Succeeded),
            step("train", StepPhase::Running),
            step("publish", StepPhase::Pending),
            step("train[0]", StepPhase::Succeeded),
            step("train[1]", StepPhase::Running),
        ];
        assert_eq!(
            tree(&steps, 10),
            [
                "├─ ✔ load Succeeded",
                "├─ ● train Running",
                "│ ├─ ✔ train[0] Succeeded",
                "│ └─ ● train[1] Running",
                "└─ ○ publish Pending"
            ]
        );
    }

    #[test]
    fn five_hundred_steps_fit_a_screen_and_failures_stay_in_sight() {
        let phase = |at| match at {
            0..200 => StepPhase::Succeeded,
            200 | 203 => StepPhase::Failed,
            201..240 => StepPhase::Running,
            _ => StepPhase::Pending,
        };
        let steps: Vec<_> = (0..500).map(|at| step(&format!("s{at}"), phase(at))).collect();
        let lines = tree(&steps, 20);
        assert_eq!(
            lines,
            [
                "├─ ✔ 200 steps Succeeded s0 … s199",
                "├─ ✖ s200 Failed",
                "├─ ● s201 Running",
                "├─ ● s202 Running",
                "├─ ✖ s203 Failed",
                "├─ ● 36 steps Running s204 … s239",
                "└─ ○ 260 steps Pending s240 … s499"
            ]
        );
        let failed: Vec<_> = (0..500).map(|at| step(&format!("s{at}"), StepPhase::Failed)).collect();
        let lines = tree(&failed, 20);
        assert_eq!((lines.len(), lines[19].as_str()), (20, "└─ … and 481 more"));
    }

    #[test]
    fn what_is_retried_says_when() {
        let soon = Timestamp::from_second(10).ok();
        let reason = Some("OOMKilled".to_owned());
        let step = StepRecord { retry_at: soon, reason, attempt: 2, ..step("a", StepPhase::Retrying) };
        assert_eq!(tree(&[step], 5), ["└─ ◔ a Retrying attempt 2 OOMKilled; again in 10s"]);
    }

    #[test]
    fn on_a_narrow_terminal_the_states_stay_in_sight() {
        let why = Some("ImagePullBackOff".to_owned());
        let stuck =
            StepRecord { reason: why, attempt: 2, ..step("模型 with a long name and more", StepPhase::Starting) };
        let steps = [step("load", StepPhase::Succeeded), stuck, step(&"x".repeat(90), StepPhase::Running)];
        for width in [38, 58, 78] {
            let text = render(&steps, Timestamp::UNIX_EPOCH, (10, width));
            assert_eq!(text.lines().count(), 3, "{text}");
            for (line, phase) in text.lines().zip(["Succeeded", "Starting", "Running"]) {
                assert!(line.width() <= width && line.contains(phase), "{width}: {text}");
            }
        }
    }

    #[test]
    fn columns_stand_below_each_other_in_every_script() {
        let running = |name: &str| step(name, StepPhase::Running);
        let active = [running("load"), running("模型"), running("🚀 launch"), running(&"long ".repeat(9))];
        let text = render(&active, Timestamp::UNIX_EPOCH, (10, 200));
        let phase = |line: &str| line[..line.find("Running").unwrap()].width();
        let columns: Vec<_> = text.lines().map(phase).collect();
        assert_eq!(columns, [columns[0]; 4], "{text}");
    }
}
