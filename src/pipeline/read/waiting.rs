//! `fail_on_container_waiting_reasons`: words that the kubelet says (layer 1, pure).

use super::settings::Own;
use crate::document::nearest;
use crate::pipeline::policy::is_usual_wait;

/// Why a container may wait, as the kubelet and its container runtimes word it, and for longer than it takes to begin.
const REASONS: [&str; 22] = [
    "ConfigPodSandboxError",
    "CrashLoopBackOff",
    "CreateContainerConfigError",
    "CreateContainerError",
    "CreatePodSandboxError",
    "ErrImageNeverPull",
    "ErrImagePull",
    "ImageInspectError",
    "ImagePullBackOff",
    "InvalidImageName",
    "KillPodSandboxError",
    "NetworkNotReady",
    "PostStartHookError",
    "PreCreateHookError",
    "PreStartHookError",
    "RegistryUnavailable",
    "RunContainerError",
    "RunInitContainerError",
    "SetupNetworkError",
    "SignatureValidationFailed",
    "TeardownNetworkError",
    "VerifyNonRootError",
];

/// The reasons; reports those that no container ever has.
pub(super) fn reasons(own: &Own<'_, '_>) -> Option<Vec<String>> {
    let list = own.at("fail_on_container_waiting_reasons").filter(|list| list.node().kind() == "a list");
    for reader in list.map(|list| list.elements()).unwrap_or_default() {
        match reader.node().text() {
            Some(usual) if is_usual_wait(usual) => {
                reader.problem(format!("every container waits for {usual} at first, so no step would ever start"));
            }
            Some(text) if !REASONS.contains(&text) => {
                let right = nearest(text, REASONS).map(|right| format!(": did you mean \"{right}\"?"));
                let right = right.unwrap_or_default();
                reader.problem(format!("no container waits for \"{}\"{right}", text.escape_debug()));
            }
            _ => {}
        }
    }
    own.says.fail_on_container_waiting_reasons.clone()
}
