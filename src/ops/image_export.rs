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
    if !image::is_tagged(&request.name) {
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
    let file = quoted(output);
    vec![
        ("kind", format!("kind load image-archive {file}")),
        ("k3d", format!("k3d image import {file}")),
        ("minikube", format!("minikube image load {file}")),
        ("containerd", format!("ctr -n k8s.io images import {file}")),
        ("docker", format!("docker load -i {file} && docker push {name}")),
    ]
}

/// A path as one word of a shell's command line, which no program takes for a flag.
fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if text.starts_with('-') { format!("./{text}") } else { text.into_owned() };
    // Only a NUL cannot be quoted, and no path has one.
    shlex::try_quote(&text).map_or_else(|_| text.clone(), Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_one_word_each() {
        let (_, command) = &load_commands(Path::new("my image.tar"), "a:1")[0];
        assert_eq!(command, "kind load image-archive 'my image.tar'");
        assert_eq!(quoted(Path::new("/tmp/x-1.tar")), "/tmp/x-1.tar");
        assert_eq!(quoted(Path::new("-x;y")), "'./-x;y'");
    }
}
