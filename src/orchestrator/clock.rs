//! The time that a process goes by: as the system says when it begins, then steady, so that no change of the system's clock
//! ends a pause or a limit (layer 3).

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// One process's time.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    began: Instant,
    at: Timestamp,
}

impl Clock {
    /// From now on.
    pub fn start() -> Self {
        Self { began: Instant::now(), at: Timestamp::now() }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.began.elapsed()).unwrap_or(SignedDuration::MAX);
        self.at.checked_add(passed).unwrap_or(Timestamp::MAX)
    }

    /// When it will be `time`: now where that is over.
    pub fn instant(&self, time: Timestamp) -> Instant {
        let wait = std::time::Duration::try_from(time.duration_since(self.now())).unwrap_or_default();
        // Nobody waits for longer, and an instant has an end.
        Instant::now() + wait.min(std::time::Duration::from_secs(24 * 60 * 60))
    }
}
