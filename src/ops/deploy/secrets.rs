//! The Secrets of a deployment: one a revision, and the key that requests must carry (layer 3).

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1 as core;
use kube::ResourceExt;
use zeroize::Zeroizing;

use super::plan::Plan;
use super::source::Source;
use super::{Event, Report, Request, objects as checked};
use crate::cluster::Cluster;
use crate::cluster::apply::{self, How, Outcome};
use crate::cluster::failure::On;
use crate::cluster::objects::{self, Created, api};
use crate::deployer::manifests::{self, auth_name, revision_name};
use crate::deployer::object::{Kind, Object};
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::secret::Secret;

/// How many numbers are tried for a Secret whose name is taken by something that is not ours.
const NAMES_TRIED: u64 = 20;
/// How often a key is made whose name is taken and free again.
const KEYS_TRIED: usize = 10;
/// The length of a generated key, as ZenML's.
const KEY_LENGTH: usize = 32;

/// POSTs the revision's Secret, under the next number whose name is free, and returns its name. What a deploy that was
/// interrupted, or a Deployment that was deleted by hand, left under such a name is recorded, and so goes with the rest. It
/// is never used again: it may be a deploy's that goes on, and takes it away once it has seen that it was overtaken.
pub(super) async fn create(
    cluster: &Cluster,
    request: &Request<'_>,
    plan: &mut Plan,
    report: Report<'_>,
) -> Result<Option<String>> {
    let Some((service, values)) = request.source.with_secrets().filter(|_| plan.new_secret) else { return Ok(None) };
    let kind = Kind::of::<core::Secret>();
    let first = plan.inventory.revision;
    for number in first..first + NAMES_TRIED {
        let name = revision_name(&service.name, number);
        let wanted = manifests::secret(service, &name, request.namespace, values);
        let secrets = api::<core::Secret>(cluster, request.namespace);
        match objects::create(&secrets, &wanted).await.on(cluster)? {
            Created::New(secret) => {
                plan.inventory.record(&kind, &name, &secret.uid().unwrap_or_default());
                plan.inventory.revision = number;
                plan.revision = number;
                report(Event::Applied { kind: "secret", name: &name, outcome: Outcome::Created });
                plan.secret = Some(name.clone());
                return Ok(Some(name));
            }
            Created::Exists => {
                let found = apply::look(cluster, request.namespace, &kind, &name).await?.filter(apply::is_only_ours);
                if let Some(uid) = found.and_then(|found| found.uid()) {
                    plan.inventory.record_leftover(&kind, &name, &uid);
                }
            }
        }
    }
    let name = revision_name(&service.name, first);
    Err(Error::failure(format!("the names of Secrets from {name} on are taken"))
        .hint("delete the Secrets of that name that nothing uses, or choose another name for the service"))
}

/// What became of the Secret with the key that requests must carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// None is wanted, or it is on record.
    Known,
    /// It is new.
    Made,
    /// It was there and not on record. Whoever made it may yet take it away, having been overtaken.
    Found,
}

/// Makes sure that the key which requests must carry is there, where the file wants one. A key that is there stays, unless
/// it is to be replaced.
pub(super) async fn auth(cluster: &Cluster, request: &Request<'_>, plan: &mut Plan, report: Report<'_>) -> Result<Key> {
    let (kind, name) = (Kind::of::<core::Secret>(), auth_name(request.source.name()));
    let Some(wanted) = wanted_key(request, plan)? else {
        if let Source::Record(record) = &request.source
            && record.wants_key()
            && plan.inventory.is_key_newer(&name, record.revision)
        {
            report(Event::Warning(&newer(record.revision, &name)));
        }
        return Ok(Key::Known);
    };
    if is_known(plan, &name) {
        if !request.rotate_auth_key {
            kept(cluster, request, &name, report).await?;
            return Ok(Key::Known);
        }
        let how = How { force: true, ..How::default() };
        let applied = apply::apply(cluster, &Object::of(&wanted)?, how).await?;
        plan.key_replaced = true;
        report(Event::Applied { kind: "secret", name: &name, outcome: Outcome::Configured });
        plan.inventory.record(&kind, &name, &applied.uid().unwrap_or_default());
        plan.inventory.replace_key(&name, plan.inventory.revision);
        return Ok(Key::Known);
    }
    if let Some(uid) = plan.inventory.uid(&kind, &name).filter(|uid| !uid.is_empty()) {
        // The one of an earlier revision is going; it must not go later.
        apply::delete(cluster, request.namespace, &kind, &name, uid).await?;
    }
    let secrets = api::<core::Secret>(cluster, request.namespace);
    for _ in 0..KEYS_TRIED {
        let (uid, key) = match objects::create(&secrets, &wanted).await.on(cluster)? {
            Created::New(secret) => {
                report(Event::Applied { kind: "secret", name: &name, outcome: Outcome::Created });
                if let Source::Record(record) = &request.source {
                    report(Event::Warning(&invented(record.revision, &name)));
                }
                (secret.uid(), Key::Made)
            }
            Created::Exists => match apply::look(cluster, request.namespace, &kind, &name).await? {
                Some(found) if apply::is_only_ours(&found) || request.adopt => (found.uid(), Key::Found),
                Some(_) => return Err(checked::foreign("secret", &name, request.namespace)),
                // Whoever made it has been overtaken, and has just taken it away.
                None => continue,
            },
        };
        plan.inventory.record(&kind, &name, &uid.unwrap_or_default());
        return Ok(key);
    }
    Err(Error::failure(format!("the Secret \"{name}\" comes and goes")).hint("somebody else deploys, too: try again"))
}

