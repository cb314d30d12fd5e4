//! `pipeline validate|graph` (layer 4). Neither asks a cluster.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;

use super::drawing::DrawingFlag;
use super::flags::{OutputFlag, ParameterFlags};
use super::input;
use crate::document::Problem;
use crate::error::{Error, Result};
use crate::output::{self, Format};
use crate::pipeline::draw::Sketch;
use crate::pipeline::resolve::{RunIdentity, resolve};
use crate::pipeline::spec::Pipeline;
use crate::pipeline::{parameters, read};
use crate::ui;

/// The verbs of `pipeline`.
#[derive(Debug, Subcommand)]
pub(super) enum PipelineCommand {
    /// Check pipeline files, and print every mistake with its place
    Validate(ValidateArgs),
    /// Print the graph of a pipeline's steps
    Graph(GraphArgs),
}

/// Which files.
#[derive(Args, Debug)]
pub(super) struct ValidateArgs {
    /// Check this file; - is standard input (can be repeated)
    #[arg(short, long = "filename", value_name = "FILE", required = true)]
    filenames: Vec<PathBuf>,
    #[command(flatten)]
    parameters: ParameterFlags,
    #[command(flatten)]
    output: OutputFlag,
}

/// Which file, and for which program.
#[derive(Args, Debug)]
pub(super) struct GraphArgs {
    /// Read the pipeline from this file; - is standard input
    #[arg(short, long, value_name = "FILE")]
    filename: PathBuf,
    #[command(flatten)]
    drawing: DrawingFlag,
}

/// What was found out about a file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pipeline: Option<String>,
    valid: bool,
    problems: Vec<Mistake>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Mistake {
    line: usize,
    column: usize,
    path: String,
    message: String,
    /// As compilers print it.
    #[serde(skip)]
    text: String,
}

/// Runs `pipeline …`.
pub(super) fn run(command: PipelineCommand) -> Result<()> {
    match command {
        PipelineCommand::Validate(args) => validate(&args),
        PipelineCommand::Graph(args) => graph(&args),
    }
}

fn validate(args: &ValidateArgs) -> Result<()> {
    let verdicts = args.filenames.iter().map(|file| verdict(file, args)).collect::<Result<Vec<_>>>()?;
    let format = &args.output.output;
    if format.is_table() || *format == Format::Name {
        for verdict in &verdicts {
            for mistake in &verdict.problems {
                ui::print(&format!("{}\n", mistake.text))?;
            }
            if let Some(name) = &verdict.pipeline {
                let what = if *format == Format::Name { "" } else { "valid" };
                ui::print(&output::line("pipeline", name, what))?;
            }
        }
    } else {
        ui::print(&output::structured(&json!({ "kind": "List", "items": verdicts }), format)?)?;
    }
    let mistakes: usize = verdicts.iter().map(|verdict| verdict.problems.len()).sum();
    match mistakes {
        0 => Ok(()),
        1 => Err(Error::failure("1 mistake")),
        many => Err(Error::failure(format!("{many} mistakes"))),
    }
}

fn verdict(file: &std::path::Path, args: &ValidateArgs) -> Result<Verdict> {
    let (file, text) = input::text(file)?;
    let mistake = |problem: &Problem| Mistake {
        line: problem.at.line,
        column: problem.at.column,
        path: problem.path.clone(),
        message: problem.message.clone(),
        text: problem.line(&file),
    };
    let (pipeline, problems) = match read::inspect(&file, &text) {
        Ok(pipeline) => {
            with_values(&pipeline, &args.parameters)?;
            (Some(pipeline.name), Vec::new())
        }
        Err(problems) => (None, problems.iter().map(mistake).collect()),
    };
    Ok(Verdict { valid: problems.is_empty(), file, pipeline, problems })
}

/// Where values are given, they are checked too.
fn with_values(pipeline: &Pipeline, given: &ParameterFlags) -> Result<()> {
    if given.parameters.is_empty() {
        return Ok(());
    }
    let values = parameters::values(&pipeline.parameters, &input::overrides(&given.parameters)?)?;
    let text = "validate".to_owned();
    let run = RunIdentity { id: text.clone(), name: text.clone(), namespace: text };
    resolve(pipeline, &values, &run).map(drop)
}

fn graph(args: &GraphArgs) -> Result<()> {
    let (file, text) = input::text(&args.filename)?;
    let pipeline = read::read(&file, &text)?;
    ui::print(&args.drawing.of(&Sketch::of_pipeline(&pipeline)))
}
