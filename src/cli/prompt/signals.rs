//! Signals that come while a question stands on the terminal (layer 4, Linux): they are held back and read like any input, so
//! that the terminal is put right before they take effect. No handler is installed, which would outlive the question.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, raise};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use super::Signalled;
use crate::error::{Context, Result};

/// What ends the program, and last what stops it.
const HELD: [Signal; 5] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT, Signal::SIGTSTP];

/// The signals are held back until this is dropped; those that were not read take effect then.
pub(super) struct Held {
    arrived: SignalFd,
    before: SigSet,
}

impl Held {
    /// From now on.
    pub(super) fn now() -> Result<Self> {
        let failed = || "cannot hold signals back";
        let arrived = SignalFd::with_flags(&held(), SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK).context(failed)?;
        let before = SigSet::thread_get_mask().context(failed)?;
        held().thread_block().context(failed)?;
        Ok(Self { arrived, before })
    }

    /// Reads from `terminal` what fits into `bytes`; a [`Signalled`] is the error where a signal comes first.
    pub(super) fn read(&self, mut terminal: &File, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut both = [self.arrived.as_fd(), terminal.as_fd()].map(|fd| PollFd::new(fd, PollFlags::POLLIN));
            match poll(&mut both, PollTimeout::NONE) {
                Ok(_) => {}
                Err(nix::errno::Errno::EINTR) => continue,
                Err(error) => return Err(error.into()),
            }
            if let Ok(Some(signal)) = self.arrived.read_signal() {
                let stop = i32::try_from(signal.ssi_signo) == Ok(Signal::SIGTSTP as i32);
                return Err(io::Error::other(if stop { Signalled::Stop } else { Signalled::End }));
            }
            if both[1].any() == Some(true) {
                return terminal.read(bytes);
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.before.thread_set_mask();
    }
}

/// Stops this program, as the shell's job control wants it; returns when it is continued.
pub(super) fn stop() {
    let _ = raise(Signal::SIGTSTP);
}

/// Called in each thread but the main one: a signal would take effect there while the main thread holds it back.
pub(in crate::cli) fn leave_to_the_main_thread() {
    let _ = held().thread_block();
}

fn held() -> SigSet {
    SigSet::from_iter(HELD)
}
