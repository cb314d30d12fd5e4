//! `{{ … }}` in `pod_settings`: of templates only `{{ image }}` works there, and the others would reach the pod as they are
//! written (layer 1, pure). What is no template of this program is left alone: other programs have templates, too.

use super::super::image::stands_for_image;
use crate::document::{Reader, Value, nearest};

const IMAGE: &str = "image";
/// What the templates of command, args and environment begin with.
const ROOTS: [&str; 5] = ["parameters", "steps", "run", "item", "index"];

/// Every text in `pod_settings`.
pub(super) fn check(settings: &Reader<'_>) {
    let Value::Map(_) = settings.node().value else { return };
    for item in settings.items() {
        walk(&item.value, item.key, item.key == "additional_pod_spec_args");
    }
}

/// `key` is the last one before the value; `replaced` says whether `{{ image }}` is.
fn walk(reader: &Reader<'_>, key: &str, replaced: bool) {
    match &reader.node().value {
        Value::List(_) => reader.elements().iter().for_each(|element| walk(element, key, replaced)),
        Value::Map(_) => reader.items().iter().for_each(|item| walk(&item.value, item.key, replaced)),
        Value::String(text) if text.contains("{{") => {
            let fault = match stands_for_image(text) {
                true if replaced => None,
                true => Some("`{{ image }}` works in additional_pod_spec_args only".to_owned()),
                false if key == IMAGE => {
                    Some("of templates, only `{{ image }}` works here: the pod's own image".to_owned())
                }
                false => text.split("{{").skip(1).find_map(|part| fault(part.split_once("}}")?.0.trim())),
            };
            if let Some(fault) = fault {
                reader.problem(fault);
            }
        }
        _ => {}
    }
}

/// What is wrong with a template that begins as ours do.
fn fault(inside: &str) -> Option<String> {
    if inside == IMAGE {
        return Some("`{{ image }}` stands for the pod's own image only where nothing else is in the text".to_owned());
    }
    let (root, rest) = inside.split_at(inside.find(['.', '[']).unwrap_or(inside.len()));
    // Go's templates have words and blanks, or begin with a dot.
    if root.is_empty() || inside.contains(char::is_whitespace) {
        return None;
    }
    let is_alone = matches!(root, "item" | "index");
    let is_ours = ROOTS.contains(&root) || nearest(root, ["parameters", "steps"]).is_some();
    if is_ours && (is_alone || !rest.is_empty()) {
        return Some(format!(
            "`{{{{ {inside} }}}}` does not work in pod_settings, but in command, args and environment; here only \
             `{{{{ image }}}}` does, in additional_pod_spec_args"
        ));
    }
    let is_image = rest.is_empty() && root.starts_with(['i', 'I']) && nearest(root, [IMAGE]).is_some();
    is_image.then(|| format!("`{{{{ {inside} }}}}` refers to nothing: did you mean `{{{{ image }}}}`?"))
}
