//! A process, and what it took.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use serde_json::{Value, json};

use crate::cluster::output;

/// The argument with which this program runs one other and measures it. The kernel keeps one peak of memory for all children
/// together, and counts to a child's what its parent had before it: so the parent is a process of its own, and small.
pub(crate) const PROCESS: &str = "--process";

/// What a process took.
pub(crate) struct Took {
    pub(crate) seconds: f64,
    /// Of all processors, in seconds.
    pub(crate) cpu: f64,
    /// The most memory that was resident, in MB.
    pub(crate) memory: f64,
}

/// Runs `command` to its end, which has to be a good one; what it says goes to a file in `dir`.
pub(crate) fn run(command: &Command, dir: &Path) -> Took {
    let mut parent = Command::new(std::env::current_exe().unwrap());
    parent.arg(PROCESS).arg(dir.join("log")).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        parent.env(name, value.unwrap());
    }
    let answer: Value = serde_json::from_str(&output(&mut parent)).unwrap();
    let number = |name: &str| answer[name].as_f64().unwrap();
    Took { seconds: number("seconds"), cpu: number("cpu"), memory: number("memory") }
}

/// As [`run`], in the parent: the file for the log, the program and its arguments.
pub(crate) fn process(arguments: &[String]) {
    let log = File::create(&arguments[0]).unwrap();
    let mut command = Command::new(&arguments[1]);
    command.args(&arguments[2..]).stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
    let started = Instant::now();
    let status = command.status().unwrap();
    let seconds = started.elapsed().as_secs_f64();
    assert!(status.success(), "{command:?}: {}", std::fs::read_to_string(&arguments[0]).unwrap());
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let time = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let cpu = time(usage.user_time()) + time(usage.system_time());
    println!("{}", json!({"seconds": seconds, "cpu": cpu, "memory": usage.max_rss() as f64 / 1e3}));
}
