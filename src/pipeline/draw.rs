//! The graph of a pipeline as text for programs that draw (layer 1, pure).

use std::fmt::Write as _;

use super::graph::Graph;
use super::policy::RunOn;
use super::spec::{Pipeline, Step};

/// For Mermaid, which Git hosts and editors draw.
pub fn mermaid(pipeline: &Pipeline) -> String {
    let mut text = "flowchart TD\n".to_owned();
    for (at, step) in pipeline.steps.iter().enumerate() {
        let name = mermaid_text(&step.name);
        let (open, close) = if step.foreach.is_some() { ("[[", "]]") } else { ("[", "]") };
        let _ = writeln!(text, "  s{at}{open}\"{name}\"{close}");
    }
    for (from, to, step) in edges(pipeline) {
        let arrow = match step.run_on {
            RunOn::Success => "-->",
            RunOn::Failure => "-. failure .->",
            RunOn::Always => "-. always .->",
        };
        let _ = writeln!(text, "  s{from} {arrow} s{to}");
    }
    text
}

/// For Graphviz.
pub fn dot(pipeline: &Pipeline) -> String {
    let mut text = format!("digraph \"{}\" {{\n  node [shape=box];\n", dot_text(&pipeline.name));
    for (at, step) in pipeline.steps.iter().enumerate() {
        let several = if step.foreach.is_some() { ", peripheries=2" } else { "" };
        let _ = writeln!(text, "  s{at} [label=\"{}\"{several}];", dot_text(&step.name));
    }
    for (from, to, step) in edges(pipeline) {
        let label = match step.run_on {
            RunOn::Success => "",
            RunOn::Failure => " [style=dashed, label=failure]",
            RunOn::Always => " [style=dashed, label=always]",
        };
        let _ = writeln!(text, "  s{from} -> s{to}{label};");
    }
    text.push_str("}\n");
    text
}

/// Every edge, in the order of the file: the step upstream, and the one that waits for it.
fn edges(pipeline: &Pipeline) -> Vec<(usize, usize, &Step)> {
    let names: Vec<_> = pipeline.steps.iter().map(|step| (step.name.as_str(), &step.upstream_steps[..])).collect();
    // The reader has checked the edges.
    let Ok(graph) = Graph::new(&names) else { return Vec::new() };
    let of = |(to, step)| graph.upstreams(to).iter().map(move |from| (*from, to, step)).collect::<Vec<_>>();
    pipeline.steps.iter().enumerate().flat_map(of).collect()
}

/// Text inside of quotes, where Mermaid reads HTML.
fn mermaid_text(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '"' | '#' | '<' | '>' | '&' | '`' => {
                let _ = write!(escaped, "#{};", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

fn dot_text(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::read;

    const FILE: &str = r#"
version: 1
kind: pipeline
name: a "graph"
image: i
steps:
  load: {}
  train "it": {foreach: [1], args: ["{{ steps.load.output }}"]}
  clean: {upstream_steps: [train "it", load], run_on: always}
  mail: {upstream_steps: [load], run_on: failure}
"#;

    #[test]
    fn both_draw_the_same() {
        let pipeline = read::read("f", FILE).unwrap();
        let expected = "flowchart TD
  s0[\"load\"]
  s1[[\"train #34;it#34;\"]]
  s2[\"clean\"]
  s3[\"mail\"]
  s0 --> s1
  s1 -. always .-> s2
  s0 -. always .-> s2
  s0 -. failure .-> s3
";
        assert_eq!(mermaid(&pipeline), expected);
        let expected = "digraph \"a \\\"graph\\\"\" {
  node [shape=box];
  s0 [label=\"load\"];
  s1 [label=\"train \\\"it\\\"\", peripheries=2];
  s2 [label=\"clean\"];
  s3 [label=\"mail\"];
  s0 -> s1;
  s1 -> s2 [style=dashed, label=always];
  s0 -> s2 [style=dashed, label=always];
  s0 -> s3 [style=dashed, label=failure];
}
";
        assert_eq!(dot(&pipeline), expected);
    }
}
