//! The command line: clap structs to requests, results to text (layer 4).

mod absent;
mod additional;
mod argv;
mod complete;
mod connector;
mod credential;
mod credential_view;
mod deploy;
mod deploy_view;
mod deployment;
mod deployment_view;
mod doctor;
mod drawing;
pub mod flags;
mod image;
mod input;
mod log_view;
mod names;
mod orchestrate;
mod pipeline;
mod place;
mod prompt;
mod rbac;
mod run;
mod schema;
mod secret_source;
mod secret_values;
mod signals;
mod spelling;
mod stack;
mod submit;
mod submit_plan;
mod usage;
mod vault;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::audit::log;
use crate::error::{Context, Error, Result};
use crate::paths::Home;
use crate::ui;

/// Register clusters, run pipelines as pods, and deploy services on Kubernetes
#[derive(Debug, Parser)]
#[command(name = "kubectl-zenml", bin_name = "kubectl zenml", version, max_term_width = 120)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Register(Box<connector::Register>),
    Login(connector::Login),
    Logout(connector::Logout),
    Verify(connector::Verify),
    /// Manage connectors: a cluster's address and a credential for it
    #[command(subcommand, aliases = ["connectors", "service-connector", "service-connectors"])]
    Connector(connector::Connector),
    /// Run a pipeline, each step as a pod, in the order of its graph
    Submit(submit::SubmitArgs),
    /// Check pipeline files, and print their graphs
    #[command(subcommand, visible_alias = "pipelines")]
    Pipeline(pipeline::PipelineCommand),
    /// Deploy a service, and wait until it serves
    Deploy(Box<deploy::DeployArgs>),
    /// List, describe, call, change and delete deployments
    #[command(subcommand, visible_alias = "deployments")]
    Deployment(deployment::DeploymentCommand),
    /// List, watch, stop and delete runs, and print their logs
    #[command(subcommand, visible_alias = "runs")]
    Run(run::RunCommand),
    /// Manage orchestrators: where pipelines run
    #[command(subcommand, alias = "orchestrators")]
    Orchestrator(stack::ComponentCommand<stack::Orchestrator>),
    /// Manage deployers: where services are deployed
    #[command(subcommand, alias = "deployers")]
    Deployer(stack::ComponentCommand<stack::Deployer>),
    /// Manage stacks: which orchestrator and which deployer are used
    #[command(subcommand, alias = "stacks")]
    Stack(stack::StackCommand),
    /// Export the orchestrator's image
    #[command(subcommand)]
    Image(image::ImageCommand),
    /// Print the rights that the orchestrator or a deployer needs, as YAML
    #[command(subcommand)]
    Rbac(rbac::RbacCommand),
    /// Print the JSON schema of a file, for editors
    #[command(subcommand)]
    Schema(schema::SchemaCommand),
    /// Drive a run from inside the cluster
    #[command(hide = true)]
    Orchestrate(orchestrate::OrchestrateArgs),
    /// Answer Kubernetes clients that ask for a credential
    #[command(subcommand)]
    Credential(credential::Credential),
    /// Manage the vault that keeps secrets
    #[command(subcommand)]
    Vault(vault::Vault),
    Doctor(doctor::Doctor),
    /// Print a completion script
    Completion {
        /// The shell, or kubectl itself
        #[arg(value_enum)]
        completer: complete::Completer,
    },
    /// Print the version
    Version,
    /// Answer kubectl's completion
    #[command(name = "__complete", hide = true)]
    Complete {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<std::ffi::OsString>,
    },
}

/// The command tree, for completions and the tests of the help texts.
pub fn command() -> clap::Command {
    spelling::with_underscores(Cli::command())
}

/// Parses the command line, runs it, renders the error if there is one.
pub fn main() -> ExitCode {
    if let Err(error) = argv::refuse_secrets(std::env::args_os().skip(1)) {
        return failed(&error);
    }
    let matches = match command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            let is_unknown = error.kind() == ErrorKind::InvalidSubcommand;
            if let Some(refusal) = absent::refusal(std::env::args_os().skip(1)).filter(|_| is_unknown) {
                return failed(&refusal);
            }
            let error = usage::explained(error, &command(), std::env::args_os().skip(1));
            let _ = error.print();
            return ExitCode::from(u8::from(error.use_stderr()) * 2);
        }
    };
    let outcome = match Cli::from_arg_matches(&matches) {
        Ok(cli) => start(cli),
        Err(error) => Err(Error::usage(error.to_string())),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

fn failed(error: &Error) -> ExitCode {
    ui::say(error.render().trim_end());
    ExitCode::from(error.kind().exit_code())
}

fn start(cli: Cli) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .on_thread_start(prompt::leave_to_the_main_thread)
        .build()
        .context(|| "cannot start the asynchronous runtime")?;
    let outcome = runtime.block_on(dispatch(cli.command));
    // The helper only adds to the log.
    if let Ok(home) = Home::from_env() {
        let _ = log::rotate(&home);
    }
    // A thread that still waits for a lock or a keyring must not hold the process.
    runtime.shutdown_background();
    outcome
}

async fn dispatch(command: Command) -> Result<ExitCode> {
    match command {
        Command::Register(arguments) => arguments.run().await?,
        Command::Login(arguments) => arguments.run().await?,
        Command::Logout(arguments) => arguments.run()?,
        Command::Verify(arguments) => arguments.run().await?,
        Command::Connector(verb) => Box::pin(connector::run(verb)).await?,
        Command::Submit(args) => Box::pin(submit::run(args)).await?,
        Command::Pipeline(command) => pipeline::run(command)?,
        Command::Orchestrate(args) => return Box::pin(orchestrate::run(args)).await,
        Command::Deploy(args) => Box::pin(deploy::run(*args)).await?,
        Command::Deployment(command) => return Box::pin(deployment::run(command)).await,
        Command::Run(command) => Box::pin(run::run(command)).await?,
        Command::Orchestrator(command) => Box::pin(stack::run_component(command)).await?,
        Command::Deployer(command) => Box::pin(stack::run_component(command)).await?,
        Command::Stack(command) => stack::run(command)?,
        Command::Image(command) => image::run(command)?,
        Command::Rbac(command) => rbac::run(command)?,
        Command::Schema(command) => schema::run(command)?,
        Command::Credential(verb) => credential::run(verb).await?,
        Command::Vault(verb) => vault::run(verb).await?,
        Command::Doctor(arguments) => doctor::run(arguments).await?,
        Command::Completion { completer } => ui::print(&complete::script(completer)?)?,
        Command::Complete { words } => complete::candidates(words)?,
        Command::Version => ui::print(&format!("kubectl-zenml {}\n", env!("CARGO_PKG_VERSION")))?,
    }
    Ok(ExitCode::SUCCESS)
}
