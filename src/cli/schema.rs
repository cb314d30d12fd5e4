//! `schema service` (layer 4).

use clap::Subcommand;

use crate::deployer::schema;
use crate::error::Result;
use crate::output::{Format, structured};
use crate::ui;

/// The kinds of files.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum SchemaCommand {
    /// Print the schema of service files
    Service,
}

/// Runs `schema …`.
pub(super) fn run(command: SchemaCommand) -> Result<()> {
    let SchemaCommand::Service = command;
    ui::print(&structured(&schema::schema(), &Format::Json)?)
}
