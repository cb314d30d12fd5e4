//! User names and passwords: no API server takes them since 1.19, but a proxy in front of one may.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::{ServerConnection, StreamOwned};

use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use crate::support::{cluster, kubeconfig, tls};

const PASSWORD: &str = "correct horse";

/// A proxy that lets in who knows the password, in front of `kubectl proxy`, in front of the real API server.
struct Gate {
    address: SocketAddr,
    upstream: Child,
}

impl Gate {
    fn open() -> Self {
        let mut upstream = Command::new(cluster().join("bin/kubectl"))
            .arg("--kubeconfig")
            .arg(kubeconfig("admin"))
            .args(["proxy", "--port=0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("kubectl proxy");
        let mut line = String::new();
        BufReader::new(upstream.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let inner: SocketAddr = line.trim().rsplit(' ').next().and_then(|it| it.parse().ok()).expect("an address");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let config = tls::config();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(config.clone()).expect("a connection");
                std::thread::spawn(move || serve(StreamOwned::new(connection, stream), inner));
            }
        });
        Self { address, upstream }
    }

    fn url(&self) -> String {
        format!("https://{}", self.address)
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = self.upstream.kill();
        let _ = self.upstream.wait();
    }
}

/// One request, one connection.
fn serve(client: StreamOwned<ServerConnection, TcpStream>, inner: SocketAddr) {
    let mut client = BufReader::new(client);
    // A client that hangs up before it has asked is none of this proxy's business.
    let _ = pass(&mut client, inner);
    client.get_mut().conn.send_close_notify();
    let _ = client.get_mut().flush();
}

fn pass(client: &mut BufReader<StreamOwned<ServerConnection, TcpStream>>, inner: SocketAddr) -> io::Result<()> {
    let expected = format!("Basic {}", STANDARD.encode(format!("jane:{PASSWORD}")));
    let (mut head, mut known, mut length) = (String::new(), false, 0);
    loop {
        let mut line = String::new();
        client.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        let (name, value) = line.split_once(": ").unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "authorization" => known = value.trim() == expected,
            "connection" => {}
            name => {
                length = if name == "content-length" { value.trim().parse().unwrap_or_default() } else { length };
                head.push_str(&line);
            }
        }
    }
    if !known {
        return client
            .get_mut()
            .write_all(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
    let mut body = vec![0; length];
    client.read_exact(&mut body)?;
    let mut upstream = TcpStream::connect(inner)?;
    upstream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())?;
    upstream.write_all(&body)?;
    io::copy(&mut upstream, client.get_mut()).map(drop)
}

fn register(sandbox: &Sandbox, gate: &Gate, password: &str) -> Output {
    sandbox.write("password", password.as_bytes());
    let (server, authority) = (gate.url(), tls::authority());
    let flags = ["register", "gated", "--server", &server, "--certificate-authority", &authority];
    sandbox.zenml(&[&flags[..], &["--username", "jane", "--password", "@password"]].concat())
}

#[test]
fn a_password_opens_an_authenticating_proxy() {
    let (sandbox, gate) = (Sandbox::with_vault("token"), Gate::open());
    let wrong = register(&sandbox, &gate, "wrong");
    assert!(wrong.code == Some(1) && wrong.stderr.contains("401"), "{wrong}");
    register(&sandbox, &gate, PASSWORD).succeeds();
    let described = sandbox.zenml(&["connector", "describe", "gated", "-o", "json"]).json();
    assert_eq!(described["configuration"]["username"], "jane");
    assert_eq!(described["configuration"]["password"], "[HIDDEN]");
    sandbox.zenml(&["verify", "gated"]).succeeds();
    let runs = sandbox.zenml(&["run", "list", "--connector", "gated", "-n", "default"]);
    assert!(runs.code == Some(0) && runs.stderr.contains("No runs found"), "{runs}");
    let audit = sandbox.zenml(&["credential", "audit", "gated", "-o", "json"]).json();
    let events: Vec<_> =
        audit["items"].as_array().unwrap().iter().map(|item| item["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["hit", "hit"], "what the helper cannot hand out is noted all the same");
    for (path, bytes) in sandbox.files() {
        let holds = String::from_utf8_lossy(&bytes).contains(PASSWORD);
        assert!(!holds || path.ends_with("password"), "{} holds the password", path.display());
    }
}

#[test]
fn kubectl_gets_a_password_only_in_plain_text_and_on_request() {
    let (sandbox, gate) = (Sandbox::with_vault("token"), Gate::open());
    register(&sandbox, &gate, PASSWORD).succeeds();
    let refused = sandbox.zenml(&["login", "gated"]).fails(1);
    assert!(
        refused.contains("exec credentials have no field for them") && refused.contains("--embed-password"),
        "{refused}"
    );
    let embedded = sandbox.zenml(&["login", "gated", "--embed-password", "--set-current"]);
    assert!(embedded.stderr.contains("plain text"), "{embedded}");
    embedded.succeeds();
    assert!(sandbox.kubectl(&["get", "namespaces", "-o", "name"]).succeeds().contains("namespace/default"));
    let listed = sandbox.zenml(&["connector", "describe", "gated", "-o", "json"]).json();
    assert_eq!(listed["contexts"], serde_json::json!(["zenml-gated"]));
    sandbox.zenml(&["logout", "gated"]).succeeds();
    let config = std::fs::read_to_string(sandbox.path(".kube/config")).unwrap();
    assert!(!config.contains(PASSWORD), "{config}");
}

#[test]
fn a_context_with_a_password_is_lifted() {
    let (sandbox, gate) = (Sandbox::with_vault("token"), Gate::open());
    let set = |arguments: &[&str]| sandbox.kubectl(&[&["config"], arguments].concat()).succeeds();
    set(&["set-cluster", "gate", "--server", &gate.url(), "--certificate-authority", &tls::authority()]);
    set(&["set-credentials", "jane", "--username=jane", &format!("--password={PASSWORD}")]);
    set(&["set-context", "gate", "--cluster=gate", "--user=jane"]);
    sandbox.zenml(&["register", "--context", "gate"]).succeeds();
    sandbox.zenml(&["verify", "gate"]).succeeds();
}

#[test]
fn nothing_secret_is_sent_without_tls() {
    let sandbox = Sandbox::with_vault("token");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    sandbox.write("password", PASSWORD.as_bytes());
    let flags = ["register", "open", "--server", &server, "--username", "jane", "--password", "@password"];
    let refused = sandbox.zenml(&flags).fails(1);
    assert!(refused.contains("without TLS"), "{refused}");
    // A context is used as kubectl uses it: the request goes out, the credential does not.
    let set = |arguments: &[&str]| sandbox.kubectl(&[&["config"], arguments].concat()).succeeds();
    set(&["set-cluster", "open", "--server", &server]);
    set(&["set-credentials", "jane", "--token", "hush"]);
    set(&["set-context", "open", "--cluster=open", "--user=jane"]);
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0; 2048];
        let read = stream.read(&mut head).unwrap();
        let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        String::from_utf8_lossy(&head[..read]).to_lowercase()
    });
    let listed = sandbox.zenml(&["run", "list", "--context", "open", "-n", "default"]);
    let head = asked.join().unwrap();
    assert!(head.starts_with("get ") && !head.contains("authorization") && !head.contains("hush"), "{head}: {listed}");
}
