//! A service with a key: who is let in, how the key is kept and replaced, and least rights.

use super::*;

/// A server that checks the key, but for its health; `{check}` is what it compares.
fn guarded(check: &str) -> String {
    format!(
        r#"version: 1
kind: service
name: guarded
image: docker.io/library/busybox:1.35
invoke_path: /ask
command: [sh, -c]
args:
  - |
    cat > /tmp/answer <<'SCRIPT'
    #!/bin/sh
    read -r method path rest
    length=0 key=
    while IFS= read -r line; do
      line=$(printf %s "$line" | tr -d '\r')
      [ -z "$line" ] && break
      case $line in
        [Aa]uthorization:*) key=${{line#*: }};;
        [Cc]ontent-[Ll]ength:*) length=${{line#*: }};;
      esac
    done
    [ "$length" -gt 0 ] && head -c "$length" >/dev/null
    status='401 Unauthorized' body='no key'
    if [ "$path" = /health ] || {check}; then status='200 OK' body=welcome; fi
    printf 'HTTP/1.1 %s\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s' "$status" "${{#body}}" "$body"
    SCRIPT
    chmod +x /tmp/answer
    trap 'exit 0' TERM
    nc -ll -p "$PORT" -e /tmp/answer & wait
settings:
  resources: {{cpu_count: 0.05, memory: 32MiB}}
  deployer:
    generate_auth_key: true
    readiness_probe_path: /health
    readiness_probe_initial_delay: 0
    readiness_probe_period: 2
    liveness_probe_path: /health
"#
    )
}

const CHECK: &str = "[ \"$key\" = \"Bearer $ZENML_AUTH_KEY\" ]";

fn key(stage: &Stage) -> String {
    stage.get("secret/guarded-auth")["data"]["key"].as_str().unwrap().to_owned()
}

#[test]
fn a_key_is_made_kept_sent_and_replaced() {
    let stage = Stage::new("key");
    let trial =
        |flags: &[&str]| stage.deploy_text(&guarded(CHECK), &[flags, &["--dry-run=server"]].concat()).succeeds();
    assert!(trial(&[]).starts_with("secret/guarded-auth created (server dry run)\n"));
    assert!(stage.deploy_text(&guarded(CHECK), &["--diff"]).succeeds().starts_with("--- live/secret/guarded-auth\n"));
    let deployed = stage.deploy_text(&guarded(CHECK), &[]);
    assert!(!deployed.stderr.contains("the service is open"), "{deployed}");
    deployed.succeeds();
    let first = key(&stage);
    assert_eq!(stage.zenml(&["deployment", "invoke", "guarded"]).succeeds(), "welcome");
    stage.sandbox.write("wrong", b"wrong");
    let wrong = stage.zenml(&["deployment", "invoke", "guarded", "--auth-key", "@wrong"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (Some(1), "no key"), "{wrong}");
    let refused = stage.zenml(&["deployment", "invoke", "guarded", "--auth-key", "s3cret"]).fails(2);
    assert!(!refused.contains("s3cret"), "{refused}");

    let pod = stage.get("pods")["items"][0]["metadata"]["name"].clone();
    stage.deploy_text(&guarded(CHECK), &[]).succeeds();
    assert_eq!((key(&stage), stage.get("pods")["items"][0]["metadata"]["name"].clone()), (first.clone(), pod));
    assert!(!trial(&[]).contains("secret/"));
    assert!(trial(&["--rotate-auth-key"]).starts_with("secret/guarded-auth configured (server dry run)\n"));
    assert_eq!(key(&stage), first);
    stage.deploy_text(&guarded(CHECK), &["--rotate-auth-key"]).succeeds();
    assert_ne!(key(&stage), first);
    assert_eq!(stage.zenml(&["deployment", "invoke", "guarded"]).succeeds(), "welcome");
    stage.zenml(&["deployment", "delete", "guarded"]).succeeds();
    assert_eq!(stage.names("deployments,services,secrets,configmaps"), [""; 0]);
}

#[test]
fn a_service_that_checks_no_key_is_called_open() {
    let stage = Stage::new("open");
    let text = guarded("true").replace("generate_auth_key: true", "auth_key: {file: key}");
    // An empty key would open it to everybody.
    stage.sandbox.write("key", b"\n");
    let refused = stage.deploy_text(&text, &[]).fails(1);
    assert!(refused.contains("\nerror: key is empty, which no auth key may be\n"), "{refused}");
    assert_eq!(stage.names("deployments,services,secrets,configmaps"), [""; 0]);
    stage.sandbox.write("key", b"hush-key\n");
    let deployed = stage.deploy_text(&text, &[]);
    assert!(deployed.stderr.contains("Warning: the service is open"), "{deployed}");
    assert!(!deployed.stderr.contains("hush"), "{deployed}");
    deployed.succeeds();
    stage.sandbox.write("key", b"hush-other\n");
    let again = stage.deploy_text(&text, &[]);
    assert!(again.stderr.contains("replace it with --rotate-auth-key"), "{again}");
}

/// The printed rights are enough for a call with a key, and for going back.
#[test]
fn the_printed_rights_are_enough() {
    let stage = Stage::new("printed");
    let with = "--with=invoke,logs,hpa,pdb,rollback,events";
    let yaml = stage.zenml(&["rbac", "deployer", with, "--auth-key-of=guarded"]).succeeds();
    let path = stage.sandbox.write("rbac.yaml", yaml.as_bytes());
    stage.namespace.kubectl(&["apply", "-f", path.to_str().unwrap()]).succeeds();
    let token = stage.namespace.kubectl(&["create", "token", "zenml-deployer"]).succeeds();
    let user = Sandbox::with_kubeconfig("token");
    user.kubectl(&["config", "set-credentials", "deployer", "--token", token.trim()]).succeeds();
    let namespace = format!("--namespace={}", stage.namespace.name());
    user.kubectl(&["config", "set-context", "--current", "--user=deployer", &namespace]).succeeds();
    user.write("service.yaml", guarded(CHECK).replace("    generate", "    replicas: 2\n    generate").as_bytes());
    let deployed = user.zenml(&["deploy", "-f", "service.yaml"]);
    assert!(!deployed.stderr.contains("Warning"), "{deployed}");
    deployed.succeeds();
    assert_eq!(user.zenml(&["deployment", "invoke", "guarded"]).succeeds(), "welcome");
    user.zenml(&["deployment", "logs", "guarded"]).succeeds();
    user.zenml(&["deployment", "history", "guarded"]).succeeds();
    let scaled = user.zenml(&["deployment", "scale", "guarded", "--replicas=1", "--wait=false"]).succeeds();
    assert_eq!(scaled, "deployment.apps/guarded scaled\n");
    user.zenml(&["deployment", "delete", "guarded"]).succeeds();
    assert_eq!(stage.names("deployments,services,secrets,configmaps,pdb"), [""; 0]);
}

/// Without the right to make PodDisruptionBudgets and autoscalers a deployment does without, and says so.
#[test]
fn a_deployment_does_without_what_is_not_allowed() {
    let stage = Stage::new("without");
    let yaml = stage.zenml(&["rbac", "deployer"]).succeeds();
    let path = stage.sandbox.write("rbac.yaml", yaml.as_bytes());
    stage.namespace.kubectl(&["apply", "-f", path.to_str().unwrap()]).succeeds();
    let token = stage.namespace.kubectl(&["create", "token", "zenml-deployer"]).succeeds();
    let user = Sandbox::with_kubeconfig("token");
    user.kubectl(&["config", "set-credentials", "deployer", "--token", token.trim()]).succeeds();
    let namespace = format!("--namespace={}", stage.namespace.name());
    user.kubectl(&["config", "set-context", "--current", "--user=deployer", &namespace]).succeeds();
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    let scaled = "min_replicas: 2, max_replicas: 3}";
    let text = example.replace("memory: 64MiB}", &format!("memory: 64MiB, {scaled}")).replace("    replicas: 1\n", "");
    user.write("service.yaml", text.as_bytes());
    let deployed = user.zenml(&["deploy", "-f", "service.yaml", "--wait=false"]);
    assert!(deployed.stderr.contains("does without horizontalpodautoscalers.autoscaling"), "{deployed}");
    assert!(deployed.stderr.contains("does without poddisruptionbudgets.policy"), "{deployed}");
    deployed.succeeds();
    assert_eq!(stage.get("deployment/k8s-example")["spec"]["replicas"], 2);
    let refused = user.zenml(&["deployment", "history", "k8s-example"]).fails(1);
    assert!(
        refused.contains(&format!("`kubectl zenml rbac deployer -n {} --with rollback`", stage.namespace.name())),
        "{refused}"
    );
    let refused = user.zenml(&["deploy", "-f", "service.yaml", "--atomic"]).fails(1);
    assert!(refused.contains("a failed rollout could not be taken back"), "{refused}");
    user.zenml(&["deployment", "delete", "k8s-example"]).succeeds();
    assert_eq!(stage.names("deployments,services"), [""; 0]);
}
