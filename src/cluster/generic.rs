//! An answer that is no `Status`: a proxy's error page, a login page (layer 2). Worded as client-go words it
//! (`NewGenericServerResponse` of apimachinery).

use kube::core::Status;

use crate::error::Error;

/// What kube puts into the reason of a `Status` that it had to make up. Its message is then the answer's whole text.
const MADE_UP: &str = "Failed to parse error data";
/// How much of a page is repeated, in characters; client-go repeats 2048 bytes.
const REPEATED: usize = 200;

/// Whether the server said something else than a `Status`. One that carries no code was no `Status` either: kube reads
/// any JSON object as one.
pub(super) fn is_made_up(status: &Status) -> bool {
    status.reason == MADE_UP || status.code == 0 && status.message.is_empty() && status.reason.is_empty()
}

/// Whether something before the API server has answered: Kubernetes itself writes no web pages, and is no proxy.
pub(super) fn is_foreign(status: &Status) -> bool {
    is_made_up(status) && (status.message.starts_with('<') || [0, 407, 502].contains(&status.code))
}

/// A made-up `Status` as kubectl prints such an answer.
pub(super) fn explain(status: &Status) -> Error {
    let error = match (status.code, words(status)) {
        (0, _) => Error::failure("the server's answer is an error, but not in the form of the Kubernetes API"),
        (401, (_, message)) => Error::failure(format!("You must be logged in to the server ({message})")),
        (_, ("", message)) => Error::verbatim(format!("Error from server: {message}")),
        (_, (reason, message)) => Error::verbatim(format!("Error from server ({reason}): {message}")),
    };
    if is_foreign(status) { error.hint(hint()) } else { error }
}

/// What to look at where something else than the API server has answered.
pub(super) fn hint() -> &'static str {
    "this did not come from the API server but from something before it, such as a proxy or a login page: check the \
     cluster's `server` and `proxy-url`"
}

/// client-go's reason and message for a bare status code.
fn words(status: &Status) -> (&'static str, String) {
    let (reason, message) = match status.code {
        400 => ("BadRequest", "the server rejected our request for an unknown reason"),
        401 => ("Unauthorized", "the server has asked for the client to provide credentials"),
        403 => return ("Forbidden", beginning(&status.message)),
        404 => ("NotFound", "the server could not find the requested resource"),
        405 => ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
        406 => return ("NotAcceptable", beginning(&status.message)),
        409 => ("Conflict", "the server reported a conflict"),
        415 => return ("UnsupportedMediaType", beginning(&status.message)),
        422 => ("Invalid", "the server rejected our request due to an error in our request"),
        429 => ("TooManyRequests", "the server has received too many requests and has asked us to try again later"),
        503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
        504 => (
            "Timeout",
            "the server was unable to return a response in the time allotted, but may still be processing the request",
        ),
        500.. => {
            let said = beginning(&status.message);
            let message = format!("an error on the server ({said:?}) has prevented the request from succeeding");
            return ("InternalError", message);
        }
        code => {
            return (
                "",
                format!("the server responded with the status code {code} but did not return more information"),
            );
        }
    };
    (reason, message.to_owned())
}

/// The beginning of what the server said.
fn beginning(text: &str) -> String {
    match text.trim() {
        "" => "unknown".to_owned(),
        text if text.chars().count() > REPEATED => text.chars().take(REPEATED).chain(['…']).collect(),
        text => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(code: u16, text: &str) -> String {
        explain(&Status::failure(text, MADE_UP).with_code(code)).render()
    }

    /// What kubectl 1.36 printed when a stub answered in this way.
    #[test]
    fn words_bare_answers_as_kubectl_does() {
        let cases = [
            (400, "Error from server (BadRequest): the server rejected our request for an unknown reason"),
            (403, "Error from server (Forbidden): slow"),
            (404, "Error from server (NotFound): the server could not find the requested resource"),
            (
                418,
                "Error from server: the server responded with the status code 418 but did not return more information",
            ),
            (503, "Error from server (ServiceUnavailable): the server is currently unable to handle the request"),
            (
                511,
                "Error from server (InternalError): an error on the server (\"slow\") has prevented the request from succeeding",
            ),
            (
                401,
                "error: You must be logged in to the server (the server has asked for the client to provide credentials)",
            ),
        ];
        for (code, line) in cases {
            assert_eq!(said(code, "slow"), format!("{line}\n"));
        }
    }

    #[test]
    fn a_page_is_cut_and_blamed_on_what_stands_before_the_server() {
        let text = said(502, &format!("<html>{}</html>", "x".repeat(5000)));
        assert!(text.starts_with("Error from server (InternalError): an error on the server (\"<html>xx"), "{text}");
        assert!(text.contains("x…\") has prevented the request") && text.len() < 700, "{text}");
        assert!(text.contains("hint: this did not come from the API server"), "{text}");
        assert!(!said(404, "404 page not found").contains("hint"), "Kubernetes itself says that");
    }

    #[test]
    fn json_that_is_no_status_is_no_status() {
        let status: Status = serde_json::from_str(r#"{"error":"bad gateway"}"#).unwrap();
        assert!(is_foreign(&status), "{status:?}");
        assert!(explain(&status).render().contains("not in the form of the Kubernetes API"));
    }
}
