//! How long a credential that is handed out as it is will work, and what to say about that (layer 1).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::certificate;
use crate::connector::catalogue::Method;
use crate::error::{Error, Result};
use crate::execcred::{Answer, NEVER, rfc3339};
use crate::jwt;
use crate::vault::content::Credential;
use crate::vault::header::{UNKNOWN_LIFE, refresh_after};

/// Below this many seconds a credential is not worth keeping without a way to renew it.
pub const SHORT: i64 = 24 * 3600;

/// When to renew a credential obtained at `now`, or, where that cannot be done, when clients should come back: in time
/// before `ends_at`. All in Unix seconds.
/// `tolerance` is the user's own number of seconds before the end.
pub fn renewal(now: i64, ends_at: Option<i64>, renewable: bool, tolerance: Option<u32>) -> Option<i64> {
    match ends_at {
        Some(end) => Some(refresh_after(now, end, tolerance.map(i64::from))),
        None => renewable.then_some(now + UNKNOWN_LIFE),
    }
}

/// Reads the end of a credential: RFC 3339, or as `ZenML` writes it, `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS` in UTC. An error
/// is a sentence.
pub fn end(text: &str) -> Result<Timestamp, String> {
    let text = text.trim();
    let utc = |text: &str| text.parse::<DateTime>().and_then(|time| time.to_zoned(TimeZone::UTC));
    text.parse::<Timestamp>().or_else(|_| utc(text).map(|time| time.timestamp())).map_err(|_| {
        if text.parse::<DateTime>().is_ok() {
            return format!("that is too late: the last time is {}", Timestamp::MAX.strftime("%Y-%m-%d"));
        }
        "write a date, such as 2030-12-31, one with a time in UTC, such as \"2030-12-31 23:59:59\", or RFC 3339"
            .to_owned()
    })
}

/// The shortest life of a token that an API server grants (TokenRequest), in seconds.
pub const SHORTEST_TOKEN: u32 = 600;

/// Refuses a life of a ServiceAccount's tokens that no API server grants. An error is a sentence.
pub fn check_token_life(seconds: u32) -> Result<u32, String> {
    match seconds {
        SHORTEST_TOKEN.. => Ok(seconds),
        _ => Err(format!("no API server grants a token for {seconds} s: ask for {SHORTEST_TOKEN} or more")),
    }
}

/// Refuses an end that the user gives and that is over at `now`, in Unix seconds.
pub fn check_end(end: Option<Timestamp>, now: i64) -> Result<()> {
    match end.map(Timestamp::as_second).filter(|&end| end <= now) {
        None => Ok(()),
        Some(end) => Err(Error::usage(format!("--expires-at {} is in the past", rfc3339(end)))
            .hint("times without an offset are in UTC")),
    }
}

/// Refuses an end and a tolerance that the user gives where they mean nothing for `method`.
pub fn check_wanted(method: Method, expires_at: Option<Timestamp>, skew: Option<u32>) -> Result<()> {
    if skew.is_some() && method == Method::TokenFile {
        return Err(Error::usage("--expires-skew-tolerance has no meaning for a token file: it is read each time"));
    }
    match method.about().renewed_by().filter(|_| expires_at.is_some()) {
        None => Ok(()),
        Some(whom) => Err(Error::usage(format!(
            "--expires-at does not go with the auth method {}: {whom} renews the credential",
            method.name()
        ))
        .hint("leave it out; `kubectl zenml connector describe` shows when the current one ends")),
    }
}

/// Says that the credential ends at `own`, in Unix seconds, before the end that the user gave.
pub fn ends_earlier(own: i64) -> String {
    format!("the credential itself ends earlier than --expires-at says, at {}", rfc3339(own))
}

