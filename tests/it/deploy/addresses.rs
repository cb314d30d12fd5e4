//! Where a deployment can be reached, as every command tells it.

use super::*;

/// The example, published like this.
fn published(settings: &str) -> String {
    let example = fs::read_to_string(repository().join("examples/service.yaml")).unwrap();
    example.replace("    replicas: 1\n", settings)
}

/// A ClusterRole and its binding, gone when the test ends.
struct Outside(String);

impl Drop for Outside {
    fn drop(&mut self) {
        admin(&["delete", "clusterrole,clusterrolebinding", &self.0, "--ignore-not-found"]);
    }
}

fn listed(stage: &Stage) -> Value {
    stage.zenml(&["deployment", "list", "-o", "json"]).json()["items"][0].clone()
}

#[test]
fn the_list_has_the_address_that_people_can_reach() {
    let stage = Stage::new("addresses");
    stage.deploy_text(&published(""), &[]).succeeds();
    let inside = format!("http://k8s-example.{}.svc.cluster.local:8000", stage.namespace.name());
    assert_eq!((&listed(&stage)["url"], &listed(&stage)["through"]), (&inside.into(), &"ClusterIP".into()));

    // A port that nobody else of this machine's tests takes.
    let port = 30000 + std::process::id() % 2000;
    let deployed = stage.deploy_text(&published(&format!("    service_type: NodePort\n    node_port: {port}\n")), &[]);
    assert_eq!(stage.get("service/k8s-example")["spec"]["ports"][0]["nodePort"], port);
    let url = stage.zenml(&["deployment", "url", "k8s-example"]).succeeds();
    assert!(url.ends_with(&format!(":{port}\n")), "{url}");
    let url = url.trim();
    assert!(deployed.stderr.contains(&format!("It is published at {url}\n")), "{deployed}");
    assert_eq!((&listed(&stage)["url"], &listed(&stage)["through"]), (&url.into(), &"NodePort".into()));
    assert!(stage.zenml(&["deployment", "list"]).succeeds().contains(&format!(" {url} ")));
    let described = stage.zenml(&["deployment", "describe", "k8s-example"]).succeeds();
    assert!(described.contains(&format!("URL:           {url} (NodePort)\n")), "{described}");

    let balancer = published("    service_type: LoadBalancer\n    load_balancer_source_ranges: [10.0.0.0/8]\n");
    let deployed = stage.deploy_text(&balancer, &[]);
    assert!(deployed.stderr.contains("LoadBalancer: the load balancer has no address yet"), "{deployed}");
    deployed.succeeds();
    assert!(stage.zenml(&["deployment", "list"]).succeeds().contains(" <pending> "));
    let patch = r#"{"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.7"}]}}}"#;
    let patch = ["patch", "service/k8s-example", "--subresource=status", "--type=merge", "-p", patch];
    stage.namespace.kubectl(&patch).succeeds();
    assert_eq!(listed(&stage)["url"], "http://192.0.2.7:8000");
    let wide = stage.zenml(&["deployment", "list", "-o", "wide"]).succeeds();
    assert!(wide.contains(" http://192.0.2.7:8000 ") && wide.contains(" LoadBalancer "), "{wide}");
}

