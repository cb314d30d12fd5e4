//! `kubectl proxy`: a client-go program that lives long enough to see credentials end.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::support::cluster;
use crate::support::sandbox::Sandbox;

/// A running proxy; it ends when this is dropped.
pub(super) struct Proxy<'s> {
    child: Child,
    address: String,
    sandbox: &'s Sandbox,
}

impl<'s> Proxy<'s> {
    /// Starts one on a free port.
    pub(super) fn start(sandbox: &'s Sandbox) -> Self {
        let mut command = sandbox.command(cluster().join("bin/kubectl"));
        let errors = File::create(sandbox.path("proxy.err")).expect("a file");
        command.args(["proxy", "--port=0"]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors);
        let mut child = command.spawn().expect("kubectl proxy");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let address = line.trim().rsplit(' ').next().expect("an address").to_owned();
        Self { child, address, sandbox }
    }

    /// The status code and body of one request.
    pub(super) fn send(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("the proxy");
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .expect("a request");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        (head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status code"), body.to_owned())
    }

    /// Who the server says that the proxy is.
    pub(super) fn whoami(&self) -> String {
        self.try_whoami().unwrap_or_else(|body| panic!("{body}\n{}", self.errors()))
    }

    /// The same, or what the proxy answered instead.
    pub(super) fn try_whoami(&self) -> Result<String, String> {
        let review = r#"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#;
        let (code, body) = self.send("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", review);
        if code != 201 {
            return Err(body);
        }
        let review: Value = serde_json::from_str(&body).expect("JSON");
        Ok(review["status"]["userInfo"]["username"].as_str().expect("a name").to_owned())
    }

    /// What it wrote to standard error.
    pub(super) fn errors(&self) -> String {
        fs::read_to_string(self.sandbox.path("proxy.err")).expect("the file")
    }
}

impl Drop for Proxy<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
