//! Pipelines: from the file to what each pod runs (layer 1, pure).
//!
//! One way through: [`mod@read`] makes a [`spec::Pipeline`] out of text, [`parameters`] its values, [`mod@resolve`] puts
//! values and the run's identity in and yields the [`resolve::ResolvedRun`] that travels to the orchestrator,
//! [`mod@pod`] makes the pod of one attempt of one step out of that.

pub mod by_name;
pub mod draw;
pub mod file;
pub mod graph;
pub mod json_text;
pub mod late;
pub mod lint;
pub mod parameters;
pub mod pod;
pub mod policy;
pub mod read;
pub mod render;
pub mod resolve;
pub mod schema;
pub mod secrets;
pub mod settings;
pub mod spec;
pub mod template;
mod warnings;
