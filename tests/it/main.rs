//! One binary for all integration tests. `make test` brings up what they need; each test has a HOME and, where it touches
//! the cluster, a namespace of its own, so that all run in parallel.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::missing_panics_doc,
    reason = "tests: one that cannot go on panics"
)]

mod completion;
mod connector;
mod credential;
mod deploy;
mod fuzz;
mod help;
mod hostile;
mod house;
mod hygiene;
mod krew;
mod kubeconfig;
mod kubectl;
mod leaks;
mod run;
mod support;
mod vault;
