//! What a refused POST means for the one who sent it (layer 2). The table is the measured one of the specification's
//! background (API server 1.36): neither "all 5xx pass" nor "all 4xx are final" holds.

use super::failure::{explain, status};
use crate::error::Error;

/// What to do about an answer.
#[derive(Debug)]
pub enum Verdict {
    /// The name is taken: look whether by ourselves.
    Exists,
    /// A quota is used up: wait until something ends.
    Quota(Error),
    /// It may be over in seconds, as when an account was just created; for longer it is final.
    Brief(Error),
    /// It passes; try again later, for as long as it takes.
    Passing(Error),
    /// This object will never be accepted.
    Refused(Error),
    /// The level of PodSecurity forbids this pod.
    PodSecurity(Error),
    /// Nothing of this kind will be accepted here: there is no right.
    Closed(Error),
    /// Nothing will be accepted here any more: the namespace is being deleted, or is not there.
    Ends(Error),
}

impl Verdict {
    /// The server's own words, where it refuses for whatever reason.
    pub fn into_error(self) -> Option<Error> {
        match self {
            Self::Exists => None,
            Self::Quota(error)
            | Self::Brief(error)
            | Self::Passing(error)
            | Self::Refused(error)
            | Self::PodSecurity(error)
            | Self::Closed(error)
            | Self::Ends(error) => Some(error),
        }
    }
}

/// What `error`, the server's answer to a POST, means. `server` is the URL that was asked.
pub fn of_create(server: &str, error: &kube::Error) -> Verdict {
    let explained = explain(server, error);
    let Some(status) = status(error) else { return Verdict::Passing(explained) };
    let says = |text: &str| status.message.contains(text);
    match status.code {
        409 if status.reason == "AlreadyExists" => Verdict::Exists,
        403 if says("exceeded quota:") => Verdict::Quota(explained),
        403 if says("violates PodSecurity") => Verdict::PodSecurity(explained),
        403 if says("error looking up service account") => Verdict::Brief(explained),
        403 if says("failed quota:") => Verdict::Refused(explained),
        403 if says("is being terminated") => Verdict::Ends(explained),
        403 if says("cannot create resource") => Verdict::Closed(explained),
        404 if says("namespaces \"") => Verdict::Ends(explained),
        404 => Verdict::Closed(explained),
        500 if says("request is too large") || says("field not declared in schema") => Verdict::Refused(explained),
        401 | 408 | 429 | 500.. => Verdict::Passing(explained),
        _ => Verdict::Refused(explained),
    }
}

#[cfg(test)]
mod tests {
    use kube::core::Status;

    use super::*;

    fn verdict(code: u16, reason: &str, message: &str) -> String {
        let mut status = Status::failure(message, reason);
        status.code = code;
        let verdict = of_create("https://x", &kube::Error::Api(Box::new(status)));
        format!("{verdict:?}").split(['(', ' ']).next().unwrap().to_owned()
    }

    #[test]
    fn knows_the_measured_answers() {
        let cases = [
            (409, "AlreadyExists", "pods \"x\" already exists", "Exists"),
            (403, "Forbidden", "pods \"x\" is forbidden: exceeded quota: q, requested: pods=1", "Quota"),
            (403, "Forbidden", "pods \"x\" is forbidden: failed quota: q: must specify limits.cpu", "Refused"),
            (403, "Forbidden", "pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\"", "PodSecurity"),
            (403, "Forbidden", "pods \"x\" is forbidden: error looking up service account ns/sa: …", "Brief"),
            (403, "Forbidden", "unable to create new content in namespace x because it is being terminated", "Ends"),
            (403, "Forbidden", "pods is forbidden: User \"u\" cannot create resource \"pods\"", "Closed"),
            (403, "Forbidden", "admission webhook \"w\" denied the request", "Refused"),
            (404, "NotFound", "namespaces \"x\" not found", "Ends"),
            (404, "NotFound", "the server could not find the requested resource", "Closed"),
            (422, "Invalid", "ValidatingAdmissionPolicy 'p' denied request", "Refused"),
            (400, "BadRequest", "quantities must match", "Refused"),
            (413, "RequestEntityTooLarge", "limit is 3145728", "Refused"),
            (500, "InternalError", "failed calling webhook \"w\": connection refused", "Passing"),
            (500, "", "etcdserver: request is too large", "Refused"),
            (500, "", ".spec.x: field not declared in schema", "Refused"),
            (429, "TooManyRequests", "too many requests", "Passing"),
            (503, "ServiceUnavailable", "", "Passing"),
        ];
        for (code, reason, message, expected) in cases {
            assert_eq!(verdict(code, reason, message), expected, "{code} {message}");
        }
    }
}
