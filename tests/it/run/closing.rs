//! A namespace that is deleted while a run goes on in it.

use super::{Stage, ended, until};

const LASTING: &str = "  first: {command: [sh, -c, 'trap \"exit 143\" TERM; sleep 600 & wait']}\n  \
                       second: {upstream_steps: [first], command: [echo, two]}\n";

/// Keeps a namespace from going for as long as it is there.
struct Kept<'a>(&'a Stage);

impl<'a> Kept<'a> {
    fn new(stage: &'a Stage) -> Self {
        stage.namespace.kubectl(&["create", "configmap", "kept"]).succeeds();
        let kept = Self(stage);
        kept.patch(r#"["zenml.io/kept-by-a-test"]"#);
        kept
    }

    fn patch(&self, finalizers: &str) {
        let patch = format!(r#"{{"metadata":{{"finalizers":{finalizers}}}}}"#);
        self.0.namespace.kubectl(&["patch", "configmap", "kept", "--type=merge", "-p", &patch]).succeeds();
    }
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        self.patch("null");
    }
}

#[test]
fn the_end_of_the_namespace_is_the_end_of_its_runs_and_is_named() {
    let stage = Stage::new("closing", LASTING);
    let kept = Kept::new(&stage);
    let here = stage.start(&["submit", "--attached", "-f", "p.yaml", "--name", "here"]);
    stage.detached("there");
    for name in ["here", "there"] {
        until("it is there", || stage.zenml(&["run", "describe", name]).code == Some(0));
        stage.runs(name);
    }
    let others = [["attach", "there"], ["watch", "there"], ["watch", "here"]];
    let others = others.map(|[verb, name]| (name, stage.start(&["run", verb, name])));
    // Whoever follows is to have begun.
    std::thread::sleep(std::time::Duration::from_secs(3));
    crate::support::admin(&["delete", "namespace", stage.namespace.name(), "--wait=false"]).succeeds();
    let why = format!("namespace \"{}\" is being deleted", stage.namespace.name());
    let said = stage.zenml(&["submit", "--attached", "-f", "p.yaml", "--name", "late"]).fails(1);
    assert!(said.contains(&format!("error: {why}\n")) && said.contains("hint: nothing new is accepted"), "{said}");
    for (name, child) in [("here", here)].into_iter().chain(others) {
        let said = ended(child);
        assert_eq!(said.code, Some(4), "{name}: {said}");
        let error = said.stderr.lines().find(|line| line.starts_with("error: ")).unwrap_or_default();
        assert!(error.contains(&why), "{name}: {said}");
    }
    drop(kept);
}
