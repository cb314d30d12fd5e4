//! Between a client and the real API server: passes everything on, unless a test wants it to fail. One request a
//! connection, so that each can go wrong by itself.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustls::{ClientConnection, ServerConnection, StreamOwned};
use rustls_pki_types::ServerName;

use super::sandbox::Sandbox;
use super::tls;

/// How often a connection looks whether it is to go on.
const LOOK: Duration = Duration::from_millis(100);

/// What goes wrong with a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The server does not see it; the client gets this: status line and headers, then the body.
    Answer(&'static str, String),
    /// The server sees it, and the client hears nothing: the connection ends.
    Swallow,
    /// The answer is cut off after so long.
    Cut(Duration),
    /// The answer stops after so long, and the connection stays open.
    Freeze(Duration),
}

struct Rule {
    method: &'static str,
    part: &'static str,
    times: usize,
    fault: Fault,
}

/// A proxy on loopback.
pub struct Proxy {
    shared: Arc<Shared>,
}

struct Shared {
    upstream: SocketAddr,
    rules: Mutex<Vec<Rule>>,
    seen: Mutex<Vec<String>>,
    down: AtomicBool,
}

type Client = StreamOwned<ServerConnection, TcpStream>;
type Server = StreamOwned<ClientConnection, TcpStream>;

impl Proxy {
    /// Stands between `sandbox` and its cluster from now on.
    pub fn before(sandbox: &Sandbox) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut server = String::new();
        sandbox.edit_kubeconfig(|tree| {
            let place = &mut tree["clusters"][0]["cluster"]["server"];
            place.as_str().expect("a server").clone_into(&mut server);
            *place = format!("https://{address}").into();
        });
        let upstream = server.trim_start_matches("https://").parse().expect("an address with a port");
        let (rules, seen, down) = (Mutex::default(), Mutex::default(), AtomicBool::new(false));
        let shared = Arc::new(Shared { upstream, rules, seen, down });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let shared = Arc::clone(&serving);
                // A client that hangs up is none of our business.
                std::thread::spawn(move || drop(shared.serve(client)));
            }
        });
        Self { shared }
    }

    /// The next `times` requests of this method whose path and query contain `part` go wrong in this way; never dry runs.
    pub fn fail(&self, method: &'static str, part: &'static str, times: usize, fault: Fault) {
        self.shared.rules.lock().expect("the rules").push(Rule { method, part, times, fault });
    }

    /// The server is away, or back: nothing gets through, and what is open is cut.
    pub fn down(&self, down: bool) {
        self.shared.down.store(down, Ordering::Relaxed);
    }

    /// How many requests of this method came whose path and query contain `part`.
    pub fn count(&self, method: &str, part: &str) -> usize {
        let seen = self.shared.seen.lock().expect("the requests");
        seen.iter().filter(|line| line.starts_with(method) && line.contains(part)).count()
    }
}

impl Shared {
    fn serve(&self, client: TcpStream) -> io::Result<()> {
        if self.is_down() {
            return Ok(());
        }
        let connection = ServerConnection::new(tls::config()).map_err(io::Error::other)?;
        let mut client = BufReader::new(StreamOwned::new(connection, client));
        let (first, head, body) = read_request(&mut client)?;
        let mut client = client.into_inner();
        self.seen.lock().expect("the requests").push(first.clone());
        let fault = self.fault(&first);
        if let Some(Fault::Answer(head, body)) = &fault {
            write!(client, "HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())?;
            return end(client);
        }
        let mut server = self.connect()?;
        server.write_all(head.as_bytes())?;
        server.write_all(&body)?;
        server.flush()?;
        self.answer(server, client, fault.as_ref())
    }

    /// The answer, as far as it is to come.
    fn answer(&self, mut server: Server, mut client: Client, fault: Option<&Fault>) -> io::Result<()> {
        let started = Instant::now();
        server.sock.set_read_timeout(Some(LOOK))?;
        let mut buffer = [0; 16 * 1024];
        while !self.is_down() {
            match fault {
                Some(Fault::Cut(after)) if started.elapsed() > *after => return Ok(()),
                Some(Fault::Freeze(after)) if started.elapsed() > *after => {
                    std::thread::sleep(LOOK);
                    continue;
                }
                _ => {}
            }
            match server.read(&mut buffer) {
                Ok(0) => return end(client),
                Ok(_) if matches!(fault, Some(Fault::Swallow)) => return Ok(()),
                Ok(length) => {
                    client.write_all(&buffer[..length])?;
                    client.flush()?;
                }
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                // The server ends a connection without a farewell.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return end(client),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn fault(&self, first: &str) -> Option<Fault> {
        let mut rules = self.rules.lock().expect("the rules");
        if first.contains("dryRun=") {
            return None;
        }
        let rule = rules
            .iter_mut()
            .find(|rule| rule.times > 0 && first.starts_with(rule.method) && first.contains(rule.part))?;
        rule.times -= 1;
        Some(rule.fault.clone())
    }

    fn connect(&self) -> io::Result<Server> {
        let name = ServerName::from(self.upstream.ip());
        let connection = ClientConnection::new(tls::client(), name).map_err(io::Error::other)?;
        Ok(StreamOwned::new(connection, TcpStream::connect(self.upstream)?))
    }

    fn is_down(&self) -> bool {
        self.down.load(Ordering::Relaxed)
    }
}

/// A request: its first line, its head as it is to go on, and its body.
fn read_request(client: &mut BufReader<Client>) -> io::Result<(String, String, Vec<u8>)> {
    let (mut first, mut head, mut length) = (String::new(), String::new(), 0);
    loop {
        let mut line = String::new();
        if client.read_line(&mut line)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        if first.is_empty() {
            line.trim_end().clone_into(&mut first);
        }
        let lower = line.to_ascii_lowercase();
        if let Some(text) = lower.strip_prefix("content-length:") {
            length = text.trim().parse().map_err(io::Error::other)?;
        }
        if line == "\r\n" {
            head.push_str("Connection: close\r\n\r\n");
            break;
        }
        if !lower.starts_with("connection:") {
            head.push_str(&line);
        }
    }
    let mut body = vec![0; length];
    client.read_exact(&mut body)?;
    Ok((first, head, body))
}

fn end(mut client: Client) -> io::Result<()> {
    client.conn.send_close_notify();
    client.flush()
}
