//! What a process that holds secrets keeps to itself (layer 0): no core dump, no look into its memory by other programs of
//! the same user, and no word of a panic but its place.

use std::io::{self, Write};
use std::panic;

use crate::error::Kind;

/// Call it first: nothing secret may be in memory yet, and what a program sets for itself ends with its next `exec`.
pub fn guard() {
    keep_memory_private();
    panic::set_hook(Box::new(|panic| {
        // The message is left out: "not a char boundary" and its like repeat the text at hand, which may be a secret.
        let place = panic.location().map(|location| format!(" at {location}")).unwrap_or_default();
        let report = format!(
            "error: internal error{place}\nhint: this is a mistake of kubectl-zenml; please report it with this line\n"
        );
        let _ = io::stderr().write_all(report.as_bytes());
        // Release builds abort on a panic, so the exit code is set before that.
        #[expect(clippy::exit, clippy::disallowed_methods, reason = "nothing can be returned from here")]
        std::process::exit(i32::from(Kind::Internal.exit_code()));
    }));
}

/// Also covers a core dump that is piped to a program, which the limit for core files does not, and is not inherited by
/// the programs that this one starts.
#[cfg(target_os = "linux")]
fn keep_memory_private() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    // It can fail only where a sandbox forbids prctl; the credential is needed there too.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

#[cfg(not(target_os = "linux"))]
fn keep_memory_private() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}
