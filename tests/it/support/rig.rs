//! A vault with one sealed credential, made without any cluster.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kubectl_zenml::execcred::{self, Answer, ApiVersion};
use kubectl_zenml::paths::Home;
use kubectl_zenml::secret::Secret;
use kubectl_zenml::vault::Vault;
use kubectl_zenml::vault::content::{Content, Credential, ExecPlugin, InteractiveMode};
use kubectl_zenml::vault::header::{BoundCluster, FORMAT, Header};
use serde_json::{Value, json};

use super::output::Output;
use super::sandbox::{HELPER, Sandbox};

/// The connector's id.
pub const ID: &str = "0f8e9c7a-1111-4222-8333-444455556666";
/// A PEM block, for hashes only.
pub const CA: &str = "-----BEGIN CERTIFICATE-----\nAAECAwQF\n-----END CERTIFICATE-----\n";
/// Where a sandbox keeps its state.
pub const STATE: &str = ".local/share/kubectl-zenml";

/// A HOME with a vault.
pub struct Rig {
    /// The HOME.
    pub home: Sandbox,
    /// Its vault.
    pub vault: Vault,
}

impl Rig {
    /// With nothing sealed yet.
    pub fn new() -> Self {
        let home = Sandbox::empty();
        home.zenml(&["vault", "init", "--holder", "key-file"]).succeeds();
        Self::of(home)
    }

    /// Of a HOME that has a vault.
    pub fn of(home: Sandbox) -> Self {
        let vault = Vault::require(&Home::at(home.path(STATE))).unwrap();
        Self { home, vault }
    }

    /// A header for [`ID`] that never ends.
    pub fn header(&self) -> Header {
        header(&self.vault, ID, &cluster())
    }

    /// Seals `credential`.
    pub fn seal(&self, header: &Header, credential: Credential) {
        let key = self.vault.key_at_hand(&header.key).unwrap().unwrap();
        self.vault.put(&key, header, &Content { credential, proxy_url: None }).unwrap();
    }

    /// With `token` sealed.
    pub fn with_token(token: &str) -> Self {
        let rig = Self::new();
        rig.seal(&rig.header(), Credential::Token { answer: answer(token) });
        rig
    }

    /// With the expired answer "stale" of an exec plugin that does `script`.
    pub fn with_plugin(script: &str) -> Self {
        let rig = Self::new();
        let plugin = plugin(&rig.home, script);
        let header = Header { auth_method: "exec".into(), expires_at: Some(1), refresh_after: Some(1), ..rig.header() };
        rig.seal(&header, Credential::Exec { plugin, answer: answer("stale") });
        rig
    }

    /// Gives the sealed credential of `connector` another end and another time to renew it.
    pub fn ends(&self, connector: &str, expires_at: Option<i64>, refresh_after: Option<i64>) {
        let sealed = self.vault.sealed(connector).unwrap().unwrap();
        let key = self.vault.key_at_hand(&sealed.header.key).unwrap().unwrap();
        let (header, content) = sealed.open(&key).unwrap();
        let header = Header { expires_at, refresh_after, ..header };
        self.vault.put(&key, &header, &content).unwrap();
    }

    /// The helper, asked for [`ID`] with what `KUBERNETES_EXEC_INFO` holds.
    pub fn get(&self, info: Option<&str>) -> Output {
        let mut command = self.home.command(HELPER);
        command.args(["get", ID]).envs(info.map(|info| ("KUBERNETES_EXEC_INFO", info)));
        Output::of(&mut command)
    }

    /// The helper, asked as kubectl would for the right cluster.
    pub fn ask(&self) -> Output {
        self.get(Some(&info("v1", Some(&cluster()))))
    }
}

/// The cluster that the rig's credential is bound to.
pub fn cluster() -> execcred::Cluster {
    execcred::Cluster {
        server: "https://127.0.0.1:6443".into(),
        certificate_authority_data: Some(STANDARD.encode(CA)),
        ..execcred::Cluster::default()
    }
}

/// A token alone.
pub fn answer(token: &str) -> Answer {
    Answer { token: Some(Secret::new(token.into())), ..Answer::default() }
}

/// What a client puts into `KUBERNETES_EXEC_INFO`.
pub fn info(version: &str, cluster: Option<&execcred::Cluster>) -> String {
    let mut spec: Value = json!({"interactive": false});
    if let Some(cluster) = cluster {
        spec["cluster"] = serde_json::to_value(cluster).unwrap();
    }
    json!({"kind": "ExecCredential", "apiVersion": format!("client.authentication.k8s.io/{version}"), "spec": spec})
        .to_string()
}

/// A shell script that notes its run in `runs`, does `first`, and prints `token` with an expiry in an hour.
pub fn minting(token: &str, first: &str) -> String {
    format!(
        "#!/bin/sh\necho run >>\"$HOME/runs\"\n{first}\n\
         echo '{{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\
         \"status\":{{\"token\":\"{token}\",\"expirationTimestamp\":\"'$(date -u -d '+1 hour' +%FT%TZ)'\"}}}}'\n"
    )
}

/// A user logged in to the cluster by the connector "cloud", whose exec plugin does `script` from now on; its last answer
/// is good for an hour. With the connector's id.
pub fn cloud(mode: &str, script: &str) -> (Rig, String) {
    let sandbox = Sandbox::with_vault("token");
    sandbox.script("cloud-token", &minting(&super::token(), ""));
    let path = sandbox.path(".kube/config");
    let mut tree: Value = serde_saphyr::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let version = "client.authentication.k8s.io/v1";
    let exec = json!({"apiVersion": version, "command": "cloud-token", "interactiveMode": mode});
    tree["users"][0]["user"] = json!({ "exec": exec });
    fs::write(&path, tree.to_string()).unwrap();
    sandbox.zenml(&["register", "cloud"]).succeeds();
    sandbox.zenml(&["login", "cloud", "--set-current"]).succeeds();
    let id = sandbox.zenml(&["connector", "describe", "cloud", "-o", "jsonpath={.id}"]).succeeds();
    sandbox.script("cloud-token", script);
    sandbox.helper_runs();
    (Rig::of(sandbox), id)
}

/// A header for `connector` of `cluster`, a token that never ends, under the vault's current key.
pub fn header(vault: &Vault, connector: &str, cluster: &execcred::Cluster) -> Header {
    Header {
        format: FORMAT,
        vault: vault.settings().id.clone(),
        key: vault.settings().key.clone(),
        connector: connector.to_owned(),
        auth_method: "token".into(),
        account: None,
        cluster: BoundCluster::of(cluster).unwrap(),
        unbound: false,
        expires_at: None,
        refresh_after: None,
        revision: 0,
    }
}

/// An exec plugin that does `script`.
pub fn plugin(home: &Sandbox, script: &str) -> Box<ExecPlugin> {
    Box::new(ExecPlugin {
        api_version: ApiVersion::V1,
        command: home.script("cloud-token", script).to_str().unwrap().into(),
        args: Vec::new(),
        env: Vec::new(),
        cluster: None,
        interactive_mode: InteractiveMode::Never,
        install_hint: None,
        directory: home.path(""),
        pinned: false,
    })
}
