//! Container logs as lines that cannot steer a terminal (layer 2).

use futures_util::io::{AsyncBufRead, AsyncBufReadExt};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, LogParams};
use kube::core::Status;

use super::Cluster;
use super::failure::On;
use crate::error::{Context, Result};

/// The longest line that is kept in one piece, in bytes: a container may write without ever ending a line.
const LONGEST: usize = 256 * 1024;

/// Which part of a container's log.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// The container; none for a pod's only one.
    pub container: Option<String>,
    /// Go on until the container ends.
    pub follow: bool,
    /// Only this many lines from the end.
    pub tail: Option<i64>,
    /// The log of the container that ran before the last restart.
    pub previous: bool,
    /// Only lines from this second on.
    pub since: Option<Timestamp>,
    /// Each line begins with its time.
    pub timestamps: bool,
}

/// Why there are no more lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All that was asked for was read.
    Whole,
    /// What was followed is deleted.
    Deleted,
    /// Nobody goes on with what was followed.
    Left,
}

/// An open log.
pub struct Lines {
    reader: Box<dyn AsyncBufRead + Send + Unpin>,
    buffer: Vec<u8>,
}

impl Lines {
    /// Opens the log of `pod`.
    pub async fn open(cluster: &Cluster, namespace: &str, pod: &str, part: &Part) -> Result<Self> {
        Self::try_open(cluster, namespace, pod, part).await.on(cluster)
    }

    /// As [`Lines::open`], with the server's own error. A log that went with its container is not found.
    pub async fn try_open(cluster: &Cluster, namespace: &str, pod: &str, part: &Part) -> kube::Result<Self> {
        let api: Api<Pod> = Api::namespaced(cluster.client.clone(), namespace);
        let params = LogParams {
            container: part.container.clone(),
            follow: part.follow,
            tail_lines: part.tail,
            previous: part.previous,
            since_time: part.since,
            timestamps: part.timestamps,
            ..LogParams::default()
        };
        let mut reader: Box<dyn AsyncBufRead + Send + Unpin> = Box::new(Box::pin(api.log_stream(pod, &params).await?));
        let start = reader.fill_buf().await.map_err(|error| kube::Error::Service(Box::new(error)))?;
        if let Some(container) = lost(start) {
            return Err(kube::Error::Api(Box::new(no_log(pod, container))));
        }
        Ok(Self { reader, buffer: Vec::new() })
    }

    /// The next line without its end, or none when the log is at its end. Invalid UTF-8 becomes U+FFFD; what could
    /// steer a terminal is left for the one who prints.
    pub async fn next(&mut self) -> Result<Option<String>> {
        self.buffer.clear();
        loop {
            let chunk = self.reader.fill_buf().await.context(|| "the log was cut")?;
            if chunk.is_empty() {
                return Ok((!self.buffer.is_empty()).then(|| self.take()));
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let room = LONGEST - self.buffer.len();
            let taken = end.unwrap_or(chunk.len()).min(room);
            self.buffer.extend_from_slice(&chunk[..taken]);
            let complete = end == Some(taken);
            self.reader.consume_unpin(taken + usize::from(complete));
            if complete || self.buffer.len() >= LONGEST {
                return Ok(Some(self.take()));
            }
        }
    }

    /// The line so far, without the carriage return of a program that writes for Windows.
    fn take(&mut self) -> String {
        let line = self.buffer.strip_suffix(b"\r").unwrap_or(&self.buffer);
        String::from_utf8_lossy(line).into_owned()
    }
}

/// The container whose log the kubelet has no more, where `log` is its word for that: it says so in the log's place, in one
/// line without an end (`GetContainerLogs` of kubernetes/pkg/kubelet/kuberuntime).
fn lost(log: &[u8]) -> Option<&str> {
    let container = std::str::from_utf8(log).ok()?.strip_prefix("unable to retrieve container logs for ")?;
    let (runtime, id) = container.split_once("://")?;
    let is_word = |text: &str, is: fn(u8) -> bool| !text.is_empty() && text.bytes().all(is);
    (is_word(runtime, |byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && is_word(id, |byte| byte.is_ascii_hexdigit()))
    .then_some(container)
}

/// The server's own words would be of this kind.
fn no_log(pod: &str, container: &str) -> Status {
    let message = format!("the log of pod \"{pod}\" is gone: its node has no container {container} any more");
    Status::failure(&message, "NotFound").with_code(404)
}

#[cfg(test)]
mod tests {
    use super::lost;

    #[test]
    fn what_the_kubelet_says_of_a_log_is_none() {
        let word = "unable to retrieve container logs for containerd://0c9d0f4a";
        assert_eq!(lost(word.as_bytes()), Some("containerd://0c9d0f4a"));
        for log in [&format!("{word}\n"), &format!("I was {word}"), &word[..40], "", "x"] {
            assert_eq!(lost(log.as_bytes()), None, "{log}");
        }
    }
}
