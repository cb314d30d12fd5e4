//! Signals that end a command, and the end of the time that it has, told apart (layer 4): what is under way is left in good
//! order, and the exit code is the one that shells give to such an end.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::Instant;

use super::flags::reached;
use crate::error::{Context, Kind, Result};

/// Bit of SIGHUP in the masks of `/proc/self/status` (`proc_pid_status(5)`): its number less one.
const HANGUP: u32 = 0;

/// The signals, from now on. Whatever they did before, they do it no more.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// None where it was ignored before: `nohup` wants the command to outlive its terminal.
    hangup: Option<Signal>,
    /// When the time is over.
    deadline: Option<Instant>,
}

impl Signals {
    /// Begins to listen. At `deadline` the time is over, which is told once.
    pub(super) fn listen(deadline: Option<Instant>) -> Result<Self> {
        let listen = |kind| signal(kind).context(|| "cannot listen for signals");
        Ok(Self {
            // Before a handler is installed, which would hide that.
            hangup: (!is_hangup_ignored()).then(|| listen(SignalKind::hangup())).transpose()?,
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            deadline,
        })
    }

    /// The next one, as the kind of end that it asks for.
    pub(super) async fn next(&mut self) -> Kind {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => drop(hangup.recv().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => Kind::Interrupted,
            _ = self.terminate.recv() => Kind::Terminated,
            () = hangup => Kind::HungUp,
            () = reached(self.deadline) => {
                self.deadline = None;
                Kind::TimedOut
            }
        }
    }
}

/// Whether this process was started with SIGHUP ignored. Where nothing says so, it is as usual.
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask >> HANGUP & 1 == 1)
}
