//! Stacks and their components (layer 3).

pub mod access;
pub mod component;
pub mod connect;
pub mod stacks;
