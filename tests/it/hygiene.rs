//! Who may look at what: the memory of a process that holds a secret, the words of a panic, and every file in the state
//! directory.

use std::fs::{self, Permissions};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kubectl_zenml::paths::Home;
use serde_json::{Value, json};

use crate::support::output::Output;
use crate::support::sandbox::{HELPER, PLUGIN, Sandbox};

const STATE: &str = ".local/share/kubectl-zenml";
const SOMEBODY: u32 = 65534;

/// A key-file vault with one connector, and the `KUBERNETES_EXEC_INFO` that asks for it, made under `umask 000`.
struct Vault {
    home: Sandbox,
    info: String,
}

impl Vault {
    /// The connector's user is `user` of a kubeconfig.
    fn of(user: &Value) -> Self {
        let home = Sandbox::empty();
        let cluster = json!({"server": "https://127.0.0.1:1", "insecure-skip-tls-verify": true});
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "it",
            "clusters": [{"name": "it", "cluster": cluster}],
            "users": [{"name": "it", "user": user}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
        });
        home.write(".kube/config", config.to_string().as_bytes());
        let journey = "umask 000; set -e
            kubectl-zenml vault init --holder key-file
            kubectl-zenml register prod --no-verify
            kubectl-zenml login prod --kubeconfig new";
        Output::of(home.command("/bin/sh").args(["-c", journey])).succeeds();
        let spec = json!({"interactive": false, "cluster": cluster});
        let version = "client.authentication.k8s.io/v1";
        Self { home, info: json!({"kind": "ExecCredential", "apiVersion": version, "spec": spec}).to_string() }
    }

    fn with_token(token: &str) -> Self {
        Self::of(&json!({ "token": token }))
    }

    fn state(&self, name: &str) -> PathBuf {
        self.home.path(STATE).join(name)
    }

    /// The one file in `folder` that ends in `end`.
    fn file(&self, folder: &str, end: &str) -> PathBuf {
        let paths = fs::read_dir(self.state(folder)).unwrap().map(|entry| entry.unwrap().path());
        paths.filter(|path| path.to_str().unwrap().ends_with(end)).collect::<Vec<_>>().pop().unwrap()
    }

    fn id(&self) -> String {
        self.file("connectors", ".json").file_stem().unwrap().to_str().unwrap().to_owned()
    }

    /// Lets the credential's answer go stale, so that the next `get` renews it.
    fn age(&self) {
        let vault = kubectl_zenml::vault::Vault::require(&Home::at(self.state(""))).unwrap();
        let sealed = vault.sealed(&self.id()).unwrap().unwrap();
        let key = vault.key_at_hand(&sealed.header.key).unwrap().unwrap();
        let (mut header, content) = sealed.open(&key).unwrap();
        header.refresh_after = Some(1);
        vault.put(&key, &header, &content).unwrap();
    }

    fn asking(&self, program: impl AsRef<Path>) -> Command {
        let mut command = self.home.command(program);
        command.args(["credential", "get", &self.id()]).env("KUBERNETES_EXEC_INFO", &self.info);
        command
    }

    fn get(&self) -> Output {
        Output::of(&mut self.asking(HELPER))
    }

    fn list(&self) -> Output {
        self.home.zenml(&["connector", "list"])
    }
}

/// A kubeconfig user with an exec plugin.
fn plugin() -> Value {
    let version = "client.authentication.k8s.io/v1";
    let answer =
        json!({"apiVersion": version, "status": {"token": "t", "expirationTimestamp": "2099-01-01T00:00:00Z"}});
    let args = ["-c".to_owned(), format!("echo '{answer}'")];
    json!({"exec": {"apiVersion": version, "command": "sh", "args": args, "interactiveMode": "Never"}})
}

#[test]
fn nobody_reads_the_memory_of_a_process_that_holds_a_secret() {
    // More than a pipe takes in: the helper waits in the middle of its answer.
    let vault = Vault::with_token(&"t".repeat(200_000));
    let helper = vault.home.path("zenml-credential");
    fs::copy(HELPER, &helper).unwrap();
    let as_somebody = |command: &mut Command| {
        if is_root() {
            command.uid(SOMEBODY).gid(SOMEBODY);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap()
    };
    if is_root() {
        give_away(&vault.home.path(""));
    }
    for (mut command, private) in [(vault.asking(&helper), true), (Command::new("/usr/bin/yes"), false)] {
        let mut child = as_somebody(&mut command);
        child.stdout.as_mut().unwrap().read_exact(&mut [0; 100]).unwrap();
        let mut look = Command::new("/bin/cat");
        let looked = as_somebody(look.arg(format!("/proc/{}/maps", child.id())).stderr(Stdio::null()));
        let seen = !looked.wait_with_output().unwrap().stdout.is_empty();
        let owner = fs::metadata(format!("/proc/{}/maps", child.id())).unwrap().uid();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!((seen, owner == 0), (!private, private), "{command:?}");
    }
}

#[test]
fn every_program_of_ours_guards_its_memory_before_it_opens_a_file() {
    let vault = Vault::of(&plugin());
    for program in [HELPER, PLUGIN] {
        vault.age();
        let mut command = vault.home.command("/usr/bin/strace");
        command.args(["-qq", "-e", "trace=execve,prctl,openat,open", "-o", "trace", program]);
        command.args(["credential", "get", &vault.id()]).env("KUBERNETES_EXEC_INFO", &vault.info);
        Output::of(&mut command).succeeds();
        let trace = fs::read_to_string(vault.home.path("trace")).unwrap();
        // The program itself, and the plugin that it becomes to renew the answer.
        let images: Vec<_> = trace.split("execve(").skip(1).collect();
        assert_eq!(images.len(), 2, "{trace}");
        for image in images {
            let guarded = image.find("prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE) = 0");
            assert!(guarded.unwrap() < image.find("/vault/vault.json").unwrap(), "{trace}");
        }
    }
}

#[test]
fn a_panic_says_where_and_not_what() {
    const PANIC: &str = "ZENML_TEST_PANIC";
    // The process that this test looks at is this test again.
    if std::env::var_os(PANIC).is_some() {
        kubectl_zenml::process::guard();
        let token = String::from("canary-é");
        let _ = &token[..token.len() - 1];
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "hygiene::a_panic_says_where_and_not_what", "--nocapture"]);
    let said = Output::of(command.env(PANIC, "yes").env("RUST_BACKTRACE", "full"));
    assert_eq!(said.code, Some(70), "{said}");
    assert!(said.stderr.starts_with("error: internal error at tests/it/hygiene.rs:"), "{said}");
    assert!(!said.to_string().contains("canary") && !said.stderr.contains("boundary"), "{said}");
}

