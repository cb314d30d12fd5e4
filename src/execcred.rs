//! The exec-credential contract of `client.authentication.k8s.io`: what a client asks and what it gets (layer 0).
//!
//! The rules are those of client-go's `plugin/pkg/client/auth/exec` and of KEP-541.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::error::{Context, Error, Result};
use crate::secret::{Secret, exposed_option};
use crate::vault::header::without_user_info;

/// The two versions that clients speak. An answer must name the version that was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApiVersion {
    /// kubectl 1.22 and later.
    #[default]
    #[serde(rename = "client.authentication.k8s.io/v1")]
    V1,
    /// kubectl 1.10 and later.
    #[serde(rename = "client.authentication.k8s.io/v1beta1")]
    V1Beta1,
}

impl ApiVersion {
    /// The full API version.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "client.authentication.k8s.io/v1",
            Self::V1Beta1 => "client.authentication.k8s.io/v1beta1",
        }
    }

    /// The version of this full name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::V1, Self::V1Beta1].into_iter().find(|version| version.as_str() == text)
    }
}

/// The first time, in Unix seconds, that is no end: the libraries for times know none later, and a certificate of the last
/// day of the year 9999 has no end (RFC 5280, 4.1.2.5).
pub const NEVER: i64 = 253_402_207_200;

/// The cluster that a client wants a credential for, as it stands in `KUBERNETES_EXEC_INFO`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Cluster {
    /// The server's URL, verbatim from the kubeconfig.
    pub server: String,
    /// Whose name the server's certificate must carry; absent = the URL's host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_server_name: Option<String>,
    /// The server's certificate is not checked at all.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub insecure_skip_tls_verify: bool,
    /// Base64 of PEM; absent = the system's roots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_authority_data: Option<String>,
    /// The proxy's URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_url: Option<String>,
    /// The kubeconfig's own configuration for the plugin, verbatim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<Value>,
}

/// Clients hand the cluster to the helper in one environment variable, which Linux limits to 128 KiB: so many bytes of
/// base64 (64 KiB of PEM) leave room for the rest.
const LARGEST_AUTHORITY: usize = 64 * 1024 / 3 * 4 + 4;

/// The proxy's URL may hold a password.
impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy_url = self.proxy_url.as_deref().map(without_user_info);
        f.debug_struct("Cluster").field("server", &self.server).field("proxy_url", &proxy_url).finish_non_exhaustive()
    }
}

impl Cluster {
    /// Whether clients can say of this cluster what it is.
    pub fn can_be_told(&self) -> bool {
        self.certificate_authority_data.as_ref().is_none_or(|data| data.len() <= LARGEST_AUTHORITY)
    }

    /// The connector that the kubeconfig's cluster names in its extension `client.authentication.k8s.io/exec`, for users
    /// of several clusters. Anything that is no name and no id is passed over: it may be anybody's text.
    pub fn connector(&self) -> Option<&str> {
        let name = self.config.as_ref()?.get("connector")?.as_str()?;
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
        let fits = name.len() <= 63 && !name.starts_with('-') && !name.is_empty() && name.bytes().all(plain);
        fits.then_some(name)
    }
}

/// What `KUBERNETES_EXEC_INFO` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The version to answer in.
    pub api_version: ApiVersion,
    /// Whether the plugin may use the terminal.
    pub interactive: bool,
    /// Present with `provideClusterInfo: true` only.
    pub cluster: Option<Cluster>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestWire {
    kind: String,
    api_version: String,
    spec: SpecWire,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct SpecWire {
    interactive: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<Cluster>,
}

impl Request {
    /// Reads the value of `KUBERNETES_EXEC_INFO`.
    pub fn parse(text: &str) -> Result<Self> {
        // The text may come from anybody, so an error says where it is wrong but does not repeat it.
        let wire: RequestWire = serde_json::from_str(text).map_err(|error| {
            Error::failure("KUBERNETES_EXEC_INFO is not an ExecCredential").cause(format!(
                "it is wrong at line {} column {}",
                error.line(),
                error.column()
            ))
        })?;
        if wire.kind != "ExecCredential" {
            return Err(Error::failure("KUBERNETES_EXEC_INFO is not an ExecCredential")
                .hint("this command is run by kubectl and other Kubernetes clients"));
        }
        let Some(api_version) = ApiVersion::parse(&wire.api_version) else {
            return Err(Error::failure("KUBERNETES_EXEC_INFO asks for an API version that is not supported")
                .hint("set `apiVersion: client.authentication.k8s.io/v1` in the kubeconfig's exec entry"));
        };
        Ok(Self { api_version, interactive: wire.spec.interactive, cluster: wire.spec.cluster })
    }

    /// The value of `KUBERNETES_EXEC_INFO` for a plugin that is asked by us.
    pub fn to_json(&self) -> Result<String> {
        let wire = RequestWire {
            kind: "ExecCredential".to_owned(),
            api_version: self.api_version.as_str().to_owned(),
            spec: SpecWire { interactive: self.interactive, cluster: self.cluster.clone() },
        };
        serde_json::to_string(&wire).context(|| "cannot write KUBERNETES_EXEC_INFO")
    }
}

/// A credential that a client can use: a token, or a certificate with its key, or both.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Answer {
    /// The bearer token.
    #[serde(serialize_with = "exposed_option", skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret<String>>,
    /// PEM; a chain is allowed, the leaf first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<String>,
    /// PEM.
    #[serde(serialize_with = "exposed_option", skip_serializing_if = "Option::is_none")]
    pub client_key: Option<Secret<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AnswerWire<'a> {
    kind: &'static str,
    api_version: &'static str,
    status: StatusWire<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusWire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_timestamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_certificate_data: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_key_data: Option<&'a str>,
}

