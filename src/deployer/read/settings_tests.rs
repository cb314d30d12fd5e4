//! Tests of reading the settings: the whole of the reference, every rule between them.

use super::*;
use crate::deployer::settings::{
    Account, AuthKey, PathType, Role, Scale, ServiceType, SessionAffinity, Settings, Target,
};

const HEAD: &str = "version: 1\nkind: service\nname: s\nimage: i\n";

/// The settings of a file with these lines under `deployer` and `resources`.
fn settings(deployer: &str, resources: &str) -> Result<Settings, Vec<String>> {
    let text = format!(
        "version: 1\nkind: service\nname: s\nimage: i\nsettings:\n  resources: {{{resources}}}\n  deployer: {{{deployer}}}\n"
    );
    let error = match read("f.yaml", &text, &[]) {
        Ok(service) => return Ok(service.settings),
        Err(error) => error.render(),
    };
    let mistake = |line: &str| {
        let (_, message) = line.strip_prefix("  caused by: f.yaml:")?.split_once(": ")?;
        Some(message.to_owned())
    };
    Err(error.lines().filter_map(mistake).collect())
}

#[test]
fn the_reference_is_read() {
    let text = include_str!("../../../tests/fixtures/service.yaml");
    let service = read("service.yaml", text, &[]).unwrap();
    let settings = service.settings;
    assert_eq!((settings.resources.cpu.as_str(), settings.resources.memory.as_str()), ("500m", "954Mi"));
    let target = Target::Utilization { resource: "cpu", percent: 70 };
    assert_eq!(settings.scale, Scale::Auto { min: 2, max: 6, target });
    assert_eq!(settings.auth_key, Some(AuthKey::Generate));
    let ingress = settings.ingress.unwrap();
    assert_eq!((ingress.class.as_deref(), ingress.host.as_deref()), (Some("nginx"), Some("churn.example.com")));
    assert_eq!((ingress.tls, ingress.tls_secret.as_deref()), (true, Some("churn-tls")));
    assert_eq!((settings.readiness.period, settings.image_pull_secrets), (5, vec!["regcred".to_owned()]));
    assert_eq!(settings.pod.node_selectors["kubernetes.io/arch"], "amd64");
}

#[test]
fn every_setting_is_kept() {
    let deployer = "service_type: LoadBalancer, node_port: 30080, session_affinity: ClientIP, load_balancer_ip: 10.0.0.1, \
                    load_balancer_source_ranges: [10.0.0.0/8, 'fd00::/8'], service_annotations: {a: b}, ingress_enabled: \
                    true, ingress_path: /weather, ingress_path_type: Exact, image_pull_policy: Always, \
                    service_account_name: robot, create_service_account: true, service_account_role: Role/reader, \
                    auth_key: {file: key}, pod_security: restricted, additional_resources: [more.yaml], lcm_timeout: 60, \
                    atomic: true, incluster: false";
    let settings = settings(deployer, "gpu_count: 2, max_concurrency: 8").unwrap();
    let network = settings.network;
    assert_eq!((network.service_type, network.node_port), (ServiceType::LoadBalancer, Some(30080)));
    assert_eq!(network.session_affinity, Some(SessionAffinity::ClientIP));
    assert_eq!((network.load_balancer_ip.as_deref(), network.load_balancer_source_ranges.len()), (Some("10.0.0.1"), 2));
    assert_eq!(network.annotations["a"], "b");
    let ingress = settings.ingress.unwrap();
    assert_eq!((ingress.path.as_str(), ingress.path_type, ingress.tls), ("/weather", PathType::Exact, false));
    let role = Role { of_cluster: false, name: "reader".to_owned() };
    assert_eq!(settings.account, Some(Account { name: "robot".to_owned(), create: Some(role) }));
    assert_eq!(settings.auth_key, Some(AuthKey::File("key".into())));
    assert_eq!((settings.restricted, settings.atomic, settings.timeout), (true, true, Some(60)));
    assert_eq!((settings.resources.gpu, settings.max_concurrency), (Some(2), Some(8)));
    assert_eq!(settings.additional_resources, [std::path::PathBuf::from("more.yaml")]);
    assert_eq!(settings.without_effect.iter().map(|(key, _)| *key).collect::<Vec<_>>(), ["incluster"]);
}

