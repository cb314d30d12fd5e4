//! Every error says what to do: bad input, one row each.

use std::fs;

use serde_json::json;

use crate::support::sandbox::Sandbox;

/// Words, the exit code, and what the error and its hint say.
type Row<'a> = (&'a [&'a str], i32, &'a str, &'a str);

#[track_caller]
fn hinted(sandbox: &Sandbox, rows: &[Row<'_>]) {
    for (words, code, error, hint) in rows {
        let said = sandbox.zenml(words).fails(*code);
        let hints: Vec<_> = said.lines().filter_map(|line| line.strip_prefix("hint: ")).collect();
        assert!(said.contains(error) && hints.iter().any(|line| line.contains(hint)), "{words:?}: {said}");
    }
}

#[test]
fn files_that_cannot_be_read() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.write("empty", b"\n");
    sandbox.write("word", b"just words\n");
    sandbox.write("list", b"- a\n");
    sandbox.write("key", b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n");
    let certificate = rcgen::generate_simple_self_signed(["me".to_owned()]).unwrap().cert.pem();
    sandbox.write("cert", certificate.as_bytes());
    let server = ["register", "x", "--no-verify", "--server", "https://127.0.0.1:9"];
    let with = |more: &[&'static str]| [&server[..], more].concat();
    hinted(
        &sandbox,
        &[
            (&with(&["--token", "@gone"]), 1, "cannot read gone", "counts from the current directory"),
            (&with(&["--token", "@bin"]), 1, "cannot read bin", "that is a directory"),
            (&with(&["--token", "@empty"]), 1, "no value was given for --token", "was empty"),
            (
                &with(&["--certificate-authority", "gone"]),
                1,
                "--certificate-authority names",
                "counts from the current directory",
            ),
            (&with(&["--certificate-authority", "bin"]), 1, "--certificate-authority names", "that is a directory"),
            (&with(&["--certificate-authority", "word"]), 1, "there is no PEM", "PEM begins with"),
            (&with(&["--token-file", "gone"]), 1, "cannot read the token file", "which of its directories"),
            (&with(&["--token-file", "empty"]), 1, "is empty", "has left no token in it"),
            (&with(&["--client-certificate", "cert", "--client-key", "key"]), 1, "no PEM private key", "openssl pkey"),
            (&with(&["--token", "@word", "--proxy-url", "ftp://a"]), 1, "nor socks5", "http://HOST"),
            (&["register", "--kubeconfig", "gone"], 1, "does not exist", "name another one with --kubeconfig"),
            (&["register", "--kubeconfig", "list"], 1, "is not a kubeconfig", "clusters, users and contexts"),
            (&["register", "--in-cluster"], 1, "no pod", "automountServiceAccountToken"),
        ],
    );
    sandbox.edit_kubeconfig(|tree| {
        let body = json!({"client-certificate": "gone.crt", "client-key": "gone.key"});
        tree["users"][0]["user"] = body;
    });
    hinted(&sandbox, &[(&["register"], 1, "unable to read client-certificate", "put the file back")]);
}

#[test]
fn plugins_that_do_not_work() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.script("chatty", "#!/bin/sh\necho hello\n");
    sandbox.write("bin/plain", b"#!/bin/sh\n");
    sandbox.script("broken", "#!/bin/sh\nexit 1\n");
    let answer = r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{}}"#;
    sandbox.script("empty", &format!("#!/bin/sh\necho '{answer}'\n"));
    let register = |command: &'static str| {
        ["register", "x", "--server", "https://127.0.0.1:9", "--exec-command", command, "--exec-arg", "get"]
    };
    hinted(
        &sandbox,
        &[
            (&register("nosuch"), 1, "cannot run the exec plugin `nosuch`", "directory on PATH"),
            (&register("bin/nosuch"), 1, "cannot run the exec plugin `bin/nosuch`", "install it as /"),
            (&register("bin/plain"), 1, "cannot run the exec plugin `bin/plain`", "make it executable"),
            (&register("chatty"), 1, "did not print an ExecCredential", "must be on its standard output"),
            (&register("broken"), 1, "the exec plugin `broken` failed", "log in with its own tool"),
            (&register("empty"), 1, "neither a token nor a certificate", "must be on its standard output"),
        ],
    );
}

