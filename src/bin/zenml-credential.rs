//! The credential helper alone.

fn main() {}
