//! `image export`: our own image as a file, and how to load it (layer 3).

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::error::{Context, Error, Result};
use crate::files;
use crate::image::{self, Architecture};

/// What to write.
#[derive(Clone, Debug)]
pub struct Request {
    /// A static Linux executable of this program; none for the one that runs.
    pub binary: Option<PathBuf>,
    /// The tarball to write.
    pub output: PathBuf,
    /// The image's name and tag.
    pub name: String,
}

/// What was written.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The machine that the image is for.
    pub architecture: Architecture,
    /// The size of the tarball in bytes.
    pub size: u64,
    /// One command for each runtime that can load it: what it is for, and the command.
    pub commands: Vec<(&'static str, String)>,
}

/// Writes the image. An existing file is replaced, never left half-written.
pub fn export(request: &Request) -> Result<Exported> {
    if !is_image_name(&request.name) {
        return Err(Error::usage(format!("\"{}\" is no image name with a tag", request.name))
            .hint("an example: `--name registry.example.com/kubectl-zenml:0.1.0`"));
    }
    let path = match &request.binary {
        Some(path) => path.clone(),
        None => std::env::current_exe().context(|| "cannot find this program's own executable")?,
    };
    let binary = fs::read(&path).context(|| format!("cannot read {}", path.display()))?;
    let architecture = image::check(&binary, &path.display().to_string())?;
    let mut tarball = Vec::with_capacity(binary.len() + 64 * 1024);
    image::write(&binary, architecture, &request.name, &mut tarball)?;
    write_file(&request.output, &tarball)?;
    let commands = load_commands(&request.output, &request.name);
    Ok(Exported { architecture, size: tarball.len() as u64, commands })
}

/// Writes beside the file and renames. Everybody may read it: there is no secret in an image.
fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = || format!("cannot write {}", path.display());
    let dir = files::parent(path);
    let mode = Permissions::from_mode(0o644);
    let mut file = tempfile::Builder::new().prefix(".image-").permissions(mode).tempfile_in(dir).context(failed)?;
    file.write_all(bytes).context(failed)?;
    file.persist(path).map_err(|error| error.error).context(failed).map(drop)
}

fn load_commands(output: &Path, name: &str) -> Vec<(&'static str, String)> {
    let file = output.display();
    vec![
        ("kind", format!("kind load image-archive {file}")),
        ("k3d", format!("k3d image import {file}")),
        ("minikube", format!("minikube image load {file}")),
        ("containerd", format!("ctr -n k8s.io images import {file}")),
        ("docker", format!("docker load -i {file} && docker push {name}")),
    ]
}

/// Whether `name` has the form of a reference with a tag; the runtime that loads it checks the details.
fn is_image_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-/:".contains(c);
    let last = name.rsplit('/').next().unwrap_or_default();
    let tagged = last.split_once(':').is_some_and(|(base, tag)| !base.is_empty() && !tag.is_empty());
    tagged && name.chars().all(allowed) && !name.starts_with(['/', '.', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_need_a_tag() {
        assert!(is_image_name("docker.io/local/kubectl-zenml:dev") && is_image_name("localhost:5000/a:1"));
        for wrong in ["kubectl-zenml", "localhost:5000/a", "a b:1", ":1", "/a:1", "a:"] {
            assert!(!is_image_name(wrong), "{wrong}");
        }
    }
}
