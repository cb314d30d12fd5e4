//! A service file after reading: checked, templates filled in, defaults set (layer 1, pure).

use std::collections::BTreeMap;

use super::settings::Settings;
use crate::pipeline::lint::suspicious;
pub use crate::pipeline::spec::SecretSource;

/// Where a deployment lives when nobody says otherwise; ZenML's name.
pub const DEFAULT_NAMESPACE: &str = "zenml-deployments";
/// Where `invoke` posts to when the file does not say.
pub const DEFAULT_INVOKE_PATH: &str = "/invoke";

/// One service.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// The name of the Deployment and of the Service.
    pub name: String,
    /// The container's image.
    pub image: String,
    /// Replaces the image's entrypoint, unless empty.
    pub command: Vec<String>,
    /// Replaces the image's arguments, unless empty.
    pub args: Vec<String>,
    /// Environment variables in clear.
    pub environment: BTreeMap<String, String>,
    /// Environment variables whose values are secret, each with its source.
    pub secrets: BTreeMap<String, SecretSource>,
    /// Where `invoke` posts to.
    pub invoke_path: String,
    /// `settings`, with the defaults filled in.
    pub settings: Settings,
}

impl Service {
    /// The names of the secrets whose values this program is given, by a file or at a prompt.
    pub fn own_secrets(&self) -> impl Iterator<Item = (&str, &SecretSource)> {
        let own = |source: &SecretSource| !matches!(source, SecretSource::Reference { .. });
        self.secrets.iter().filter(move |(_, source)| own(source)).map(|(name, source)| (name.as_str(), source))
    }

    /// Variables in clear whose names say that their values should not be.
    pub fn suspicious_variables(&self) -> impl Iterator<Item = &str> {
        suspicious(self.environment.keys().chain(self.settings.pod.in_clear()))
    }
}
