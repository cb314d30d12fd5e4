//! Settings of one level over those of another: component, then file, then step (layer 1, pure).

use super::PodSettings;
use crate::document::merge;
use crate::error::{Context, Result};

impl PodSettings {
    /// These settings over `base`, by the rule of [`merge::over`], as a file's over a component's.
    pub fn over(self, base: &Self) -> Result<Self> {
        let nothing = Self::default();
        if *base == nothing {
            return Ok(self);
        }
        if self == nothing {
            return Ok(base.clone());
        }
        let json = |level: &Self| serde_json::to_value(level).context(|| "cannot write pod settings");
        let merged = merge::over(&json(&self)?, &json(base)?);
        serde_json::from_value(merged).context(|| "cannot merge pod settings")
    }
}
