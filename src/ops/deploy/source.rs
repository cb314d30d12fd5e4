//! What is deployed: a service file, or a revision that was recorded (layer 3).

use super::record::Record;
use crate::deployer::manifests::{self, Placement, REVISION_LABEL, Set};
use crate::deployer::object::Object;
use crate::deployer::settings::Scale;
use crate::deployer::spec::Service;
use crate::error::Result;
use crate::secret::Secret;

/// Secret values by the names of their variables.
pub type Values = [(String, Secret<String>)];

/// Where the objects come from.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// A service file.
    File {
        /// The service.
        service: &'a Service,
        /// The value of each of [`Service::own_secrets`].
        values: &'a Values,
        /// The key that requests must carry, where the user brings it.
        auth_key: Option<&'a Secret<String>>,
        /// The objects of `additional_resources`.
        more: &'a [Object],
        /// The file of each of them.
        files: &'a [String],
    },
    /// A revision that was deployed before.
    Record(&'a Record),
}

impl Source<'_> {
    /// The deployment's name.
    pub fn name(&self) -> &str {
        match self {
            Self::File { service, .. } => &service.name,
            Self::Record(record) => record.name(),
        }
    }

    /// The objects.
    pub(super) fn set(&self, placement: &Placement<'_>) -> Result<Set> {
        match self {
            Self::File { service, more, .. } => manifests::set(service, placement, more),
            Self::Record(record) => {
                let mut set = record.set.clone();
                let metadata = set.deployment.spec.template.metadata.get_or_insert_default();
                let labels = metadata.labels.get_or_insert_default();
                labels.insert(REVISION_LABEL.to_owned(), placement.revision.to_string());
                Ok(set)
            }
        }
    }

    /// The file that `object` comes from, where it is one of `additional_resources`.
    pub(super) fn file_of(&self, object: &Object) -> Option<&str> {
        let Self::File { more, files, .. } = self else { return None };
        let is_same = |one: &Object| one.kind == object.kind && one.name() == object.name();
        let (_, file) = more.iter().zip(files.iter()).find(|(one, _)| is_same(one))?;
        Some(file)
    }

    /// How many pods there are at least.
    pub(super) fn least(&self) -> i32 {
        match self {
            Self::File { service, .. } => service.settings.scale.least(),
            Self::Record(record) => {
                let scaler = record.set.after.iter().find(|object| object.kind.kind == "HorizontalPodAutoscaler");
                let least = scaler.and_then(|object| object.body["spec"]["minReplicas"].as_i64());
                least.and_then(|least| i32::try_from(least).ok()).unwrap_or(1)
            }
        }
    }

    /// The service whose secrets may be new.
    pub(super) fn with_secrets(&self) -> Option<(&Service, &Values)> {
        match self {
            Self::File { service, values, .. } if service.own_secrets().next().is_some() => Some((service, values)),
            _ => None,
        }
    }

    /// Whether an autoscaler decides how many pods there are.
    pub(super) fn is_scaled(&self) -> bool {
        match self {
            Self::File { service, .. } => matches!(service.settings.scale, Scale::Auto { .. }),
            Self::Record(record) => record.set.deployment.spec.replicas.is_none(),
        }
    }
}
