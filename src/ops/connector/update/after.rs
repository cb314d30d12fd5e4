//! What a connector is after an update, and what is sealed for it then (layer 3). Nothing is written.

use jiff::Timestamp;

use super::{Request, stored};
use crate::cluster::endpoint::Endpoint;
use crate::cluster::verify::Identity;
use crate::connector::attribute::Attribute;
use crate::connector::catalogue::{Id, Method};
use crate::connector::{Connector, lifetime};
use crate::error::{Error, Result};
use crate::execcred::rfc3339;
use crate::helper;
use crate::kubeconfig::merge::Kind;
use crate::kubeconfig::{Credential as Lifting, Kubeconfig, Resolved, sealing};
use crate::ops::connector::lift::{Lifted, lift};
use crate::ops::connector::register;
use crate::ops::refill::{self, Opened};
use crate::paths::Home;
use crate::registry;
use crate::vault::content::{Content, Credential};
use crate::vault::header::{BoundCluster, Header};

/// What is to be written.
pub(super) struct Prepared {
    pub(super) after: Connector,
    /// `None` = only the record changes.
    pub(super) sealing: Option<Sealing>,
    pub(super) identity: Option<Identity>,
    pub(super) source: Option<String>,
    pub(super) warnings: Vec<String>,
}

/// What is to be sealed in the place of what has this mark.
pub(super) struct Sealing {
    pub(super) header: Header,
    pub(super) content: Content,
    pub(super) mark: Vec<u8>,
}

/// The time for a record.
pub(super) fn now() -> Timestamp {
    Timestamp::from_second(helper::now()).unwrap_or_default()
}

/// Makes `before` into what `request` wants, having tried that on the cluster. `None` = that is not what is there any more.
pub(super) async fn prepare(home: &Home, request: &Request, before: &Connector) -> Result<Option<Prepared>> {
    let mut after = before.clone();
    record(&mut after, request);
    if !request.connects() && !request.lasts() {
        return Ok(Some(Prepared { after, sealing: None, identity: None, source: None, warnings: Vec::new() }));
    }
    let Opened { header, content, mark } = Opened::of(home, &before.id).await?;
    if header.revision != before.revision {
        return Ok(None);
    }
    // The record is not sealed: what it says must not send the credential anywhere else.
    if request.lift.is_none() {
        Endpoint::sealed(&header, before, None)?;
    }
    let mut warnings = Vec::new();
    let (mut source, kept) = (None, content.credential.clone());
    let (mut header, content, identity) = if request.connects() {
        let (lifted, context) = lifted(home, request, before, content).await?;
        source = Some(context).filter(|context| !context.is_empty());
        let identity =
            if request.no_verify { None } else { Some(register::check(&lifted, &after.name, "changed").await?) };
        warnings.extend(register::warnings(&lifted, &after.name));
        warnings.extend(differences(before, &header, &lifted, identity.as_ref()));
        let header = connect(&mut after, header, &lifted, identity.as_ref())?;
        (header, Content { credential: lifted.credential, proxy_url: lifted.proxy_url }, identity)
    } else {
        let own = match content.credential.answer() {
            Some(answer) if !content.credential.is_renewable() => lifetime::expiry(answer)?,
            _ => header.expires_at.filter(|_| content.credential.is_renewable()),
        };
        (Header { expires_at: own, ..header }, content, None)
    };
    let is_same = content.credential.is(&kept);
    warnings.extend(last(&mut after, &mut header, &content.credential, is_same, request)?);
    header.revision += 1;
    after.revision = header.revision;
    Ok(Some(Prepared { after, sealing: Some(Sealing { header, content, mark }), identity, source, warnings }))
}

/// What stands in the record alone.
fn record(after: &mut Connector, request: &Request) {
    for attribute in &request.clear {
        match attribute {
            Attribute::Description => after.description = None,
            Attribute::Labels => after.labels.clear(),
            Attribute::Field(Id::Namespace) => after.configuration.namespace = None,
            Attribute::ExpiresSkewTolerance => after.expires_skew_tolerance = None,
            _ => {}
        }
    }
    if let Some(name) = &request.name {
        after.name.clone_from(name);
    }
    if request.description.is_some() {
        after.description = request.description.clone().filter(|text| !text.is_empty());
    }
    for (key, value) in &request.labels {
        match value {
            Some(value) => drop(after.labels.insert(key.clone(), value.clone())),
            None => drop(after.labels.remove(key)),
        }
    }
    if let Some(name) = &request.given.cluster_name {
        after.configuration.cluster_name.clone_from(name);
        after.resource_name.clone_from(name);
    }
    if request.given.namespace.is_some() {
        after.configuration.namespace.clone_from(&request.given.namespace);
    }
    after.expires_skew_tolerance = request.expires_skew_tolerance.or(after.expires_skew_tolerance);
}

/// What somebody may not have meant to change.
fn differences(before: &Connector, header: &Header, lifted: &Lifted, identity: Option<&Identity>) -> Vec<String> {
    let (old, new) = (&before.configuration, &lifted.configuration);
    let mut said = Vec::new();
    if old.server != new.server {
        let (name, server) = (new.cluster_name.escape_debug(), &new.server);
        said.push(format!("it goes to another server now: {server} (cluster \"{name}\") instead of {}", old.server));
    }
    let account = identity.and_then(|identity| identity.account.as_ref());
    if let (Some(was), Some(is)) = (&header.account, account)
        && was != is
    {
        said.push(format!("it acts as {} now, instead of {}", is.escape_debug(), was.escape_debug()));
    }
    let has = |fields: &[String], id: Id| fields.iter().any(|field| field == id.field().path);
    for (id, other, name) in
        [(Id::ClientCertificate, Id::Token, "client certificate"), (Id::Token, Id::ClientCertificate, "token")]
    {
        if has(&before.secrets, id) && !has(&lifted.secrets, id) && has(&lifted.secrets, other) {
            said.push(format!("its {name} is forgotten: what was given takes its place"));
        }
    }
    if new.insecure && !old.insecure && old.certificate_authority.is_some() {
        said.push(
            "its certificate authority is forgotten; --certificate-authority FILE has the server checked again"
                .to_owned(),
        );
    }
    said
}

