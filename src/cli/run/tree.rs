//! A run's steps as a tree that fits a screen: what goes on or failed stays in sight, what is alike is folded (layer 4).

use std::ops::Range;

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use super::view::duration;
use crate::error::harmless;
use crate::orchestrator::reason::{waits, why};
use crate::orchestrator::record::{StepPhase, StepRecord};
use crate::output::table;
use crate::pipeline::policy::is_usual_wait;

/// The least widths of the columns, so that little moves while they change: name, state, time, and what else there is to say.
const NARROWEST: [usize; 4] = [24, 9, 4, 0];
/// The same on a terminal with fewer columns than [`ROOMY`].
const NARROW: [usize; 4] = [0, 9, 4, 0];
const ROOMY: usize = 100;
/// On a terminal with fewer columns than this, what else there is to say has no room beside the names.
const WIDE: usize = 70;
/// So much of a name is seen on every terminal.
const LEAST_NAME: usize = 12;
/// What else there is to say is left out where it has no more room than this.
const LEAST_REST: usize = 8;
/// The column of what else there is to say.
const REST: usize = 3;
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
    let narrowest = if width < ROOMY { NARROW } else { NARROWEST };
    let rows = |name: usize| -> Vec<_> {
        all.iter().enumerate().map(|(at, line)| row(line, &branch(&all, at), name, now)).collect()
    };
    let name = if width < WIDE { width.saturating_sub(columns(&rows(0), &narrowest, 1..REST)) } else { width * 2 / 5 };
    fitted(&all, rows(name.max(LEAST_NAME)), &narrowest, (lines, width))
}

/// How wide these columns of `rows` are, with the space behind each.
fn columns(rows: &[Vec<String>], narrowest: &[usize], which: Range<usize>) -> usize {
    let widest = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width()).max();
    which.map(|at| widest(at).unwrap_or_default().max(narrowest[at]) + table::PADDING).sum()
}