#[test]
fn records_that_are_damaged_or_newer() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    let id = sandbox.zenml(&["connector", "describe", "prod", "-o", "jsonpath={.id}"]).succeeds();
    let path = sandbox.path(&format!(".local/share/kubectl-zenml/connectors/{}.json", id.trim()));
    let record = fs::read_to_string(&path).unwrap();
    fs::write(&path, record.replace("\"format\": 1", "\"format\": 2").replace("\"format\":1", "\"format\":2")).unwrap();
    hinted(&sandbox, &[(&["connector", "describe", "prod"], 1, "has format 2", "newer release")]);
    fs::write(&path, record.replace("\"configuration\"", "\"konfiguration\"")).unwrap();
    hinted(&sandbox, &[(&["connector", "describe", "prod"], 1, "is damaged", "from a backup")]);
}

#[test]
fn values_of_components() {
    let sandbox = Sandbox::empty();
    let register = ["orchestrator", "register", "k8s"];
    for flag in [
        "--incluster=perhaps",
        "--max-parallelism=0",
        "--kubernetes-namespace=A_b",
        "--orchestrator-image=a b",
        "--pod-settings={host_ipc: perhaps}",
        "--kubernetes-context=",
    ] {
        let name = flag.split('=').next().unwrap();
        hinted(&sandbox, &[(&[&register[..], &[flag]].concat(), 2, name, "")]);
    }
    hinted(&sandbox, &[(&["orchestrator", "register", "k8s", "--incluster=@gone"], 1, "cannot read gone", "its name")]);
}

#[test]
fn what_cannot_be_sent_or_had() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    sandbox.write("ca", rcgen::generate_simple_self_signed(["me".to_owned()]).unwrap().cert.pem().as_bytes());
    let both = ["register", "x", "--certificate-authority", "ca", "--insecure-skip-tls-verify"];
    hinted(
        &sandbox,
        &[
            (&both, 2, "with the insecure flag is not allowed", "give --certificate-authority alone"),
            (
                &["register", "x", "--service-account", "default/nobody"],
                1,
                "not found",
                "kubectl create serviceaccount nobody",
            ),
            (&["connector", "describe", "prod", "-o", "jsonpath={.nme}"], 1, "nothing is at .nme", "-o json"),
        ],
    );
    sandbox.edit_kubeconfig(|tree| tree["users"][0]["user"]["as"] = json!("jane\nroot"));
    hinted(&sandbox, &[(&["register", "x"], 1, "failed to parse header value", "one line of ASCII")]);
}

#[test]
fn what_a_component_cannot_keep() {
    let sandbox = Sandbox::empty();
    for (noun, flag, hint) in [
        ("orchestrator", "--pod-name-prefix=x", "write --job-name-prefix"),
        ("orchestrator", "--skip-owner-references=true", "leave the flag out"),
        ("deployer", "--custom-deployment-template-file=x", "--additional-resources FILE"),
        ("deployer", "--custom-service-template-file=x", "--additional-resources FILE"),
        ("deployer", "--auth-key=abc", "write --generate-auth-key"),
        ("deployer", "--auth-key=@file", "write --generate-auth-key"),
        ("deployer", "--labels=run=x", "nothing was registered; leave that setting out"),
    ] {
        let words = [noun, "register", "d", flag];
        hinted(&sandbox, &[(&words, 2, "", hint)]);
        let said = sandbox.zenml(&words).fails(2);
        assert!(!said.contains("Refused") && !said.contains("--remove-attr") && !said.contains("@FILE"), "{said}");
    }
    let said = sandbox.zenml(&["deployer", "update", "default", "--labels=run=x"]).fails(2);
    assert!(said.contains("deployer update default --remove-attr KEY"), "{said}");
}
