//! How a pod finds hosts (layer 1, pure).

use core::net::IpAddr;

use super::object::{at, each, list, required, texts};
use crate::document::Reader;
use crate::naming;

/// Entries of the pod's `/etc/hosts`.
pub(super) fn aliases(aliases: &Reader<'_>) {
    for one in each(aliases) {
        if let Some((text, reader)) = required(&one, "ip") {
            address(text, &reader);
        }
        for (name, reader) in texts(&one, "hostnames").iter().filter(|(name, _)| !naming::is_dns_subdomain(name)) {
            reader.problem(format!("\"{}\" is no name of a host", name.escape_debug()));
        }
    }
}

/// What is in the pod's `/etc/resolv.conf`.
pub(super) fn dns(config: &Reader<'_>) {
    const SERVERS: usize = 3;
    const SEARCHES: usize = 32;
    let servers = texts(config, "nameservers");
    for (text, reader) in &servers {
        address(text, reader);
    }
    let searches = texts(config, "searches");
    for (domain, reader) in searches.iter().filter(|(domain, _)| !is_search(domain)) {
        reader.problem(format!("\"{}\" is no domain", domain.escape_debug()));
    }
    for (key, count, most) in [("nameservers", servers.len(), SERVERS), ("searches", searches.len(), SEARCHES)] {
        if let Some(reader) = at(config, key).filter(|_| count > most) {
            reader.problem(format!("{count} are too many: at most {most}"));
        }
    }
    for option in list(config, "options") {
        required(&option, "name");
    }
}

fn address(text: &str, reader: &Reader<'_>) {
    let is_mapped = |address: IpAddr| matches!(address, IpAddr::V6(address) if address.to_ipv4_mapped().is_some());
    if text.parse().map_or(true, is_mapped) {
        reader.problem(format!("\"{}\" is no IP address: write 10.9.8.7 or 2001:db8::ffff", text.escape_debug()));
    }
}

/// A domain to search in may have underscores and a dot at the end, and be the root.
fn is_search(domain: &str) -> bool {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let part = |part: &str| naming::is_dns_subdomain(&part.strip_prefix('_').unwrap_or(part).replace('_', "-"));
    domain.is_empty() || domain.split('.').all(part)
}
