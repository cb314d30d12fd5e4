//! Where a command looks for what a person named (layer 3).

/// Where to look.
#[derive(Clone, Debug)]
pub struct Place {
    /// The namespace to look in first.
    pub namespace: String,
    /// Whether a person named it: then nowhere else.
    pub only: bool,
}