/// Makes the key again that was found, where its maker has taken it away meanwhile.
pub(super) async fn confirm(
    cluster: &Cluster,
    request: &Request<'_>,
    plan: &mut Plan,
    report: Report<'_>,
) -> Result<Key> {
    let (kind, name) = (Kind::of::<core::Secret>(), auth_name(request.source.name()));
    if apply::look(cluster, request.namespace, &kind, &name).await?.is_some() {
        return Ok(Key::Known);
    }
    plan.inventory.take(|item| item.kind() != kind || item.name != name);
    auth(cluster, request, plan, report).await
}

/// The Secret with the key: the file's, or a new one for a revision that is gone back to and whose key is gone. None where
/// none is wanted.
fn wanted_key(request: &Request<'_>, plan: &Plan) -> Result<Option<core::Secret>> {
    match &request.source {
        Source::File { service, auth_key, .. } if service.settings.auth_key.is_some() => {
            let key = auth_key.map_or_else(generate, |key| Ok(key.clone()))?;
            Ok(Some(manifests::auth_secret(service, request.namespace, &key)))
        }
        Source::Record(record) if record.wants_key() && !is_known(plan, &auth_name(record.name())) => {
            Ok(Some(record.auth_secret(request.namespace, &generate()?)))
        }
        Source::File { .. } | Source::Record(_) => Ok(None),
    }
}

/// What is said where a revision comes back and its key does not.
fn invented(revision: u64, secret: &str) -> String {
    format!(
        "the auth key of revision {revision} is gone, and requests must carry a new one, which is in the Secret \"{secret}\": \
         `kubectl zenml deployment invoke` sends it. To have your own again, deploy with `auth_key: {{file: …}}` and \
         --rotate-auth-key"
    )
}

/// What is said where a revision comes back whose key was replaced since.
fn newer(revision: u64, secret: &str) -> String {
    format!("the auth key was replaced after revision {revision}, and stays as it is, in the Secret \"{secret}\"")
}

/// What is to be known of a deploy that ended after it had replaced the key. `name` is the deployment's, `then` what to do.
pub fn replaced(name: &str, then: &str) -> String {
    format!(
        "the Secret \"{}\" holds the new key already, and pods that started before take the old one: {then} without \
         --rotate-auth-key",
        auth_name(name)
    )
}

/// Whether the key's Secret is on record.
fn is_known(plan: &Plan, name: &str) -> bool {
    let kind = Kind::of::<core::Secret>();
    plan.inventory.has(&kind, name) && plan.inventory.uid(&kind, name).is_some_and(|uid| !uid.is_empty())
}

/// What [`auth`] would do to which Secret; nothing where the key stays or there is none.
pub(super) fn of_auth(request: &Request<'_>, plan: &Plan) -> Option<(String, Outcome)> {
    let Source::File { service, .. } = request.source else { return None };
    service.settings.auth_key.as_ref()?;
    let name = auth_name(&service.name);
    if !is_known(plan, &name) {
        return Some((name, Outcome::Created));
    }
    request.rotate_auth_key.then_some((name, Outcome::Configured))
}

/// Says so where the user brings another key than the one that is kept.
async fn kept(cluster: &Cluster, request: &Request<'_>, name: &str, report: Report<'_>) -> Result<()> {
    let Source::File { auth_key: Some(key), .. } = request.source else { return Ok(()) };
    let found = apply::look(cluster, request.namespace, &Kind::of::<core::Secret>(), name).await?;
    let found = found.and_then(|found| found.try_parse::<core::Secret>().ok()).and_then(|secret| secret.data);
    let is_same = |data: &BTreeMap<String, ByteString>| {
        data.get(manifests::AUTH_KEY).is_some_and(|value| value.0 == key.expose().as_bytes())
    };
    if !found.as_ref().is_some_and(is_same) {
        report(Event::Warning("the cluster has another auth key, which stays: replace it with --rotate-auth-key"));
    }
    Ok(())
}

/// A key of letters and digits.
fn generate() -> Result<Secret<String>> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut key = String::with_capacity(KEY_LENGTH);
    while key.len() < KEY_LENGTH {
        let mut bytes = Zeroizing::new([0; 64]);
        getrandom::fill(&mut *bytes)
            .map_err(|error| Error::new(ErrorKind::Failure, format!("the system gives no random numbers: {error}")))?;
        // Numbers above the largest multiple of the alphabet's length would make some letters likelier.
        let fair = bytes.iter().map(|byte| usize::from(*byte)).filter(|number| *number < 4 * LETTERS.len());
        key.extend(fair.map(|number| char::from(LETTERS[number % LETTERS.len()])).take(KEY_LENGTH - key.len()));
    }
    Ok(Secret::new(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_keys_are_long_and_never_the_same() {
        let (one, other) = (generate().unwrap(), generate().unwrap());
        assert!(one.expose().len() == KEY_LENGTH && one.expose().chars().all(|c| c.is_ascii_alphanumeric()));
        assert_ne!(one.expose(), other.expose());
    }
}
