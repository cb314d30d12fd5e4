//! As `signals`, where the system has no file descriptor for signals (layer 4): they take effect at once.

use std::fs::File;
use std::io::Read;

use super::Unanswered;
use crate::error::{Context, Result};

/// What a signal asks for.
#[expect(dead_code, reason = "nothing is read from signals here")]
pub(super) enum Signalled {
    Stop,
    End,
}

/// Holds nothing back.
pub(super) struct Held;

impl Held {
    pub(super) fn now() -> Result<Self> {
        Ok(Self)
    }

    pub(super) fn read(&self, mut terminal: &File, bytes: &mut [u8]) -> Result<usize, Unanswered> {
        terminal.read(bytes).context(|| "cannot read from the terminal").map_err(Unanswered::Failed)
    }
}

pub(super) fn stop() {}

pub(in crate::cli) fn leave_to_the_main_thread() {}
