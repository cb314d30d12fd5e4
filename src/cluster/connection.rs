//! Why a server could not be asked at all: the network, a proxy, TLS (layer 2).

use super::endpoint::CONNECT_LIMIT;
use crate::error::{Error, Kind};
use crate::execcred;
use crate::vault::header::host;

/// What to do about a server that says nothing.
pub(super) const SILENT: &str =
    "see whether the address is right, and whether a firewall or a VPN that is off stands between here and there";

/// `error`, which is no answer of the server, in kubectl's words. `server` is the URL that was asked.
pub(super) fn explain(server: &str, error: &kube::Error) -> Error {
    let (chain, host) = (chain(error), host(server));
    let says = |text: &str| chain.iter().any(|link| link.contains(text));
    if says("Connection refused") {
        return Error::verbatim(format!(
            "The connection to the server {host} was refused - did you specify the right host or port?"
        ));
    }
    if says("deadline has elapsed") || is_timeout(error) {
        let limit = CONNECT_LIMIT.as_secs();
        let message = format!("Unable to connect to the server: {host} did not answer within {limit} s");
        return Error::verbatim(message).of_kind(Kind::TimedOut).hint(SILENT);
    }
    let cause = root_cause(error);
    let hints = hints(host, &cause);
    // The chain's end may be less than the whole of it says.
    let hints = if hints.is_empty() && says("dns error") {
        vec![format!("see whether the name in {host} is right, and known to the DNS that this machine asks")]
    } else {
        hints
    };
    hints.into_iter().fold(Error::verbatim(format!("Unable to connect to the server: {cause}")), Error::hint)
}

/// As [`explain`], where it takes to know `cluster` to tell what went wrong: its proxy, or its authority.
pub(super) fn of_cluster(cluster: &execcred::Cluster, error: &kube::Error) -> Option<Error> {
    if let Some(found) = cluster.proxy_url.as_deref().and_then(|proxy| of_proxy(proxy, error)) {
        return Some(found);
    }
    let cause = root_cause(error);
    if !is_of_another_authority(&cause) {
        return None;
    }
    let host = host(&cluster.server);
    let hint = match cluster.certificate_authority_data {
        Some(_) => format!("the certificate of {host} is not signed by the authority that was given for it"),
        None => format!(
            "{}; give the cluster's own with --certificate-authority FILE, or as certificate-authority in the kubeconfig",
            unknown_authority(host)
        ),
    };
    Some(Error::verbatim(format!("Unable to connect to the server: {cause}")).hint(hint))
}

/// For a connection to `proxy`, by which the server was to be reached; `None` where that is not what failed.
fn of_proxy(proxy: &str, error: &kube::Error) -> Option<Error> {
    use std::io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable, TimedOut};
    let unreachable =
        kinds(error).any(|kind| matches!(kind, ConnectionRefused | HostUnreachable | NetworkUnreachable | TimedOut));
    let chain = chain(error);
    // A name that cannot be looked up is the proxy's too: that of the server is the proxy's to look up. For SOCKS, the cause of
    // a connection that did not come about is not in the chain.
    let words = ["dns error", "SOCKS error: failed to create underlying connection"];
    if !unreachable && !chain.iter().any(|text| words.iter().any(|word| text.starts_with(word))) {
        return None;
    }
    let (cause, kind) = if is_timeout(error) {
        (format!("nothing answered within {} s", CONNECT_LIMIT.as_secs()), Kind::TimedOut)
    } else {
        (root_cause(error), Kind::Failure)
    };
    let message = format!("Unable to connect to the server: the proxy {} cannot be reached: {cause}", host(proxy));
    Some(Error::verbatim(message).of_kind(kind).hint("see whether the proxy runs, and check the cluster's `proxy-url`"))
}

/// What to do about `cause`, by which a request to `host` failed, mostly in TLS. rustls has the words.
pub(super) fn hints(host: &str, cause: &str) -> Vec<String> {
    let says = |text: &str| cause.contains(text);
    if says("CaUsedAsEndEntity") {
        return vec![
            format!(
                "the certificate of {host} is that of an authority (CA:TRUE), as `openssl req -x509` makes it: kubectl accepts \
                 such a one from a server, this program does not"
            ),
            "give the server one that is no authority: signed by one, or self-signed by `openssl req -x509 -addext \
             basicConstraints=critical,CA:FALSE`"
                .to_owned(),
        ];
    }
    let hint = if is_of_another_authority(cause) {
        unknown_authority(host)
    } else if says("not valid for name") || says("NotValidForName") {
        "ask by a name that the certificate has: in the server's URL, or with --tls-server-name (tls-server-name in the \
         kubeconfig)"
            .to_owned()
    } else if says("certificate expired") || says("Expired") {
        format!("the certificate of {host} has ended: have it renewed there, if the clock of this machine is right")
    } else if says("not valid yet") || says("NotValidYet") {
        format!("the certificate of {host} is not valid yet: see whether the clocks here and there are right")
    } else if says("InvalidContentType") {
        format!(
            "what answers at {host} does not speak TLS: check the port, or write http:// where that is meant (no credential is \
             sent then)"
        )
    } else if says("received fatal alert") {
        format!("{host} has ended the TLS handshake: see whether it wants a client certificate, or another one")
    } else if says("failed to parse header value") {
        "a token, and the user, groups and attributes to impersonate, go into HTTP headers: these hold one line of ASCII"
            .to_owned()
    } else if says("invalid peer certificate") {
        format!("the certificate of {host} is not one that TLS accepts: have it made anew there")
    } else {
        return Vec::new();
    };
    vec![hint]
}

fn is_of_another_authority(cause: &str) -> bool {
    cause.contains("UnknownIssuer") || cause.contains("BadSignature")
}

fn unknown_authority(host: &str) -> String {
    format!("the certificate of {host} is signed by no authority that this system trusts")
}

/// The kinds of the I/O errors that led to `error`.
fn kinds(error: &kube::Error) -> impl Iterator<Item = std::io::ErrorKind> {
    links(error).filter_map(|link| link.downcast_ref::<std::io::Error>().map(std::io::Error::kind))
}

fn is_timeout(error: &kube::Error) -> bool {
    kinds(error).any(|kind| kind == std::io::ErrorKind::TimedOut)
}

fn links(error: &kube::Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source())
}

/// The messages of an error and its sources.
fn chain(error: &kube::Error) -> Vec<String> {
    links(error).map(ToString::to_string).collect()
}

/// The innermost message: what really happened, without the names of the layers above it.
pub(super) fn root_cause(error: &kube::Error) -> String {
    chain(error).pop().unwrap_or_else(|| "unknown error".to_owned())
}
