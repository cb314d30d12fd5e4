//! The credential helper against what it is compared with: whole processes, in turn, in one run.
//!
//! Each line has both medians and the median of the ratios or differences pair by pair, so that a busy machine is busy for
//! both. The bars stand beside the lines that have one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark: one that cannot go on panics, and it prints what it found"
)]

mod clients;
mod measure;
mod peers;
mod registry;
mod rig;

use std::fs;
use std::path::Path;

use measure::{Race, peak_memory, peak_memory_of};
use rig::{HELPER, PLUGIN, Rig};

const ROUNDS: usize = 500;

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == measure::PEAK_MEMORY_OF) {
        return println!("{}", peak_memory(&arguments[place + 1..]));
    }
    let dir = tempfile::tempdir().unwrap();
    let fixed = rig::fixed_answer(dir.path());
    let rigs = ["key-file", "os"].map(|holder| Rig::new(&dir.path().join(holder), holder));
    println!("whole processes in turn; the fixed answer is a static musl program that prints one");
    for rig in &rigs {
        let race = Race::new(ROUNDS, || rig.get(HELPER), || rig.get(&fixed));
        println!("{}", race.ratio(&format!("hit, {}", rig.name()), "fixed answer", Some(1.5)));
    }
    let [key_file, _] = &rigs;
    let race = Race::new(ROUNDS, || key_file.get(PLUGIN), || key_file.get(&fixed));
    println!("{}", race.ratio("hit, the plugin as helper", "fixed answer", None));
    peers::compare(key_file, dir.path());
    clients::compare(dir.path());
    registry::compare(key_file, dir.path());
    for rig in &rigs {
        let name = format!("peak memory, {}", rig.name());
        println!("{name:<38}{:>9} KB (bar 3000)", peak_memory_of(HELPER, rig));
    }
    println!("{:<38}{:>9} KB", "peak memory, the plugin", peak_memory_of(PLUGIN, key_file));
    for program in [HELPER, PLUGIN, fixed.to_str().unwrap()] {
        let name = Path::new(program).file_name().unwrap().to_str().unwrap();
        println!("{:<38}{:>9} KB", format!("size of {name}"), fs::metadata(program).unwrap().len() / 1000);
    }
}
