//! Runs of users, accounts and namespaces that may not do everything.

use super::{QUICK, SLOW, Stage, ended, until};
use crate::support::sandbox::{PLUGIN, Sandbox};
use crate::support::{admin, orchestrator_image};

/// A user who may do all with these resources, in the stage's namespace, and nothing else.
pub(super) fn submitter(stage: &Stage, resources: &str) -> Sandbox {
    user(stage, "--verb=get,list,watch,create,update,patch,delete", resources)
}

fn user(stage: &Stage, verbs: &str, resources: &str) -> Sandbox {
    let namespace = stage.namespace.name();
    let resources = format!("--resource={resources}");
    let account = format!("--serviceaccount={namespace}:submitter");
    stage.namespace.kubectl(&["create", "serviceaccount", "submitter"]).succeeds();
    stage.namespace.kubectl(&["create", "role", "submitter", verbs, &resources]).succeeds();
    stage.namespace.kubectl(&["create", "rolebinding", "submitter", "--role=submitter", &account]).succeeds();
    let token = stage.namespace.kubectl(&["create", "token", "submitter"]).succeeds();
    let user = Sandbox::with_kubeconfig("token");
    let kubectl = |arguments: &[&str]| user.kubectl(arguments).succeeds();
    kubectl(&["config", "set-credentials", "submitter", "--token", token.trim()]);
    kubectl(&["config", "set-context", "--current", "--user=submitter"]);
    user.write("p.yaml", &std::fs::read(stage.sandbox.path("p.yaml")).unwrap());
    user
}

/// The command that gives the orchestrator its rights.
fn remedy(stage: &Stage) -> String {
    format!("kubectl zenml rbac orchestrator -n {} | kubectl apply -f -", stage.namespace.name())
}

/// Runs that command as the administrator.
fn apply_rights(stage: &Stage) {
    let yaml = stage.zenml(&["rbac", "orchestrator"]).succeeds();
    let file = stage.sandbox.write("rbac.yaml", yaml.as_bytes());
    admin(&["apply", "-f", file.to_str().unwrap()]).succeeds();
}

#[test]
fn who_may_not_create_rights_is_given_them_as_yaml() {
    let stage = Stage::new("rbac", QUICK);
    // May look at accounts and roles, and may not hand out what it does not have itself.
    let user = submitter(&stage, "configmaps,jobs,pods,serviceaccounts,roles,rolebindings");
    let submit = ["submit", "-f", "p.yaml", "-n", stage.namespace.name(), "--orchestrator-image", orchestrator_image()];
    let said = user.zenml(&submit);
    assert_eq!(said.code, Some(1), "{said}");
    assert!(said.stderr.contains(&remedy(&stage)) && said.stderr.contains("kind: RoleBinding"), "{said}");
    assert!(said.stderr.contains("serviceaccount/zenml-service-account created"), "what was created is said: {said}");
    assert!(stage.names("jobs,pods,configmaps", "run").is_empty());
    apply_rights(&stage);
    user.zenml(&submit).succeeds();
}

#[test]
fn an_account_that_nobody_may_see_is_found_missing_by_a_dry_run() {
    let stage = Stage::new("hidden-account", QUICK);
    let user = submitter(&stage, "configmaps,jobs,pods");
    let submit = ["submit", "-f", "p.yaml", "-n", stage.namespace.name(), "--orchestrator-image", orchestrator_image()];
    let said = user.zenml(&submit);
    assert_eq!(said.code, Some(1), "{said}");
    assert!(said.stderr.contains("kind: RoleBinding") && said.stderr.contains("error looking up service"), "{said}");
    assert!(stage.names("jobs,pods,configmaps", "run").is_empty());
    apply_rights(&stage);
    let said = user.zenml(&submit);
    assert!(said.stderr.contains("cannot see the serviceaccount, role, rolebinding"), "{said}");
    said.succeeds();
}

#[test]
fn a_job_that_cannot_create_its_pod_says_so_and_goes_on_once_it_can() {
    let stage = Stage::new("no-pod", QUICK);
    let user = submitter(&stage, "configmaps,jobs,pods/log,events");
    let only_reads = ["create", "role", "reader", "--verb=get,list,watch", "--resource=pods"];
    stage.namespace.kubectl(&only_reads).succeeds();
    let account = format!("--serviceaccount={}:submitter", stage.namespace.name());
    stage.namespace.kubectl(&["create", "rolebinding", "reader", "--role=reader", &account]).succeeds();
    let mut command = user.command(PLUGIN);
    command.args(["submit", "-f", "p.yaml", "--name", "waits", "-n", stage.namespace.name()]);
    command.args(["--orchestrator-image", orchestrator_image()]);
    let submit = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    until("the Job was refused its pod", || {
        let events = ["get", "events", "--field-selector=reason=FailedCreate", "-o", "name"];
        !stage.namespace.kubectl(&events).succeeds().is_empty()
    });
    let described = stage.describe("waits");
    assert!(described["message"].as_str().unwrap_or_default().contains("cannot be created"), "{described:#}");
    apply_rights(&stage);
    let said = ended(submit);
    assert!(said.stderr.contains("the orchestrator's pod cannot be created"), "{said}");
    assert!(said.stderr.contains(&remedy(&stage)), "{said}");
    said.succeeds();
}

