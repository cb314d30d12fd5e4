//! What only the whole pod shows, after the settings of every level and this program's own (layer 1, pure): what one level
//! lacks, another may have.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, ContainerPort, PodSpec, Probe};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::object::{at, each, says};
use super::{amounts, probe};
use crate::document::Reader;

/// What a pod cannot have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The container that it is about; none where it is the pod as a whole.
    container: Option<String>,
    /// Where it may stand, the likeliest first: keys in the container or in the pod's specification.
    places: Vec<Vec<String>>,
    message: String,
}

/// `pod_settings` of one level.
#[derive(Clone, Copy, Debug)]
pub struct Whole<'r, 'a> {
    /// Where they stand.
    pub settings: &'r Reader<'a>,
    /// The container that the pod is for.
    pub container: &'r str,
}

/// Reports what is wrong with the pod that comes out of the settings of one level.
pub fn report_whole(spec: &PodSpec, whole: Whole<'_, '_>) {
    let mut faults = faults(spec);
    faults.retain(|fault| !whole.is_told(fault));
    for fault in faults.iter().filter(|fault| !whole.report(fault)) {
        whole.settings.problem(fault.message());
    }
}

/// What is wrong with a pod.
pub fn faults(spec: &PodSpec) -> Vec<Fault> {
    let mut faults = of_pod(spec);
    for container in &spec.containers {
        of_container(container, false, &mut faults);
        if spec.host_network == Some(true) {
            faults.extend(container.ports.iter().flatten().filter_map(|port| on_host(container, port)));
        }
    }
    for container in spec.init_containers.iter().flatten() {
        of_container(container, true, &mut faults);
    }
    faults
}

impl Fault {
    fn new(container: Option<&str>, places: &[&[&str]], message: impl Into<String>) -> Self {
        let place = |place: &&[&str]| place.iter().map(ToString::to_string).collect();
        let places = places.iter().map(place).collect();
        Self { container: container.map(str::to_owned), places, message: message.into() }
    }

    /// The same, said of more than one level.
    #[must_use]
    pub fn together(mut self, with: &str) -> Self {
        self.message = format!("together with {with}: {}", self.message);
        self
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl<'a> Whole<'_, 'a> {
    /// Reports `fault` where these settings have what it is about; false where they have nothing of it.
    pub fn report(&self, fault: &Fault) -> bool {
        let place = fault.places.iter().find_map(|keys| self.find(fault, keys));
        if let Some(reader) = &place {
            reader.problem(fault.message.as_str());
        }
        place.is_some()
    }

    /// Whether something was already said of what `fault` is about, of which it may be only a consequence.
    pub fn is_told(&self, fault: &Fault) -> bool {
        self.parts(fault).iter().any(Reader::has_problems)
    }

    fn find(&self, fault: &Fault, keys: &[String]) -> Option<Reader<'a>> {
        let own = fault.container.as_deref() == Some(self.container);
        let setting = match keys.first().map(String::as_str) {
            Some("securityContext") => Some("container_security_context"),
            Some("volumeMounts") => Some("volume_mounts"),
            Some("resources") => Some("resources"),
            _ => None,
        };
        let setting = setting.filter(|_| own).and_then(|key| self.settings.at(key));
        let found = setting.and_then(|reader| walk(reader, keys.get(1..)?));
        found.or_else(|| match &fault.container {
            Some(name) => self.containers(name).into_iter().find_map(|container| walk(container, keys)),
            None => walk(self.settings.at("additional_pod_spec_args")?, keys),
        })
    }

    fn containers(&self, name: &str) -> Vec<Reader<'a>> {
        let Some(spec) = self.settings.at("additional_pod_spec_args") else { return Vec::new() };
        let lists = ["containers", "initContainers"].iter().filter_map(|key| at(&spec, key));
        lists.flat_map(|list| each(&list)).filter(|container| says(container, "name", name)).collect()
    }

    /// The parts of the settings that `fault` is made of.
    fn parts(&self, fault: &Fault) -> Vec<Reader<'a>> {
        let Some(name) = &fault.container else {
            let spec = self.settings.at("additional_pod_spec_args");
            let firsts = fault.places.iter().filter_map(|keys| keys.first());
            return spec.iter().flat_map(|spec| firsts.clone().filter_map(|key| at(spec, key))).collect();
        };
        let own = ["container_security_context", "volume_mounts", "resources"];
        let own = own.iter().filter(|_| name == self.container).filter_map(|key| self.settings.at(key));
        own.chain(self.containers(name)).collect()
    }
}

/// What stands at `keys`; in a list, an element goes by its name or its path.
fn walk<'a>(reader: Reader<'a>, keys: &[String]) -> Option<Reader<'a>> {
    let Some((key, rest)) = keys.split_first() else { return Some(reader) };
    let next = if reader.node().kind() == "a list" {
        let is_it = |element: &Reader<'_>| ["name", "mountPath"].iter().any(|by| says(element, by, key));
        each(&reader).into_iter().find(is_it)
    } else {
        at(&reader, key)
    };
    walk(next?, rest)
}

