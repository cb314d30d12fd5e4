//! A private, unlocked (or locked) keyring, gone when dropped.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::repository;

/// A running Secret Service on a D-Bus of its own.
pub struct Keyring {
    child: Child,
    address: String,
}

impl Keyring {
    /// Starts an unlocked one.
    pub fn unlocked() -> Self {
        Self::start(false)
    }

    /// Starts a locked one.
    pub fn locked() -> Self {
        Self::start(true)
    }

    /// The value for `DBUS_SESSION_BUS_ADDRESS`.
    pub fn address(&self) -> &str {
        &self.address
    }

    fn start(locked: bool) -> Self {
        let mut command = Command::new(repository().join("tests/keyring/with-keyring"));
        // It lives until its standard input closes, thus never longer than this process.
        command.args(["sh", "-c", "echo \"$DBUS_SESSION_BUS_ADDRESS\"; cat >/dev/null"]);
        command
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            // On a busy machine hundreds of kills take longer than the script's own five minutes.
            .env("KR_TIMEOUT", "3600")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if locked {
            command.env("KR_LOCKED", "1");
        }
        let mut child = command.spawn().expect("tests/keyring/with-keyring");
        let mut address = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut address).expect("the bus address");
        assert!(address.starts_with("unix:"), "no keyring: tests/keyring/with-keyring said {address:?}");
        Self { child, address: address.trim().to_owned() }
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
