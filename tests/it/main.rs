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

mod audit;
mod catalogue;
mod completion;
mod connector;
mod contract;
mod credential;
mod deploy;
mod doctor;
mod fuzz;
mod help;
mod hostile;
mod house;
mod hygiene;
mod krew;
mod kubeconfig;
mod last_error;
mod leaks;
mod logins;
mod methods;
mod obstacles;
mod plugin;
mod refill;
mod run;
mod support;
mod vault;
