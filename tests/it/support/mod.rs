//! What every test needs: the cluster, a HOME of its own, the programs, and what they said.

pub mod dialogue;
pub mod image;
pub mod keyring;
pub mod killing;
pub mod namespace;
pub mod orchestrator;
pub mod output;
pub mod policy;
pub mod proxy;
pub mod rig;
pub mod sandbox;
pub mod schema;
pub mod terminal;
pub mod tls;
pub mod tools;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use output::Output;

/// The repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The test cluster's state directory (`tests/cluster/up` says what lies in it).
pub fn cluster() -> PathBuf {
    let missing = "ZENML_TEST_CLUSTER is not set: run the tests with `make test`, which brings the cluster up";
    PathBuf::from(std::env::var_os("ZENML_TEST_CLUSTER").expect(missing))
}

/// One of the cluster's kubeconfigs: admin, token, cert, cert-files or least.
pub fn kubeconfig(name: &str) -> PathBuf {
    cluster().join("kubeconfig").join(format!("{name}.yaml"))
}

/// The static token of `rig-token-user`, which must never show up anywhere.
pub fn token() -> String {
    std::fs::read_to_string(cluster().join("token")).expect("the cluster's token").trim().to_owned()
}

/// kubectl as the cluster's admin.
pub fn admin(arguments: &[&str]) -> Output {
    let mut command = Command::new(cluster().join("bin/kubectl"));
    command.arg("--kubeconfig").arg(kubeconfig("admin")).args(arguments);
    Output::of(&mut command)
}

/// The name of an image made of the plugin under test, present on the cluster's node. Each checkout has its own: they may share
/// a cluster.
pub fn orchestrator_image() -> &'static str {
    static IMAGE: OnceLock<String> = OnceLock::new();
    IMAGE.get_or_init(|| {
        let mut checkout = DefaultHasher::new();
        repository().hash(&mut checkout);
        let name = format!("docker.io/local/kubectl-zenml:test-{:x}", checkout.finish());
        let dir = tempfile::tempdir().expect("a directory");
        let tarball = dir.path().join("image.tar");
        let mut export = Command::new(sandbox::PLUGIN);
        export.args(["image", "export", "--name", &name, "--output"]).arg(&tarball);
        Output::of(&mut export).succeeds();
        let import = repository().join("tests/cluster/import-image");
        Output::of(Command::new(import).arg(&tarball)).succeeds();
        name
    })
}
