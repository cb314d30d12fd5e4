//! A vault with one sealed token, and the program that everything is compared with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kubectl_zenml::execcred::{Answer, ApiVersion, Cluster, Request};
use kubectl_zenml::paths::Home;
use kubectl_zenml::secret::Secret;
use kubectl_zenml::vault::Vault;
use kubectl_zenml::vault::content::{Content, Credential};
use kubectl_zenml::vault::header::{BoundCluster, FORMAT, Header};

/// The helper as it is released.
pub(crate) const HELPER: &str = env!("CARGO_BIN_EXE_zenml-credential");
/// The plugin as it is released.
pub(crate) const PLUGIN: &str = env!("CARGO_BIN_EXE_kubectl-zenml");
/// The connector that is asked for.
const ID: &str = "0f8e9c7a-1111-4222-8333-444455556666";

const FIXED: &str = r##"fn main() {
    use std::io::Write;
    let answer = r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"fixed"}}"#;
    std::io::stdout().write_all(answer.as_bytes()).unwrap();
}"##;

/// Compiles a program that only prints a fixed answer, static as the helper is.
pub(crate) fn fixed_answer(dir: &Path) -> PathBuf {
    let (source, program) = (dir.join("fixed.rs"), dir.join("fixed-answer"));
    fs::write(&source, FIXED).unwrap();
    let options = ["--edition=2024", "--target=x86_64-unknown-linux-musl", "-Copt-level=3", "-Cpanic=abort"];
    let mut rustc = Command::new("rustc");
    rustc.args(options).args(["-Cstrip=symbols", "-Clto=fat"]).arg("-o").arg(&program).arg(&source);
    assert!(rustc.status().unwrap().success());
    program
}

/// A vault.
pub(crate) struct Rig {
    home: PathBuf,
    holder: &'static str,
    info: String,
}

impl Rig {
    /// Makes one in `home`, and seals a token of an ordinary size.
    pub(crate) fn new(home: &Path, holder: &'static str) -> Self {
        let keyring = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keyring/with-keyring");
        let mut init = Command::new(keyring);
        init.args([PLUGIN, "vault", "init", "--holder", holder]);
        init.args(if holder == "os" { &["--cache-seconds", "600"] as &[&str] } else { &[] });
        let output = init.env("KUBECTL_ZENML_HOME", home).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let vault = Vault::require(&Home::at(home)).unwrap();
        let cluster = Cluster {
            server: "https://127.0.0.1:6443".into(),
            certificate_authority_data: Some(authority()),
            ..Cluster::default()
        };
        let answer = Answer { token: Some(Secret::new("t".repeat(1200))), ..Answer::default() };
        let content = Content { credential: Credential::Token { answer }, proxy_url: None };
        let header = header(&vault, &cluster);
        vault.put(&vault.key_at_hand(&header.key).unwrap().unwrap(), &header, &content).unwrap();
        let request = Request { api_version: ApiVersion::V1, interactive: false, cluster: Some(cluster) };
        Self { home: home.to_owned(), holder, info: request.to_json().unwrap() }
    }

    /// Where its state is.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// Where the data key comes from.
    pub(crate) fn name(&self) -> &'static str {
        if self.holder == "os" { "kernel cache" } else { self.holder }
    }

    /// `program`, asked for the token as kubectl would.
    pub(crate) fn get(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.args(["credential", "get", ID]).env("KUBERNETES_EXEC_INFO", &self.info);
        command.env("KUBECTL_ZENML_HOME", &self.home).stdin(Stdio::null()).stderr(Stdio::inherit());
        command
    }
}

fn header(vault: &Vault, cluster: &Cluster) -> Header {
    Header {
        format: FORMAT,
        vault: vault.settings().id.clone(),
        key: vault.settings().key.clone(),
        connector: ID.into(),
        auth_method: "token".into(),
        account: Some("bench".into()),
        cluster: BoundCluster::of(cluster).unwrap(),
        unbound: false,
        expires_at: None,
        refresh_after: None,
        revision: 0,
    }
}

/// Base64 of a PEM bundle of an ordinary CA's size.
fn authority() -> String {
    let body = STANDARD.encode(vec![7; 800]);
    STANDARD.encode(format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"))
}
