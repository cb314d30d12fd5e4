//! A vault with credentials in it, sealed without a cluster.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use kubectl_zenml::execcred::{Answer, Cluster};
use kubectl_zenml::paths::Home;
use kubectl_zenml::secret::Secret;
use kubectl_zenml::vault::Vault;
use kubectl_zenml::vault::content::{Content, Credential};
use serde_json::{Value, json};

use crate::support::keyring::Keyring;
use crate::support::output::Output;
use crate::support::rig::header;
use crate::support::sandbox::{HELPER, Sandbox};

/// The passphrase of every vault that has one.
pub const PASSPHRASE: &str = "correct horse battery staple";
/// Where the rig's files with passphrases and the credentials of systemd are.
pub const FILE: &str = "passphrase";

pub struct Rig {
    pub home: Sandbox,
    keyring: Option<Keyring>,
}

impl Rig {
    /// A vault that `holder` holds, with three credentials.
    pub fn new(holder: &str) -> Self {
        let mut home = Sandbox::empty();
        home.write(FILE, format!("{PASSPHRASE}\n").as_bytes());
        let keyring = Keyring::unlocked();
        home.set("DBUS_SESSION_BUS_ADDRESS", keyring.address());
        let rig = Self { home, keyring: Some(keyring) };
        let mut init = vec!["vault", "init", "--holder", holder];
        if holder == "passphrase" {
            init.extend(["--passphrase-file", FILE]);
        }
        rig.home.zenml(&init).succeeds();
        for number in 0..3 {
            rig.seal(number);
            rig.record(number);
        }
        rig
    }

    /// Ends the keyring.
    pub fn without_keyring(&mut self) {
        self.keyring = None;
    }

    pub fn vault(&self) -> Vault {
        Vault::require(&Home::at(self.state(""))).unwrap()
    }

    /// A path in the program's own directory.
    pub fn state(&self, name: &str) -> std::path::PathBuf {
        self.home.path(".local/share/kubectl-zenml").join(name)
    }

    pub fn id(number: usize) -> String {
        format!("0f8e9c7a-1111-4222-8333-44445555666{number}")
    }

    fn seal(&self, number: usize) {
        let (vault, id) = (self.vault(), Self::id(number));
        let key_id = vault.settings().key.clone();
        let Some(key) = vault.key_at_hand(&key_id).unwrap() else {
            panic!("the key of {} is not at hand", vault.settings().holder)
        };
        let header = header(&vault, &id, &cluster());
        let answer = Answer { token: Some(Secret::new(token(number))), ..Answer::default() };
        vault.put(&key, &header, &Content { credential: Credential::Token { answer }, proxy_url: None }).unwrap();
    }

    /// The connector `rig-<number>`.
    fn record(&self, number: usize) {
        record(&self.home, &Self::id(number), &format!("rig-{number}"));
    }

    pub fn get(&self, number: usize) -> Output {
        let mut command = self.home.command(HELPER);
        Output::of(command.args(["get", &Self::id(number)]).env("KUBERNETES_EXEC_INFO", info()))
    }

    /// Asserts that every credential is answered.
    #[track_caller]
    pub fn opens(&self, when: &str) {
        for number in 0..3 {
            let said = self.get(number);
            assert!(said.code == Some(0), "{when}: {said}");
            assert_eq!(said.json()["status"]["token"], token(number).as_str(), "{when}");
        }
    }

    pub fn status(&self) -> Value {
        self.home.zenml(&["vault", "status", "-o", "json"]).json()
    }

    /// Asserts that no file of this HOME holds a secret that it should not: no token, no passphrase, and no key but in the
    /// key file `but`.
    #[track_caller]
    pub fn holds_nothing_in_clear(&self, keys: &[String], but: Option<&str>) {
        for (path, bytes) in self.home.files() {
            let text = String::from_utf8_lossy(&bytes);
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(name == FILE || !text.contains(PASSPHRASE), "{} holds the passphrase", path.display());
            assert!(!text.contains("token-number-"), "{} holds a token", path.display());
            for key in keys {
                assert!(Some(name) == but || !text.contains(key.as_str()), "{} holds a key", path.display());
            }
        }
    }
}

/// Writes the record of a connector with a token.
pub fn record(home: &Sandbox, id: &str, name: &str) {
    let record = json!({
        "format": 1, "id": id, "name": name, "type": "kubernetes", "auth_method": "token",
        "resource_types": ["kubernetes-cluster"], "resource_id": null, "resource_name": "rig", "labels": {},
        "description": null, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        "expires_at": null, "expires_skew_tolerance": null, "expiration_seconds": null, "secrets": ["token"],
        "configuration": {
            "server": cluster().server, "cluster_name": "rig", "certificate_authority": null, "insecure": false,
            "tls_server_name": null, "proxy_url": null, "namespace": null
        },
    });
    let path = home.write(&format!(".local/share/kubectl-zenml/connectors/{id}.json"), record.to_string().as_bytes());
    fs::set_permissions(path.parent().unwrap(), fs::Permissions::from_mode(0o700)).unwrap();
}

/// The keys in a key file, base64.
pub fn keys_in(path: &std::path::Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect()
}

fn token(number: usize) -> String {
    format!("token-number-{number}")
}

fn cluster() -> Cluster {
    Cluster { server: "https://127.0.0.1:6443".into(), ..Cluster::default() }
}

pub fn info() -> String {
    let spec = json!({"interactive": false, "cluster": serde_json::to_value(cluster()).unwrap()});
    json!({"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "spec": spec}).to_string()
}
