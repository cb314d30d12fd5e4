//! Other credential helpers, where they are on PATH. None of them is told to reach a network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::measure::Race;
use crate::rig::{HELPER, Rig};

/// Makes the command of a program that was found, given a directory for its files.
type Peer = fn(&Path, &Path) -> Command;

/// Prints one line for each.
pub(crate) fn compare(rig: &Rig, dir: &Path) {
    let peers: [(_, _, _, Peer); 3] = [
        ("aws", "aws eks get-token", 10, aws),
        ("gke-gcloud-auth-plugin", "gke-gcloud-auth-plugin with its cache", 100, gke),
        ("kubelogin", "kubelogin --version, its start alone", 100, kubelogin),
    ];
    for (program, name, rounds, command) in peers {
        match on_path(program) {
            Some(path) => {
                let race = Race::new(rounds, || command(&path, dir), || rig.get(HELPER));
                println!("{}", race.ratio(name, "hit, key-file", None));
            }
            None => println!("{program:<38} not on PATH"),
        }
    }
}

/// It signs its token offline, so any key will do.
fn aws(program: &Path, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["eks", "get-token", "--cluster-name", "bench", "--region", "eu-central-1"]);
    command.env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE").env("AWS_SECRET_ACCESS_KEY", "bench");
    command.env("AWS_CONFIG_FILE", dir.join("none")).env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// It keeps one token beside the kubeconfig, for the context that is current there.
fn gke(program: &Path, dir: &Path) -> Command {
    let (config, cache) = (dir.join("gke-config"), dir.join("gke_gcloud_auth_plugin_cache"));
    if !cache.exists() {
        fs::write(&config, "apiVersion: v1\nkind: Config\ncurrent-context: bench\n").unwrap();
        let token = r#"{"current_context":"bench","access_token":"t","token_expiry":"2099-01-01T00:00:00Z"}"#;
        fs::write(&cache, token).unwrap();
    }
    let mut command = Command::new(program);
    command.env("KUBECONFIG", config);
    command
}

fn kubelogin(program: &Path, _: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("--version");
    command
}

fn on_path(program: &str) -> Option<PathBuf> {
    let list = std::env::var_os("PATH")?;
    std::env::split_paths(&list).map(|dir| dir.join(program)).find(|path| path.is_file())
}
