//! A small HTTP server as an image, built here and loaded onto the cluster's node: no registry is needed.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use super::output::Output;
use super::repository;

/// What answers: `{"parameters": {"name": "Ada"}}` gets `<greeting> Ada!`.
const ANSWER: &str = r#"#!/bin/sh
name=$(head -c "${CONTENT_LENGTH:-0}" | sed -n 's/.*"name" *: *"\([^"]*\)".*/\1/p')
printf 'Content-Type: text/plain\r\n\r\nGREETING %s!\n' "${name:-ZenML}"
"#;

/// The image's own command.
const SERVE: &str = "#!/bin/sh\ntrap 'exit 0' TERM\nhttpd -f -p \"$PORT\" -h /srv/www & wait\n";

/// The name of an image whose server greets with `greeting`, present on the cluster's node. It listens on `$PORT`, is well
/// at `/health`, and answers at `/cgi-bin/invoke`.
pub fn greeter(greeting: &str) -> String {
    static DONE: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let name = format!("docker.io/local/greeter:{}", greeting.to_lowercase());
    let mut done = DONE.lock().expect("the images");
    if !done.contains(&name) {
        let dir = tempfile::tempdir().expect("a directory");
        let tarball = build(dir.path(), &name, greeting);
        Output::of(Command::new(repository().join("tests/cluster/import-image")).arg(tarball)).succeeds();
        done.push(name.clone());
    }
    name
}

/// A docker-archive of this machine's static busybox and the two scripts.
fn build(dir: &Path, name: &str, greeting: &str) -> std::path::PathBuf {
    let root = dir.join("root");
    for folder in ["bin", "tmp", "srv/www/cgi-bin"] {
        fs::create_dir_all(root.join(folder)).expect("a folder");
    }
    let busybox = Output::of(Command::new("sh").args(["-c", "command -v busybox"])).succeeds();
    fs::copy(busybox.trim(), root.join("bin/busybox")).expect("a static busybox");
    for applet in ["sh", "head", "sed", "httpd"] {
        symlink("busybox", root.join("bin").join(applet)).expect("a link");
    }
    fs::write(root.join("srv/www/health"), "ok\n").expect("a file");
    for (path, text) in
        [("srv/serve", SERVE.to_owned()), ("srv/www/cgi-bin/invoke", ANSWER.replace("GREETING", greeting))]
    {
        let path = root.join(path);
        fs::write(&path, text).expect("a script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
    }
    let tar = |folder: &Path, file: &Path, names: &[&str]| {
        let mut tar = Command::new("tar");
        tar.arg("-C").arg(folder).args(["--owner=0", "--group=0", "-cf"]).arg(file).args(names);
        Output::of(&mut tar).succeeds();
    };
    tar(&root, &dir.join("layer.tar"), &["."]);
    let sum = Output::of(Command::new("sha256sum").arg(dir.join("layer.tar"))).succeeds();
    let sum = sum.split_whitespace().next().expect("a checksum");
    let config = serde_json::json!({
        "architecture": if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" },
        "os": "linux",
        "config": { "Env": ["PATH=/bin"], "Entrypoint": ["/srv/serve"] },
        "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{sum}")] },
    });
    let manifest = serde_json::json!([{ "Config": "config.json", "RepoTags": [name], "Layers": ["layer.tar"] }]);
    fs::write(dir.join("config.json"), config.to_string()).expect("a file");
    fs::write(dir.join("manifest.json"), manifest.to_string()).expect("a file");
    let tarball = dir.join("image.tar");
    tar(dir, &tarball, &["manifest.json", "config.json", "layer.tar"]);
    tarball
}
