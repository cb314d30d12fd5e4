//! Executing runs (layer 3; [`machine`] is pure and part of layer 1).
//!
//! The engine feeds [`machine::Machine`] with what it sees and carries out what the machine answers.

pub mod machine;
