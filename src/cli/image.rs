//! `image export` (layer 4).

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::error::Result;
use crate::ops::image_export::{self, Request};
use crate::ui;

/// Work with the orchestrator's image.
#[derive(Debug, Subcommand)]
pub(super) enum ImageCommand {
    /// Write the orchestrator's image to a file, without Docker
    Export(ExportArgs),
}

/// What to write.
#[derive(Args, Debug)]
pub(super) struct ExportArgs {
    /// Put this static Linux build of kubectl-zenml in, instead of the program that runs
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Write the tarball here
    #[arg(short, long, value_name = "FILE", default_value = "kubectl-zenml-image.tar")]
    output: PathBuf,
    /// Name the image
    #[arg(long, value_name = "NAME:TAG", default_value = concat!("kubectl-zenml:", env!("CARGO_PKG_VERSION")))]
    name: String,
}

/// Runs `image …`.
pub(super) fn run(command: ImageCommand) -> Result<()> {
    let ImageCommand::Export(args) = command;
    let request = Request { binary: args.binary, output: args.output, name: args.name };
    let exported = image_export::export(&request)?;
    ui::print(&format!("image/{} exported\n", request.name))?;
    let (file, machine) = (request.output.display(), exported.architecture.goarch());
    ui::say(&format!("{file}: linux/{machine}, {} KiB. To load it:", exported.size / 1024));
    for (runtime, command) in exported.commands {
        ui::say(&format!("  {runtime:<11} {command}"));
    }
    ui::say(&format!("Then: kubectl zenml submit --orchestrator-image {} -f pipeline.yaml", request.name));
    Ok(())
}
