//! `doctor` (layer 4).

use clap::Args;

use super::flags::OutputFlag;
use crate::error::{Error, Result};
use crate::ops::doctor::{self, Check, Status};
use crate::output::{self, Named, Row};
use crate::paths::Home;
use crate::ui;

/// Check the vault, the logins, kubectl's settings and the clocks, and name what mends what is wrong
///
/// Unlocks nothing. The connectors' clusters are asked for the time, and for submissions that were interrupted. Exits with 1
/// where something does not work.
#[derive(Args, Debug)]
pub(super) struct Doctor {
    /// Ask no cluster
    #[arg(long)]
    offline: bool,
    #[command(flatten)]
    output: OutputFlag,
}

/// Runs all checks.
pub(super) async fn run(arguments: Doctor) -> Result<()> {
    let checks = {
        let _spinner = ui::Spinner::start("Looking at everything");
        doctor::examine(&Home::from_env()?, arguments.offline).await
    };
    ui::print(&output::list(&checks, &arguments.output.output, false)?)?;
    match checks.iter().filter(|check| check.status == Status::Error).count() {
        0 => Ok(()),
        errors => Err(Error::failure(format!("{errors} of {} checks found an error", checks.len()))),
    }
}

impl Named for Check {
    const KIND: &'static str = "check";

    fn name(&self) -> String {
        self.name.split_whitespace().collect::<Vec<_>>().join("-")
    }
}

impl Row for Check {
    fn columns(_wide: bool) -> Vec<&'static str> {
        vec!["STATUS", "CHECK", "MESSAGE", "FIX"]
    }

    fn cells(&self, _wide: bool) -> Vec<String> {
        let status = match self.status {
            Status::Ok => "ok",
            Status::Warn => "warn",
            Status::Error => "error",
            Status::Skipped => "skipped",
        };
        vec![status.to_owned(), self.name.clone(), self.message.clone(), self.fix.clone().unwrap_or_default()]
    }
}