#[test]
fn how_many_pods() {
    let percent = |resource, percent| Target::Utilization { resource, percent };
    let pods = |metric: &str, average: &str| Target::Pods { metric: metric.to_owned(), average: average.to_owned() };
    let auto = |min, max, target| Scale::Auto { min, max, target };
    for (deployer, resources, expected) in [
        ("", "", Scale::Fixed(1)),
        ("replicas: 3", "", Scale::Fixed(3)),
        ("replicas: 3", "min_replicas: 3", Scale::Fixed(3)),
        ("", "min_replicas: 2", Scale::Fixed(2)),
        ("", "max_replicas: 4", Scale::Fixed(4)),
        ("", "min_replicas: 2, max_replicas: 2", Scale::Fixed(2)),
        ("", "min_replicas: 1, max_replicas: 5", auto(1, 5, percent("cpu", 80))),
        (
            "",
            "max_replicas: 5, autoscaling_metric: memory, autoscaling_target: 70.0",
            auto(1, 5, percent("memory", 70)),
        ),
        ("", "min_replicas: 2, max_replicas: 2, autoscaling_metric: cpu", auto(2, 2, percent("cpu", 80))),
        (
            "",
            "max_replicas: 5, autoscaling_metric: concurrency, max_concurrency: 8",
            auto(1, 5, pods("zenml_concurrency", "8")),
        ),
        (
            "",
            "max_replicas: 5, autoscaling_metric: rps, autoscaling_target: 0.5",
            auto(1, 5, pods("zenml_requests_per_second", "500m")),
        ),
        (
            "",
            "max_replicas: 5, autoscaling_metric: rps, autoscaling_target: 20, autoscaling_metric_name: x",
            auto(1, 5, pods("x", "20")),
        ),
    ] {
        assert_eq!(settings(deployer, resources).unwrap().scale, expected, "{deployer} {resources}");
    }
}

#[test]
fn settings_that_do_not_go_together_are_mistakes() {
    for (deployer, resources, expected) in [
        ("replicas: 3", "min_replicas: 1, max_replicas: 5", "settings.deployer.replicas: an autoscaler decides here"),
        ("replicas: 3", "max_replicas: 5", "settings.deployer.replicas: settings.resources asks for 5 replicas"),
        ("", "min_replicas: 0", "settings.resources.min_replicas: with 0 replicas nothing answers"),
        ("", "autoscaling_metric: cpu", "settings.resources.autoscaling_metric: set max_replicas"),
        ("", "autoscaling_target: 70", "settings.resources.autoscaling_target: nothing scales by itself here"),
        (
            "",
            "max_replicas: 2, autoscaling_metric: rps",
            "settings.resources.autoscaling_metric: set autoscaling_target",
        ),
        (
            "",
            "min_replicas: 1, max_replicas: 2, autoscaling_target: many",
            "settings.resources.autoscaling_target: \"many\" is no number above 0",
        ),
        ("node_port: 30080", "", "settings.deployer.node_port: a node port takes service_type NodePort"),
        (
            "node_port: 80, service_type: NodePort",
            "",
            "settings.deployer.node_port: 80 is out of range: 30000 to 32767",
        ),
        ("load_balancer_ip: 10.0.0.1", "", "settings.deployer.load_balancer_ip: that takes service_type LoadBalancer"),
        (
            "load_balancer_source_ranges: [10.0.0.0/33], service_type: LoadBalancer",
            "",
            "settings.deployer.load_balancer_source_ranges: \"10.0.0.0/33\" is no CIDR range",
        ),
        ("ingress_host: a.example.com", "", "settings.deployer.ingress_host: there is no Ingress: set ingress_enabled"),
        ("ingress_enabled: true, ingress_host: 'a b'", "", "settings.deployer.ingress_host: \"a b\" is no host name"),
        (
            "ingress_enabled: true, ingress_tls_secret_name: x",
            "",
            "settings.deployer.ingress_tls_secret_name: the Ingress has no TLS",
        ),
        (
            "create_service_account: true, service_account_name: x",
            "",
            "settings.deployer.create_service_account: name the role of the account",
        ),
        (
            "service_account_name: x, service_account_role: view",
            "",
            "settings.deployer.service_account_role: a role is bound only to",
        ),
        ("auth_key: s3cret", "", "settings.deployer.auth_key: expected a mapping, found a string"),
        ("auth_key: {prompt: false}", "", "settings.deployer.auth_key: write one of"),
        (
            "generate_auth_key: true, auth_key: {file: x}",
            "",
            "settings.deployer.generate_auth_key: auth_key is set too",
        ),
        (
            "additional_resources: ['https://x/y.yaml']",
            "",
            "settings.deployer.additional_resources: \"https://x/y.yaml\" is no local file",
        ),
        ("atomic_provision: true", "", "settings.deployer: unknown key \"atomic_provision\": did you mean \"atomic\"?"),
        (
            "pod_settings: {volumes: [{name: v, hostpath: {}}]}",
            "",
            "settings.deployer.pod_settings.volumes[0]: unknown key \"hostpath\": did you mean \"hostPath\"?",
        ),
        (
            "pod_settings: {env: [{name: PORT, value: 1}]}",
            "",
            "settings.deployer.pod_settings.env[0].name: \"PORT\" is set by this program",
        ),
    ] {
        let found = settings(deployer, resources).unwrap_err();
        assert!(found.len() == 1 && found[0].starts_with(expected), "{deployer} {resources}: {found:?}");
    }
}

