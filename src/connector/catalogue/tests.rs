//! The catalogue against the record and the sealed file.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::table::FIELDS;
use super::*;
use crate::connector::{Configuration, Impersonation, Plugin, is_shown};
use crate::execcred::{Answer, ApiVersion};
use crate::secret::Secret;
use crate::vault::content::{Credential, InteractiveMode, RENEWABLE, ServiceAccount};

fn credentials() -> [(Method, Credential); 4] {
    let text = String::new;
    let base = Credential::Token { answer: Answer::default() };
    [
        (Method::Token, base.clone()),
        (Method::Password, Credential::Password { username: text(), password: Secret::new(text()) }),
        (Method::TokenFile, Credential::TokenFile { path: text().into() }),
        (
            Method::ServiceAccount,
            Credential::ServiceAccount {
                base: Box::new(base),
                account: ServiceAccount::default(),
                seconds: None,
                answer: Answer::default(),
            },
        ),
    ]
}

#[test]
fn methods_are_those_of_the_vault() {
    for (method, credential) in credentials() {
        assert_eq!((method.name(), method), (credential.method(), Method::of(&credential)));
        let renewed = matches!(method.about().ends, Ends::RenewedBy(_));
        assert_eq!(renewed, credential.is_renewable(), "{method:?}");
    }
    assert!(RENEWABLE.contains(&Method::Exec.name()) && METHODS_IN_ORDER.len() == methods::METHODS.len());
    assert_eq!(METHODS_IN_ORDER, *AuthMethod::names());
}

/// As the seed shows them, then ours.
const METHODS_IN_ORDER: [&str; 5] = ["password", "token", "token-file", "exec", "service-account"];

#[test]
fn every_key_of_a_record_is_a_field() {
    let record = serde_json::to_value(Configuration {
        impersonation: Impersonation { user: Some("u".into()), ..Impersonation::default() },
        exec: Some(Plugin {
            command: "c".into(),
            args: 0,
            directory: Some("d".into()),
            api_version: Some(ApiVersion::V1),
            interactive_mode: InteractiveMode::Never,
            provide_cluster_info: Some(true),
            env: [].into(),
        }),
        username: Some("u".into()),
        token_file: Some("f".into()),
        service_account: Some(ServiceAccount { audiences: vec!["a".into()], ..ServiceAccount::default() }),
        ..Configuration::default()
    })
    .unwrap();
    // A ServiceAccount's connector may have all of them.
    let schema = schema::connector_type(&TYPES[0], &[Method::ServiceAccount.about()]);
    assert_keys(&record, &schema["auth_methods"][0]["configuration_schema"], "configuration");
}

fn assert_keys(record: &Value, schema: &Value, at: &str) {
    let Some(properties) = schema["properties"].as_object() else { return };
    for (key, value) in record.as_object().expect(at) {
        let known = properties.get(key).unwrap_or_else(|| panic!("{at}.{key} is no field of the catalogue"));
        if value.is_object() {
            assert_keys(value, known, &format!("{at}.{key}"));
        }
    }
}

#[test]
fn fields_are_told_apart_and_lead_somewhere() {
    let unique = |name: fn(&Field) -> &'static str| FIELDS.iter().map(name).collect::<BTreeSet<_>>().len();
    assert_eq!((unique(|field| field.flag), unique(|field| field.path)), (FIELDS.len(), FIELDS.len()));
    for field in FIELDS {
        assert!(std::ptr::eq(field.id.field(), field));
        assert!(field.needs.iter().all(|other| !field.excludes().any(|excluded| excluded.id == *other)));
        if let (Need::Default(text), Kind::Choice(_)) = (field.need, field.kind) {
            field.check(text).unwrap();
        }
    }
    assert_eq!(Method::Token.flags(), "--token @FILE or --client-certificate FILE with --client-key FILE");
    assert_eq!(Method::Password.flags(), "--username NAME with --password @FILE");
}