/// The rows as lines of at most `width` columns. What has no room beside the state of a step that needs a look stands below
/// it, as long as there are `lines` left.
fn fitted(all: &[Line<'_>], mut rows: Vec<Vec<String>>, narrowest: &[usize], (lines, width): (usize, usize)) -> String {
    let room = width.saturating_sub(columns(&rows, narrowest, 0..REST));
    let mut left = lines.saturating_sub(all.len());
    let mut below: Vec<Option<String>> = Vec::with_capacity(rows.len());
    for (line, row) in all.iter().zip(&mut rows) {
        let rest = row.get(REST).filter(|rest| rest.width() > room).cloned();
        let Some((rest, cell)) = rest.zip(row.get_mut(REST)) else {
            below.push(None);
            continue;
        };
        let moves = left > 0 && line.needs_a_look();
        left -= usize::from(moves);
        *cell = if moves || room < LEAST_REST { String::new() } else { table::cut(&rest, room) };
        below.push(moves.then_some(rest));
    }
    let text = table::rows(&rows, narrowest);
    let mut out = String::new();
    for (at, (line, below)) in text.lines().zip(below).enumerate() {
        out.push_str(&(table::cut(line, width) + "\n"));
        if let Some(rest) = below {
            out.push_str(&(table::cut(&format!("{}  {}", trunk(all, at), harmless(&rest)), width) + "\n"));
        }
    }
    out
}

impl Line<'_> {
    fn steps(&self) -> usize {
        match &self.what {
            What::Step(_) => 1,
            What::Folded(steps) => steps.len(),
            What::Rest(count) => *count,
        }
    }

    /// Whether a person may have to do something about it.
    fn needs_a_look(&self) -> bool {
        let What::Step(step) = self.what else { return false };
        match step.phase {
            StepPhase::Failed | StepPhase::Retrying => true,
            StepPhase::Starting => step.reason.as_deref().is_some_and(|reason| !is_usual_wait(reason)),
            _ => false,
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
    let own = if goes_on(lines, at, depth) { "├─ " } else { "└─ " };
    match depth {
        0 => own.to_owned(),
        _ if goes_on(lines, at, 0) => format!("│  {own}"),
        _ => format!("   {own}"),
    }
}

/// The same before what stands below a line.
fn trunk(lines: &[Line<'_>], at: usize) -> String {
    let depths = 0..=lines[at].depth;
    depths.map(|depth| if goes_on(lines, at, depth) { "│  " } else { "   " }).collect()
}

/// Whether another line of that depth follows under the same one.
fn goes_on(lines: &[Line<'_>], at: usize, wanted: usize) -> bool {
    lines[at + 1..].iter().take_while(|line| line.depth >= wanted).any(|line| line.depth == wanted)
}

/// The cells of a line, with the name in so many columns.
fn row(line: &Line<'_>, branch: &str, width: usize, now: Timestamp) -> Vec<String> {
    let names = width.saturating_sub(branch.width() + 2);
    match &line.what {
        What::Step(step) => vec![
            format!("{branch}{} {}", mark(step.phase), table::squeeze(&harmless(&step.name), names)),
            step.phase.as_str().to_owned(),
            if step.started.is_some() { duration(step.started, step.finished, now) } else { String::new() },
            rest(step, now),
        ],
        What::Folded(steps) => {
            let phase = steps.first().map(|step| step.phase).unwrap_or_default();
            let name = |step: &StepRecord| table::squeeze(&harmless(&step.name), names);
            let ends = match (steps.first(), steps.last()) {
                (Some(first), Some(last)) => format!("{} … {}", name(first), name(last)),
                _ => String::new(),
            };
            let waits = steps.first().filter(|first| steps.iter().all(|step| step.waits_for == first.waits_for));
            let ends = [Some(ends), waits.and_then(|step| self::waits(step))];
            let ends = ends.into_iter().flatten().collect::<Vec<_>>().join("; ");
            let text = format!("{branch}{} {} steps", mark(phase), steps.len());
            vec![text, phase.as_str().to_owned(), String::new(), ends]
        }
        What::Rest(count) => vec![format!("{branch}… and {count} more")],
    }
}

/// Which attempt it is, why a step is where it is, and when it goes on.
fn rest(step: &StepRecord, now: Timestamp) -> String {
    let attempt = (step.attempt > 1).then(|| format!("attempt {}", step.attempt));
    let again = step.retry_at.filter(|_| step.phase == StepPhase::Retrying).map(|at| {
        let seconds = (at.as_second() - now.as_second()).max(0);
        format!("again in {}", crate::output::age::short(seconds))
    });
    let why = match step.phase {
        StepPhase::Failed | StepPhase::Retrying => why(step).trim_start_matches([':', ' ']).to_owned(),
        StepPhase::Succeeded => String::new(),
        _ if step.waits_for.is_some() => String::new(),
        _ => step.reason.clone().filter(|reason| !is_usual_wait(reason)).unwrap_or_default(),
    };
    let parts = [attempt, Some(why).filter(|why| !why.is_empty()), again, waits(step)];
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
        assert_eq!(tree(&[step], 5), ["└─ ◔ a Retrying attempt 2; OOMKilled; again in 10s"]);
    }

    #[test]
    fn what_could_begin_says_what_it_waits_for() {
        let waiting = |name: &str, phase| StepRecord { waits_for: Some("max_parallelism".into()), ..step(name, phase) };
        let again = StepRecord { reason: Some("Error".into()), attempt: 1, ..waiting("a", StepPhase::Retrying) };
        let steps: Vec<_> =
            [again].into_iter().chain((0..9).map(|at| waiting(&format!("s{at}"), StepPhase::Pending))).collect();
        let expected = [
            "├─ ◔ a Retrying Error; waits for max_parallelism",
            "└─ ○ 9 steps Pending s0 … s8; waits for max_parallelism",
        ];
        assert_eq!(tree(&steps, 5), expected);
        assert_eq!(tree(&steps, 20)[9], "└─ ○ s8 Pending waits for max_parallelism");
    }

    #[test]
    fn on_a_narrow_terminal_the_states_stay_in_sight() {
        let why = Some("ImagePullBackOff".to_owned());
        let stuck =
            StepRecord { reason: why, attempt: 2, ..step("模型 with a long name and more", StepPhase::Starting) };
        let steps = [step("load", StepPhase::Succeeded), stuck, step(&"x".repeat(90), StepPhase::Running)];
        for width in [38, 58, 78] {
            let text = render(&steps, Timestamp::UNIX_EPOCH, (10, width));
            let states = ["✔ load", "Starting", "Running"].map(|state| text.matches(state).count());
            assert_eq!((states, text.contains("attempt 2; ImagePullBackOff")), ([1; 3], true), "{width}: {text}");
            assert!(text.lines().all(|line| line.width() <= width && !line.ends_with('…')), "{width}: {text}");
            let short = render(&steps, Timestamp::UNIX_EPOCH, (3, width));
            assert_eq!(short.lines().count(), 3, "{width}: {short}");
        }
    }

    #[test]
    fn names_that_differ_at_their_ends_look_different() {
        let names = ["north", "south"].map(|end| format!("train_the_model_of_region_{end}"));
        let of = |name: &String, instance: &str| step(&format!("{name}{instance}"), StepPhase::Running);
        let steps = [of(&names[0], ""), of(&names[0], "[0]"), of(&names[0], "[17]"), of(&names[1], "")];
        let text = render(&steps, Timestamp::UNIX_EPOCH, (10, 38));
        let ends: Vec<_> = text.lines().map(|line| line.split_once('…').expect("a cut").1.trim()).collect();
        let ends: Vec<_> = ends.iter().map(|end| end.split_whitespace().next().unwrap_or_default()).collect();
        for (end, expected) in ends.iter().zip(["_north", "[0]", "[17]", "_south"]) {
            assert!(end.ends_with(expected), "{text}");
        }
    }

    #[test]
    fn what_has_no_room_stands_below() {
        let hog = StepRecord {
            reason: Some("OOMKilled".to_owned()),
            detail: Some("memory limit 64Mi".to_owned()),
            ..step("hog", StepPhase::Failed)
        };
        let steps = [step("each", StepPhase::Running), step("each[0]", StepPhase::Pending), hog];
        let text = render(&steps, Timestamp::UNIX_EPOCH, (10, 38));
        assert!(text.ends_with("└─ ✖ hog          Failed\n     OOMKilled: memory limit 64Mi\n"), "{text}");
        assert_eq!(render(&steps, Timestamp::UNIX_EPOCH, (10, 100)).lines().count(), 3, "there is room beside it");
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