#[test]
fn every_file_is_private_whatever_the_umask() {
    let vault = Vault::of(&plugin());
    vault.age();
    let mut renewing = vault.home.command("/bin/sh");
    let get = format!("umask 000; kubectl-zenml credential get {}", vault.id());
    Output::of(renewing.args(["-c", &get]).env("KUBERNETES_EXEC_INFO", &vault.info)).succeeds();
    let mut seen = Vec::new();
    let mut paths = vec![vault.state("")];
    while let Some(path) = paths.pop() {
        let metadata = fs::symlink_metadata(&path).unwrap();
        let mode = if metadata.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(metadata.mode() & 0o7777, mode, "{}", path.display());
        if metadata.is_dir() {
            paths.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            seen.push(path.file_name().unwrap().to_str().unwrap().replace(&vault.id(), "ID"));
        }
    }
    for name in ["vault.key", "vault.json", "ID.sealed", "ID.lock", "ID.json", "lock"] {
        assert!(seen.iter().any(|seen| seen == name), "{name} is not among {seen:?}");
    }
    assert_eq!(fs::metadata(vault.home.path("new")).unwrap().mode() & 0o777, 0o600, "the new kubeconfig");
}

#[test]
fn what_others_may_reach_or_own_or_have_replaced_is_refused() {
    let vault = Vault::with_token("t");
    let get: fn(&Vault) -> Output = Vault::get;
    let list: fn(&Vault) -> Output = Vault::list;
    let places = [
        (vault.state("vault.key"), get),
        (vault.state("vault/vault.json"), get),
        (vault.file("vault", ".sealed"), get),
        (vault.file("connectors", ".json"), list),
        (vault.state("vault"), get),
        (vault.state("connectors"), list),
    ];
    for (place, read) in places {
        read(&vault).succeeds();
        let refuses = |why: &str| {
            let said = read(&vault).fails(1);
            assert!(said.contains(place.to_str().unwrap()) && said.contains(why), "{said}");
        };
        let private = fs::metadata(&place).unwrap().permissions();
        for others in [0o040, 0o020, 0o010, 0o004, 0o002, 0o001, 0o077] {
            fs::set_permissions(&place, Permissions::from_mode(private.mode() | others)).unwrap();
            refuses("others may read");
        }
        fs::set_permissions(&place, private).unwrap();
        if is_root() {
            chown(&place, Some(SOMEBODY), None).unwrap();
            refuses("belongs to user 65534");
            chown(&place, Some(0), None).unwrap();
        }
        let genuine = vault.home.path("genuine");
        fs::rename(&place, &genuine).unwrap();
        symlink(&genuine, &place).unwrap();
        refuses(if genuine.is_dir() { "is not a directory of its own" } else { "not a link" });
        fs::remove_file(&place).unwrap();
        if genuine.is_file() {
            Output::of(Command::new("/usr/bin/mkfifo").args(["-m", "600"]).arg(&place)).succeeds();
            refuses("is not a file of ours");
            fs::remove_file(&place).unwrap();
        }
        fs::rename(&genuine, &place).unwrap();
        read(&vault).succeeds();
    }
}

#[test]
fn what_somebody_else_owns_is_refused() {
    // For whoever is not root, and so cannot give a file away.
    let dir = tempfile::tempdir().unwrap();
    let foreign = if is_root() { dir.path().join("file") } else { "/etc/passwd".into() };
    if is_root() {
        fs::write(&foreign, "x").unwrap();
        chown(&foreign, Some(SOMEBODY), None).unwrap();
    }
    let error = kubectl_zenml::files::read_private(&foreign).unwrap_err().to_string();
    assert!(error.contains("not to you"), "{error}");
}

fn is_root() -> bool {
    fs::metadata("/proc/self/status").unwrap().uid() == 0
}

/// Makes `path` and everything below it somebody's.
fn give_away(path: &Path) {
    if fs::symlink_metadata(path).unwrap().is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give_away(&entry.unwrap().path());
        }
    }
    std::os::unix::fs::lchown(path, Some(SOMEBODY), Some(SOMEBODY)).unwrap();
}
