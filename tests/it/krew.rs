//! `krew/zenml.yaml`, rendered as krew-release-bot renders it, against krew's own rules (`internal/index/validation`,
//! `cmd/validate-krew-manifest`) and what the reviewers of krew-index ask for.

use std::fs;

use serde_json::{Map, Value};

use crate::support::repository;

const VERSION: &str = concat!("v", env!("CARGO_PKG_VERSION"));
/// `krew` knows no other pairs.
const PAIRS: [(&str, &[&str]); 3] = [
    ("windows", &["386", "amd64", "arm64"]),
    ("linux", &["386", "amd64", "arm", "arm64", "ppc64le"]),
    ("darwin", &["386", "amd64", "arm64"]),
];

fn template() -> String {
    fs::read_to_string(repository().join("krew/zenml.yaml")).unwrap()
}

fn makefile() -> String {
    fs::read_to_string(repository().join("Makefile")).unwrap()
}

/// The bot's template language, as far as the template uses it: `{{ .TagName }}` and
/// `{{addURIAndSha "URL" .TagName | indent N }}`, which becomes a `uri` and a `sha256` line.
fn render(template: &str) -> String {
    const CALL: &str = "{{addURIAndSha \"";
    let line = |line: &str| {
        let Some((before, call)) = line.split_once(CALL) else {
            return line.replace("{{ .TagName }}", VERSION) + "\n";
        };
        let (url, rest) = call.split_once("\" .TagName | indent ").expect("addURIAndSha URL .TagName | indent N");
        let spaces: usize = rest.strip_suffix(" }}").unwrap().parse().unwrap();
        assert_eq!(before.len(), spaces, "the first line is indented by the template, the second by `indent`");
        let (url, sha) = (url.replace("{{ .TagName }}", VERSION), "0123456789abcdef".repeat(4));
        format!("{before}uri: {url}\n{before}sha256: {sha}\n")
    };
    let text: String = template.lines().map(line).collect();
    assert!(!text.contains("{{"), "{text}");
    text
}

fn manifest() -> Value {
    serde_saphyr::from_str(&render(&template())).expect("YAML")
}

/// krew ignores a misspelt field without a word, so this is asked here.
fn only<'a>(value: &'a Value, keys: &[&str]) -> &'a Map<String, Value> {
    let object = value.as_object().expect("an object");
    let unknown: Vec<_> = object.keys().filter(|key| !keys.contains(&key.as_str())).collect();
    assert!(unknown.is_empty(), "krew knows no {unknown:?}");
    object
}

fn text<'a>(object: &'a Map<String, Value>, key: &str) -> &'a str {
    let text = object.get(key).and_then(Value::as_str).unwrap_or_default();
    assert!(!text.is_empty(), "{key} is missing");
    text
}

fn spec(manifest: &Value) -> &Map<String, Value> {
    let keys = ["version", "homepage", "shortDescription", "description", "caveats", "platforms"];
    only(&manifest["spec"], &keys)
}

fn platforms(manifest: &Value) -> &[Value] {
    let platforms = manifest["spec"]["platforms"].as_array().expect("platforms");
    assert!(!platforms.is_empty());
    platforms
}

#[test]
fn it_is_a_krew_plugin_named_as_its_file() {
    let manifest = manifest();
    let top = only(&manifest, &["apiVersion", "kind", "metadata", "spec"]);
    assert_eq!(text(top, "apiVersion"), "krew.googlecontainertools.github.com/v1alpha2");
    assert_eq!(text(top, "kind"), "Plugin");
    let name = text(only(&manifest["metadata"], &["name"]), "name");
    assert_eq!(name, "zenml", "the file is krew/zenml.yaml");
    assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
}

#[test]
fn its_version_is_semver_with_a_v() {
    let manifest = manifest();
    let version = text(spec(&manifest), "version");
    let numbers: Vec<_> = version.strip_prefix('v').expect("a v").split('.').collect();
    assert_eq!(numbers.len(), 3, "{version}");
    assert!(numbers.iter().all(|number| number.parse::<u32>().is_ok()), "the bot skips pre-releases: {version}");
}

#[test]
fn its_platforms_can_be_installed() {
    let manifest = manifest();
    let mut matched = Vec::new();
    for platform in platforms(&manifest) {
        // Without `files` krew extracts everything, the licence too; an empty list is an error.
        let fields = only(platform, &["uri", "sha256", "selector", "bin"]);
        assert!(text(fields, "uri").starts_with("https://") && text(fields, "uri").ends_with(".tar.gz"));
        let sha = text(fields, "sha256");
        assert!(sha.len() == 64 && sha.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{sha}");
        assert_eq!(text(fields, "bin"), "kubectl-zenml");
        let labels = only(&only(&fields["selector"], &["matchLabels"])["matchLabels"], &["os", "arch"]);
        let (os, arch) = (text(labels, "os"), text(labels, "arch"));
        assert!(PAIRS.iter().any(|(known, archs)| *known == os && archs.contains(&arch)), "krew knows no {os}/{arch}");
        assert!(!matched.contains(&(os, arch)), "{os}/{arch} is there twice");
        matched.push((os, arch));
    }
}

#[test]
fn its_archive_is_the_one_that_make_release_builds() {
    let manifest = manifest();
    let (makefile, repository_url) = (makefile(), env!("CARGO_PKG_REPOSITORY"));
    let archive = makefile.lines().find_map(|line| line.strip_prefix("ARCHIVE := ")).expect("ARCHIVE");
    let archive = archive.replace("$(VERSION)", VERSION);
    let uris: Vec<_> = platforms(&manifest).iter().map(|platform| platform["uri"].as_str().unwrap()).collect();
    assert_eq!(uris, [format!("{repository_url}/releases/download/{VERSION}/{archive}.tar.gz")]);
    let copy = makefile.lines().find(|line| line.contains("kubectl-zenml,zenml-credential")).expect("the files");
    assert!(copy.contains("LICENSE"), "krew-index wants the licence in the archive: {copy}");
    assert!(repository().join("LICENSE").is_file());
    // krew refuses archives with links in them.
    assert!(!makefile.contains("ln -s"), "an archive for krew holds files and directories only");
}

#[test]
fn its_texts_are_as_reviewers_want_them() {
    let (manifest, template) = (manifest(), template());
    let spec = spec(&manifest);
    let short = text(spec, "shortDescription");
    assert!(short.len() <= 50, "{} characters: {short}", short.len());
    assert!(short.starts_with(|c: char| c.is_ascii_uppercase()) && !short.ends_with('.') && !short.contains('\n'));
    for phrase in ["kubectl plugin", "from the command line", "kubectl "] {
        assert!(!short.to_lowercase().contains(phrase), "{short}");
    }
    assert_eq!(text(spec, "homepage"), env!("CARGO_PKG_REPOSITORY"));
    let description = text(spec, "description");
    assert!(!description.contains("$ ") && !description.contains("kubectl zenml"), "no usage examples in description");
    for line in description.lines().chain(text(spec, "caveats").lines()) {
        assert!(line.len() <= 80, "wrapped at 80: {line}");
        assert_eq!(line, line.trim_end());
    }
    for line in template.lines() {
        assert!(!line.trim_start().starts_with('#'), "no comments of the template: {line}");
        let value = line.split_once(": ").map(|(_, value)| value).unwrap_or_default();
        assert!(!value.starts_with(['"', '\'']), "no needless quotes: {line}");
    }
}
