//! The expiry that a JSON Web Token names, without verifying it: only the server can do that (layer 0).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::execcred::NEVER;

#[derive(Deserialize)]
struct Claims {
    exp: Option<f64>,
}

/// `exp` in Unix seconds, 0 for one before 1970; `None` where `token` is no JWT or has no expiry.
pub fn expiry(token: &str) -> Option<i64> {
    let mut parts = token.split('.');
    let (Some(_), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let exp = serde_json::from_slice::<Claims>(&claims).ok()?.exp?;
    // RFC 7519 allows fractions; milliseconds, which some write, are no time that clients could read.
    #[expect(clippy::cast_possible_truncation, reason = "what is out of range becomes the nearest that is in it")]
    Some(exp.max(0.0) as i64).filter(|exp| *exp < NEVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn reads_the_expiry_where_there_is_one() {
        assert_eq!(expiry(&token(r#"{"exp":1735689600,"sub":"x"}"#)), Some(1_735_689_600));
        assert_eq!(expiry(&token(r#"{"exp":1735689600.5}"#)), Some(1_735_689_600));
        assert_eq!(expiry(&token(r#"{"exp":-5}"#)), Some(0), "it has expired, and not no expiry");
        assert_eq!(expiry(&token(r#"{"exp":-1e300}"#)), Some(0));
        assert_eq!(expiry(&token(r#"{"exp":1735689600000}"#)), None);
        assert_eq!(expiry(&token(r#"{"sub":"x"}"#)), None);
        assert_eq!(expiry(&token(r#"{"exp":"soon"}"#)), None);
        assert_eq!(expiry("opaque"), None);
        assert_eq!(expiry("a.b.c"), None);
    }
}
