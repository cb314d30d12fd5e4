//! The house rules that a compiler does not know: layers, sizes, and what the helper is made of.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::repository;

/// The layer of each module (ARCHITECTURE.md). A longer path wins over a shorter one.
const LAYERS: &[(&str, u8)] = &[
    ("error", 0),
    ("secret", 0),
    ("paths", 0),
    ("files", 0),
    ("process", 0),
    ("vault", 0),
    ("registry", 0),
    ("execcred", 0),
    ("jwt", 0),
    ("token_file", 0),
    ("audit", 0),
    ("helper", 0),
    ("connector", 1),
    ("pipeline", 1),
    ("deployer", 1),
    ("certificate", 1),
    ("naming", 1),
    ("document", 1),
    ("image", 1),
    ("quantity", 1),
    ("pod_settings", 1),
    ("rights", 1),
    ("stack", 1),
    ("orchestrator::machine", 1),
    ("registry::store", 2),
    ("registry::stacks", 2),
    ("audit::log", 2),
    ("keyring", 2),
    ("kubeconfig", 2),
    ("cluster", 2),
    ("ops", 3),
    ("orchestrator", 3),
    ("cli", 4),
    ("output", 4),
    ("ui", 4),
];

/// What a layer must not name, beside the modules above it.
const FOREIGN: &[(u8, &[&str])] = &[
    (0, &["tokio::", "kube::", "clap::", "k8s_openapi::", "println!", "eprintln!", "print!("]),
    (
        1,
        &[
            "tokio::",
            "kube::Client",
            "clap::",
            "std::fs",
            "std::net",
            "SystemTime",
            "Timestamp::now",
            "async fn",
            "println!",
        ],
    ),
    (2, &["clap::", "println!", "eprintln!", "print!("]),
    (3, &["clap::", "println!", "eprintln!", "print!(", "io::stdout", "io::stderr", "anstream", "indicatif"]),
];

fn sources() -> Vec<(PathBuf, String)> {
    rust_files("src")
}

fn rust_files(folder: &str) -> Vec<(PathBuf, String)> {
    let (mut found, mut folders) = (Vec::new(), vec![repository().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "the sources are somewhere else");
    found.sort();
    found
}

fn layer(module: &str) -> Option<u8> {
    let inside = |prefix: &str| module == prefix || module.starts_with(&format!("{prefix}::"));
    LAYERS.iter().filter(|(prefix, _)| inside(prefix)).max_by_key(|(prefix, _)| prefix.len()).map(|&(_, layer)| layer)
}

/// `src/vault/key.rs` is `vault::key`.
fn module(path: &Path) -> String {
    let relative = path.strip_prefix(repository().join("src")).unwrap().with_extension("");
    let parts: Vec<_> = relative.iter().map(|part| part.to_str().unwrap()).filter(|part| *part != "mod").collect();
    parts.join("::")
}

/// The code without its tests and comments.
fn code(text: &str) -> String {
    // A module of tests in a file of its own leaves the rest of this one to be looked at.
    let inline =
        |gate: &str| text.find(gate).filter(|at| text[*at..].lines().nth(1).is_some_and(|line| line.ends_with('{')));
    let end = ["#[cfg(test)]", "#[cfg(all(test"].into_iter().filter_map(inline).min().unwrap_or(text.len());
    let body = &text[..end];
    body.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Every `crate::a::b` in `code`, groups spelled out one level deep.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let path: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect();
        let path = path.trim_end_matches(':').to_owned();
        match rest[path.len()..].strip_prefix("::{").or_else(|| rest.strip_prefix('{')) {
            Some(group) => {
                let group = group.split('}').next().unwrap();
                for item in group.split(',').map(str::trim).filter(|item| !item.is_empty()) {
                    let item = item.split(" as ").next().unwrap().trim_end_matches("::{");
                    found.push(if path.is_empty() { item.to_owned() } else { format!("{path}::{item}") });
                }
            }
            None => found.push(path),
        }
    }
    found
}

#[test]
fn imports_point_downward() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let module = module(&path);
        if module.starts_with("bin::") || module == "lib" {
            continue;
        }
        let Some(own) = layer(&module) else {
            wrong.push(format!("{module} is in no layer: add it to ARCHITECTURE.md and to this test"));
            continue;
        };
        let code = code(&text);
        for import in imports(&code) {
            match layer(&import) {
                Some(other) if other > own => {
                    wrong.push(format!("{module} (layer {own}) imports {import} (layer {other})"));
                }
                _ => {}
            }
        }
        let foreign = FOREIGN.iter().find(|(layer, _)| *layer == own).map_or(&[] as &[&str], |(_, words)| words);
        wrong.extend(
            foreign
                .iter()
                .filter(|word| code.contains(**word))
                .map(|word| format!("{module} (layer {own}) uses {word}")),
        );
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_import_scan_sees_groups_and_paths() {
    let found = imports("use crate::{files, keyring};\nuse crate::vault::{Vault, kernel};\nlet x = crate::ui::say(1);");
    assert_eq!(found, ["files", "keyring", "vault::Vault", "vault::kernel", "ui::say"]);
    assert_eq!(
        (layer("registry"), layer("registry::store"), layer("orchestrator::machine::State")),
        (Some(0), Some(2), Some(1))
    );
}

#[test]
fn files_are_small() {
    let lengths: BTreeMap<_, _> =
        sources().into_iter().map(|(path, text)| (module(&path), text.lines().count())).collect();
    let long: Vec<_> = lengths.iter().filter(|(_, lines)| **lines > 400).collect();
    assert!(long.is_empty(), "files over 400 lines: {long:?}");
    for (path, text) in ["tests", "benches", "fuzz"].into_iter().flat_map(rust_files) {
        assert!(text.lines().count() <= 400, "{} has over 400 lines", path.display());
    }
    let mut sorted: Vec<_> = lengths.values().copied().collect();
    sorted.sort_unstable();
    assert!(sorted[sorted.len() / 2] <= 150, "the median file has {} lines", sorted[sorted.len() / 2]);
}

#[test]
fn the_helper_contains_nothing_heavy() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--edges", "normal", "--no-default-features", "--prefix", "none", "--locked", "--offline"])
        .current_dir(repository())
        .output()
        .unwrap();
    let text = String::from_utf8(tree.stdout).unwrap();
    assert!(text.contains("chacha20poly1305"), "{text}{}", String::from_utf8_lossy(&tree.stderr));
    for heavy in ["kube", "tokio", "clap", "hyper", "rustls", "zbus", "k8s-openapi", "secret-service"] {
        assert!(!text.lines().any(|line| line.starts_with(&format!("{heavy} "))), "the helper depends on {heavy}");
    }
}

#[test]
fn the_released_helper_is_small() {
    let helper = repository().join("target/x86_64-unknown-linux-musl/release/zenml-credential");
    let size = fs::metadata(&helper).expect("the release helper: run the tests with `make test`").len();
    assert!(size < 1_500_000, "zenml-credential has {size} bytes");
}
