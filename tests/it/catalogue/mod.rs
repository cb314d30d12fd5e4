//! The catalogue of connectors as users meet it: the flags of `register`, `list-types`, `describe-type`, the questions.

mod in_cluster;
mod interactive;
mod lifetime;
mod register;
mod types;
