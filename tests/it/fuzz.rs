//! What `make fuzz` looks for, with the committed corpus: each seed, and what fuzzing found once, must hold for ever.

#![allow(clippy::print_stdout, reason = "libtest shows it where a seed fails")]

#[path = "../../fuzz/properties.rs"]
mod properties;

use std::fs;

use crate::support::repository;

/// Calls `property` with every file of the target's corpus; a panic in it names the file.
fn replay(target: &str, property: fn(&[u8])) {
    let corpus = repository().join("fuzz/corpus").join(target);
    let mut replayed = 0;
    for seed in fs::read_dir(corpus).unwrap() {
        let path = seed.unwrap().path();
        println!("{}", path.display());
        property(&fs::read(path).unwrap());
        replayed += 1;
    }
    assert!(replayed >= 10, "the corpus of {target} is gone");
}

#[test]
fn exec_info() {
    replay("exec_info", properties::exec_info);
}

#[test]
fn sealed() {
    replay("sealed", properties::sealed);
}

#[test]
fn registry() {
    replay("registry", properties::registry);
}

#[test]
fn kubeconfig() {
    replay("kubeconfig", properties::kubeconfig);
}

#[test]
fn data_key() {
    replay("data_key", properties::data_key);
}

#[test]
fn every_target_is_replayed() {
    let here = fs::read_to_string(repository().join("tests/it/fuzz.rs")).unwrap();
    for target in fs::read_dir(repository().join("fuzz/fuzz_targets")).unwrap() {
        let name = target.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(here.contains(&format!("replay(\"{name}\", properties::{name})")), "{name} is not replayed");
    }
}
