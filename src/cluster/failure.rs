//! What the API server's refusals and the network's failures mean, in kubectl's own words (layer 2). With
//! `connection` the only module that reads kube's error text, which is written for developers and may
//! repeat whole answers.

use kube::core::Status;

use super::renew::Unrenewed;
use super::watch::Trouble;
use super::{Cluster, connection, generic};
use crate::error::{Error, Kind, Result};
use crate::vault::header::host;

/// kubectl's sentence for 401.
const UNAUTHORIZED: &str = "You must be logged in to the server (Unauthorized)";

/// Turns a kube result into ours, naming the server where the connection itself failed.
pub trait On<T> {
    /// The value, or the error as kubectl words it.
    fn on(self, cluster: &Cluster) -> Result<T>;
}

impl<T> On<T> for kube::Result<T> {
    fn on(self, cluster: &Cluster) -> Result<T> {
        self.map_err(|error| explain(&cluster.server, &error))
    }
}

/// The server's own `Status`, where it answered at all.
pub fn status(error: &kube::Error) -> Option<&Status> {
    match error {
        kube::Error::Api(status) => Some(status),
        _ => None,
    }
}

/// Whether something before the API server has answered, such as a proxy: then no code means what it means in Kubernetes.
pub fn is_foreign(error: &kube::Error) -> bool {
    status(error).is_some_and(generic::is_foreign)
}

/// Whether the object is not there (404).
pub fn is_not_found(error: &kube::Error) -> bool {
    status(error).is_some_and(|status| status.code == 404)
}

/// Whether an object of this name is there already (409 with reason `AlreadyExists`).
pub fn is_already_exists(error: &kube::Error) -> bool {
    status(error).is_some_and(|status| status.code == 409 && status.reason == "AlreadyExists")
}

/// Whether this user may not do that (403).
pub fn is_forbidden(error: &kube::Error) -> bool {
    status(error).is_some_and(|status| status.code == 403)
}

/// Whether this user lacks a right: a quota and an admission plugin also answer 403.
pub fn lacks_right(error: &kube::Error) -> bool {
    let says = |status: &Status| status.message.contains(" cannot ") && status.message.contains(" resource ");
    is_forbidden(error) && status(error).is_some_and(says)
}

/// Whether the server does not accept the credential (401).
pub fn is_unauthorized(error: &kube::Error) -> bool {
    unrenewed(error).is_some() || status(error).is_some_and(|status| status.code == 401)
}

/// Why there is no other credential than the one that the server does not accept, where another was asked for.
pub(super) fn unrenewed(error: &kube::Error) -> Option<Error> {
    let kube::Error::Service(error) = error else { return None };
    let Unrenewed(why) = error.downcast_ref()?;
    Some(why.clone().of_kind(Kind::Failure).under("it could not be renewed"))
}

/// Whether the object is not, or no longer, the one that the request meant (409 with reason `Conflict`).
pub fn is_conflict(error: &kube::Error) -> bool {
    status(error).is_some_and(|status| status.code == 409 && status.reason == "Conflict")
}

/// Whether another field manager has something that an apply wants to change (409 with the causes of server-side apply).
pub fn is_apply_conflict(error: &kube::Error) -> bool {
    status(error).is_some_and(|status| status.code == 409 && status.message.starts_with("Apply failed with"))
}

/// Whether the object may not be as it was sent (422), which is also the answer to a change of an immutable field.
pub fn is_invalid(error: &kube::Error) -> bool {
    status(error).is_some_and(|status| status.code == 422)
}

/// `error` in kubectl's words. `server` is the URL that was asked.
pub fn explain(server: &str, error: &kube::Error) -> Error {
    if let Some(status) = status(error) {
        return from_status(status);
    }
    if let Some(ours) = ours(error) {
        return ours;
    }
    if let Some(why) = unrenewed(error) {
        return why.under(UNAUTHORIZED);
    }
    if let Some(why) = unreadable(error) {
        return Error::failure(format!("unable to parse the answer of the server {}: {why}", host(server)))
            .hint(generic::hint());
    }
    connection::explain(server, error)
}

/// What a watch stumbled over, in kubectl's words.
pub fn explain_watch(server: &str, error: &kube::runtime::watcher::Error) -> Trouble {
    use kube::runtime::watcher::Error as Watch;
    match error {
        Watch::InitialListFailed(error) | Watch::WatchStartFailed(error) | Watch::WatchFailed(error) => {
            Trouble { error: explain(server, error), forbidden: is_forbidden(error) }
        }
        Watch::WatchError(status) => Trouble { error: from_status(status), forbidden: status.code == 403 },
        Watch::NoResourceVersion => {
            let error = Error::failure("the server's answer to a watch has no resourceVersion");
            Trouble { error, forbidden: false }
        }
    }
}

/// Why a success cannot be read: a login page, say. Parsers' messages are repeated only where they quote nothing.
fn unreadable(error: &kube::Error) -> Option<String> {
    match error {
        kube::Error::SerdeError(error) if error.is_data() => {
            Some(format!("another object was expected at line {} column {}", error.line(), error.column()))
        }
        kube::Error::SerdeError(error) => Some(error.to_string()),
        kube::Error::FromUtf8(_) => Some("it is not text".to_owned()),
        _ => None,
    }
}

/// An answer of the server, as kubectl prints it.
pub fn from_status(status: &Status) -> Error {
    if generic::is_made_up(status) {
        return generic::explain(status);
    }
    let message = if status.message.is_empty() { "unknown" } else { status.message.as_str() };
    match (status.code, status.reason.as_str()) {
        (401, _) => Error::failure(UNAUTHORIZED),
        (_, "") => Error::verbatim(format!("Error from server: {message}")),
        (_, reason) => Error::verbatim(format!("Error from server ({reason}): {message}")),
    }
}

/// An error of ours on its way through kube: the credential could not be renewed.
fn ours(error: &kube::Error) -> Option<Error> {
    match error {
        kube::Error::Service(error) => error.downcast_ref::<Error>().cloned(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(code: u16, reason: &str, message: &str) -> String {
        let mut status = Status::failure(message, reason);
        status.code = code;
        explain("https://127.0.0.1:6443", &kube::Error::Api(Box::new(status))).render()
    }

    #[test]
    fn words_api_errors_as_kubectl_does() {
        assert_eq!(
            answer(404, "NotFound", "pods \"x\" not found"),
            "Error from server (NotFound): pods \"x\" not found\n"
        );
        assert_eq!(
            answer(500, "", "etcdserver: request is too large"),
            "Error from server: etcdserver: request is too large\n"
        );
        assert_eq!(answer(401, "Unauthorized", "x"), "error: You must be logged in to the server (Unauthorized)\n");
    }

    #[test]
    fn a_right_is_not_a_quota() {
        let lacks = |message: &str| {
            let mut status = Status::failure(message, "Forbidden");
            status.code = 403;
            lacks_right(&kube::Error::Api(Box::new(status)))
        };
        assert!(lacks(
            "ingresses.networking.k8s.io \"x\" is forbidden: User \"u\" cannot patch resource \"ingresses\""
        ));
        assert!(!lacks("services \"x\" is forbidden: exceeded quota: q, requested: count/services=1"));
    }

    #[test]
    fn finds_the_host() {
        assert_eq!(host("https://[::1]:6443/path"), "[::1]:6443");
    }
}
