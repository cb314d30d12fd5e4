//! The table of configuration fields (layer 1).

use super::Method;
use super::fields::{Field, Id, Kind, Need};

/// What most fields are.
const PLAIN: Field = Field {
    id: Id::Server,
    path: "",
    flag: "",
    title: "",
    help: "",
    value: "",
    kind: Kind::Text,
    method: None,
    need: Need::Optional,
    needs: &[],
    secret: false,
};
const EXEC: Field = Field { method: Some(Method::Exec), needs: &[Id::ExecCommand], ..PLAIN };

/// The fields, in the order in which they are shown and asked for.
pub static FIELDS: &[Field] = &[
    Field {
        id: Id::Server,
        path: "server",
        flag: "server",
        title: "URL of the API server",
        help: "Reach the API server at this URL, and read no context",
        value: "URL",
        kind: Kind::Url,
        need: Need::Required,
        ..PLAIN
    },
    Field {
        id: Id::ClusterName,
        path: "cluster_name",
        flag: "cluster-name",
        title: "Name of the cluster (the resource name)",
        help: "Call the cluster this",
        value: "NAME",
        need: Need::Derived("as in the context, or the server's host"),
        ..PLAIN
    },
    Field {
        id: Id::CertificateAuthority,
        path: "certificate_authority",
        flag: "certificate-authority",
        title: "Certificate authorities of the server, if not the system's",
        help: "Trust these authorities for the server's certificate",
        value: "FILE",
        kind: Kind::Pem,
        ..PLAIN
    },
    Field {
        id: Id::Insecure,
        path: "insecure",
        flag: "insecure-skip-tls-verify",
        title: "Do without a check of the server's certificate",
        help: "Do not check the server's certificate",
        kind: Kind::Flag,
        need: Need::Default("false"),
        ..PLAIN
    },
    Field {
        id: Id::TlsServerName,
        path: "tls_server_name",
        flag: "tls-server-name",
        title: "Name in the server's certificate, if not the URL's host",
        help: "Expect this name in the server's certificate",
        value: "NAME",
        kind: Kind::ServerName,
        ..PLAIN
    },
    Field {
        id: Id::ProxyUrl,
        path: "proxy_url",
        flag: "proxy-url",
        title: "URL of a proxy; @FILE where it holds a password",
        help: "Reach the server through this proxy; @FILE where its URL holds a password",
        value: "URL",
        kind: Kind::Proxy,
        ..PLAIN
    },
    Field {
        id: Id::Namespace,
        path: "namespace",
        flag: "namespace",
        title: "Namespace for commands that name none",
        help: "Use this namespace where a command names none",
        value: "NAMESPACE",
        kind: Kind::Namespace,
        ..PLAIN
    },
    Field {
        id: Id::As,
        path: "impersonation.user",
        flag: "as",
        title: "User to impersonate",
        help: "Impersonate this user",
        value: "USER",
        ..PLAIN
    },
    Field {
        id: Id::AsUid,
        path: "impersonation.uid",
        flag: "as-uid",
        title: "UID to impersonate",
        help: "Impersonate this UID",
        value: "UID",
        needs: &[Id::As],
        ..PLAIN
    },
    Field {
        id: Id::AsGroup,
        path: "impersonation.groups",
        flag: "as-group",
        title: "Groups to impersonate",
        help: "Impersonate this group",
        value: "GROUP",
        kind: Kind::Texts,
        needs: &[Id::As],
        ..PLAIN
    },
    Field {
        id: Id::AsUserExtra,
        path: "impersonation.extra",
        flag: "as-user-extra",
        title: "Further attributes to impersonate",
        help: "Impersonate this further attribute",
        value: "KEY=VALUE",
        kind: Kind::Extra,
        needs: &[Id::As],
        ..PLAIN
    },
    Field {
        id: Id::Username,
        path: "username",
        flag: "username",
        title: "User name",
        help: "Use this user name with --password",
        value: "NAME",
        method: Some(Method::Password),
        need: Need::Required,
        needs: &[Id::Password],
        ..PLAIN
    },
    Field {
        id: Id::Password,
        path: "password",
        flag: "password",
        title: "Password",
        help: "Use the password",
        value: "@FILE",
        kind: Kind::Secret,
        method: Some(Method::Password),
        need: Need::Required,
        needs: &[Id::Username],
        secret: true,
    },
    Field {
        id: Id::Token,
        path: "token",
        flag: "token",
        title: "Bearer token",
        help: "Use the bearer token",
        value: "@FILE",
        kind: Kind::Secret,
        method: Some(Method::Token),
        need: Need::Either,
        secret: true,
        ..PLAIN
    },
    Field {
        id: Id::ClientCertificate,
        path: "client_certificate",
        flag: "client-certificate",
        title: "Client certificate; may come with a token",
        help: "Use this client certificate, alone or beside --token",
        value: "FILE",
        kind: Kind::Pem,
        method: Some(Method::Token),
        need: Need::Either,
        needs: &[Id::ClientKey],
        secret: true,
    },
    Field {
        id: Id::ClientKey,
        path: "client_key",
        flag: "client-key",
        title: "Key of the client certificate",
        help: "Use the client certificate's key",
        value: "FILE",
        kind: Kind::Pem,
        method: Some(Method::Token),
        needs: &[Id::ClientCertificate],
        secret: true,
        ..PLAIN
    },
    Field {
        id: Id::TokenFile,
        path: "token_file",
        flag: "token-file",
        title: "File with the token, read each time",
        help: "Use the token that this file holds each time",
        value: "FILE",
        kind: Kind::Path,
        method: Some(Method::TokenFile),
        need: Need::Required,
        ..PLAIN
    },
    Field {
        id: Id::ExecCommand,
        path: "exec.command",
        flag: "exec-command",
        title: "Exec plugin: its command",
        help: "Run this exec plugin for credentials",
        value: "COMMAND",
        need: Need::Required,
        needs: &[],
        ..EXEC
    },
    Field {
        id: Id::ExecArg,
        path: "exec.args",
        flag: "exec-arg",
        title: "Exec plugin: its arguments",
        help: "Give the plugin this argument",
        value: "ARGUMENT",
        kind: Kind::Texts,
        secret: true,
        ..EXEC
    },
    Field {
        id: Id::ExecEnv,
        path: "exec.env",
        flag: "exec-env",
        title: "Exec plugin: its variables",
        help: "Give the plugin this variable; NAME=@FILE where it is a secret",
        value: "NAME=VALUE",
        kind: Kind::Variables,
        secret: true,
        ..EXEC
    },
    Field {
        id: Id::ExecApiVersion,
        path: "exec.api_version",
        flag: "exec-api-version",
        title: "Exec plugin: its version of the exec credential API",
        help: "Speak this version of the exec credential API with the plugin",
        value: "VERSION",
        kind: Kind::Choice(&["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]),
        need: Need::Default("client.authentication.k8s.io/v1"),
        ..EXEC
    },
    Field {
        id: Id::ExecInteractiveMode,
        path: "exec.interactive_mode",
        flag: "exec-interactive-mode",
        title: "Exec plugin: whether it uses the terminal",
        help: "Let the plugin use the terminal in this way",
        value: "MODE",
        kind: Kind::Choice(&["Never", "IfAvailable", "Always"]),
        need: Need::Default("IfAvailable"),
        ..EXEC
    },
    Field {
        id: Id::ExecProvideClusterInfo,
        path: "exec.provide_cluster_info",
        flag: "exec-provide-cluster-info",
        title: "Exec plugin: whether it is told which cluster it is asked for",
        help: "Tell the plugin which cluster it is asked for",
        kind: Kind::Flag,
        need: Need::Default("false"),
        ..EXEC
    },
    Field {
        id: Id::ServiceAccount,
        path: "service_account",
        flag: "service-account",
        title: "ServiceAccount whose tokens are handed out",
        help: "Hand out only short-lived tokens of this ServiceAccount, minted with the credential above",
        value: "[NAMESPACE/]NAME",
        kind: Kind::Account,
        method: Some(Method::ServiceAccount),
        need: Need::Required,
        ..PLAIN
    },
    Field {
        id: Id::Audience,
        path: "service_account.audiences",
        flag: "audience",
        title: "Audiences of the tokens; without them the API server",
        help: "Ask for tokens of the ServiceAccount for this audience",
        value: "AUDIENCE",
        kind: Kind::Texts,
        method: Some(Method::ServiceAccount),
        needs: &[Id::ServiceAccount],
        ..PLAIN
    },
];
