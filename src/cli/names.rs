//! What completion offers where a name is due: connectors, components, stacks and contexts from files, namespaces, runs and
//! deployments from the cluster (layer 4). Whatever fails, or takes too long, offers nothing: somebody is only typing.

use std::ffi::OsStr;
use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::api::rbac::v1::{ClusterRole, Role};
use kube::ResourceExt;
use kube::api::{Api, ListParams};
use serde::de::DeserializeOwned;

use super::flags::{ClusterFlags, NamespaceFlag, PlaceFlags};
use super::place::reach;
use crate::error::{Context, Result};
use crate::kubeconfig::Kubeconfig;
use crate::kubeconfig::merge;
use crate::ops::run::find::LATEST;
use crate::ops::{deployment, run};
use crate::paths::Home;
use crate::registry::{self, stacks, store};
use crate::stack::Kind;

/// How long a cluster may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How much longer what waits without knowing of time is given.
const GRACE: Duration = Duration::from_millis(200);

/// Where names come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Connectors,
    Components(Kind),
    Stacks,
    Contexts,
    Namespaces(Kind),
    Runs,
    Deployments,
    /// What the connectors give access to.
    Resources,
    /// The configuration keys of a component.
    Keys(Kind),
    Roles,
    ClusterRoles,
}

/// `command` with the names that are known for its arguments; `words` is the line as far as it is typed.
pub(super) fn lively(command: Command, words: Vec<String>) -> Command {
    let words = Arc::new(words);
    command.mut_subcommands(|noun| {
        let source = match noun.get_name() {
            "connector" | "login" | "logout" | "verify" | "credential" => Some(Source::Connectors),
            "orchestrator" => Some(Source::Components(Kind::Orchestrator)),
            "deployer" => Some(Source::Components(Kind::Deployer)),
            "stack" => Some(Source::Stacks),
            "run" => Some(Source::Runs),
            "deployment" => Some(Source::Deployments),
            _ => None,
        };
        let kind = if noun.get_name().starts_with("deploy") { Kind::Deployer } else { Kind::Orchestrator };
        named(noun, source, kind, &words)
    })
}

fn named(command: Command, source: Option<Source>, kind: Kind, words: &Arc<Vec<String>>) -> Command {
    // The name of something new is nobody's yet, and a type is no connector.
    let mut source = source.filter(|_| !["register", "create", "describe-type"].contains(&command.get_name()));
    let inherited = source;
    let is_component = matches!(inherited, Some(Source::Components(_)));
    let command = command.mut_args(|arg| {
        let its = if arg.is_positional() { source.take() } else { of_flag(&arg, kind) };
        let its = its.filter(|its| is_component || !matches!(its, Source::Keys(_)));
        match its {
            Some(its) => arg.add(completer(its, words)),
            None => arg,
        }
    });
    command.mut_subcommands(|verb| named(verb, inherited, kind, words))
}

fn of_flag(arg: &Arg, kind: Kind) -> Option<Source> {
    match arg.get_long()? {
        "connector" => Some(Source::Connectors),
        "context" | "kubernetes-context" => Some(Source::Contexts),
        "namespace" | "kubernetes-namespace" => Some(Source::Namespaces(kind)),
        "orchestrator" => Some(Source::Components(Kind::Orchestrator)),
        "deployer" => Some(Source::Components(Kind::Deployer)),
        "resource-id" => Some(Source::Resources),
        "remove-attr" => Some(Source::Keys(kind)),
        "role" => Some(Source::Roles),
        "clusterrole" => Some(Source::ClusterRoles),
        _ => None,
    }
}

/// The names are looked for once, however often they are asked for.
fn completer(source: Source, words: &Arc<Vec<String>>) -> ArgValueCompleter {
    let (words, known) = (Arc::clone(words), OnceLock::new());
    ArgValueCompleter::new(move |current: &OsStr| {
        let names: &Vec<String> = known.get_or_init(|| look(source, &words).unwrap_or_default());
        let begins = |name: &&String| current.to_str().is_some_and(|typed| name.starts_with(typed));
        names.iter().filter(begins).map(CompletionCandidate::new).collect()
    })
}

fn look(source: Source, words: &[String]) -> Result<Vec<String>> {
    match source {
        Source::Connectors => {
            Ok(registry::entries(&Home::from_env()?)?.into_iter().map(|connector| connector.name).collect())
        }
        Source::Components(kind) => {
            Ok(stacks::load_own()?.components(kind).map(|component| component.name.clone()).collect())
        }
        Source::Stacks => Ok(stacks::load_own()?.stacks().iter().map(|stack| stack.name.clone()).collect()),
        Source::Contexts => {
            let file = value(words, &["--kubeconfig"]).map(PathBuf::from);
            let kubeconfig = Kubeconfig::load(file.as_deref())?;
            Ok(kubeconfig.all(merge::Kind::Context).into_iter().map(|context| context.name.to_owned()).collect())
        }
        Source::Namespaces(kind) => bounded(kind, Source::Namespaces(kind), words),
        // Whoever types its first letter wants this one; no cluster is asked.
        Source::Runs if words.last().is_some_and(|word| word.starts_with('@')) => Ok(vec![LATEST.to_owned()]),
        Source::Runs | Source::Roles | Source::ClusterRoles => bounded(Kind::Orchestrator, source, words),
        Source::Resources => {
            let mut names: Vec<_> = store::all(&Home::from_env()?)?.into_iter().map(|it| it.resource_name).collect();
            names.sort();
            names.dedup();
            Ok(names)
        }
        Source::Keys(kind) => {
            let book = stacks::load_own()?;
            // Those of the one that the line names; else of any.
            let named = book.components(kind).find(|component| words.contains(&component.name));
            Ok(match named {
                Some(component) => component.configuration.keys().cloned().collect(),
                None => kind.keys().iter().filter(|key| key.is_kept()).map(|key| key.name.to_owned()).collect(),
            })
        }
        Source::Deployments => bounded(Kind::Deployer, source, words),
    }
}