#[test]
fn a_user_without_leases_is_refused_before_anything_is_created() {
    let stage = Stage::new("no-lease", QUICK);
    let user = submitter(&stage, "configmaps,pods");
    let submit = ["submit", "--attached", "-f", "p.yaml", "-n", stage.namespace.name()];
    let said = user.zenml(&submit).fails(1);
    assert!(said.contains("create leases.coordination.k8s.io") && !said.contains("create pods"), "{said}");
    assert!(stage.names("pods,configmaps", "run").is_empty());
}

#[test]
fn a_quota_that_wants_limits_takes_the_orchestrator_and_refuses_steps_without() {
    let stage = Stage::new("quota-limits", QUICK);
    let quota = "--hard=limits.cpu=2,limits.memory=1Gi";
    stage.namespace.kubectl(&["create", "quota", "limits", quota]).succeeds();
    let said = stage.in_cluster("without").fails(1);
    assert!(said.contains("must specify limits.cpu"), "{said}");
    assert!(stage.names("jobs,pods,configmaps", "run").is_empty());
    let steps = format!("{}{QUICK}settings: {{resources: {{cpu_count: 0.1, memory: 64MiB}}}}\n", super::HEAD);
    stage.sandbox.write("p.yaml", steps.as_bytes());
    stage.in_cluster("within").succeeds();
}

#[test]
fn an_image_that_is_not_ours_is_suspected() {
    let stage = Stage::new("foreign-image", QUICK);
    let busybox = "docker.io/library/busybox:1.35";
    let submit = stage.start(&["submit", "-f", "p.yaml", "--name", "foreign", "--orchestrator-image", busybox]);
    // The second pod comes some ten seconds after the first has ended.
    until("the Job tries again", || stage.names("pods", "zenml.io/kind=orchestrator").len() > 1);
    until("describe says why", || stage.describe("foreign")["message"].to_string().contains("StartError"));
    super::signal(&submit, "-INT");
    let said = ended(submit);
    assert!(
        said.stderr.contains("the orchestrator could not start: StartError") && said.stderr.contains("orchestrate"),
        "{said}"
    );
}

#[test]
fn who_may_read_and_not_watch_is_told_so_and_waits_for_nothing() {
    let stage = Stage::new("no-watch", SLOW);
    stage.zenml(&[
        "submit",
        "-f",
        "p.yaml",
        "--name",
        "slow",
        "--detach",
        "--orchestrator-image",
        orchestrator_image(),
    ]);
    let reader = user(&stage, "--verb=get,list", "configmaps,jobs,pods,pods/log,leases,events");
    for arguments in [&["logs", "-f"][..], &["watch"], &["attach"]] {
        let said = reader.zenml(&[&["run"], arguments, &["slow", "-n", stage.namespace.name()]].concat()).fails(1);
        assert!(said.contains("(Forbidden)") && said.contains("cannot watch resource"), "{said}");
    }
    stage.zenml(&["run", "stop", "--force", "slow"]).succeeds();
}

#[test]
fn who_may_not_submit_is_told_which_rights_that_takes() {
    let steps = "  only: {command: [sh, -c, 'test \"$VALUE\" = canary'], secrets: {VALUE: {file: value}}}\n";
    let stage = Stage::new("submit-rights", steps);
    let namespace = stage.namespace.name();
    let command = format!("`kubectl zenml rbac orchestrator -n {namespace} --with submit`");
    let submit = |user: &Sandbox, more: &[&str]| {
        let flags = ["submit", "-f", "p.yaml", "-n", namespace, "--orchestrator-image", orchestrator_image()];
        user.write("value", b"canary");
        user.zenml(&[&flags[..], more].concat())
    };
    // The account of the orchestrator is there.
    apply_rights(&stage);
    let reader = submitter(&stage, "events");
    for (given, missing) in
        [("serviceaccounts", "\"configmaps\""), ("configmaps", "\"secrets\""), ("configmaps,secrets", "\"jobs\"")]
    {
        let role = format!("more-{}", given.len());
        let verbs = "--verb=get,list,watch,create,update,patch,delete";
        stage.namespace.kubectl(&["create", "role", &role, verbs, &format!("--resource={given}")]).succeeds();
        let account = format!("--serviceaccount={namespace}:submitter");
        stage.namespace.kubectl(&["create", "rolebinding", &role, &format!("--role={role}"), &account]).succeeds();
        for flags in [&[][..], &["--dry-run=server"]] {
            let said = submit(&reader, flags).fails(1);
            assert!(said.contains("(Forbidden)") && said.contains(missing), "{said}");
            assert!(said.contains(&command), "{said}");
        }
        until("nothing remains", || stage.names("configmaps,secrets,jobs,pods", "run").is_empty());
    }

    // What the command prints is enough, in both ways to run.
    let yaml = stage.zenml(&["rbac", "orchestrator", "--with", "submit"]).succeeds();
    let file = stage.sandbox.write("rbac.yaml", yaml.as_bytes());
    admin(&["apply", "-f", file.to_str().unwrap()]).succeeds();
    let token = stage.namespace.kubectl(&["create", "token", "zenml-submitter"]).succeeds();
    reader.kubectl(&["config", "set-credentials", "submitter", "--token", token.trim()]).succeeds();
    submit(&reader, &[]).succeeds();
    let attached = ["submit", "--attached", "-f", "p.yaml", "-n", namespace];
    reader.zenml(&attached).succeeds();
}
