//! Runs: submitting, orchestrating and recording them (layer 3).
//!
//! The engine feeds [`machine::Machine`] with what it sees and carries out what the machine answers; the machine and what
//! it is made of are pure.

mod account;
pub mod cache;
pub mod checkpoint;
pub mod clock;
pub mod create;
pub mod drive;
pub mod engine;
pub mod facts;
pub mod follow;
mod herald;
pub mod job;
pub mod kept_logs;
pub mod labels;
pub mod last_words;
pub mod lease;
pub mod ledger;
pub mod machine;
mod mounts;
pub mod packed;
pub mod pod_end;
mod preflight;
pub mod progress;
mod quota;
pub mod rbac;
pub mod reason;
pub mod record;
pub mod retry;
pub mod root;
mod secrets;
pub mod source;
pub mod submit;
pub mod submitter;
pub mod unknown_step;
