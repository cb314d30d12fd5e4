//! User names and passwords: no API server takes them since 1.19, but a proxy in front of one may.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::sandbox::Sandbox;
use crate::support::{cluster, kubeconfig};

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
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || serve(&stream, inner));
            }
        });
        Self { address, upstream }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = self.upstream.kill();
        let _ = self.upstream.wait();
    }
}

/// One request, one connection.
fn serve(client: &TcpStream, inner: SocketAddr) {
    let expected = format!("Basic {}", STANDARD.encode(format!("jane:{PASSWORD}")));
    let mut reader = BufReader::new(client);
    let (mut head, mut known) = (String::new(), false);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or_default() == 0 || line == "\r\n" {
            break;
        }
        match line.split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("authorization") => known = value.trim() == expected,
            Some((name, _)) if name.eq_ignore_ascii_case("connection") => {}
            _ => head.push_str(&line),
        }
    }
    let mut client = client;
    if !known {
        let _ = client.write_all(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return;
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or_default()];
    let mut upstream = TcpStream::connect(inner).expect("kubectl proxy");
    let passed = reader.read_exact(&mut body).and_then(|()| {
        upstream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())?;
        upstream.write_all(&body)?;
        std::io::copy(&mut upstream, &mut client)
    });
    drop(passed);
}

fn register(sandbox: &Sandbox, gate: &Gate, password: &str) -> crate::support::output::Output {
    sandbox.write("password", password.as_bytes());
    let server = gate.url();
    sandbox.zenml(&["register", "gated", "--server", &server, "--username", "jane", "--password", "@password"])
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
    assert!(!config.contains(PASSWORD) && !config.contains("zenml-gated"), "{config}");
}

#[test]
fn a_context_with_a_password_is_lifted() {
    let (sandbox, gate) = (Sandbox::with_vault("token"), Gate::open());
    let set = |arguments: &[&str]| sandbox.kubectl(&[&["config"], arguments].concat()).succeeds();
    set(&["set-cluster", "gate", "--server", &gate.url()]);
    set(&["set-credentials", "jane", "--username=jane", &format!("--password={PASSWORD}")]);
    set(&["set-context", "gate", "--cluster=gate", "--user=jane"]);
    sandbox.zenml(&["register", "--context", "gate"]).succeeds();
    sandbox.zenml(&["verify", "gate"]).succeeds();
}
