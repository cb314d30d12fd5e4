//! One binary for all integration tests. `make test` brings up what they need; each test has a HOME and, where it touches
//! the cluster, a namespace of its own, so that all run in parallel.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on panics"
)]

mod credential;
mod support;
mod vault;
