//! kill -9 at every instant that counts.

use super::output::Output;
use super::sandbox::{PLUGIN, Sandbox};

/// For each kind of system call: kills the plugin before its first one, then another one before its second, and so on until
/// one comes through, each time followed by `after`, which is told when that was. Says how many were killed.
pub fn kill_everywhere(sandbox: &Sandbox, calls: &[&str], arguments: &[&str], mut after: impl FnMut(&str)) -> usize {
    let mut killed = 0;
    for call in calls {
        for count in 1.. {
            let mut strace = sandbox.command("/usr/bin/strace");
            strace.args(["-f", "-qq", "-o", "/dev/null", "-e"]).arg(format!("trace={call}"));
            strace.arg("-e").arg(format!("inject={call}:signal=SIGKILL:when={count}"));
            let said = Output::of(strace.arg(PLUGIN).args(arguments));
            let when = format!("{arguments:?}, {call} {count}");
            assert!(said.code.is_none_or(|code| code == 0), "killed, or done: {when}: {said}");
            after(&when);
            if said.code.is_some() {
                break;
            }
            killed += 1;
        }
    }
    killed
}
