//! What is said of outputs that are not as the steps after them need them.

use super::{Stage, steps};

const STEPS: &str = r#"  load: {command: [sh, -c, 'echo "{\"rows\": 7}" >$ZENML_OUTPUT_FILE']}
  each: {foreach: "{{ steps.load.output }}", command: [echo, "{{ item }}"]}
  key: {command: [echo, "{{ steps.load.output.row }}"]}
  bytes: {command: [sh, -c, 'head -c 2000 /dev/zero | tr "\\0" "\\377" >$ZENML_OUTPUT_FILE']}
  long: {command: [sh, -c, 'head -c 5000 /dev/zero | tr "\\0" x >$ZENML_OUTPUT_FILE']}
"#;
const SAID: [(&str, &str, &str); 4] = [
    ("each", "BadList", "`steps.load.output` is no JSON list, which `foreach` needs, but an object"),
    ("key", "BadOutput", "the output of step \"load\" has no key \"row\": did you mean \"rows\"?"),
    ("bytes", "OutputNotText", "the output is not UTF-8: 2000 of the bytes that the step left"),
    (
        "long",
        "OutputTooLong",
        "output too long: the step left 4096 bytes or more in $ZENML_OUTPUT_FILE, and 4095 are the most",
    ),
];

#[test]
fn what_is_wrong_with_an_output_is_told_while_the_run_goes_on_and_at_its_end() {
    let stage = Stage::new("outputs", STEPS);
    let said = stage.attached("outputs");
    assert_eq!(said.code, Some(4), "{said}");
    let watched = stage.zenml(&["run", "watch", "outputs"]);
    for (step, reason, why) in SAID {
        let line = format!("{step}: Failed: {reason}: {why}");
        for said in [&said, &watched] {
            assert!(said.stderr.lines().any(|found| found.starts_with(&line)), "{line}: {said}");
        }
    }
    let headline = format!("run \"outputs\" failed: 4 steps failed, first \"each\": BadList: {}", SAID[0].2);
    assert!(said.stderr.contains(&headline), "{said}");
    assert_eq!(said.stderr.matches(SAID[0].2).count(), 2, "once as a line and once at the end: {said}");
    let found = steps(&stage.describe("outputs"));
    assert_eq!(found[0].1, "Succeeded");
}
