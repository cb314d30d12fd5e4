//! `connector update` and `connector rename` (layer 3). What is new is tried on the cluster first, without any lock; then it
//! takes the place of what was there at once, unless somebody else was faster: then it is done again on top of that.

mod after;
mod stored;

use std::path::PathBuf;

use jiff::Timestamp;

use super::bind::{self, Alone};
use super::given::Given;
use super::logins::{self, Outdated};
use super::parts::Parts;
use crate::audit::log;
use crate::cluster::verify::Identity;
use crate::connector::attribute::Attribute;
use crate::connector::{Connector, name};
use crate::error::{Error, Result};
use crate::keyring;
use crate::kubeconfig::entries::Login;
use crate::paths::Home;
use crate::registry::stacks;
use crate::registry::store::{self, Registry};
use crate::stack::Component;
use crate::vault::Vault;
use crate::vault::content::InteractiveMode;
use after::{Prepared, Sealing};

/// Far more than there can be others who change the same connector: each round, one of them succeeds.
const ROUNDS: usize = 100;

/// What to change. What is `None` or empty stays as it is.
#[derive(Debug, Default)]
pub struct Request {
    /// The connector's name, id or unique id prefix.
    pub reference: String,
    /// What it must give access to in the end.
    pub resource_type: Option<String>,
    /// The name of that.
    pub resource_id: Option<String>,
    /// Its new name.
    pub name: Option<String>,
    /// The user's own words.
    pub description: Option<String>,
    /// Labels to set, and to remove where there is no value.
    pub labels: Vec<(String, Option<String>)>,
    /// The fields that are given anew.
    pub given: Given,
    /// The parts of its credential that are given anew.
    pub parts: Parts,
    /// The audiences of its ServiceAccount's tokens, all of them.
    pub audiences: Vec<String>,
    /// Take everything from a kubeconfig context again.
    pub lift: Option<Lift>,
    /// When the credential ends.
    pub expires_at: Option<Timestamp>,
    /// How many seconds before its end a credential is renewed.
    pub expires_skew_tolerance: Option<u32>,
    /// How many seconds a ServiceAccount's token lives.
    pub expiration_seconds: Option<u32>,
    /// The fields to clear.
    pub clear: Vec<Attribute>,
    /// Do not ask the cluster.
    pub no_verify: bool,
    /// Change nothing.
    pub dry_run: bool,
    /// An exec plugin may talk to a person.
    pub terminal: bool,
}

/// What a connector is made of anew.
#[derive(Clone, Debug, Default)]
pub struct Lift {
    /// The context; `None` = the current one.
    pub context: Option<String>,
    /// One kubeconfig file instead of `$KUBECONFIG`.
    pub kubeconfig: Option<PathBuf>,
}

/// A connector that was changed, or would be.
#[derive(Debug)]
pub struct Updated {
    /// The record as it is.
    pub after: Connector,
    /// There was something to change.
    pub changed: bool,
    /// Who the cluster says that this is; `None` = it was not asked.
    pub identity: Option<Identity>,
    /// The kubeconfig context that it was taken from again.
    pub source: Option<String>,
    /// What the user should know.
    pub warnings: Vec<String>,
    /// The kubeconfig's entries that say what the connector said before.
    pub outdated: Vec<Outdated>,
}

impl Request {
    /// Whether it reaches beyond the record: what is sealed is made anew, and tried on the cluster.
    pub fn connects(&self) -> bool {
        self.lift.is_some()
            || self.expiration_seconds.is_some()
            || self.given.connects()
            || !self.parts.is_empty()
            || !self.audiences.is_empty()
            || self.clear.iter().any(|attribute| attribute.connects())
    }

    /// Whether an exec plugin may talk to the person at the terminal, which nothing else should write to then.
    pub fn may_prompt(&self, home: &Home) -> bool {
        let plugin = |connector: Connector| connector.configuration.exec;
        let known = || store::find(home, &self.reference).ok().and_then(plugin);
        let prompts = || known().is_some_and(|plugin| plugin.interactive_mode != InteractiveMode::Never);
        self.terminal && (self.lift.is_some() || self.parts.may_prompt() || prompts())
    }

