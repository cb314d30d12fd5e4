//! `doctor`: what may be wrong on this machine, and what mends it (layer 3). Nothing is unlocked.

mod certificates;
mod clusters;
mod connectors;
mod lockfiles;
mod logins;
mod modes;
mod policy;
mod programs;
mod vault;

use serde::Serialize;

use crate::error::Error;
use crate::kubeconfig::Kubeconfig;
use crate::naming::word;
use crate::paths::Home;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: String,
    /// How it is.
    pub status: Status,
    /// The same in a sentence.
    pub message: String,
    /// What mends it, a command where one does; `None` = there is nothing to mend.
    pub fix: Option<String>,
}

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// As it should be.
    Ok,
    /// It works, but somebody should know.
    Warn,
    /// Something does not work.
    Error,
    /// It could not be looked at.
    Skipped,
}

impl Check {
    fn ok(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { name: name.into(), status: Status::Ok, message: message.into(), fix: None }
    }

    fn warn(name: impl Into<String>, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name: name.into(), status: Status::Warn, message: message.into(), fix: Some(fix.into()) }
    }

    fn error(name: impl Into<String>, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name: name.into(), status: Status::Error, message: message.into(), fix: Some(fix.into()) }
    }

    /// What could not be looked at, and what says why.
    fn skipped(name: impl Into<String>, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { name: name.into(), status: Status::Skipped, message: message.into(), fix: Some(fix.into()) }
    }

    /// What `error` says, with its first hint as the fix.
    fn of(name: impl Into<String>, error: &Error) -> Self {
        let fix = error.hints().first().cloned();
        Self { name: name.into(), status: Status::Error, message: error.to_string(), fix }
    }
}

/// Looks at everything; `offline`, at this machine alone.
pub async fn examine(home: &Home, offline: bool) -> Vec<Check> {
    let mut checks = vault::check(home).await;
    checks.extend(connectors::check(home));
    checks.extend(programs::check().await);
    let kubeconfig = match Kubeconfig::load(None) {
        Ok(kubeconfig) => {
            checks.extend(logins::check(home, &kubeconfig));
            checks.extend(policy::check(&kubeconfig));
            Some(kubeconfig)
        }
        Err(error) => {
            checks.push(Check::of("kubeconfig", &error));
            None
        }
    };
    checks.extend(certificates::check(home, kubeconfig.as_ref()));
    checks.extend(lockfiles::check());
    checks.extend(modes::check(home, kubeconfig.as_ref(), &checks));
    if !offline {
        checks.extend(clusters::check(home).await);
    }
    checks
}
