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
mod autoconfigure;
mod catalogue;
mod completion;
mod connector;
mod connectors;
mod contract;
mod credential;
mod deploy;
mod doctor;
mod doctor_clusters;
mod fuzz;
mod help;
mod hints;
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
mod pipeline;
mod plugin;
mod prompts;
mod refill;
mod renewal_errors;
mod restrict;
mod run;
mod same_verdict;
mod seal;
mod stack;
mod support;
mod unfit;
mod unreachable;
mod vault;