fn of_pod(spec: &PodSpec) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut add = |places: &[&[&str]], message: &str| faults.push(Fault::new(None, places, message));
    let is_gated = spec.scheduling_gates.as_ref().is_some_and(|gates| !gates.is_empty());
    if is_gated && spec.node_name.as_ref().is_some_and(|name| !name.is_empty()) {
        add(
            &[&["nodeName"], &["schedulingGates"]],
            "nodeName cannot be set until all schedulingGates have been cleared, and `queue_name` is one: write node_selectors \
             instead",
        );
    }
    let servers = spec.dns_config.as_ref().and_then(|config| config.nameservers.as_ref());
    if spec.dns_policy.as_deref() == Some("None") && servers.is_none_or(Vec::is_empty) {
        add(&[&["dnsConfig"], &["dnsPolicy"]], "with the dnsPolicy None, dnsConfig needs a nameserver at least");
    }
    if spec.share_process_namespace == Some(true) && spec.host_pid == Some(true) {
        add(&[&["shareProcessNamespace"], &["hostPID"]], "a pod has one of shareProcessNamespace and hostPID");
    }
    faults
}

fn of_container(container: &Container, is_init: bool, faults: &mut Vec<Fault>) {
    let mut add = |places: &[&[&str]], message: String| faults.push(Fault::new(Some(&container.name), places, message));
    match container.image.as_deref() {
        None => add(&[&[]], "\"image\" is required".to_owned()),
        Some("") => add(&[&["image"], &[]], "must not be empty".to_owned()),
        Some(_) => {}
    }
    of_amounts(container, &mut add);
    let context = container.security_context.as_ref();
    let is_privileged = context.is_some_and(|context| context.privileged == Some(true));
    if context.is_some_and(|context| context.allow_privilege_escalation == Some(false)) {
        let places: [&[&str]; 2] =
            [&["securityContext", "allowPrivilegeEscalation"], &["securityContext", "privileged"]];
        let added = context.and_then(|context| context.capabilities.as_ref()?.add.as_ref());
        if is_privileged {
            add(&places, "a privileged container may always gain privileges: keep one of the two".to_owned());
        } else if added.is_some_and(|added| added.iter().any(|name| name == "CAP_SYS_ADMIN")) {
            add(
                &places[..1],
                "a container with CAP_SYS_ADMIN may always gain privileges: keep one of the two".to_owned(),
            );
        }
    }
    for mount in container.volume_mounts.iter().flatten() {
        if mount.mount_propagation.as_deref() == Some("Bidirectional") && !is_privileged {
            add(
                &[&["volumeMounts", &mount.mount_path, "mountPropagation"]],
                "Bidirectional mount propagation is available only to privileged containers".to_owned(),
            );
        }
    }
    let is_sidecar = container.restart_policy.as_deref() == Some("Always");
    let probes = [&container.liveness_probe, &container.readiness_probe, &container.startup_probe];
    for (kind, probe) in probe::KINDS.iter().zip(probes).filter_map(|(kind, probe)| Some((kind, probe.as_ref()?))) {
        if is_init && !is_sidecar {
            add(&[&[kind]], "an init container has this only with `restartPolicy: Always`".to_owned());
        } else if let Some(fault) = handler_fault(probe) {
            add(&[&[kind]], fault);
        }
    }
    if is_init && !is_sidecar && container.lifecycle.is_some() {
        add(&[&["lifecycle"]], "an init container has this only with `restartPolicy: Always`".to_owned());
    }
}

/// With the node's network, a port is a port of the node.
fn on_host(container: &Container, port: &ContainerPort) -> Option<Fault> {
    let host = port.host_port.filter(|host| *host != 0 && *host != port.container_port)?;
    let message =
        format!("hostPort {host} must match `containerPort` {} when `hostNetwork` is true", port.container_port);
    Some(Fault::new(Some(&container.name), &[&["ports"]], message))
}

fn handler_fault(probe: &Probe) -> Option<String> {
    let Probe { exec, http_get, tcp_socket, grpc, .. } = probe;
    let are = [exec.is_some(), http_get.is_some(), tcp_socket.is_some(), grpc.is_some()];
    let found: Vec<_> = probe::HANDLERS.into_iter().zip(are).filter(|(_, is)| *is).map(|(name, _)| name).collect();
    match found.len() {
        0 => Some(format!("write one of {}", probe::HANDLERS.join(", "))),
        1 => None,
        _ => Some(format!("a probe asks in one way, and this one has {}", found.join(" and "))),
    }
}

fn of_amounts(container: &Container, add: &mut impl FnMut(&[&[&str]], String)) {
    let Some(resources) = &container.resources else { return };
    let none = BTreeMap::new();
    let (requests, limits) = (resources.requests.as_ref().unwrap_or(&none), resources.limits.as_ref().unwrap_or(&none));
    for (resource, Quantity(request)) in requests {
        if let Some(fault) = amounts::excess(resource, request, limits.get(resource).map(|limit| limit.0.as_str())) {
            add(&[&["resources", "requests", resource], &["resources", "limits", resource]], fault);
        }
    }
    let mut named = requests.keys().chain(limits.keys());
    if let Some(pages) = named.clone().find(|name| amounts::is_pages(name))
        && !named.any(|name| matches!(name.as_str(), "cpu" | "memory"))
    {
        let places: [&[&str]; 2] = [&["resources", "limits", pages], &["resources", "requests", pages]];
        add(&places, "huge pages require cpu or memory beside them".to_owned());
    }
}
