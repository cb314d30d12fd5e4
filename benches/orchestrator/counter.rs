//! A proxy before the API server that counts the requests of one client, whatever others ask the server meanwhile. What goes
//! through it is not timed.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rustls::{ClientConfig, ClientConnection, ServerConfig, ServerConnection, StreamOwned};
use rustls_pki_types::ServerName;

use crate::cluster::{Cluster, output};
use crate::tls::{Identity, trusting};

/// How often each verb came for each resource, both as `apiserver_request_total` has them; dry runs are left out.
pub(crate) type Counts = BTreeMap<(String, String), usize>;

/// The proxy.
pub(crate) struct Counter {
    shared: Arc<Shared>,
    /// The kubeconfig of the ordinary user, through the proxy.
    pub(crate) kubeconfig: PathBuf,
}

struct Shared {
    upstream: SocketAddr,
    identity: Arc<ServerConfig>,
    trust: Arc<ClientConfig>,
    counts: Mutex<Counts>,
}

impl Counter {
    /// Stands before `cluster` until this process ends; its files are in `dir`.
    pub(crate) fn start(cluster: &Cluster, dir: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let kubeconfig = dir.join("counted.yaml");
        std::fs::copy(cluster.user(), &kubeconfig).unwrap();
        let config = |arguments: &[&str]| {
            let mut command = cluster.kubectl_with(&kubeconfig, &["config"]);
            output(command.args(arguments))
        };
        let view =
            |path: &str| config(&["view", "--raw", "--minify", "-o", &format!("jsonpath={{.clusters[0].{path}}}")]);
        let (name, server) = (view("name"), view("cluster.server"));
        let Identity { config: identity, authority } = Identity::new();
        std::fs::write(dir.join("counter.crt"), authority).unwrap();
        let authority = format!("--certificate-authority={}", dir.join("counter.crt").display());
        config(&["set-cluster", &name, "--server", &format!("https://{address}"), &authority, "--embed-certs"]);
        let shared = Arc::new(Shared {
            upstream: server.trim_start_matches("https://").parse().expect("an address with a port"),
            identity,
            trust: trusting(&std::fs::read(cluster.authority()).unwrap()),
            counts: Mutex::default(),
        });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let shared = Arc::clone(&serving);
                // A client that hangs up is none of our business.
                std::thread::spawn(move || drop(shared.serve(client)));
            }
        });
        Self { shared, kubeconfig }
    }

    /// What came until now.
    pub(crate) fn counts(&self) -> Counts {
        self.shared.counts.lock().unwrap().clone()
    }
}

impl Shared {
    fn serve(&self, client: TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        let connection = ServerConnection::new(Arc::clone(&self.identity)).map_err(io::Error::other)?;
        let mut client = BufReader::new(StreamOwned::new(connection, client));
        let server = TcpStream::connect(self.upstream)?;
        server.set_nodelay(true)?;
        let name = ServerName::from(self.upstream.ip());
        let connection = ClientConnection::new(Arc::clone(&self.trust), name).map_err(io::Error::other)?;
        let mut server = BufReader::new(StreamOwned::new(connection, server));
        while let Some((first, head)) = read_head(&mut client)? {
            self.count(&first);
            pass(&head, &mut client, server.get_mut())?;
            let Some((_, head)) = read_head(&mut server)? else { break };
            pass(&head, &mut server, client.get_mut())?;
        }
        Ok(())
    }

    fn count(&self, first: &str) {
        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if let Some(what) = named(method, target).filter(|_| !target.contains("dryRun=")) {
            *self.counts.lock().unwrap().entry(what).or_default() += 1;
        }
    }
}

/// The verb and the resource of a request in a namespace; none for others, and for subresources.
fn named(method: &str, target: &str) -> Option<(String, String)> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let words: Vec<_> = path.split('/').skip_while(|word| *word != "namespaces").skip(2).collect();
    let verb = match (method, &words[..]) {
        ("GET", [_]) if query.contains("watch=true") => "WATCH",
        ("GET", [_]) => "LIST",
        (method, [_] | [_, _]) => method,
        _ => return None,
    };
    Some((verb.to_owned(), words[0].to_owned()))
}

/// The first line, and the whole head of a message; none where there is no further one.
fn read_head(from: &mut impl BufRead) -> io::Result<Option<(String, String)>> {
    let mut head = String::new();
    if from.read_line(&mut head)? == 0 {
        return Ok(None);
    }
    let first = head.clone();
    while !head.ends_with("\r\n\r\n") {
        if from.read_line(&mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(Some((first, head)))
}

/// Passes a message on, each chunk when it comes.
fn pass(head: &str, from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
    to.write_all(head.as_bytes())?;
    let low = head.to_ascii_lowercase();
    let header = |name: &str| low.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    if header("transfer-encoding:") == Some("chunked") {
        to.flush()?;
        return pass_chunks(from, to);
    }
    let length = header("content-length:").map_or(Ok(0), str::parse).map_err(io::Error::other)?;
    io::copy(&mut from.take(length), to)?;
    to.flush()
}

fn pass_chunks(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
    loop {
        let mut chunk = Vec::new();
        from.read_until(b'\n', &mut chunk)?;
        let size = std::str::from_utf8(&chunk).map_err(io::Error::other)?.trim();
        let size = u64::from_str_radix(size, 16).map_err(io::Error::other)?;
        from.take(size + 2).read_to_end(&mut chunk)?;
        to.write_all(&chunk)?;
        to.flush()?;
        if size == 0 {
            return Ok(());
        }
    }
}