#[test]
fn names_that_no_object_can_have_are_mistakes() {
    let name =
        |place: &str, name: &str, what: &str| format!("settings.deployer.{place}: \"{name}\" is no name of {what}");
    let pod = |text: &str| format!("pod_settings: {{{text}}}");
    let more = |text: &str| pod(&format!("additional_pod_spec_args: {{{text}}}"));
    for (deployer, expected) in [
        ("image_pull_secrets: [ok, Reg_Cred]".to_owned(), name("image_pull_secrets[1]", "Reg_Cred", "a Secret")),
        (pod("image_pull_secrets: [Reg_Cred]"), name("pod_settings.image_pull_secrets[0]", "Reg_Cred", "a Secret")),
        (
            pod("volumes: [{name: a, secret: {secretName: A_b}}]"),
            name("pod_settings.volumes[0].secret.secretName", "A_b", "a Secret"),
        ),
        (
            pod("volumes: [{name: a, config_map: {name: A_b}}]"),
            name("pod_settings.volumes[0].config_map.name", "A_b", "a ConfigMap"),
        ),
        (
            pod("volumes: [{name: a, persistent_volume_claim: {claim_name: A_b}}]"),
            name("pod_settings.volumes[0].persistent_volume_claim.claim_name", "A_b", "a PersistentVolumeClaim"),
        ),
        (
            pod("env: [{name: A, valueFrom: {secretKeyRef: {name: A_b, key: c}}}]"),
            name("pod_settings.env[0].valueFrom.secretKeyRef.name", "A_b", "a Secret"),
        ),
        (pod("env_from: [{configMapRef: {name: A_b}}]"), name("pod_settings.env_from[0].configMapRef.name", "A_b", "a ConfigMap")),
        (
            pod("volumes: [{name: A_b, emptyDir: {}}]"),
            "settings.deployer.pod_settings.volumes[0].name: \"A_b\" is no name of a volume: use lower-case letters, digits \
             and `-`, a letter or digit at both ends, at most 63"
                .to_owned(),
        ),
        (
            more("priorityClassName: Very High"),
            name("pod_settings.additional_pod_spec_args.priorityClassName", "Very High", "a PriorityClass"),
        ),
        (
            more("volumes: [{name: a, projected: {sources: [{secret: {name: A_b}}]}}]"),
            name("pod_settings.additional_pod_spec_args.volumes[0].projected.sources[0].secret.name", "A_b", "a Secret"),
        ),
        (
            pod("node_selectors: {disk: solid state}"),
            "settings.deployer.pod_settings.node_selectors.disk: \"solid state\" is no value of a label: use letters, \
             digits, `-`, `_` and `.`, a letter or digit at both ends, at most 63"
                .to_owned(),
        ),
        (
            "ingress_enabled: true, ingress_host: 1.2.3.4".to_owned(),
            "settings.deployer.ingress_host: \"1.2.3.4\" is an address: an Ingress takes a host name, or none for all"
                .to_owned(),
        ),
        (
            "ingress_enabled: true, ingress_path: /a//b".to_owned(),
            "settings.deployer.ingress_path: \"/a//b\" is no path of an Ingress: write it without `//`, `/./` and `%2f`"
                .to_owned(),
        ),
        (
            "service_account_name: robot, create_service_account: true, service_account_role: Role/".to_owned(),
            "settings.deployer.service_account_role: \"\" is no name of a role: it is empty".to_owned(),
        ),
    ] {
        assert_eq!(settings(&deployer, ""), Err(vec![expected]), "{deployer}");
    }
    let regular = "ingress_enabled: true, ingress_path_type: ImplementationSpecific, ingress_path: '/api(/|$)(.*)'";
    assert_eq!(settings(regular, "").unwrap().ingress.unwrap().path, "/api(/|$)(.*)");
    let resources = "max_replicas: 2, autoscaling_metric: rps, autoscaling_target: 1, autoscaling_metric_name: a/b";
    let found = settings("", resources).unwrap_err();
    assert!(
        found[0].starts_with("settings.resources.autoscaling_metric_name: that is no name of a metric"),
        "{found:?}"
    );
    let secrets = format!("{HEAD}secrets: {{A: {{secret_ref: {{name: A_b, key: a/b}}}}}}\n");
    let found = read("f.yaml", &secrets, &[]).unwrap_err().render();
    assert!(found.contains("f.yaml:5:34: secrets.A.secret_ref.name: \"A_b\" is no name of a Secret"), "{found}");
    assert!(found.contains("secrets.A.secret_ref.key: \"a/b\" is no key in a Secret"), "{found}");
}

