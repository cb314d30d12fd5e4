//! The kubectl plugin. `credential get` is answered before clap or tokio exist.

use std::env;
use std::process::ExitCode;

use kubectl_zenml::{cli, helper, paths, process};

fn main() -> ExitCode {
    process::guard();
    let mut arguments = env::args_os().skip(1).peekable();
    let credential = arguments.next_if(|word| word == "credential").is_some();
    let get = credential && arguments.next_if(|word| word == "get").is_some();
    let asked = paths::variable(paths::EXEC_INFO_VARIABLE).is_some();
    let help = arguments.peek().map_or(!asked, |word| word == "--help" || word == "-h");
    if get && !help { helper::get(arguments) } else { cli::main() }
}
