//! What only the connectors' clusters can tell: the time there, and submissions that never came to their end (layer 3). The
//! first is asked without any credential. No exec plugin is run, and what does not answer in time is passed over: to find out
//! why is the work of `verify`.

use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;

use super::{Check, word};
use crate::cluster::{Cluster, Via, access, clock, mint};
use crate::connector::Connector;
use crate::error::Result;
use crate::ops::run::{ABORTED, Summary, list};
use crate::paths::Home;
use crate::registry::store;

/// For how long one cluster is asked for one thing.
const LIMIT: Duration = Duration::from_secs(5);
/// How many are asked at once.
const PARALLEL: usize = 8;
/// Clocks that differ by fewer seconds harm nothing: credentials are renewed at least that long before their end.
const HARMLESS: u64 = 30;
/// From so many seconds on, what was issued just now is not valid yet, or not any more.
const HARMFUL: u64 = 300;

/// Looks at the cluster of each connector, each once.
pub(super) async fn check(home: &Home) -> Vec<Check> {
    // A registry that cannot be read has a check of its own.
    let mut connectors = store::all(home).unwrap_or_default();
    connectors.sort_by(|a, b| key(a).cmp(&key(b)));
    if connectors.is_empty() {
        return Vec::new();
    }
    let clusters: Vec<_> = connectors.chunk_by(|a, b| key(a) == key(b)).collect();
    let asked = stream::iter(clusters).map(|of_one| async move {
        let connector = &of_one[0];
        let cluster = connector.configuration.cluster();
        let (ahead, aborted) = tokio::join!(clock::ahead(&cluster, LIMIT), timeout(LIMIT, by_any(home, of_one)));
        (connector, ahead.ok().flatten(), aborted)
    });
    let asked: Vec<_> = asked.buffered(PARALLEL).collect().await;
    let times = asked.iter().filter_map(|(connector, ahead, _)| Some((*connector, (*ahead)?))).collect::<Vec<_>>();
    let mut checks = clocks(&times);
    let runs = asked.iter().filter_map(|(_, _, runs)| runs.as_ref().ok()?.as_ref());
    let (mut looked, mut found) = (0, Vec::new());
    for (connector, runs) in runs {
        looked += 1;
        found.extend(runs.iter().map(|run| aborted_run(connector, run)));
    }
    if found.is_empty() {
        found.push(match looked {
            0 => unasked("submissions"),
            count => Check::ok("submissions", format!("none was aborted ({count} asked)")),
        });
    }
    checks.extend(found);
    checks
}

fn unasked(check: &str) -> Check {
    Check::skipped(check, "not checked: no cluster could be asked", "`kubectl zenml verify --all` says why")
}

/// What one cluster is told from another by.
fn key(connector: &Connector) -> (&str, Option<&str>) {
    (&connector.configuration.server, connector.configuration.proxy_url.as_deref())
}

fn clocks(times: &[(&Connector, i64)]) -> Vec<Check> {
    let far = |ahead: &i64| ahead.unsigned_abs() > HARMLESS;
    let found: Vec<_> =
        times.iter().filter(|(_, ahead)| far(ahead)).map(|(connector, ahead)| clock(connector, *ahead)).collect();
    match (times.len(), found.is_empty()) {
        (0, _) => vec![unasked("clock")],
        (count, true) => vec![Check::ok("clock", format!("as on the cluster's side ({count} asked)"))],
        _ => found,
    }
}

fn clock(connector: &Connector, ahead: i64) -> Check {
    let seconds = ahead.unsigned_abs();
    let (name, server) = (format!("clock {}", connector.name), &connector.configuration.server);
    let side = if ahead > 0 { "behind" } else { "ahead of" };
    let message = format!(
        "this machine is {} {side} {server}, so that credentials seem to {} too early",
        long(seconds.cast_signed()),
        if ahead > 0 { "begin" } else { "end" }
    );
    let fix = "set the clock of whichever is wrong, here by `timedatectl set-ntp true`";
    if seconds > HARMFUL { Check::error(name, message, fix) } else { Check::warn(name, message, fix) }
}

/// A difference that a person can take in.
fn long(seconds: i64) -> String {
    const DAY: i64 = 24 * 3600;
    match seconds / DAY {
        0 | 1 => format!("{:#}", SignedDuration::from_secs(seconds)),
        days => format!("{days} days"),
    }
}

/// The aborted submissions of a cluster, as the first of its connectors that may see them does.
async fn by_any<'c>(home: &Home, connectors: &'c [Connector]) -> Option<(&'c Connector, Vec<Summary>)> {
    for connector in connectors {
        if let Ok(runs) = aborted(home, connector).await {
            return Some((connector, runs));
        }
    }
    None
}

/// The aborted submissions that the connector's credential, as it is now, lets see: in all namespaces, else in its own.
async fn aborted(home: &Home, connector: &Connector) -> Result<Vec<Summary>> {
    let (endpoint, credential) = access::unseal(home, connector).await?;
    let cluster = Cluster {
        client: mint::client(&endpoint, &credential)?,
        server: connector.configuration.server.clone(),
        name: connector.configuration.cluster_name.clone(),
        via: Via::Connector(connector.name.clone()),
        namespace: connector.configuration.namespace.clone(),
    };
    let runs = match (list::list(&cluster, &list::Request::default(), Timestamp::now()).await, &cluster.namespace) {
        (Err(_), Some(own)) => {
            let request = list::Request { namespace: Some(own.clone()), ..list::Request::default() };
            list::list(&cluster, &request, Timestamp::now()).await?
        }
        (runs, _) => runs?,
    };
    Ok(runs.into_iter().filter(|run| run.status == ABORTED).collect())
}

fn aborted_run(connector: &Connector, run: &Summary) -> Check {
    let when = run.created.map_or_else(String::new, |created| format!(" of {created}"));
    let message = format!("its submission{when} was interrupted, so it never begins");
    let (name, place) = (word(&run.name), word(&run.namespace));
    let fix = format!("kubectl zenml run delete {name} -n {place} --connector {}", connector.name);
    Check::warn(format!("run {}/{}", run.namespace, run.name), message, fix)
}
