//! `connector list` and `describe` on a thousand connectors, beside kubectl's own list of a thousand contexts.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

use crate::measure::Race;
use crate::rig::{PLUGIN, Rig};

const CONNECTORS: usize = 1000;
const ROUNDS: usize = 50;
/// What either may take, in milliseconds.
const BAR: f64 = 20.0;

/// Prints a line for each.
pub(crate) fn compare(rig: &Rig, dir: &Path) {
    fill(rig.home());
    let config = contexts(dir);
    let kubectl = cluster_kubectl();
    let zenml = |words: &[&str]| {
        let mut command = Command::new(PLUGIN);
        command.args(words).env("KUBECTL_ZENML_HOME", rig.home()).env("KUBECONFIG", dir.join("none"));
        command.stdin(Stdio::null()).stderr(Stdio::inherit());
        command
    };
    let baseline = || {
        let mut command = Command::new(&kubectl);
        command.args(["config", "get-contexts"]).env("KUBECONFIG", &config);
        command
    };
    for (name, words) in [
        ("connector list", &["connector", "list"][..]),
        ("connector list -l -o json", &["connector", "list", "-l", "number!=7", "-o", "json"]),
        ("connector describe", &["connector", "describe", "c0500"]),
    ] {
        let race = Race::new(ROUNDS, || zenml(words), baseline);
        println!("{}", race.absolute(&format!("{name}, {CONNECTORS} connectors"), "kubectl config get-contexts", BAR));
    }
}

/// The kubectl of the test cluster, else the one on PATH.
#[expect(clippy::disallowed_methods, reason = "benches read their own environment")]
fn cluster_kubectl() -> PathBuf {
    let rig = std::env::var_os("ZENML_TEST_CLUSTER").map(|dir| Path::new(&dir).join("bin/kubectl"));
    rig.filter(|path| path.is_file()).unwrap_or_else(|| "kubectl".into())
}

/// Records of an ordinary size.
fn fill(home: &Path) {
    let dir = home.join("connectors");
    fs::DirBuilder::new().mode(0o700).recursive(true).create(&dir).unwrap();
    let authority = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", "QUJD".repeat(280));
    for number in 0..CONNECTORS {
        let id = format!("0f8e9c7a-1111-4222-8333-{number:012}");
        let name = format!("c{number:04}");
        let configuration = json!({
            "server": "https://127.0.0.1:6443", "cluster_name": name, "certificate_authority": authority,
            "insecure": false, "tls_server_name": null, "proxy_url": null, "namespace": null,
        });
        let record = json!({
            "format": 1, "id": id, "name": name, "type": "kubernetes", "auth_method": "token",
            "resource_types": ["kubernetes-cluster"], "resource_id": null, "resource_name": name,
            "labels": {"number": number.to_string()}, "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z", "expires_at": null, "expires_skew_tolerance": null,
            "expiration_seconds": null, "configuration": configuration, "secrets": ["token"],
        });
        let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(dir.join(format!("{id}.json")));
        serde_json::to_writer_pretty(std::io::BufWriter::new(file.unwrap()), &record).unwrap();
    }
}

/// A kubeconfig with as many contexts.
fn contexts(dir: &Path) -> PathBuf {
    let entry = |number: usize| format!("- {{name: c{number:04}, context: {{cluster: c{number:04}, user: u}}}}\n");
    let entries: String = (0..CONNECTORS).map(entry).collect();
    let path = dir.join("contexts.yaml");
    #[expect(clippy::disallowed_methods, reason = "a file of the bench's own")]
    fs::write(&path, format!("apiVersion: v1\nkind: Config\ncontexts:\n{entries}")).unwrap();
    path
}
