//! What volumes are made of (layer 1, pure).

use super::env;
use super::object::{at, exactly_one, fitting, list, object_name, one_of, required, within};
use crate::document::Reader;
use crate::quantity;

/// The kinds of what a path on the node is.
const PATHS: [&str; 7] =
    ["DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"];
/// The shortest life of a token, in seconds.
const TOKEN: i64 = 600;

/// The source of a volume.
pub(super) fn check(volume: &Reader<'_>) {
    for (source, key, what) in [
        ("secret", "secretName", "a Secret"),
        ("configMap", "name", "a ConfigMap"),
        ("persistentVolumeClaim", "claimName", "a PersistentVolumeClaim"),
    ] {
        if let Some(source) = at(volume, source) {
            required(&source, key);
            object_name(&source, key, what);
        }
    }
    if let Some(directory) = at(volume, "emptyDir") {
        fitting(&directory, "sizeLimit", quantity::is_quantity, "quantity: write 500Mi or 8Gi");
    }
    if let Some(path) = at(volume, "hostPath") {
        of_host(&path);
    }
    if let Some(csi) = at(volume, "csi") {
        required(&csi, "driver");
    }
    if let Some(nfs) = at(volume, "nfs") {
        required(&nfs, "server");
        if let Some((_, reader)) = required(&nfs, "path").filter(|(path, _)| !path.starts_with('/')) {
            reader.problem("a path of NFS begins with `/`");
        }
    }
    for source in ["secret", "configMap"].iter().filter_map(|key| at(volume, key)) {
        modes(&source, "defaultMode");
        keys(&source);
    }
    if let Some(source) = at(volume, "downwardAPI") {
        modes(&source, "defaultMode");
        downward(&source);
    }
    if let Some(projected) = at(volume, "projected") {
        modes(&projected, "defaultMode");
        parts(&projected);
    }
}

fn of_host(path: &Reader<'_>) {
    one_of(path, "type", &PATHS);
    if let Some((_, reader)) = required(path, "path").filter(|(path, _)| path.split('/').any(|part| part == "..")) {
        reader.problem("a path on the node has no `..`");
    }
}

/// The parts of a projected volume.
fn parts(projected: &Reader<'_>) {
    for part in list(projected, "sources") {
        for (source, what) in [("secret", "a Secret"), ("configMap", "a ConfigMap")] {
            if let Some(source) = at(&part, source) {
                modes(&source, "defaultMode");
                keys(&source);
                required(&source, "name");
                object_name(&source, "name", what);
            }
        }
        if let Some(source) = at(&part, "downwardAPI") {
            modes(&source, "defaultMode");
            downward(&source);
        }
        if let Some(token) = at(&part, "serviceAccountToken") {
            required(&token, "path");
            within(&token, "expirationSeconds", TOKEN, i64::MAX);
        }
    }
}

/// Fields of the pod and amounts as files.
fn downward(source: &Reader<'_>) {
    for item in list(source, "items") {
        if exactly_one(&item, &["fieldRef", "resourceFieldRef"]) {
            if let Some(reference) = at(&item, "fieldRef") {
                env::field(&reference, &env::FILES);
            }
            if let Some(reference) = at(&item, "resourceFieldRef") {
                required(&reference, "containerName");
                env::amount(&reference);
            }
        }
    }
}

/// The keys of an object that are files of their own.
fn keys(source: &Reader<'_>) {
    for item in list(source, "items") {
        required(&item, "key");
    }
}

/// The modes of files in a source and in its items: what the API server takes ends at 0777.
fn modes(source: &Reader<'_>, key: &str) {
    const MOST: i64 = 0o777;
    if let Some(reader) = at(source, key) {
        let node = reader.node();
        let mode = node.file_mode(key).or_else(|| node.text().filter(|_| !node.is_ambiguous())?.parse().ok());
        if let Some(mode) = mode.filter(|mode| !(0..=MOST).contains(mode)) {
            reader.problem(format!(
                "{mode} is no mode of a file: 0 to {MOST}, or with a zero before it in octal, as 0644"
            ));
        }
    }
    for item in list(source, "items") {
        modes(&item, "mode");
        if let Some((path, reader)) = required(&item, "path")
            && (path.starts_with('/') || path.split('/').any(|part| part == ".."))
        {
            reader.problem("the path of a file is inside the volume: it begins with no `/` and has no `..`");
        }
    }
}
