//! `image export`: our own image as a file, and how to load it (layer 3).

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{ErrorKind, IsTerminal, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::error::{Context, Error, Result};
use crate::files;
use crate::image::{self, Architecture};
use crate::naming;

/// No build of this program comes near this size, in bytes, not even one with all its symbols.
const LARGEST_BINARY: u64 = 512 * 1024 * 1024;

/// An image as a tarball.
#[derive(Clone, Debug)]
pub struct Image {
    /// The machine that it is for.
    pub architecture: Architecture,
    /// The tarball.
    pub tarball: Vec<u8>,
}

/// Makes the image `name` (with its tag) of `binary`, a static Linux executable of this program; none for the one that
/// runs.
pub fn make(binary: Option<&Path>, name: &str) -> Result<Image> {
    if !image::is_tagged(name) {
        return Err(Error::usage(format!("\"{name}\" is no image name with a tag"))
            .hint("an example: `--name registry.example.com/kubectl-zenml:0.1.0`"));
    }
    let path = match binary {
        Some(path) => path.to_owned(),
        None => std::env::current_exe().context(|| "cannot find this program's own executable")?,
    };
    let binary = File::open(&path).and_then(|file| files::read_at_most(LARGEST_BINARY, file));
    let binary = binary.context(|| format!("cannot read {}", path.display()))?;
    let architecture = image::check(&binary, &path.display().to_string())?;
    if !image::is_ours(&binary) {
        return Err(Error::failure(format!(
            "{} is no build of kubectl-zenml, which the orchestrator is",
            path.display()
        ))
        .hint("name one with `--binary FILE`; zenml-credential is only the credential helper"));
    }
    let mut tarball = Vec::with_capacity(binary.len() + 64 * 1024);
    image::write(&binary, architecture, name, &mut tarball)?;
    Ok(Image { architecture, tarball })
}

/// Writes the tarball. A file is replaced, also behind links, and never left half-written; a pipe or a device gets the
/// bytes and stays what it is.
pub fn write(path: &Path, tarball: &[u8]) -> Result<()> {
    let failed = || format!("cannot write {}", path.display());
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => {
            let mut file = OpenOptions::new().write(true).open(path).context(failed)?;
            if file.is_terminal() {
                return Err(Error::failure(failed()).cause("it is a terminal, and an image is no text"));
            }
            file.write_all(tarball).context(failed)
        }
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).context(failed),
        _ => replace(&files::resolve_links(path)?, tarball).context(failed),
    }
}

/// Writes beside the file and renames. Everybody may read it: there is no secret in an image.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mode = Permissions::from_mode(0o644);
    let mut file = tempfile::Builder::new().prefix(".image-").permissions(mode).tempfile_in(files::parent(path))?;
    file.write_all(bytes)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// One command for each runtime that can load the file `output`: what it is for, and the command.
pub fn load_commands(output: &Path, name: &str) -> Vec<(&'static str, String)> {
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
    naming::word(&text)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{FileTypeExt, symlink};
    use std::process::Command;

    use super::*;

    #[test]
    fn links_are_followed_and_stay() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::create_dir(path("other")).unwrap();
        for (link, target) in [("a", "other/a.tar"), ("b", "a")] {
            symlink(target, path(link)).unwrap();
        }
        // First there is nothing behind the links, then the file of before.
        for content in ["one", "two"] {
            write(&path("b"), content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(path("other/a.tar")).unwrap(), content);
        }
        assert!(fs::symlink_metadata(path("a")).unwrap().is_symlink());
        assert!(fs::symlink_metadata(path("b")).unwrap().is_symlink());
        assert_eq!(fs::read_dir(path("other")).unwrap().count(), 1);
        assert!(write(dir.path(), b"x").unwrap_err().render().contains("Is a directory"));
    }

    #[test]
    fn a_pipe_gets_the_bytes_and_stays_a_pipe() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = {
            let pipe = pipe.clone();
            std::thread::spawn(move || fs::read(pipe).unwrap())
        };
        write(&pipe, b"image").unwrap();
        assert!(fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo(), "the pipe was replaced");
        assert_eq!(reader.join().unwrap(), b"image");
    }

    #[test]
    fn file_names_are_one_word_each() {
        let (_, command) = &load_commands(Path::new("my image.tar"), "a:1")[0];
        assert_eq!(command, "kind load image-archive 'my image.tar'");
        assert_eq!(quoted(Path::new("/tmp/x-1.tar")), "/tmp/x-1.tar");
        assert_eq!(quoted(Path::new("-x;y")), "'./-x;y'");
    }
}
