//! Runs that are tried again with other parameters.

use super::{HEAD, Stage, steps};

const STEPS: &str = "  load: {command: [sh, -c, 'echo 7 >$ZENML_OUTPUT_FILE; test \"$VALUE\" = canary'], secrets: {VALUE: {file: value}}}\n  \
    train: {command: [sh, -c, 'exit $0', '{{ parameters.code }}'], environment: {N: '{{ steps.load.output }}'}}\n  \
    score: {upstream_steps: [train, load], command: [echo, 'score of {{ steps.load.output }}'], secrets: {VALUE: {file: value}}}\n";

#[test]
fn another_run_with_other_parameters_does_not_do_again_what_would_be_the_same() {
    let stage = Stage::new("variant", "");
    let head = HEAD.replace("steps:\n", "parameters: {code: 3, unused: x}\nsteps:\n");
    stage.sandbox.write("p.yaml", format!("{head}{STEPS}").as_bytes());
    stage.sandbox.write("value", b"canary");
    for (name, image) in [("attached", None), ("job", Some(crate::support::orchestrator_image()))] {
        let submit = ["submit", "-f", "p.yaml", "--name", name];
        let how = image.map_or(vec!["--attached"], |image| vec!["--orchestrator-image", image]);
        assert_eq!(stage.zenml(&[&submit[..], &how].concat()).code, Some(4));
        let new = format!("{name}-again");
        let retry = ["run", "retry", name, "-p", "code=0", "--name", &new];
        let said = stage.zenml(&retry);
        assert_eq!(said.succeeds(), format!("run/{new} created\nrun/{new} succeeded\n"));
        let run = stage.describe(&new);
        let reasons: Vec<_> =
            steps(&run).into_iter().map(|(step, phase, reason)| format!("{step} {phase} {reason}")).collect();
        assert_eq!(reasons, ["load Succeeded Reused", "train Succeeded ", "score Succeeded "]);
        assert_eq!(stage.names("pods", &format!("run={new},step")).len(), 2);
        assert_eq!(stage.describe(name)["status"], "Failed", "the run before stays as it was");
        // Also of that one, and every value that was not changed stays.
        let third = format!("{name}-third");
        let said = stage.zenml(&["run", "retry", &new, "-p", "unused=y", "--from", "score", "--name", &third]);
        assert_eq!(said.succeeds(), format!("run/{third} created\nrun/{third} succeeded\n"));
        assert_eq!(stage.names("pods", &format!("run={third},step")).len(), 1);
    }
    let said = stage.zenml(&["run", "retry", "job", "-p", "cod=1"]).fails(2);
    assert!(said.contains("there is no parameter \"cod\": did you mean \"code\"?"), "{said}");
}