/// Asks the cluster, in a thread of its own: its answer is not waited for longer than [`PATIENCE`].
fn bounded(kind: Kind, source: Source, words: &[String]) -> Result<Vec<String>> {
    let (sender, receiver) = mpsc::channel();
    let place = place(words);
    thread::spawn(move || {
        let asked = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.context(|| "cannot start the asynchronous runtime")?;
            // What was started to get a credential ends with this.
            let asking = async { tokio::time::timeout(PATIENCE, ask(kind, source, place)).await };
            runtime.block_on(asking).unwrap_or_else(|_| Ok(Vec::new()))
        };
        let _ = sender.send(asked());
    });
    receiver.recv_timeout(PATIENCE + GRACE).unwrap_or_else(|_| Ok(Vec::new()))
}

async fn ask(kind: Kind, source: Source, place: PlaceFlags) -> Result<Vec<String>> {
    let (cluster, place) = reach(place, kind).await?;
    let namespace = place.namespace;
    match source {
        Source::Runs => {
            let request = run::list::Request { namespace: Some(namespace), selector: None };
            let runs = run::list::list(&cluster, &request, Timestamp::now()).await?;
            Ok(runs.into_iter().map(|run| run.name).collect())
        }
        Source::Deployments => {
            let request = deployment::list::Request { namespace: Some(namespace), selector: None };
            Ok(deployment::list::list(&cluster, &request).await?.into_iter().map(|one| one.name).collect())
        }
        Source::Roles => listed(&Api::<Role>::namespaced(cluster.client.clone(), &namespace)).await,
        Source::ClusterRoles => listed(&Api::<ClusterRole>::all(cluster.client.clone())).await,
        _ => listed(&Api::<Namespace>::all(cluster.client.clone())).await,
    }
}

async fn listed<K: kube::Resource + Clone + DeserializeOwned + Debug>(api: &Api<K>) -> Result<Vec<String>> {
    let all = api.list_metadata(&ListParams::default()).await.context(|| "cannot list what there is")?;
    Ok(all.items.iter().map(ResourceExt::name_any).collect())
}

/// Where the line says to look.
fn place(words: &[String]) -> PlaceFlags {
    let text = |flags: &[&str]| value(words, flags).map(ToOwned::to_owned);
    PlaceFlags {
        namespace: NamespaceFlag { namespace: text(&["--namespace", "-n"]) },
        cluster: ClusterFlags {
            // `restrict` has it as its argument.
            connector: text(&["--connector"]).or_else(|| behind(words, "restrict")),
            context: text(&["--context"]),
            kubeconfig: text(&["--kubeconfig"]).map(PathBuf::from),
        },
    }
}

/// What stands right behind a verb on the line.
fn behind(words: &[String], verb: &str) -> Option<String> {
    let word = words.iter().skip_while(|word| *word != verb).nth(1)?;
    Some(word.clone()).filter(|word| !word.starts_with('-'))
}

/// The value of a flag on a line whose last word is still being typed.
fn value<'w>(words: &'w [String], flags: &[&str]) -> Option<&'w str> {
    let typed = words.split_last().map_or(words, |(_, typed)| typed);
    let of_word = |(at, word): (usize, &'w String)| {
        if let Some((flag, value)) = word.split_once('=') {
            return flags.contains(&flag).then_some(value);
        }
        flags.contains(&word.as_str()).then(|| typed.get(at + 1).map(String::as_str))?
    };
    typed.iter().enumerate().find_map(of_word).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_where_to_look() {
        let line = |text: &str| text.split(' ').map(ToOwned::to_owned).collect::<Vec<_>>();
        let words = line("run logs --context=kind -n ml --kubeconfig /k x");
        assert_eq!(value(&words, &["--context"]), Some("kind"));
        assert_eq!(value(&words, &["--namespace", "-n"]), Some("ml"));
        assert_eq!(value(&words, &["--kubeconfig"]), Some("/k"));
        assert_eq!(value(&words, &["--connector"]), None);
        // The last word is what is asked for.
        assert_eq!(value(&line("run logs -n "), &["-n"]), None);
        assert_eq!(value(&line("run logs -n=x"), &["-n"]), None);
    }
}
