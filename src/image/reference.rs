//! Names of images, by the grammar of the distribution project's `reference` (layer 1, pure).

/// The longest name, in bytes, without the tag.
const LONGEST_NAME: usize = 255;
/// The longest tag.
const LONGEST_TAG: usize = 128;

/// Whether `reference` is `[HOST[:PORT]/]PATH:TAG`, as a runtime that loads the image will demand.
pub fn is_tagged(reference: &str) -> bool {
    reference.rsplit_once(':').is_some_and(|(name, tag)| is_tag(tag) && is_name(name))
}

/// Whether `reference` is `[HOST[:PORT]/]PATH[:TAG][@ALGORITHM:HEX]`: any other is `InvalidImageName` to the kubelet.
pub fn is_valid(reference: &str) -> bool {
    let (rest, digest) = reference.split_once('@').map_or((reference, None), |(rest, digest)| (rest, Some(digest)));
    let is_digest = |digest: &str| {
        let parts = digest.split_once(':');
        let is_algorithm = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        parts.is_some_and(|(algorithm, hex)| {
            is_algorithm(algorithm) && hex.len() >= 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    };
    digest.is_none_or(is_digest) && (is_name(rest) || is_tagged(rest))
}

/// Whether `reference` names its content by a digest, and so always the same one.
pub fn is_pinned(reference: &str) -> bool {
    is_valid(reference) && reference.contains('@')
}

fn is_name(name: &str) -> bool {
    let (host, path) = match name.split_once('/') {
        Some((host, path)) if is_host_like(host) => (Some(host), path),
        _ => (None, name),
    };
    name.len() <= LONGEST_NAME && host.is_none_or(is_host) && path.split('/').all(is_component)
}

/// Whether the first part of a name is a host: a word of an image's path has none of these.
fn is_host_like(part: &str) -> bool {
    part.contains(['.', ':']) || part == "localhost" || part.contains(|c: char| c.is_ascii_uppercase())
}

fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "0"));
    let is_label = |label: &str| {
        let legal = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        legal && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    name.split('.').all(is_label) && port.parse::<u16>().is_ok() && port.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_tag(tag: &str) -> bool {
    let legal = tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    legal && !tag.is_empty() && tag.len() <= LONGEST_TAG && !tag.starts_with(['.', '-'])
}

/// Lower-case words, between them `.`, `_`, `__` or any number of `-`.
fn is_component(component: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let ends = component.starts_with(is_inner) && component.ends_with(is_inner);
    let separators = component.split(is_inner).filter(|separator| !separator.is_empty());
    let is_separator = |separator: &str| matches!(separator, "." | "_" | "__") || separator.bytes().all(|c| c == b'-');
    ends && separators.into_iter().all(is_separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_the_kubelet_pulls() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for right in ["busybox", "docker.io/library/busybox:1.35", &format!("a/b@{digest}"), &format!("a:1@{digest}")] {
            assert!(is_valid(right), "{right}");
        }
        for wrong in [
            "",
            "A B",
            "a b",
            "Upper",
            "a/Upper",
            "a:",
            "a@sha256",
            "a@sha256:xyz",
            "https://a/b",
            "a:b:c",
            "/a",
            "a\n",
        ] {
            assert!(!is_valid(wrong), "{wrong}");
        }
    }

    #[test]
    fn knows_what_runtimes_load() {
        for right in [
            "kubectl-zenml:0.1.0",
            "docker.io/local/kubectl-zenml:dev",
            "localhost:5000/a:1",
            "localhost/a:1",
            "Registry.example/team__x/a.b_c--d:V1_x",
            &format!("a:{}", "t".repeat(128)),
        ] {
            assert!(is_tagged(right), "{right}");
        }
        for wrong in [
            "",
            ":",
            "kubectl-zenml",
            "localhost:5000/a",
            "a b:1",
            ":1",
            "/a:1",
            "a:",
            "a/:1",
            "a//b:1",
            "Upper:1",
            "a/Upper:1",
            "a..b:1",
            "-a:1",
            "a-:1",
            "a___b:1",
            "a:-1",
            "a:.1",
            "a:1/b",
            "x.y:port/a:1",
            "x.y:99999/a:1",
            "-x.y/a:1",
            "a@sha256:00",
            "a:1:2",
            "é:1",
            "../a:1",
        ] {
            assert!(!is_tagged(wrong), "{wrong}");
        }
        assert!(!is_tagged(&format!("a:{}", "t".repeat(129))) && !is_tagged(&format!("{}:1", "a".repeat(256))));
    }
}