/// Who may not list nodes or see Ingresses is told what there is to tell.
#[test]
fn the_list_does_without_what_may_not_be_seen() {
    let stage = Stage::new("hidden");
    let _outside = Outside(format!("zenml-deployer-{}-nodes", stage.namespace.name()));
    let text = published("    service_type: NodePort\n    ingress_enabled: true\n    ingress_host: a.example.com\n");
    stage.deploy_text(&text, &["--wait=false"]).succeeds();
    let grant = |with: &[&str]| {
        let yaml = stage.zenml(&[&["rbac", "deployer"], with].concat()).succeeds();
        let path = stage.sandbox.write("rbac.yaml", yaml.as_bytes());
        stage.namespace.kubectl(&["apply", "-f", path.to_str().unwrap()]).succeeds();
    };
    grant(&[]);
    let token = stage.namespace.kubectl(&["create", "token", "zenml-deployer"]).succeeds();
    let user = Sandbox::with_kubeconfig("token");
    user.kubectl(&["config", "set-credentials", "deployer", "--token", token.trim()]).succeeds();
    let namespace = format!("--namespace={}", stage.namespace.name());
    user.kubectl(&["config", "set-context", "--current", "--user=deployer", &namespace]).succeeds();
    let port = stage.get("service/k8s-example")["spec"]["ports"][0]["nodePort"].to_string();
    let seen = || user.zenml(&["deployment", "list"]).succeeds();
    assert!(seen().contains(&format!(" <node>:{port} ")), "{}", seen());
    let url = user.zenml(&["deployment", "url", "k8s-example"]);
    assert!(url.stdout.is_empty() && url.stderr.contains("you may not list nodes"), "{url}");
    for feature in ["nodes", "url"] {
        assert!(url.stderr.contains(&format!("-n {} --with {feature}`", stage.namespace.name())), "{url}");
    }

    grant(&["--with=nodes"]);
    assert!(seen().contains("http://10.") && seen().contains(&format!(":{port} ")), "{}", seen());
    // What was granted before stays.
    grant(&["--with=url"]);
    assert!(seen().contains(" http://a.example.com "), "{}", seen());
}

/// The right to create namespaces is enough to create one: the documentation's list has no right to read them.
#[test]
fn a_namespace_is_created_without_a_right_to_read_it() {
    let home = Stage::new("home");
    let _outside = Outside(format!("zenml-deployer-{}-namespaces", home.namespace.name()));
    let away = Stage::at(Namespace::named("away"));
    let yaml = home.zenml(&["rbac", "deployer", "--with=namespaces"]).succeeds();
    let path = home.sandbox.write("rbac.yaml", yaml.as_bytes());
    home.namespace.kubectl(&["apply", "-f", path.to_str().unwrap()]).succeeds();
    let token = home.namespace.kubectl(&["create", "token", "zenml-deployer"]).succeeds();
    let config = ["config", "set-credentials", "deployer", "--token", token.trim()];
    away.sandbox.kubectl(&config).succeeds();
    away.sandbox.kubectl(&["config", "set-context", "--current", "--user=deployer"]).succeeds();
    let refused = away.deploy_text(&published(""), &[]);
    assert!(refused.stderr.contains(&format!("namespace/{} created\n", away.namespace.name())), "{refused}");
    assert!(refused.stderr.contains("Error from server (Forbidden): deployments.apps"), "{refused}");
    admin(&["get", "namespace", away.namespace.name()]).succeeds();
}

#[test]
fn a_service_that_somebody_deleted_is_told_and_has_no_url() {
    let stage = Stage::new("gone");
    let example = repository().join("examples/service.yaml");
    let deploy = ["deploy", "-f", example.to_str().unwrap(), "--wait=false"];
    stage.zenml(&deploy).succeeds();
    let there = stage.zenml(&["deployment", "describe", "k8s-example", "-o", "json"]).json();
    assert_eq!(there["missing"], serde_json::json!([]), "{there}");
    stage.namespace.kubectl(&["delete", "service", "k8s-example"]).succeeds();
    let gone = stage.zenml(&["deployment", "describe", "k8s-example"]).succeeds();
    assert!(
        gone.contains("service/k8s-example (missing)\n") && gone.contains("deployment.apps/k8s-example\n"),
        "{gone}"
    );
    assert!(
        gone.contains("<none> (none)\n") && gone.contains("the Service is missing: the next deploy makes"),
        "{gone}"
    );
    let gone = stage.zenml(&["deployment", "describe", "k8s-example", "-o", "json"]).json();
    assert_eq!((&gone["missing"], &gone["url"]), (&serde_json::json!(["service/k8s-example"]), &Value::Null), "{gone}");
    stage.zenml(&deploy).succeeds();
    let again = stage.zenml(&["deployment", "describe", "k8s-example"]).succeeds();
    assert!(!again.contains("missing") && again.contains(".svc.cluster.local:"), "{again}");
}
