//! The mapping `settings` of a service file (layer 1, pure).

use std::path::PathBuf;

use super::super::file::{self, Deployer, WITHOUT_EFFECT};
use super::super::settings::{Account, AuthKey, PullPolicy, Role, Settings};
use super::{OWN_VARIABLES, keys, network, pods, scale};
pub(super) use crate::document::Part;
use crate::document::Reader;
use crate::document::settings::namespace;
use crate::naming;
use crate::pipeline::pod::CONTAINER;
use crate::pod_settings::{self, PodSettings, check, labels};

/// The settings, and the deployer's own part for what the top level may say instead.
#[derive(Default)]
pub(super) struct Found<'a> {
    pub(super) settings: Settings,
    pub(super) deployer: Option<Reader<'a>>,
}

pub(super) fn read<'a>(reader: &Reader<'a>) -> Found<'a> {
    let (resources, deployer) = keys::SETTINGS.sections(reader);
    let amounts = Part::<file::Resources>::read(resources.as_ref(), keys::RESOURCES);
    let own = Part::<Deployer>::read(deployer.as_ref(), keys::DEPLOYER);
    let mut settings = of_deployer(&own);
    settings.resources = pods::amounts(&amounts);
    settings.max_concurrency = amounts.within("max_concurrency", amounts.says.max_concurrency, 1, i32::MAX);
    settings.scale = scale::read(&amounts, &own);
    Found { settings, deployer }
}

fn of_deployer(own: &Part<'_, '_, Deployer>) -> Settings {
    let says = &own.says;
    let default = Settings::default();
    let port = own.within("service_port", says.service_port, 1, 65535).and_then(|port| u16::try_from(port).ok());
    let written = |key: &&(&'static str, &'static str)| own.at(key.0).is_some();
    Settings {
        namespace: own.at("namespace").and_then(|reader| namespace(&reader)),
        service_port: port.unwrap_or(default.service_port),
        network: network::service(own),
        ingress: network::ingress(own),
        image_pull_policy: says.image_pull_policy.unwrap_or(PullPolicy::IfNotPresent),
        image_pull_secrets: pull_secrets(own),
        readiness: pods::readiness(own, default.readiness.clone()),
        liveness: pods::liveness(own, default.liveness.clone()),
        account: account(own),
        auth_key: auth_key(own),
        labels: own.at("labels").map(|reader| labels::labels(&reader)).unwrap_or_default(),
        annotations: own.at("annotations").map(|reader| labels::annotations(&reader)).unwrap_or_default(),
        pod: own.at("pod_settings").map(|reader| pod(&reader, says.pod_security.is_some())).unwrap_or_default(),
        restricted: says.pod_security.is_some(),
        additional_resources: files(own),
        timeout: own.within("lcm_timeout", says.lcm_timeout, 1, i32::MAX).and_then(|limit| u32::try_from(limit).ok()),
        atomic: says.atomic.unwrap_or_default(),
        without_effect: WITHOUT_EFFECT.iter().filter(written).copied().collect(),
        ..default
    }
}

/// What the pods have beside their container; `restricted` is what `pod_security` says.
fn pod(reader: &Reader<'_>, restricted: bool) -> PodSettings {
    if restricted {
        check::report_unfit(reader);
    }
    let settings = pod_settings::read_whole(reader, &OWN_VARIABLES);
    let spec = reader.at("additional_pod_spec_args");
    let policy = spec.as_ref().and_then(|spec| spec.at_either("restartPolicy"));
    if let Some(policy) = policy.filter(|policy| policy.node().text() != Some("Always")) {
        policy.problem("the pods of a service are always started again: leave it out");
    }
    if let Some(containers) = spec.and_then(|spec| spec.at_either("initContainers")) {
        check::report_name(&containers, CONTAINER);
    }
    settings
}

fn pull_secrets(own: &Part<'_, '_, Deployer>) -> Vec<String> {
    let list = own.at("image_pull_secrets").filter(|reader| reader.node().kind() == "a list");
    list.iter().flat_map(Reader::elements).for_each(|reader| check::name_of(&reader, "a Secret"));
    own.says.image_pull_secrets.clone().unwrap_or_default()
}

fn account(own: &Part<'_, '_, Deployer>) -> Option<Account> {
    let says = &own.says;
    let create = says.create_service_account.unwrap_or_default();
    let name = own.at("service_account_name").and_then(|reader| object_name(&reader, "a ServiceAccount"));
    if create && own.at("service_account_name").is_none() {
        own.problem("create_service_account", "name the account with service_account_name");
    }
    if create && own.at("service_account_role").is_none() {
        own.problem("create_service_account", "name the role of the account with service_account_role");
    }
    if !create && own.at("service_account_role").is_some() {
        own.problem("service_account_role", "a role is bound only to an account that create_service_account creates");
    }
    let role = own.at("service_account_role").and_then(|reader| role(&reader));
    Some(Account { name: name?, create: role.filter(|_| create) })
}

fn role(reader: &Reader<'_>) -> Option<Role> {
    let text = reader.string()?;
    let (of_cluster, name) = match text.split_once('/') {
        Some(("ClusterRole", name)) => (true, name),
        Some(("Role", name)) => (false, name),
        None => (true, text.as_str()),
        Some(_) => {
            reader
                .problem(format!("\"{}\" is no role: write NAME, ClusterRole/NAME or Role/NAME", text.escape_debug()));
            return None;
        }
    };
    if let Some(fault) = naming::path_segment_fault(name) {
        reader.problem(format!("\"{}\" is no name of a role: {fault}", name.escape_debug()));
        return None;
    }
    Some(Role { of_cluster, name: name.to_owned() })
}

fn auth_key(own: &Part<'_, '_, Deployer>) -> Option<AuthKey> {
    let generate = own.says.generate_auth_key.unwrap_or_default();
    let Some(reader) = own.at("auth_key") else { return generate.then_some(AuthKey::Generate) };
    if generate {
        own.problem("generate_auth_key", "auth_key is set too: keep one of them");
    }
    let says = own.says.auth_key.clone()?;
    match (says.file, says.prompt) {
        (Some(file), None) => Some(AuthKey::File(PathBuf::from(file))),
        (None, Some(true)) => Some(AuthKey::Prompt),
        // What is there under a wrong name was reported.
        (None, None) if reader.is_misspelled("file") || reader.is_misspelled("prompt") => None,
        _ => {
            reader.problem("write one of {file: …}, {prompt: true}");
            None
        }
    }
}

fn files(own: &Part<'_, '_, Deployer>) -> Vec<PathBuf> {
    let files = own.says.additional_resources.clone().unwrap_or_default();
    for file in files.iter().filter(|file| file.contains("://")) {
        own.problem("additional_resources", format!("\"{}\" is no local file", file.escape_debug()));
    }
    files.into_iter().map(PathBuf::from).collect()
}

/// The name of an object that somebody else made.
pub(super) fn object_name(reader: &Reader<'_>, what: &str) -> Option<String> {
    let name = reader.string()?;
    if !naming::is_dns_subdomain(&name) {
        reader.problem(format!("\"{}\" is no name of {what}", name.escape_debug()));
        return None;
    }
    Some(name)
}
