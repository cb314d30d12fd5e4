//! The kubectl plugin.

use std::process::ExitCode;

fn main() -> ExitCode {
    kubectl_zenml::cli::main()
}
