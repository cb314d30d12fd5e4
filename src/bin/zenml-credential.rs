//! The credential helper alone: `zenml-credential get CONNECTOR`, as kubectl runs it.

use std::env;
use std::process::ExitCode;

use kubectl_zenml::{helper, process};

fn main() -> ExitCode {
    process::guard();
    let mut arguments = env::args_os().skip(1).peekable();
    // A kubeconfig that names the plugin may be pointed at the helper by changing the command alone.
    arguments.next_if(|first| first == "credential");
    let get = arguments.next_if(|verb| verb == "get").is_some();
    if !get && arguments.peek().is_some_and(|word| word == "--version" || word == "-V") {
        return helper::version();
    }
    if arguments.peek().is_some_and(|word| word == "--help" || word == "-h") {
        return helper::usage();
    }
    if get { helper::get(arguments) } else { helper::unknown_verb() }
}
