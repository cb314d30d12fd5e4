//! Credentials that nothing renews, and certificates, that end soon (layer 3).

use std::collections::BTreeSet;

use super::Check;
use crate::certificate;
use crate::connector::Connector;
use crate::execcred::rfc3339;
use crate::helper::now;
use crate::kubeconfig::merge::Kind;
use crate::kubeconfig::{Credential, Kubeconfig};
use crate::paths::Home;
use crate::registry::store;

const DAY: i64 = 24 * 3600;
/// A client's credential is replaced by its user, who needs so many seconds' notice.
const NOTICE: i64 = 7 * DAY;
/// A cluster's authority is replaced by whoever runs the cluster.
const LONG_NOTICE: i64 = 14 * DAY;

/// Looks at every connector and at the client certificates of the kubeconfig.
pub(super) fn check(home: &Home, kubeconfig: Option<&Kubeconfig>) -> Vec<Check> {
    let connectors = store::all(home).unwrap_or_default();
    let mut found: Vec<_> = connectors.iter().flat_map(|it| [credential(it), authority(it)]).flatten().collect();
    found.extend(kubeconfig.into_iter().flat_map(users));
    if found.is_empty() && !connectors.is_empty() {
        found.push(Check::ok("certificates", "none ends soon"));
    }
    found
}

/// A credential that ends soon; one that has ended is the work of another check.
fn credential(connector: &Connector) -> Option<Check> {
    let end = connector.expires_at?.as_second();
    let (name, left) = (format!("connector {}", connector.name), end - now());
    if !(1..=NOTICE).contains(&left) {
        return None;
    }
    let fix = format!(
        "`kubectl zenml connector update {}` takes a new one: --token @FILE, --client-certificate and --client-key, or \
         --auto-configure",
        connector.name
    );
    Some(Check::warn(name, format!("its credential ends at {}, and nothing renews it", rfc3339(end)), fix))
}

/// The authority of the connector's cluster: it is trusted as long as one certificate of it lasts.
fn authority(connector: &Connector) -> Option<Check> {
    let pem = connector.configuration.certificate_authority.as_ref()?;
    let end = certificate::ends(pem).ok()?.into_iter().max()?;
    let (name, when) = (format!("authority of {}", connector.name), rfc3339(end));
    let fix = format!(
        "get the cluster's new authority, then `kubectl zenml connector update {} --certificate-authority FILE`",
        connector.name
    );
    match end - now() {
        ..=0 => Some(Check::error(name, format!("its cluster's authority ended at {when}"), fix)),
        1..=LONG_NOTICE => Some(Check::warn(name, format!("its cluster's authority ends at {when}"), fix)),
        _ => None,
    }
}

/// The kubeconfig's users with a client certificate of their own that ends soon.
fn users(kubeconfig: &Kubeconfig) -> Vec<Check> {
    let mut seen = BTreeSet::new();
    let contexts = kubeconfig.all(Kind::Context);
    let check = |context: &crate::kubeconfig::merge::Entry<'_>| {
        let user = context.body["user"].as_str()?;
        if !seen.insert(user.to_owned()) {
            return None;
        }
        // One that cannot be resolved is kubectl's to complain about.
        let Credential::Static(answer) = kubeconfig.resolve(Some(context.name)).ok()?.credential else { return None };
        let leaf = certificate::leaf(answer.client_certificate.as_deref()?).ok()?;
        let (left, when) = (leaf.not_after - now(), rfc3339(leaf.not_after));
        let verb = if left <= 0 { "ended" } else { "ends" };
        let fix = "have a new one issued by the cluster's own tool, and put it into the kubeconfig";
        (left <= NOTICE)
            .then(|| Check::warn(format!("user {user}"), format!("its client certificate {verb} at {when}"), fix))
    };
    contexts.iter().filter_map(check).collect()
}