/// When `answer` ends, in Unix seconds: the earlier of its token's and its certificate's end.
pub fn expiry(answer: &Answer) -> Result<Option<i64>> {
    let token = answer.token.as_ref().and_then(|token| jwt::expiry(token.expose()));
    let certificate = match &answer.client_certificate {
        Some(pem) => {
            let leaf = certificate::leaf(pem).map_err(|error| error.under("the client certificate is not usable"))?;
            Some(leaf.not_after).filter(|end| *end < NEVER)
        }
        None => None,
    };
    Ok(token.into_iter().chain(certificate).min())
}

/// When what renews `credential` ends itself, in Unix seconds: nothing renews it from then on. `None` = never, or not known.
pub fn end_of_renewal(credential: &Credential) -> Option<i64> {
    let Credential::ServiceAccount { base, .. } = credential else { return None };
    let answer = base.answer().filter(|_| !base.is_renewable())?;
    expiry(answer).ok().flatten()
}

/// Refuses `answer` where it cannot work at `now`: expired, or a key that belongs to another certificate. Returns its
/// end.
pub fn check(answer: &Answer, now: i64) -> Result<Option<i64>> {
    answer.check_token()?;
    if let (Some(certificate), Some(key)) = (&answer.client_certificate, &answer.client_key) {
        certificate::check_pair(certificate, key.expose())?;
        let leaf = certificate::leaf(certificate)?;
        if leaf.not_after <= now {
            return Err(expired("client certificate", leaf.not_after)
                .hint("have a new one issued, put it where this one was, and try again"));
        }
        if leaf.not_before > now {
            let begin = rfc3339(leaf.not_before);
            return Err(Error::failure(format!("the client certificate is not valid before {begin}"))
                .hint("compare this machine's clock with the one that issued the certificate"));
        }
    }
    if let Some(end) = answer.token.as_ref().and_then(|token| jwt::expiry(token.expose())).filter(|&end| end <= now) {
        return Err(expired("token", end).hint("get a new token, put it where this one was, and try again"));
    }
    expiry(answer)
}

fn expired(what: &str, end: i64) -> Error {
    Error::failure(format!("the {what} expired at {}", rfc3339(end)))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::secret::Secret;

    fn token(exp: i64) -> Answer {
        let claims = URL_SAFE_NO_PAD.encode(format!("{{\"exp\":{exp}}}"));
        Answer { token: Some(Secret::new(format!("e30.{claims}.c2ln"))), ..Answer::default() }
    }

    #[test]
    fn reads_an_end_as_zenml_and_as_kubernetes_write_it() {
        let second = |text: &str| end(text).unwrap().as_second();
        assert_eq!(second("2025-01-01"), 1_735_689_600);
        for text in ["2025-01-01 00:00:10", "2025-01-01T00:00:10", "2025-01-01T00:00:10Z", "2025-01-01T02:00:10+02:00"]
        {
            assert_eq!(second(text), 1_735_689_610, "{text}");
        }
        for text in ["", "tomorrow", "2025-13-01", "00:00:10", "1735689600"] {
            assert!(end(text).unwrap_err().starts_with("write a date"), "{text}");
        }
        assert_eq!(end("9999-12-31").unwrap_err(), "that is too late: the last time is 9999-12-30");
    }

    #[test]
    fn the_users_tolerance_counts() {
        assert_eq!(renewal(0, Some(1000), false, None), Some(900));
        assert_eq!(renewal(0, Some(1000), true, Some(20)), Some(980));
        assert_eq!(renewal(0, Some(1000), true, Some(900)), Some(500), "never before half the life");
        assert_eq!(renewal(0, None, false, Some(20)), None);
    }

    #[test]
    fn names_the_date_of_an_expired_token() {
        let error = check(&token(1_735_689_600), 1_800_000_000).unwrap_err();
        assert_eq!(error.to_string(), "the token expired at 2025-01-01T00:00:00Z");
        assert_eq!(check(&token(1_735_689_600), 0).unwrap(), Some(1_735_689_600));
        let opaque = Answer { token: Some(Secret::new("opaque".into())), ..Answer::default() };
        assert_eq!(check(&opaque, 0).unwrap(), None);
    }
}
