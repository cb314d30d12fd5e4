//! kubectl's list of allowed exec plugins: does it have our helper, as the entries name it (layer 3).

use super::{Check, logins};
use crate::kubeconfig::Kubeconfig;
use crate::kubeconfig::policy::Policy;
use crate::ops::connector::login;

const CHECK: &str = "plugin policy";

/// Looks into kuberc.
pub(super) fn check(kubeconfig: &Kubeconfig) -> Vec<Check> {
    let policy = match Policy::load() {
        Ok(Some(policy)) => policy,
        Ok(None) => return vec![Check::ok(CHECK, "kubectl runs any exec plugin (there is no kuberc)")],
        Err(error) => return vec![Check::of(CHECK, &error)],
    };
    let path = policy.path.display();
    if let Err(why) = policy.check() {
        return vec![Check::error(CHECK, format!("kubectl refuses {path}: {why}"), format!("correct {path}"))];
    }
    let mut commands = logins::commands(kubeconfig);
    if commands.is_empty() {
        commands.extend(login::program().map(|(helper, _)| helper.command));
    }
    let refused: Vec<_> = commands.iter().filter(|command| !policy.allows(command)).collect();
    if refused.is_empty() {
        return vec![Check::ok(CHECK, format!("{path} lets kubectl run {}", commands.join(", ")))];
    }
    let check = |command: &&String| {
        let set = match policy.kind.as_str() {
            "Allowlist" => String::new(),
            _ => "set `credentialPluginPolicy: Allowlist`, and ".to_owned(),
        };
        let fix = format!("in {path} {set}add `- command: {command}` to credentialPluginAllowlist");
        Check::error(CHECK, format!("{path} ({}) keeps kubectl from running {command}", policy.kind), fix)
    };
    refused.iter().map(check).collect()
}