impl Answer {
    /// Whether there is nothing in it, so that the server sees an anonymous user.
    pub fn is_empty(&self) -> bool {
        self.token.is_none() && self.client_certificate.is_none()
    }

    /// Refuses a token that no HTTP header can carry.
    pub fn check_token(&self) -> Result<()> {
        let fits = |token: &Secret<String>| token.expose().bytes().all(|byte| (0x21..0x7f).contains(&byte));
        if self.token.as_ref().is_none_or(fits) {
            return Ok(());
        }
        Err(Error::failure("the token contains spaces, line breaks or other characters that no token has")
            .hint("it was probably wrapped when it was pasted; take it again from where it was issued"))
    }

    /// The ExecCredential for standard output, to be written in one go. `expires_at` is in Unix seconds.
    pub fn to_exec_credential(&self, api_version: ApiVersion, expires_at: Option<i64>) -> Result<Zeroizing<Vec<u8>>> {
        self.check_token()?;
        let wire = AnswerWire {
            kind: "ExecCredential",
            api_version: api_version.as_str(),
            status: StatusWire {
                expiration_timestamp: expires_at.map(rfc3339),
                token: self.token.as_ref().map(|token| token.expose().as_str()),
                client_certificate_data: self.client_certificate.as_deref(),
                client_key_data: self.client_key.as_ref().map(|key| key.expose().as_str()),
            },
        };
        // Room for everything at once: a growing buffer would leave copies of the secret behind.
        let secrets = [wire.status.token, wire.status.client_certificate_data, wire.status.client_key_data];
        let room = 512 + secrets.iter().flatten().map(|text| text.len() * 2).sum::<usize>();
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        serde_json::to_writer(&mut *bytes, &wire).context(|| "cannot write the ExecCredential")?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// Unix seconds as `2026-11-21T05:33:31Z`. The algorithm is Howard Hinnant's `civil_from_days`.
pub fn rfc3339(seconds: i64) -> String {
    let (days, time) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", time / 3600, time / 60 % 60, time % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_dates() {
        let cases = [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_152_811, "2026-11-20T05:33:31Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"),
        ];
        for (seconds, text) in cases {
            assert_eq!(rfc3339(seconds), text);
        }
    }

    #[test]
    fn reads_both_versions_and_refuses_others() {
        let text = |version: &str| {
            format!(
                r#"{{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/{version}","spec":{{"interactive":true,"x":1,"cluster":{{"server":"https://a","disable-compression":true}}}}}}"#
            )
        };
        let request = Request::parse(&text("v1beta1")).unwrap();
        assert_eq!(request.api_version, ApiVersion::V1Beta1);
        assert!(request.interactive);
        assert_eq!(request.cluster.clone().unwrap().server, "https://a");
        assert_eq!(Request::parse(&request.to_json().unwrap()).unwrap(), request);
        assert!(Request::parse(&text("v1alpha1")).is_err());
        assert!(Request::parse("{}").is_err());
        assert!(Request::parse("").is_err());
        assert!(Request::parse(&text("v1").replace("ExecCredential", "Pod")).is_err());
    }

    #[test]
    fn a_cluster_may_name_a_connector_but_nothing_else() {
        let named =
            |config: Value| Cluster { config: Some(config), ..Cluster::default() }.connector().map(str::to_owned);
        assert_eq!(named(serde_json::json!({"connector": "prod.eu-1", "x": 1})).as_deref(), Some("prod.eu-1"));
        for hostile in ["", "--show-secrets", "../x", "a\nerror: b", "\u{1b}[2J", "A", &"a".repeat(64)] {
            assert_eq!(named(serde_json::json!({ "connector": hostile })), None, "{hostile:?}");
        }
        assert_eq!((named(serde_json::json!("prod")), named(serde_json::json!({"connector": 1}))), (None, None));
    }

    #[test]
    fn answers_what_is_there_and_nothing_else() {
        let answer = Answer { token: Some(Secret::new("t\"1".into())), ..Answer::default() };
        let bytes = answer.to_exec_credential(ApiVersion::V1, Some(0)).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\
             \"status\":{\"expirationTimestamp\":\"1970-01-01T00:00:00Z\",\"token\":\"t\\\"1\"}}\n"
        );
    }
}
