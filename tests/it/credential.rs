//! The exec protocol over pipes.