    /// Whether it changes what the sealed header says of the credential's life.
    fn lasts(&self) -> bool {
        let cleared = |attribute| self.clear.contains(&attribute);
        self.expires_at.is_some()
            || self.expires_skew_tolerance.is_some()
            || cleared(Attribute::ExpiresAt)
            || cleared(Attribute::ExpiresSkewTolerance)
    }
}

/// Changes a connector.
pub async fn update(home: &Home, request: &Request) -> Result<Updated> {
    if let Some(name) = &request.name {
        name::validate(name)?;
    }
    let id = store::find(home, &request.reference)?.id;
    for _ in 0..ROUNDS {
        let before = store::find(home, &id)?;
        let Some(prepared) = after::prepare(home, request, &before).await? else { continue };
        let Prepared { mut after, sealing, identity, source, mut warnings } = prepared;
        store::check_name(home, &after)?;
        after.check_resource(request.resource_type.as_deref(), request.resource_id.as_deref())?;
        let changed = sealing.is_some() || after != before;
        after.updated_at = if changed { after::now() } else { before.updated_at };
        if changed && !request.dry_run && !commit(home, &before, &after, sealing).await? {
            continue;
        }
        let outdated = if request.dry_run { Vec::new() } else { logins::outdated(home, &before, &after)? };
        warnings.extend(linked(home, &after)?);
        if before.name != after.name && !request.dry_run {
            warnings.extend(logins::named_before(&logins::of(home, &id)?, &after.name));
        }
        return Ok(Updated { after, changed, identity, source, warnings, outdated });
    }
    Err(Error::failure(format!("connector \"{}\" is being changed again and again by others", request.reference)))
}

/// What is to be said of components that were linked for another cluster than the connector goes to now.
fn linked(home: &Home, after: &Connector) -> Result<Vec<String>> {
    let book = stacks::load(home)?;
    let other =
        |component: &&Component| component.connector_resource_id.as_ref().is_some_and(|it| *it != after.resource_name);
    let sentence = |component: &Component| {
        let (noun, name) = (component.kind.as_str(), &component.name);
        format!(
            "the {noun} \"{name}\" was linked for another cluster; where this one is meant: `kubectl zenml {noun} connect \
             {name} --connector {}`",
            after.name
        )
    };
    Ok(book.linked_to(&after.id).filter(other).map(sentence).collect())
}

/// Puts `after` in the place of `before`. `false` = that is not what is there any more.
async fn commit(home: &Home, before: &Connector, after: &Connector, sealing: Option<Sealing>) -> Result<bool> {
    let Some(Sealing { mut header, content, mark }) = sealing else {
        let registry = Registry::lock(home)?;
        let same = store::find(home, &before.id)? == *before;
        return if same { registry.replace(after).map(|()| true) } else { Ok(false) };
    };
    let alone: Alone = bind::alone(home, &before.id).await?;
    let sealed = Vault::require(home)?.sealed(&before.id)?;
    if store::find(home, &before.id)? != *before || sealed.is_none_or(|sealed| sealed.mark() != mark) {
        return Ok(false);
    }
    alone.registry.prepare(after)?;
    let sealed = keyring::seal(home, &mut header, &content).await;
    // Also after an error: what was sealed decides which record counts.
    alone.registry.settle()?;
    sealed?;
    alone.forget_failures();
    log::forget_error(home, &before.id);
    Ok(true)
}

/// A connector with another name.
#[derive(Debug)]
pub struct Renamed {
    /// The name until now.
    pub before: String,
    /// The record with its new name.
    pub connector: Connector,
    /// The kubeconfig users that ask for it, under whatever names.
    pub logins: Vec<Login>,
}

/// Gives the connector `reference` another name. Its id stays, so whatever asks for it goes on working.
pub fn rename(home: &Home, reference: &str, new: &str) -> Result<Renamed> {
    name::validate(new)?;
    let id = store::find(home, reference)?.id;
    let registry = Registry::lock(home)?;
    let before = store::find(home, &id)?;
    let connector = Connector { name: new.to_owned(), updated_at: after::now(), ..before.clone() };
    if before.name != connector.name {
        registry.replace(&connector)?;
    }
    Ok(Renamed { before: before.name, logins: logins::of(home, &id)?, connector })
}
