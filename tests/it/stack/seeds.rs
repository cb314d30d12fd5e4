//! Every command of ZenML's own pages, pasted: it works, or is refused with one clear error. `docs/zenml-commands.md` is the
//! list, so that what it says is what happens.

use std::fs;

use crate::support::namespace::Namespace;
use crate::support::output::Output;
use crate::support::repository;
use crate::support::sandbox::Sandbox;

/// How many commands the pages have.
const COMMANDS: usize = 32;

struct Row {
    theirs: String,
    ours: Option<String>,
    verdict: String,
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(repository().join("docs/zenml-commands.md")).unwrap();
    let code = |cell: &str| cell.strip_prefix('`').map(|cell| cell.strip_suffix('`').unwrap().to_owned());
    let row = |line: &str| {
        let cells: Vec<_> = line.strip_prefix("| `zenml ")?.strip_suffix(" |")?.split('|').map(str::trim).collect();
        let [theirs, ours, verdict] = cells[..] else { panic!("{line}") };
        let theirs = theirs.strip_suffix('`').unwrap().to_owned();
        Some(Row { theirs, ours: code(ours), verdict: verdict.to_owned() })
    };
    text.lines().filter_map(row).collect()
}

/// A user as the pages have one: with kubectl, a context, and connectors of their own.
fn user() -> Sandbox {
    let sandbox = Sandbox::with_vault("token");
    let kubectl = crate::support::cluster().join("bin/kubectl");
    std::os::unix::fs::symlink(kubectl, sandbox.path("bin/kubectl")).unwrap();
    sandbox.zenml(&["register", "aws-iam-multi-us"]).succeeds();
    let example = fs::read(repository().join("examples/service.yaml")).unwrap();
    sandbox.write("examples/service.yaml", &example);
    sandbox
}

#[test]
fn every_command_of_the_pages_works_or_is_refused_clearly() {
    let (sandbox, namespace) = (user(), Namespace::named("seeds"));
    let context = sandbox.kubectl(&["config", "current-context"]).succeeds();
    let paste = |command: &str| {
        let command = command
            .replace("<ORCHESTRATOR_NAME>", "k8s-orchestrator")
            .replace("<OTHER_NAME>", "other")
            .replace("<STACK_NAME>", "k8s")
            .replace("<KUBERNETES_CONTEXT>", context.trim())
            .replace("<YOUR_PROVIDER>", "aws")
            .replace(" ...", "")
            .replace("zenml-deployments", namespace.name());
        Output::of(sandbox.command("/bin/sh").args(["-c", &command]))
    };
    let rows = rows();
    assert_eq!(rows.len(), COMMANDS);
    for Row { theirs, ours, verdict } in rows {
        let command = format!("kubectl zenml {theirs}");
        let said = paste(&command);
        if verdict.starts_with("Same") {
            said.succeeds();
        } else {
            assert!(verdict.starts_with("Refused"), "{theirs}: {verdict}");
            refuses(&said);
        }
        if let Some(ours) = ours {
            paste(&ours).succeeds();
        }
    }
}

/// One error that says more than that something is unknown.
#[track_caller]
fn refuses(said: &Output) {
    assert!(matches!(said.code, Some(1 | 2)) && said.stdout.is_empty(), "{said}");
    assert_eq!(said.stderr.matches("error: ").count(), 1, "{said}");
    assert!(!said.stderr.contains("unrecognized") && !said.stderr.contains("unexpected argument"), "{said}");
}
