//! `schema service|pipeline` (layer 4).

use clap::Subcommand;

use crate::error::Result;
use crate::output::{Format, structured};
use crate::{deployer, pipeline, ui};

/// The kinds of files.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum SchemaCommand {
    /// Print the schema of pipeline files
    Pipeline,
    /// Print the schema of service files
    Service,
}

/// Runs `schema …`.
pub(super) fn run(command: SchemaCommand) -> Result<()> {
    let schema = match command {
        SchemaCommand::Pipeline => pipeline::schema::schema(),
        SchemaCommand::Service => deployer::schema::schema(),
    };
    ui::print(&structured(&schema, &Format::Json)?)
}