#[test]
fn names_are_found_or_a_right_one_is_named() {
    for name in ["kubernetes", "kubernetes-cluster", "kubernetes_cluster"] {
        assert_eq!(ConnectorType::find(name).unwrap().name, "kubernetes");
    }
    assert!(ConnectorType::find("kubernets").unwrap_err().contains("did you mean kubernetes?"));
    assert!(ConnectorType::find("nomad").unwrap_err().contains("there is kubernetes"));
    for name in ["aws", "gcp", "azure", "docker"] {
        let sentence = ConnectorType::find(name).unwrap_err();
        assert!(sentence.contains("not there yet; EKS, GKE and AKS contexts"), "{sentence}");
    }
    assert!(ResourceType::find("kubernetes-cluser").unwrap_err().contains("did you mean kubernetes-cluster?"));
    assert!(ResourceType::find("s3-bucket").unwrap_err().contains("yet"));
    assert_eq!(AuthMethod::find("token_file").unwrap().method, Method::TokenFile);
    assert!(AuthMethod::find("tokn").unwrap_err().contains("did you mean token?"));
}

#[test]
fn values_are_checked() {
    let cases = [
        (Id::Server, "https://a:6443", true),
        (Id::Server, "a:6443", true),
        (Id::Server, "https://[fd00::1]:6443", true),
        (Id::Server, "https://", false),
        (Id::Server, "ftp://a", false),
        (Id::Server, "a b", false),
        (Id::Namespace, "Bad", false),
        (Id::ExecEnv, "A=b=c", true),
        (Id::ExecEnv, "=b", false),
        (Id::ServiceAccount, "a/b", true),
        (Id::ServiceAccount, "a/b/c", false),
        (Id::ServiceAccount, "/b", false),
        (Id::ExecInteractiveMode, "never", false),
        (Id::ClusterName, " ", false),
    ];
    for (id, text, fine) in cases {
        assert_eq!(id.field().check(text).is_ok(), fine, "{id:?} {text:?}");
    }
}

#[test]
fn the_schema_says_what_is_secret_and_what_must_be_there() {
    let kind = schema::connector_type(&TYPES[0], &[Method::Password.about()]);
    let schema = &kind["auth_methods"][0]["configuration_schema"];
    assert_eq!(schema["required"], json!(["server", "cluster_name", "username", "password"]));
    assert_eq!(schema["properties"]["password"]["writeOnly"], json!(true));
    assert_eq!(schema["properties"]["insecure"]["default"], json!(false));
    assert!(schema["properties"].get("token").is_none());
    assert_eq!(schema["dependentRequired"], json!({"username": ["password"], "password": ["username"]}));
    let kind = schema::connector_type(&TYPES[0], &[Method::Token.about()]);
    let ways = &kind["auth_methods"][0]["configuration_schema"]["anyOf"];
    assert_eq!(*ways, json!([{"required": ["token"]}, {"required": ["client_certificate"]}]));
    let kind = schema::connector_type(&TYPES[0], &[Method::Exec.about()]);
    let schema = &kind["auth_methods"][0]["configuration_schema"];
    assert_eq!(schema["required"], json!(["server", "cluster_name", "exec"]));
    let exec = &schema["properties"]["exec"];
    assert_eq!(exec["required"], json!(["command"]));
    assert_eq!(exec["properties"]["interactive_mode"]["enum"], json!(["Never", "IfAvailable", "Always"]));
}

#[test]
fn what_is_pinned_is_shown_unless_it_is_a_secret() {
    for name in ["CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_CLIENT_ID", "AWS_PROFILE"] {
        assert!(is_shown(name), "{name}");
    }
    for name in
        ["AWS_SECRET_ACCESS_KEY", "CLOUDSDK_AUTH_ACCESS_TOKEN", "AZURE_CLIENT_SECRET", "AZURE_PASSWORD", "X_FILE"]
    {
        assert!(!is_shown(name), "{name}");
    }
}
