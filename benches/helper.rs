//! The helper's hit path against a static program that only prints a fixed answer: whole processes, in turn, in one run.
//!
//! Prints medians and the median of the ratios pair by pair. Bars: ratio at most 2, peak memory at most 3 MB.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kubectl_zenml::execcred::{Answer, ApiVersion, Cluster, Request};
use kubectl_zenml::paths::Home;
use kubectl_zenml::secret::Secret;
use kubectl_zenml::vault::Vault;
use kubectl_zenml::vault::content::{Content, Credential};
use kubectl_zenml::vault::header::{BoundCluster, FORMAT, Header};
use nix::sys::resource::{UsageWho, getrusage};

const ROUNDS: usize = 500;
const ID: &str = "0f8e9c7a-1111-4222-8333-444455556666";
const FIXED: &str = r##"fn main() {
    use std::io::Write;
    let answer = r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"fixed"}}"#;
    std::io::stdout().write_all(answer.as_bytes()).unwrap();
}"##;

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == "--peak-memory-of") {
        return peak_memory(&arguments[place + 1..]);
    }
    let dir = tempfile::tempdir().unwrap();
    let fixed = compile(dir.path());
    let helper = PathBuf::from(env!("CARGO_BIN_EXE_zenml-credential"));
    println!("helper hit, whole process, {ROUNDS} rounds in turn with a fixed answer (static musl)");
    for holder in ["key-file", "os"] {
        let home = dir.path().join(holder);
        let info = prepare(&home, holder);
        let command = |program: &Path| {
            let mut command = Command::new(program);
            command.args(["get", ID]).env("KUBERNETES_EXEC_INFO", &info).env("KUBECTL_ZENML_HOME", &home);
            command.stdin(Stdio::null()).stderr(Stdio::inherit());
            command
        };
        report(holder, || time(&mut command(&helper)), || time(&mut command(&fixed)));
        println!("{:<24}{:>10} KB peak memory", "", measure_peak_memory(&helper, &home, &info));
    }
    println!("{:<24}{:>10} KB on disk", "zenml-credential", fs::metadata(&helper).unwrap().len() / 1000);
}

fn report(holder: &str, mut helper: impl FnMut() -> Duration, mut fixed: impl FnMut() -> Duration) {
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS + 20 {
        let (a, b) = (helper(), fixed());
        if round >= 20 {
            ours.push(a.as_secs_f64() * 1e3);
            theirs.push(b.as_secs_f64() * 1e3);
            ratios.push(a.as_secs_f64() / b.as_secs_f64());
        }
    }
    let name = if holder == "os" { "kernel cache" } else { holder };
    let (ours, theirs, ratio) = (median(ours), median(theirs), median(ratios));
    println!("{name:<24}{ours:>7.3} ms   fixed answer {theirs:.3} ms   ratio {ratio:.2}");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    let output = command.output().unwrap();
    let elapsed = start.elapsed();
    assert!(output.status.success() && output.stdout.starts_with(b"{\"kind\":\"ExecCredential\""), "{output:?}");
    elapsed
}

fn compile(dir: &Path) -> PathBuf {
    let (source, program) = (dir.join("fixed.rs"), dir.join("fixed"));
    fs::write(&source, FIXED).unwrap();
    let options =
        ["--edition=2024", "--target=x86_64-unknown-linux-musl", "-Copt-level=3", "-Cpanic=abort", "-Cstrip=symbols"];
    let status =
        Command::new("rustc").args(options).arg("-Clto=fat").arg("-o").arg(&program).arg(&source).status().unwrap();
    assert!(status.success());
    program
}

/// A vault with one sealed token, and the `KUBERNETES_EXEC_INFO` that asks for it.
fn prepare(home: &Path, holder: &str) -> String {
    let plugin = env!("CARGO_BIN_EXE_kubectl-zenml");
    let keyring = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keyring/with-keyring");
    let status = Command::new(keyring)
        .args([plugin, "vault", "init", "--holder", holder])
        .args(if holder == "os" { &["--cache-seconds", "600"] as &[&str] } else { &[] })
        .env("KUBECTL_ZENML_HOME", home)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let vault = Vault::require(&Home::at(home)).unwrap();
    let cluster = Cluster {
        server: "https://127.0.0.1:6443".into(),
        certificate_authority_data: Some(ca()),
        ..Cluster::default()
    };
    let header = Header {
        format: FORMAT,
        vault: vault.settings().id.clone(),
        key: vault.settings().key.clone(),
        connector: ID.into(),
        auth_method: "token".into(),
        account: Some("bench".into()),
        cluster: BoundCluster::of(&cluster).unwrap(),
        unbound: false,
        expires_at: None,
        refresh_after: None,
    };
    let answer = Answer { token: Some(Secret::new("t".repeat(1200))), ..Answer::default() };
    let key = vault.key_at_hand(&header.key).unwrap().unwrap();
    vault.put(&key, &header, &Content { credential: Credential::Token { answer }, proxy_url: None }).unwrap();
    Request { api_version: ApiVersion::V1, interactive: false, cluster: Some(cluster) }.to_json().unwrap()
}

/// Base64 of a PEM bundle of an ordinary CA's size.
fn ca() -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let body = STANDARD.encode(vec![7; 800]);
    STANDARD.encode(format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"))
}

/// The peak is kept for all children together, so a process of its own asks for one child's.
fn measure_peak_memory(helper: &Path, home: &Path, info: &str) -> u64 {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("--peak-memory-of").arg(helper).env("KUBERNETES_EXEC_INFO", info).env("KUBECTL_ZENML_HOME", home);
    String::from_utf8(command.output().unwrap().stdout).unwrap().trim().parse().unwrap()
}

fn peak_memory(program: &[String]) {
    let output = Command::new(&program[0]).args(["get", ID]).output().unwrap();
    assert!(output.status.success());
    println!("{}", getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss());
}
