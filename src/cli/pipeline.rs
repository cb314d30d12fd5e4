//! `pipeline validate|graph` (layer 4). Neither asks a cluster; under the file lie the settings of the active stack, as
//! `submit` has them.

use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;

use super::drawing::DrawingFlag;
use super::flags::{OutputFlag, ParameterFlags};
use super::{input, secret_values};
use crate::cluster::access::Target;
use crate::document::overlay::Base;
use crate::document::{Position, Problem};
use crate::error::{Error, Result};
use crate::files;
use crate::ops::stack::access::active;
use crate::output::{self, Format};
use crate::pipeline::draw::Sketch;
use crate::pipeline::resolve::{RunIdentity, resolve};
use crate::pipeline::spec::Pipeline;
use crate::pipeline::{parameters, read};
use crate::stack::Kind;
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
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
    // A file that cannot be read, or values that do not fit one, are no reason to keep quiet about the others.
    let (mut verdicts, mut failed, base) = (Vec::new(), None, base());
    for file in &args.filenames {
        match verdict(file, args, &base) {
            Ok(verdict) => verdicts.push(verdict),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    let format = &args.output.output;
    if format.is_table() || *format == Format::Name {
        for verdict in &verdicts {
            for warning in &verdict.warnings {
                ui::warn(&format!("{}: {warning}", verdict.file));
            }
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
    if let Some(error) = failed {
        return Err(error);
    }
    let mistakes: usize = verdicts.iter().map(|verdict| verdict.problems.len()).sum();
    match mistakes {
        0 => Ok(()),
        1 => Err(Error::failure("1 mistake")),
        many => Err(Error::failure(format!("{many} mistakes"))),
    }
}

/// The settings of the active stack's orchestrator; a file is also looked at where there is none, or no home.
fn base() -> Base {
    active(Kind::Orchestrator, Target::default()).map(|active| active.base()).unwrap_or_default()
}

fn verdict(path: &Path, args: &ValidateArgs, base: &Base) -> Result<Verdict> {
    let (file, folder) = (input::name(path), path.parent().unwrap_or(Path::new("")));
    let text = String::from_utf8(input::bytes(path, files::LARGEST_TEXT)?);
    let mistake = |problem: &Problem| Mistake {
        line: problem.at.line,
        column: problem.at.column,
        path: problem.path.clone(),
        message: problem.message.clone(),
        text: problem.line_over(&file, &base.origin),
    };
    let fault = |variable: &str, source: &Path| secret_values::fault(variable, &folder.join(source));
    let found = match &text {
        Ok(text) => read::inspect(&file, text, base, fault),
        Err(error) => Err(vec![no_text(error)]),
    };
    let (pipeline, warnings, problems) = match found {
        Ok(pipeline) => {
            with_values(&pipeline, &args.parameters)?;
            let warnings = pipeline.warnings();
            (Some(pipeline.name), warnings, Vec::new())
        }
        Err(problems) => (None, Vec::new(), problems.iter().map(mistake).collect()),
    };
    Ok(Verdict { valid: problems.is_empty(), file, pipeline, problems, warnings })
}

/// The first byte of a file that is no UTF-8.
fn no_text(error: &FromUtf8Error) -> Problem {
    let (before, _) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
    let before = String::from_utf8_lossy(before);
    let line = before.split('\n').next_back().unwrap_or_default();
    let at = Position { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 };
    Problem { at, path: String::new(), message: "this is not UTF-8: save the file as UTF-8 text".to_owned() }
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
    let pipeline = read::read_over(&file, &text, &base())?;
    ui::print(&args.drawing.of(&Sketch::of_pipeline(&pipeline)))
}
