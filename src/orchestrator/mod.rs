//! Runs: submitting, orchestrating and recording them (layer 3; `machine` is pure).

pub mod checkpoint;
pub mod create;
pub mod job;
pub mod labels;
pub mod lease;
pub mod observe;
pub mod rbac;
pub mod record;
pub mod root;
