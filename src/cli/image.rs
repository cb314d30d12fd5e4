//! `image export` (layer 4).

use std::fs::{self, Metadata};
use std::io::{self, IsTerminal};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::error::{Error, Result};
use crate::ops::image_export;
use crate::ui;

/// The verbs of `image`.
#[derive(Debug, Subcommand)]
pub(super) enum ImageCommand {
    /// Write the orchestrator's image to a tarball, without Docker
    Export(ExportArgs),
}

/// What to write.
#[derive(Args, Debug)]
pub(super) struct ExportArgs {
    /// Pack this static Linux build of kubectl-zenml instead of the running program
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Write the tarball here; - is standard output
    #[arg(short, long, value_name = "FILE", default_value = "kubectl-zenml-image.tar")]
    output: PathBuf,
    /// Name the image
    #[arg(long, value_name = "NAME:TAG", default_value = concat!("kubectl-zenml:", env!("CARGO_PKG_VERSION")))]
    name: String,
}

/// Runs `image …`.
pub(super) fn run(command: ImageCommand) -> Result<()> {
    let ImageCommand::Export(args) = command;
    let streamed = is_stdout(&args.output);
    if streamed && io::stdout().is_terminal() {
        return Err(Error::usage("the tarball is not written to a terminal")
            .hint("name a file with `-o FILE`, or pass it on: `kubectl zenml image export -o - | docker load`"));
    }
    let image = image_export::make(args.binary.as_deref(), &args.name)?;
    let exported = format!("image/{} exported", args.name);
    let (machine, size) = (image.architecture.goarch(), image.tarball.len() / 1024);
    if streamed {
        ui::print_bytes(&image.tarball)?;
        ui::say(&format!("{exported}: linux/{machine}, {size} KiB"));
        return Ok(());
    }
    image_export::write(&args.output, &image.tarball)?;
    ui::print(&format!("{exported}\n"))?;
    ui::say(&format!("{}: linux/{machine}, {size} KiB. To load it:", args.output.display()));
    for (runtime, command) in image_export::load_commands(&args.output, &args.name) {
        ui::say(&format!("  {runtime:<11} {command}"));
    }
    ui::say(&format!("Then: kubectl zenml submit --orchestrator-image {} -f pipeline.yaml", args.name));
    Ok(())
}

/// Whether `output` is our standard output, by this or another name such as `/dev/stdout`: then nothing else may go there.
fn is_stdout(output: &Path) -> bool {
    let Ok(stdout) = rustix::fs::fstat(io::stdout()) else { return false };
    let same = |found: Metadata| (found.dev(), found.ino()) == (stdout.st_dev, stdout.st_ino);
    output == Path::new("-") || fs::metadata(output).is_ok_and(same)
}
