//! The credential helper alone: `zenml-credential get CONNECTOR`, as kubectl runs it.

use std::env;
use std::process::ExitCode;

use kubectl_zenml::error::Error;
use kubectl_zenml::helper;

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1).peekable();
    // A kubeconfig that names the plugin may be pointed at the helper by changing the command alone.
    arguments.next_if(|first| first == "credential");
    if arguments.next_if(|verb| verb == "get").is_some() {
        return helper::get(arguments);
    }
    helper::report(Err(Error::usage("the credential helper has one verb, get")
        .hint("usage: zenml-credential get CONNECTOR; everything else is in `kubectl zenml`")))
}
