//! Runs as graphs and as documents.

use super::Stage;

#[test]
fn a_graph_shows_states_and_an_export_everything_but_secrets() {
    let steps = "  good: {command: [sh, -c, 'echo 7 >$ZENML_OUTPUT_FILE'], secrets: {VALUE: {file: value}}}\n  \
                 bad: {upstream_steps: [good], command: [sh, -c, 'exit 3']}\n  never: {upstream_steps: [bad], command: [echo, x]}\n";
    let stage = Stage::new("export", steps);
    stage.sandbox.write("value", b"a-canary-value");
    assert_eq!(stage.attached("drawn").code, Some(4));
    let text = stage.zenml(&["run", "graph", "drawn"]).succeeds();
    assert!(text.contains("s0[\"good<br/>Succeeded\"]:::good") && text.contains("s0 --> s1"), "{text}");
    assert!(text.contains("bad<br/>Failed: Error") && text.contains("never<br/>Skipped: UpstreamFailed"), "{text}");
    let text = stage.zenml(&["run", "graph", "drawn", "-o", "dot"]).succeeds();
    assert!(text.starts_with("digraph \"drawn\"") && text.contains("fillcolor"), "{text}");
    for format in ["json", "yaml"] {
        let text = stage.zenml(&["run", "export", "drawn", "-o", format]).succeeds();
        assert!(!text.contains("canary") && text.contains("exit 3"), "{text}");
    }
    let export = stage.zenml(&["run", "export", "drawn", "-o", "json"]).json();
    assert_eq!(export["run"]["status"], "Failed");
    assert_eq!(export["run"]["stepStates"][0]["output"], "7\n");
    assert_eq!(export["specification"]["steps"][1]["command"][2], "exit 3");
    let events = export["events"].to_string();
    assert!(
        ["Started", "RunStarted", "StepFailed", "RunFailed"].iter().all(|reason| events.contains(reason)),
        "{events}"
    );
    assert!(stage.zenml(&["run", "export", "drawn", "-o", "table"]).fails(2).contains("run describe"));
}
