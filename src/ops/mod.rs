//! Use cases, one file a verb: they take a request and return data, and never print (layer 3).

pub mod deploy;
pub mod deployment;
pub mod image_export;
pub mod run;
