//! Following a container's log across cuts: every line once, and what may be missing is said (layer 2).
//!
//! Each line is asked for with its time. After a cut the log is opened again from the second of the newest line, and what
//! of that second was told already is left out: lines of one container need not come in the order of their times.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use kube::api::Api;
use tokio::time::sleep;

use super::logs::{Lines, Part};
use super::{Cluster, failure};
use crate::error::Error;

/// The pause before a log is opened again; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What comes next of a log.
#[derive(Debug)]
pub enum Next {
    /// A line without its end. Untrusted text.
    Line(String),
    /// The container has ended, and this was all.
    End,
    /// There may be more, and it cannot be had.
    Lost {
        /// Why.
        error: Error,
        /// Whether that is because the pod or its container is not there.
        gone: bool,
    },
}

/// A log that is being followed.
pub struct Followed {
    cluster: Cluster,
    namespace: String,
    pod: String,
    part: Part,
    lines: Option<Lines>,
    told: Told,
    pause: Duration,
}

impl Followed {
    /// The log of `pod` from the beginning, or from what `part` says.
    pub fn new(cluster: &Cluster, namespace: &str, pod: &str, part: &Part) -> Self {
        let part = Part { follow: true, timestamps: true, ..part.clone() };
        let (cluster, namespace, pod) = (cluster.clone(), namespace.to_owned(), pod.to_owned());
        Self { cluster, namespace, pod, part, lines: None, told: Told::default(), pause: FIRST_PAUSE }
    }

    /// The next line. After [`Next::End`] and [`Next::Lost`] there is none.
    pub async fn next(&mut self) -> Next {
        loop {
            let Some(lines) = &mut self.lines else {
                match self.open().await {
                    Ok(()) => continue,
                    Err(end) => return end,
                }
            };
            match lines.next().await {
                Ok(Some(line)) => {
                    self.pause = FIRST_PAUSE;
                    if let Some(text) = self.told.fresh(line) {
                        return Next::Line(text);
                    }
                }
                Ok(None) => {
                    self.lines = None;
                    if is_over(&self.cluster, &self.namespace, &self.pod, &self.part).await {
                        return Next::End;
                    }
                    self.rest().await;
                }
                Err(_) => {
                    self.lines = None;
                    self.rest().await;
                }
            }
        }
    }

    /// Opens the log where it was left. The error is the end.
    async fn open(&mut self) -> Result<(), Next> {
        loop {
            let part = match self.told.since() {
                Some(since) => Part { tail: None, since: Some(since), ..self.part.clone() },
                None => self.part.clone(),
            };
            match Lines::try_open(&self.cluster, &self.namespace, &self.pod, &part).await {
                Ok(lines) => {
                    self.lines = Some(lines);
                    self.told.again();
                    return Ok(());
                }
                Err(error) if is_final(&error) => {
                    let gone = failure::status(&error).is_some_and(|status| matches!(status.code, 400 | 404));
                    return Err(Next::Lost { error: failure::explain(&self.cluster.server, &error), gone });
                }
                Err(_) => self.rest().await,
            }
        }
    }

    async fn rest(&mut self) {
        sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }
}

/// Whether the container writes no more. A server may also end a stream because it ends itself.
async fn is_over(cluster: &Cluster, namespace: &str, pod: &str, part: &Part) -> bool {
    let api: Api<Pod> = Api::namespaced(cluster.client.clone(), namespace);
    match api.get(pod).await {
        Ok(pod) => !may_write(&pod, part.container.as_deref()),
        // Gone after it was read to its end.
        Err(error) => failure::is_not_found(&error),
    }
}

/// Whether asking again is of no use.
fn is_final(error: &kube::Error) -> bool {
    failure::status(error).is_some_and(|status| (400..500).contains(&status.code) && status.code != 429)
}

/// Whether the container of `pod` may still write; the first one where none is named.
fn may_write(pod: &Pod, container: Option<&str>) -> bool {
    let Some(status) = &pod.status else { return true };
    if matches!(status.phase.as_deref(), Some("Succeeded" | "Failed")) {
        return false;
    }
    let mut containers = status.container_statuses.iter().flatten();
    let ours = match container {
        Some(name) => containers.find(|one| one.name == name),
        None => containers.next(),
    };
    ours.and_then(|one| one.state.as_ref()).is_none_or(|state| state.terminated.is_none())
}

/// The lines of the newest second.
#[derive(Default)]
struct Told {
    newest: Option<Timestamp>,
    /// How often each was told.
    recent: HashMap<(Timestamp, u64), usize>,
    /// What comes again after a cut.
    again: HashMap<(Timestamp, u64), usize>,
    /// A line that is too long comes in parts, and only the first has a time.
    last_was_fresh: bool,
}

impl Told {
    /// The second from which to go on.
    fn since(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.newest?.as_second()).ok()
    }

    fn again(&mut self) {
        self.again = self.recent.clone();
    }

    /// The text of `line` unless it was told before the cut.
    fn fresh(&mut self, line: String) -> Option<String> {
        let Some((time, text)) = split(&line) else { return Some(line).filter(|_| self.last_was_fresh) };
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let key = (time, hasher.finish());
        self.last_was_fresh = match self.again.get_mut(&key) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        };
        if !self.last_was_fresh {
            return None;
        }
        let before = self.since();
        self.newest = self.newest.max(Some(time));
        let since = self.since();
        if before != since {
            self.recent.retain(|(time, _), _| Some(*time) >= since);
        }
        if Some(time) >= since {
            *self.recent.entry(key).or_default() += 1;
        }
        Some(text.to_owned())
    }
}

fn split(line: &str) -> Option<(Timestamp, &str)> {
    // A line without text ends with its time.
    let (time, text) = line.split_once(' ').unwrap_or((line, ""));
    Some((time.parse().ok()?, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(told: &mut Told, lines: &[&str]) -> Vec<String> {
        lines.iter().filter_map(|line| told.fresh((*line).to_owned())).collect()
    }

    #[test]
    fn what_comes_again_is_told_once_and_the_rest_always() {
        let mut told = Told::default();
        let before = [
            "2026-11-20T10:00:00.9Z old",
            "2026-11-20T10:00:01.5Z a",
            "2026-11-20T10:00:01.5Z a",
            "2026-11-20T10:00:01.4Z b",
        ];
        assert_eq!(texts(&mut told, &before), ["old", "a", "a", "b"]);
        assert_eq!(told.since(), "2026-11-20T10:00:01Z".parse().ok());
        told.again();
        let after = [
            &before[1..],
            &[
                "2026-11-20T10:00:01.5Z a",
                "2026-11-20T10:00:01.45Z late",
                "2026-11-20T10:00:02Z",
                "2026-11-20T10:00:02Z b c",
            ],
        ]
        .concat();
        assert_eq!(texts(&mut told, &after), ["a", "late", "", "b c"]);
        assert_eq!(told.recent.len(), 2, "older seconds do not come again");
    }

    #[test]
    fn parts_of_a_long_line_go_with_their_first() {
        let mut told = Told::default();
        let lines = ["2026-11-20T10:00:00Z aaa", "aaa", "2026-11-20T10:00:00Z b"];
        assert_eq!(texts(&mut told, &lines), ["aaa", "aaa", "b"]);
        told.again();
        assert_eq!(texts(&mut told, &[&lines[..], &["2026-11-20T10:00:00Z c"]].concat()), ["c"]);
    }
}
