//! Running another program to its end, or ending it with all that it has started (layer 2).
//!
//! It stays in the terminal's process group, so that Ctrl-C reaches it and it may ask its user something; what it has
//! started is found by who started whom.

use std::fs;
use std::io::{self, Write as _};
use std::pin::pin;
use std::process::{ExitStatus, Output};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use zeroize::Zeroizing;

/// No answer comes near this size, in bytes.
const LARGEST: usize = 1024 * 1024;
/// How much of the end of what a program writes to standard error is kept, in bytes.
const KEPT: usize = 16 * 1024;
/// How long its last words may take to arrive after it has ended.
const AFTERTHOUGHT: Duration = Duration::from_millis(200);

/// How long the system may take to end a process that was killed.
const BURIAL: Duration = Duration::from_secs(1);

/// Whether a program has the terminal: it has written something there and has not ended.
static TALKING: AtomicBool = AtomicBool::new(false);

/// Whether what another program says stands on the terminal and a person may be about to answer it: nothing is to be
/// drawn over that.
pub fn is_talking() -> bool {
    TALKING.load(Ordering::Relaxed)
}

/// What of a program's standard error is repeated on our own at once, since a person may have to act on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Echo {
    /// Nothing: it is only kept.
    #[default]
    Nothing,
    /// All of it.
    All,
    /// All before its own error, which is told by whoever asked.
    BeforeError,
}

/// How a program ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// By itself.
    Itself(Output),
    /// It was killed, with its children and theirs, because it had not ended in time. With the end of its standard error.
    Killed(Vec<u8>),
}

/// Runs `command` and gives how it ended and what it wrote to its pipes. It has until `limit` is over.
pub(super) async fn output(mut command: Command, limit: Duration, echo: Echo) -> io::Result<Ended> {
    let mut running = Running(command.kill_on_drop(true).spawn()?);
    let mut said = Tail { echo, ..Tail::default() };
    let ended = timeout(limit, finish(&mut running.0, &mut said)).await;
    TALKING.store(false, Ordering::Relaxed);
    if let Ok(ended) = ended {
        let (status, stdout) = ended?;
        return Ok(Ended::Itself(Output { status, stdout, stderr: said.finish() }));
    }
    running.kill();
    // What cannot die now is reaped later, or by nobody: the caller has waited long enough.
    let _ = timeout(BURIAL, running.0.wait()).await;
    Ok(Ended::Killed(said.finish()))
}

/// A program that does not outlive the wait for it, however that ends: the caller may give it up at any time.
struct Running(Child);

impl Running {
    fn kill(&self) {
        // There is no id any more where it was waited for.
        if let Some(root) = self.0.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
            kill_family(root);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits for the end of the child and of its standard output, as client-go does. What it has started may keep its standard
/// error open for longer: of that only what comes soon after is taken. The child is waited for last: until then its process
/// id is nobody else's.
async fn finish(child: &mut Child, said: &mut Tail) -> io::Result<(ExitStatus, Vec<u8>)> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let mut listening = pin!(drain(stderr, said));
    let mut ending = pin!(async {
        let stdout = read(stdout).await?;
        Ok((child.wait().await?, stdout))
    });
    tokio::select! {
        ended = &mut ending => {
            let _ = timeout(AFTERTHOUGHT, listening).await;
            ended
        }
        () = &mut listening => ending.await,
    }
}

async fn read(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(LARGEST as u64 + 1).read_to_end(&mut bytes).await?;
    }
    if bytes.len() > LARGEST {
        drop(Zeroizing::new(bytes));
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it printed too much"));
    }
    Ok(bytes)
}

/// Reads all, so that nobody waits in writing it, and keeps the end.
async fn drain(pipe: Option<impl AsyncRead + Unpin>, said: &mut Tail) {
    let Some(mut pipe) = pipe else { return };
    let mut bytes = [0; 4096];
    while let Ok(read @ 1..) = pipe.read(&mut bytes).await {
        said.push(&bytes[..read]);
    }
}

/// The end of a text.
#[derive(Default)]
struct Tail {
    bytes: Vec<u8>,
    cut: bool,
    echo: Echo,
}

impl Tail {
    fn push(&mut self, bytes: &[u8]) {
        self.repeat(bytes);
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() > 2 * KEPT {
            self.cut_to_size();
        }
    }

    /// Prompts have no end of line, so whatever comes is repeated at once.
    fn repeat(&mut self, bytes: &[u8]) {
        let error = match self.echo {
            Echo::Nothing => return,
            Echo::All => None,
            Echo::BeforeError => error_in(bytes, self.bytes.last().is_none_or(|last| *last == b'\n')),
        };
        let said = &bytes[..error.unwrap_or(bytes.len())];
        if !said.is_empty() && !TALKING.swap(true, Ordering::Relaxed) {
            // A spinner may stand where it begins.
            let _ = io::stderr().write_all(b"\r\x1b[K");
        }
        let _ = io::stderr().write_all(said);
        if error.is_some() {
            self.echo = Echo::Nothing;
        }
    }

    fn cut_to_size(&mut self) {
        let surplus = self.bytes.len().saturating_sub(KEPT);
        self.bytes.drain(..surplus);
        self.cut |= surplus > 0;
    }

