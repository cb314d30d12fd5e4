//! `{{ image }}` inside of `additional_pod_spec_args`: the pod's own image, for further containers (layer 1, pure).

use serde_json::Value;

use super::PodSettings;
use crate::error::{Context, Result};

impl PodSettings {
    /// Whether anything stands for the pod's own image.
    pub fn names_image(&self) -> bool {
        self.additional_pod_spec_args
            .as_ref()
            .and_then(|more| serde_json::to_value(more).ok())
            .is_some_and(|mut more| replace(&mut more, "") > 0)
    }

    /// Puts `image` where `{{ image }}` stands.
    pub fn with_image(mut self, image: &str) -> Result<Self> {
        if let Some(more) = &self.additional_pod_spec_args {
            let mut value = serde_json::to_value(more).context(|| "cannot write additional_pod_spec_args")?;
            if replace(&mut value, image) > 0 {
                let more = serde_json::from_value(value).context(|| "cannot read additional_pod_spec_args")?;
                self.additional_pod_spec_args = Some(more);
            }
        }
        Ok(self)
    }
}

/// Whether a text is `{{ image }}`.
pub(super) fn stands_for_image(text: &str) -> bool {
    let inside = text.trim().strip_prefix("{{").and_then(|text| text.strip_suffix("}}"));
    inside.is_some_and(|inside| inside.trim() == "image")
}

/// How many texts were replaced.
fn replace(value: &mut Value, image: &str) -> usize {
    match value {
        Value::String(text) => {
            let is_image = stands_for_image(text);
            if is_image {
                image.clone_into(text);
            }
            usize::from(is_image)
        }
        Value::Array(items) => items.iter_mut().map(|item| replace(item, image)).sum(),
        Value::Object(entries) => entries.values_mut().map(|item| replace(item, image)).sum(),
        _ => 0,
    }
}