/// The connector's parts with what is wanted of them, as a registration would have them, and the context that they were
/// taken from; empty = none.
async fn lifted(home: &Home, request: &Request, before: &Connector, content: Content) -> Result<(Lifted, String)> {
    let (kept, mut minted) = stored::resolved(before, content);
    let mut was_sealed = false;
    let mut resolved = match &request.lift {
        Some(lift) => {
            let kubeconfig = Kubeconfig::load(lift.kubeconfig.as_deref())?;
            let resolved = kubeconfig.resolve(lift.context.as_deref())?;
            was_sealed = is_sealed_for(home, &kubeconfig, &resolved, &before.id);
            resolved
        }
        None => kept.clone(),
    };
    // A context that was sealed has the cluster as it is now, and its credential is here.
    if was_sealed {
        resolved.credential = kept.credential;
    }
    if let Lifting::Ours(reference) = &resolved.credential {
        let known = registry::resolve(home, reference).map_or_else(|_| reference.clone(), |entry| entry.name);
        let (name, known) = (resolved.context.escape_debug(), known.escape_debug());
        return Err(Error::failure(format!("context \"{name}\" gets its credential from connector \"{known}\""))
            .hint("name the cluster's own context with --context"));
    }
    for attribute in &request.clear {
        stored::clear(*attribute, &mut resolved, &mut minted)?;
    }
    if let Some(server) = &request.given.server {
        resolved.cluster.server.clone_from(server);
    }
    let before = match (&resolved.credential, &request.lift) {
        (Lifting::Static(answer), None) => Some(answer.clone()),
        _ => None,
    };
    resolved.credential = request.parts.clone().onto(resolved.credential)?;
    let (mut resolved, given) = request.given.onto(resolved)?;
    stored::complete(&mut resolved, before)?;
    let minted = stored::minted(minted, given, request)?;
    let source = resolved.context.clone();
    Ok((lift(home, resolved, minted, refill::means(request.terminal)).await?, source))
}

/// Whether this very context, in the files that were read, had its credential sealed for the connector `id`: one of the same
/// name in another file must not have a credential sent to its cluster.
fn is_sealed_for(home: &Home, kubeconfig: &Kubeconfig, resolved: &Resolved, id: &str) -> bool {
    let Lifting::Ours(reference) = &resolved.credential else { return false };
    let user = kubeconfig.find(Kind::Context, &resolved.context).and_then(|context| {
        let user = context.body["user"].as_str()?;
        kubeconfig.find(Kind::User, user)
    });
    let sealed = user.is_some_and(|user| sealing::original(user.body).is_some());
    sealed && registry::resolve(home, reference).is_ok_and(|entry| entry.id == id)
}

/// What follows from a new credential or another cluster.
fn connect(after: &mut Connector, header: Header, lifted: &Lifted, identity: Option<&Identity>) -> Result<Header> {
    lifted.credential.method().clone_into(&mut after.auth_method);
    after.configuration = lifted.configuration.clone();
    after.resource_name.clone_from(&lifted.configuration.cluster_name);
    after.secrets.clone_from(&lifted.secrets);
    after.expiration_seconds = match lifted.credential {
        Credential::ServiceAccount { seconds, .. } => seconds,
        _ => None,
    };
    Ok(Header {
        auth_method: after.auth_method.clone(),
        account: identity.and_then(|identity| identity.account.clone()),
        cluster: BoundCluster::of(&lifted.configuration.cluster())?,
        expires_at: lifted.ends_at,
        ..header
    })
}

/// When the credential, which may be the one from before, ends and is renewed. `header` says so far what the credential itself
/// says.
fn last(
    after: &mut Connector,
    header: &mut Header,
    credential: &Credential,
    is_same: bool,
    request: &Request,
) -> Result<Option<String>> {
    let (now, own, renewable) = (helper::now(), header.expires_at, credential.is_renewable());
    lifetime::check_wanted(Method::of(credential), request.expires_at, request.expires_skew_tolerance)?;
    lifetime::check_end(request.expires_at, now)?;
    let wanted = request.expires_at.map(Timestamp::as_second);
    // What was said of the credential before is not said of another one.
    let kept = after.expires_at.filter(|_| is_same && !request.clear.contains(&Attribute::ExpiresAt));
    let said = wanted.or(kept.map(Timestamp::as_second)).filter(|_| !renewable);
    header.expires_at = said.into_iter().chain(own).min();
    // What renews itself has no end that anybody should look at.
    let ends_at = header.expires_at.filter(|_| !renewable).or_else(|| lifetime::end_of_renewal(credential));
    after.expires_at = ends_at.and_then(|end| Timestamp::from_second(end).ok());
    header.refresh_after = lifetime::renewal(now, header.expires_at, renewable, after.expires_skew_tolerance);
    let stays = own.filter(|_| !renewable && ends_at == own && request.clear.contains(&Attribute::ExpiresAt));
    let earlier = own.filter(|end| wanted.is_some_and(|wanted| wanted > *end));
    Ok(match (stays, earlier) {
        (Some(end), _) => Some(format!("the credential itself ends at {}; that stays", rfc3339(end))),
        (_, Some(end)) => Some(lifetime::ends_earlier(end)),
        _ => None,
    })
}
