//! The orchestrator image as a tarball that container runtimes load, written without Docker (layer 3).
//!
//! The format is `docker save`'s (docker-archive): `manifest.json`, one configuration, one layer. The same binary always
//! gives the same bytes.

mod elf;
pub mod reference;

use std::io::Write;

use serde_json::json;
use sha2::{Digest, Sha256};

pub use elf::{Architecture, check};
pub use reference::is_tagged;

use crate::error::{Context, Result};

/// The one file in the image.
const BINARY: &str = "kubectl-zenml";
/// Where Kubernetes mounts the ServiceAccount's token. A runtime that has to make this mount point itself makes it with its
/// own umask, and with a strict one only root could read the token.
const ACCOUNT: &str = "var/run/secrets/kubernetes.io/serviceaccount/";
/// The user that the binary belongs to and runs as; distroless' `nonroot`.
pub const USER: u64 = 65532;

/// What every build of the plugin holds, of any version, and no other program. Where it is looked for it must be whole
/// itself, and only the plugin looks for it: so it needs no section of its own that `strip` could take away.
const MARK: &[u8] = b"this executable is kubectl-zenml, which can be the orchestrator in an image of its own";

/// Whether `binary` is a build of the plugin.
pub fn is_ours(binary: &[u8]) -> bool {
    // Without the black box a compiler may turn the comparison into code that has the text in pieces.
    memchr::memmem::find(binary, std::hint::black_box(MARK)).is_some()
}

/// Writes the image of `binary` (a whole static executable) under the name `NAME:TAG` to `out`.
pub fn write(binary: &[u8], architecture: Architecture, name: &str, out: impl Write) -> Result<()> {
    let layer = layer(binary)?;
    let configuration = configuration(&layer, architecture).to_string().into_bytes();
    let config_name = format!("{}.json", hex(&configuration));
    let manifest = json!([{ "Config": config_name, "RepoTags": [name], "Layers": ["layer.tar"] }]).to_string();

    let mut archive = tar::Builder::new(out);
    for (path, content) in [
        (config_name.as_str(), configuration.as_slice()),
        ("layer.tar", &layer),
        ("manifest.json", manifest.as_bytes()),
    ] {
        append(&mut archive, path, content, 0o644, 0)?;
    }
    let mut out = archive.into_inner().context(|| "cannot write the image")?;
    out.flush().context(|| "cannot write the image")
}

fn layer(binary: &[u8]) -> Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for (end, _) in ACCOUNT.match_indices('/') {
        directory(&mut archive, &ACCOUNT[..=end])?;
    }
    append(&mut archive, BINARY, binary, 0o755, USER)?;
    archive.into_inner().context(|| "cannot write the image's layer")
}

/// Appends a directory that everybody may enter.
fn directory(archive: &mut tar::Builder<impl Write>, path: &str) -> Result<()> {
    let mut header = header(0, 0o755, 0);
    header.set_entry_type(tar::EntryType::Directory);
    archive.append_data(&mut header, path, &[][..]).context(|| "cannot write the image")
}

/// Appends a file.
fn append(archive: &mut tar::Builder<impl Write>, path: &str, content: &[u8], mode: u32, owner: u64) -> Result<()> {
    let mut header = header(content.len() as u64, mode, owner);
    archive.append_data(&mut header, path, content).context(|| "cannot write the image")
}

/// A header with no time and no name of this machine in it.
fn header(size: u64, mode: u32, owner: u64) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.set_size(size);
    header.set_mode(mode);
    header.set_uid(owner);
    header.set_gid(owner);
    header.set_mtime(0);
    header
}

fn configuration(layer: &[u8], architecture: Architecture) -> serde_json::Value {
    json!({
        "architecture": architecture.goarch(),
        "os": "linux",
        "created": "1970-01-01T00:00:00Z",
        "config": {
            "Entrypoint": [format!("/{BINARY}")],
            "User": format!("{USER}:{USER}"),
            "WorkingDir": "/",
            "Labels": {
                "org.opencontainers.image.title": "kubectl-zenml",
                "org.opencontainers.image.version": env!("CARGO_PKG_VERSION"),
                "org.opencontainers.image.licenses": env!("CARGO_PKG_LICENSE"),
            },
        },
        "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{}", hex(layer))] },
        "history": [{ "created": "1970-01-01T00:00:00Z", "created_by": "kubectl zenml image export" }],
    })
}

/// The SHA-256 of `content` in lower-case hexadecimal.
fn hex(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Read;

    use super::*;

    fn entries(bytes: &[u8]) -> BTreeMap<String, (u64, u32, Vec<u8>)> {
        let mut archive = tar::Archive::new(bytes);
        archive
            .entries()
            .unwrap()
            .map(|entry| {
                let mut entry = entry.unwrap();
                let mut content = Vec::new();
                entry.read_to_end(&mut content).unwrap();
                let path = entry.path().unwrap().display().to_string();
                (path, (entry.header().uid().unwrap(), entry.header().mode().unwrap(), content))
            })
            .collect()
    }

    #[test]
    fn the_archive_is_whole_and_the_same_each_time() {
        let image = |name| {
            let mut bytes = Vec::new();
            write(b"\x7fELF...", Architecture::Amd64, name, &mut bytes).unwrap();
            bytes
        };
        let bytes = image("a/b:c");
        assert_eq!(bytes, image("a/b:c"));
        let files = entries(&bytes);
        let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"].2).unwrap();
        assert_eq!(manifest[0]["RepoTags"][0], "a/b:c");
        let config_name = manifest[0]["Config"].as_str().unwrap();
        let config: serde_json::Value = serde_json::from_slice(&files[config_name].2).unwrap();
        let layer = &files["layer.tar"].2;
        assert_eq!(config["rootfs"]["diff_ids"][0], format!("sha256:{}", hex(layer)));
        assert_eq!(entries(layer)["kubectl-zenml"], (USER, 0o755, b"\x7fELF...".to_vec()));
        assert_eq!(entries(layer)[ACCOUNT], (0, 0o755, vec![]));
    }
}