    /// In whole words: half a secret would not be known as one.
    fn finish(mut self) -> Vec<u8> {
        self.cut_to_size();
        if self.cut {
            let word = self.bytes.iter().position(u8::is_ascii_whitespace);
            self.bytes.drain(..word.unwrap_or(self.bytes.len()));
        }
        self.bytes
    }
}

/// Where an error as ours begins in `bytes`, which stand at the beginning of a line or not.
fn error_in(bytes: &[u8], new_line: bool) -> Option<usize> {
    const BEGINNING: &[u8] = b"error: ";
    let starts = (0..bytes.len()).filter(|at| if *at == 0 { new_line } else { bytes[at - 1] == b'\n' });
    starts.into_iter().find(|at| bytes[*at..].starts_with(BEGINNING))
}

/// Kills a process and its descendants. One whose parent has ended before is no longer known as theirs.
fn kill_family(root: Pid) {
    let mut family = vec![root];
    let mut asked = 0;
    while let Some(member) = family.get(asked).copied() {
        // It starts no more while its children are looked up. Where it is gone, there is nothing to do.
        let _ = kill_process(member, Signal::STOP);
        family.extend(children(member));
        asked += 1;
    }
    for member in family {
        let _ = kill_process(member, Signal::KILL);
    }
}

/// The children of a process, from Linux's `/proc`; none elsewhere.
fn children(parent: Pid) -> Vec<Pid> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?));
    ids.filter(|id| parent_of(*id) == Some(parent)).collect()
}

fn parent_of(process: Pid) -> Option<Pid> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero())).ok()?;
    // `id (name) state parent …`, and a name may hold anything.
    let (_, rest) = stat.rsplit_once(") ")?;
    Pid::from_raw(rest.split(' ').nth(1)?.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use super::*;

    fn run(script: &str) -> Output {
        match tried(script, Duration::from_secs(60)).unwrap() {
            Ended::Itself(output) => output,
            Ended::Killed(said) => panic!("killed: {}", String::from_utf8_lossy(&said)),
        }
    }

    fn tried(script: &str, limit: Duration) -> io::Result<Ended> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(output(command, limit, Echo::Nothing))
    }

    #[test]
    fn gives_what_was_said_and_how_it_ended() {
        let output = run("echo out; echo err >&2; exit 3");
        assert_eq!((output.stdout.as_slice(), output.stderr.as_slice()), (&b"out\n"[..], &b"err\n"[..]));
        assert_eq!(output.status.code(), Some(3));
    }

    #[test]
    fn what_it_leaves_behind_is_not_waited_for() {
        let begin = std::time::Instant::now();
        let output = run("sleep 20 >/dev/null & echo out; echo err >&2");
        assert_eq!((output.stdout.as_slice(), output.stderr.as_slice()), (&b"out\n"[..], &b"err\n"[..]));
        assert!(begin.elapsed() < Duration::from_secs(15), "{:?}", begin.elapsed());
    }

    #[test]
    fn our_own_error_is_found_at_the_beginning_of_a_line() {
        assert_eq!(error_in(b"error: no", true), Some(0));
        assert_eq!(error_in(b"error: no", false), None);
        assert_eq!(error_in(b"open https://a\nan error: x\nerror: no\n", true), Some(27));
        assert_eq!(error_in(b"Password: ", true), None);
    }

    #[test]
    fn much_is_not_kept() {
        let flood = "head -c 9000000 /dev/zero | tr '\\0' x";
        let output = run(&format!("({flood}; echo; echo the end) >&2; echo out"));
        assert_eq!((output.stdout.as_slice(), output.stderr.as_slice()), (&b"out\n"[..], &b"\nthe end\n"[..]));
        let output = run("yes 'a line' | head -n 100000 >&2");
        assert!((KEPT - 16..=KEPT).contains(&output.stderr.len()), "{}", output.stderr.len());
        let error = tried("exec yes", Duration::from_secs(60)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }

    #[test]
    fn what_takes_too_long_is_gone_with_its_children() {
        let dir = tempfile::tempdir().unwrap();
        let pids = dir.path().join("pids");
        // A child, a child that starts another, and that one.
        let begin = "echo 'open https://login.example' >&2; ";
        let rest = format!("sleep 600 & (sleep 600 & echo $! >>{0}; wait) & echo $$ $! >>{0}; wait", pids.display());
        let ended = tried(&format!("{begin}{rest}"), Duration::from_secs(4)).unwrap();
        let Ended::Killed(said) = ended else { panic!("{ended:?}") };
        assert_eq!(said, b"open https://login.example\n");
        let text = fs::read_to_string(&pids).unwrap();
        let pids: Vec<_> = text.split_whitespace().collect();
        assert_eq!(pids.len(), 3, "{text}");
        for pid in pids {
            // A zombie is dead, too: nobody may have reaped it. The kernel takes its time on a busy machine.
            let stat = || fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let is_dead = |stat: &str| stat.is_empty() || stat.contains(") Z ") || stat.contains(") X ");
            for _ in 0..100 {
                if is_dead(&stat()) {
                    break;
                }
                std::thread::sleep(Duration::from_millis(100));
            }
            assert!(is_dead(&stat()), "{}", stat());
        }
    }
}
