//! `run list` (layer 4).

use std::collections::HashMap;

use clap::Args;
use jiff::Timestamp;

use crate::cli::flags::ListFlags;
use crate::cli::place::{reach, say_none};
use crate::error::Result;
use crate::ops::run::watch_list::{self, News};
use crate::ops::run::{Summary, list};
use crate::output::{self, Format, table};
use crate::stack::Kind;
use crate::ui;

/// Which runs, and whether to go on.
#[derive(Args, Debug)]
pub(in crate::cli) struct ListArgs {
    #[command(flatten)]
    flags: ListFlags,
    /// After the list, print each run again when it changes, until Ctrl-C
    #[arg(short, long)]
    watch: bool,
}

pub(super) async fn list(args: ListArgs) -> Result<()> {
    let ListArgs { flags, watch } = args;
    let (cluster, place) = reach(flags.place, Kind::Orchestrator).await?;
    let namespace = (!flags.all_namespaces).then_some(place.namespace);
    let request = list::Request { namespace: namespace.clone(), selector: flags.selector };
    let runs = list::list(&cluster, &request, Timestamp::now()).await?;
    if runs.is_empty() {
        say_none("runs", namespace.as_deref());
    }
    if !watch {
        return ui::print(&output::list(&runs, &flags.output.output, flags.all_namespaces)?);
    }
    let mut lines = Lines::new(flags.output.output, flags.all_namespaces);
    if !ui::offer(&lines.of(&runs)?)? {
        return Ok(());
    }
    let tell = |news| match news {
        News::Run(run) => ui::offer(&lines.of(&[*run])?),
        News::Trouble(why) => {
            ui::say(&format!("the runs cannot be watched now, which is tried again: {why}"));
            Ok(true)
        }
    };
    watch_list::watch(&cluster, &request, runs, tell).await
}

/// Runs as `kubectl get --watch` prints objects: rows below one header, documents one after the other.
struct Lines {
    format: Format,
    namespaces: bool,
    /// How wide the columns are; none before the header.
    widths: Vec<usize>,
    /// What each row said, but for the time.
    shown: HashMap<String, Vec<String>>,
    documents: usize,
}

impl Lines {
    fn new(format: Format, namespaces: bool) -> Self {
        Self { format, namespaces, widths: Vec::new(), shown: HashMap::new(), documents: 0 }
    }

    /// `runs` that are new or changed; of those whose row says nothing new, nothing.
    fn of(&mut self, runs: &[Summary]) -> Result<String> {
        if self.format.is_table() { Ok(self.rows(runs)) } else { runs.iter().map(|run| self.document(run)).collect() }
    }

    fn rows(&mut self, runs: &[Summary]) -> String {
        let wide = self.format == Format::Wide;
        let columns = output::columns::<Summary>(wide, self.namespaces);
        let mut rows = Vec::new();
        for run in runs {
            let row = output::cells(run, wide, self.namespaces);
            let is_time = |column: &str| matches!(column, "AGE" | "DURATION");
            let said = row.iter().zip(&columns).filter(|(_, column)| !is_time(column)).map(|(cell, _)| cell.clone());
            let said: Vec<_> = said.collect();
            if self.shown.get(&run.id) != Some(&said) {
                self.shown.insert(run.id.clone(), said);
                rows.push(row);
            }
        }
        if self.widths.is_empty() && !rows.is_empty() {
            self.widths = vec![table::MINIMUM; columns.len()];
            rows.insert(0, columns.iter().map(ToString::to_string).collect());
        }
        table::more_rows(&rows, &mut self.widths)
    }

    fn document(&mut self, run: &Summary) -> Result<String> {
        let text = output::one(run, &self.format, String::new)?;
        self.documents += 1;
        Ok(if self.format == Format::Yaml && self.documents > 1 { format!("---\n{text}") } else { text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orchestrator::root::Mode;

    fn run(status: &'static str, succeeded: usize) -> Summary {
        Summary {
            name: "nightly".into(),
            id: "0b1f".into(),
            pipeline: "churn".into(),
            namespace: "ml".into(),
            status,
            message: None,
            succeeded,
            steps: 2,
            retries: 0,
            mode: Mode::Job,
            created: None,
            started: None,
            finished: None,
            orchestrator_pod: None,
        }
    }

    #[test]
    fn rows_stand_below_one_header_and_say_something_new() {
        let mut lines = Lines::new(Format::Table, false);
        assert_eq!(lines.of(&[]).unwrap(), "");
        let text = lines.of(&[run("Pending", 0)]).unwrap();
        assert!(text.starts_with("NAME      PIPELINE   STATUS    STEPS"), "{text}");
        assert_eq!(text.lines().count(), 2);
        let same =
            Summary { message: Some("no node".into()), started: Some(Timestamp::UNIX_EPOCH), ..run("Pending", 0) };
        assert_eq!(lines.of(&[same]).unwrap(), "");
        let text = lines.of(&[run("Running", 1)]).unwrap();
        assert!(text.starts_with("nightly   churn      Running   1/2"), "{text}");
    }

    #[test]
    fn documents_follow_one_another() {
        let mut lines = Lines::new(Format::Yaml, false);
        let text = [run("Pending", 0), run("Running", 1)].map(|run| lines.of(&[run]).unwrap()).concat();
        assert_eq!(text.matches("---\n").count(), 1, "{text}");
        let mut lines = Lines::new(Format::Name, false);
        assert_eq!(lines.of(&[run("Pending", 0), run("Running", 0)]).unwrap(), "run/nightly\nrun/nightly\n");
    }
}
