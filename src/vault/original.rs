//! What `connector seal` has taken out of a kubeconfig, each user's in a sealed file of its own (layer 0). No helper ever
//! looks at these: their ids are neither UUIDs nor names.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Vault;
use super::header::{BoundCluster, FORMAT, Header};
use crate::error::Result;
use crate::secret::{Secret, exposed};

/// What every id begins with. A UUID follows.
pub const PREFIX: &str = "kubeconfig-";
/// What stands for an auth method in the header.
const METHOD: &str = "kubeconfig-user";

/// Fields of a kubeconfig user, as they were.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Original {
    /// The kubeconfig that they stood in.
    pub file: PathBuf,
    /// The user's name.
    pub user: String,
    /// The fields, a JSON object.
    #[serde(serialize_with = "exposed")]
    pub fields: Secret<String>,
}

impl Original {
    /// The header to seal it behind; vault and key are filled in when it is sealed. The user's name stands in the clear.
    pub fn header(&self, id: &str) -> Header {
        Header {
            format: FORMAT,
            vault: String::new(),
            key: String::new(),
            connector: id.to_owned(),
            auth_method: METHOD.to_owned(),
            account: Some(self.user.clone()),
            cluster: BoundCluster::default(),
            unbound: false,
            expires_at: None,
            refresh_after: None,
            revision: 0,
        }
    }
}

/// Whether what is sealed under `id` is an original.
pub fn is_id(id: &str) -> bool {
    id.starts_with(PREFIX)
}

/// The ids of the originals in `vault`, and the names of their users.
pub fn all(vault: &Vault) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for id in vault.sealed_ids()?.into_iter().filter(|id| is_id(id)) {
        if let Some(sealed) = vault.sealed(&id)? {
            found.push((id, sealed.header.account.unwrap_or_default()));
        }
    }
    found.sort_by(|(_, one), (_, other)| one.cmp(other));
    Ok(found)
}