#[test]
fn pods_are_what_the_api_server_takes() {
    let found = |deployer: &str| settings(deployer, "").err().unwrap_or_default();
    let place = "settings.deployer.pod_settings";
    for (text, expected) in [
        ("host_ipc: true", "host_ipc: `host_ipc: true` is not fit for `pod_security: restricted`: keep one of the two"),
        (
            "container_security_context: {privileged: true}",
            "container_security_context.privileged: `privileged: true` is not fit for `pod_security: restricted`: keep one of the two",
        ),
    ] {
        let pods = format!("pod_settings: {{{text}}}");
        assert_eq!(found(&format!("pod_security: restricted, {pods}")), [format!("{place}.{expected}")]);
        assert_eq!(found(&pods), [""; 0]);
    }
    for (text, expected) in [
        (
            "resources: {requests: {a.b/c: 1}}",
            "resources.requests[\"a.b/c\"]: limit must be set for non overcommitable resources: write `a.b/c: 1` under `limits` too",
        ),
        (
            "additional_pod_spec_args: {restartPolicy: Never}",
            "additional_pod_spec_args.restartPolicy: the pods of a service are always started again: leave it out",
        ),
        (
            "additional_pod_spec_args: {initContainers: [{name: main, image: i}]}",
            "additional_pod_spec_args.initContainers[0].name: \"main\" is the name of the container that the pod is for",
        ),
        (
            "additional_pod_spec_args: {containers: [{name: main, livenessProbe: {exec: {command: [a]}}}]}",
            "additional_pod_spec_args.containers[0].livenessProbe: a probe asks in one way, and this one has exec and httpGet",
        ),
        (
            "additional_pod_spec_args: {containers: [{name: main, resources: {requests: {cpu: 8}}}]}",
            "additional_pod_spec_args.containers[0].resources.requests.cpu: 8 of cpu is more than its limit, 1",
        ),
        (
            "additional_pod_spec_args: {containers: [{name: main, image: '{{ imgae }}'}]}",
            "additional_pod_spec_args.containers[0].image: of templates, only `{{ image }}` works here: the pod's own image",
        ),
        ("additional_pod_spec_args: {containers: [{name: main, livenessProbe: {periodSeconds: 3}}]}", ""),
    ] {
        let expected: Vec<_> =
            Some(expected).filter(|text| !text.is_empty()).map(|text| format!("{place}.{text}")).into_iter().collect();
        assert_eq!(found(&format!("pod_settings: {{{text}}}")), expected);
    }
}
