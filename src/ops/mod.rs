//! The use cases, one file a verb: take a request, return data, never print (layer 3).

pub mod connector;
pub mod credential;
pub mod deploy;
pub mod deployment;
pub mod doctor;
pub mod image_export;
pub mod place;
pub mod refill;
pub mod run;
pub mod stack;
pub mod vault;
