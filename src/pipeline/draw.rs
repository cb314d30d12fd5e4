//! The graph of a pipeline or a run as text for programs that draw (layer 1, pure).

use std::fmt::Write as _;

use super::graph::Graph;
use super::policy::RunOn;
use super::resolve::ResolvedRun;
use super::spec::Pipeline;

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    name: String,
    nodes: Vec<Node>,
    edges: Vec<(usize, usize, RunOn)>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Node {
    name: String,
    /// It has an instance for each item of a list.
    several: bool,
    state: Option<State>,
}

/// How a step stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// In a few words, below its name.
    pub text: String,
    /// What it looks like.
    pub tone: Tone,
}

/// What a state looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It has not begun.
    Waiting,
    /// It goes on.
    Active,
    /// It succeeded.
    Good,
    /// It failed.
    Bad,
    /// It will never be.
    Void,
}

impl Tone {
    const ALL: [Self; 5] = [Self::Waiting, Self::Active, Self::Good, Self::Bad, Self::Void];

    /// A name for Mermaid, the fill and the line.
    fn look(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Waiting => ("waiting", "#ffffff", "#999999"),
            Self::Active => ("active", "#cfe2ff", "#0d6efd"),
            Self::Good => ("good", "#d1e7dd", "#198754"),
            Self::Bad => ("bad", "#f8d7da", "#dc3545"),
            Self::Void => ("void", "#eeeeee", "#bbbbbb"),
        }
    }
}

impl Sketch {
    /// The steps of a file.
    pub fn of_pipeline(pipeline: &Pipeline) -> Self {
        let step = |step: &super::spec::Step| (step.name.clone(), step.upstream_steps.clone(), step.run_on);
        let nodes = pipeline.steps.iter().map(|step| (step.name.clone(), step.foreach.is_some(), None));
        Self::new(&pipeline.name, nodes, &pipeline.steps.iter().map(step).collect::<Vec<_>>())
    }

    /// The steps of a run, each as `state` says by its name.
    pub fn of_run(run: &ResolvedRun, state: impl Fn(&str) -> Option<State>) -> Self {
        let step = |step: &super::resolve::ResolvedStep| (step.name.clone(), step.upstream_steps.clone(), step.run_on);
        let nodes = run.steps.iter().map(|step| (step.name.clone(), step.foreach.is_some(), state(&step.name)));
        Self::new(&run.run_name, nodes, &run.steps.iter().map(step).collect::<Vec<_>>())
    }

    fn new(
        name: &str,
        nodes: impl Iterator<Item = (String, bool, Option<State>)>,
        steps: &[(String, Vec<String>, RunOn)],
    ) -> Self {
        let names: Vec<_> = steps.iter().map(|(name, upstreams, _)| (name.as_str(), &upstreams[..])).collect();
        let edges = |graph: Graph| {
            let of = |to: usize| graph.upstreams(to).iter().map(move |from| (*from, to)).collect::<Vec<_>>();
            (0..steps.len()).flat_map(of).map(|(from, to)| (from, to, steps[to].2)).collect()
        };
        let nodes = nodes.map(|(name, several, state)| Node { name, several, state }).collect();
        // The reader has checked the edges.
        Self { name: name.to_owned(), nodes, edges: Graph::new(&names).map(edges).unwrap_or_default() }
    }

    fn tones(&self) -> impl Iterator<Item = Tone> {
        Tone::ALL.into_iter().filter(|tone| self.nodes.iter().any(|node| node.tone() == Some(*tone)))
    }

    /// For Mermaid, which Git hosts and editors draw.
    pub fn mermaid(&self) -> String {
        let mut text = "flowchart TD\n".to_owned();
        for (at, node) in self.nodes.iter().enumerate() {
            let mut label = mermaid_text(&node.name);
            if let Some(state) = &node.state {
                let _ = write!(label, "<br/>{}", mermaid_text(&state.text));
            }
            let (open, close) = if node.several { ("[[", "]]") } else { ("[", "]") };
            let class = node.tone().map(|tone| format!(":::{}", tone.look().0)).unwrap_or_default();
            let _ = writeln!(text, "  s{at}{open}\"{label}\"{close}{class}");
        }
        for (from, to, run_on) in &self.edges {
            let arrow = match run_on {
                RunOn::Success => "-->",
                RunOn::Failure => "-. failure .->",
                RunOn::Always => "-. always .->",
            };
            let _ = writeln!(text, "  s{from} {arrow} s{to}");
        }
        for (name, fill, line) in self.tones().map(Tone::look) {
            let _ = writeln!(text, "  classDef {name} fill:{fill},stroke:{line},color:#000000");
        }
        text
    }

    /// For Graphviz.
    pub fn dot(&self) -> String {
        let mut text = format!("digraph \"{}\" {{\n  node [shape=box];\n", dot_text(&self.name));
        for (at, node) in self.nodes.iter().enumerate() {
            let mut label = dot_text(&node.name);
            if let Some(state) = &node.state {
                let _ = write!(label, "\\n{}", dot_text(&state.text));
            }
            let several = if node.several { ", peripheries=2" } else { "" };
            let tone = node.tone().map(Tone::look);
            let look = tone.map(|(_, fill, line)| format!(", style=filled, fillcolor=\"{fill}\", color=\"{line}\""));
            let _ = writeln!(text, "  s{at} [label=\"{label}\"{several}{}];", look.unwrap_or_default());
        }
        for (from, to, run_on) in &self.edges {
            let label = match run_on {
                RunOn::Success => "",
                RunOn::Failure => " [style=dashed, label=failure]",
                RunOn::Always => " [style=dashed, label=always]",
            };
            let _ = writeln!(text, "  s{from} -> s{to}{label};");
        }
        text.push_str("}\n");
        text
    }
}

impl Node {
    fn tone(&self) -> Option<Tone> {
        self.state.as_ref().map(|state| state.tone)
    }
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
    use crate::pipeline::resolve::ResolvedStep;

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
        assert_eq!(Sketch::of_pipeline(&pipeline).mermaid(), expected);
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
        assert_eq!(Sketch::of_pipeline(&pipeline).dot(), expected);
    }

    #[test]
    fn states_stand_below_names() {
        let steps = ["load", "train"].map(|name| ResolvedStep { name: name.into(), ..ResolvedStep::default() });
        let run = ResolvedRun { run_name: "r".into(), steps: steps.into(), ..ResolvedRun::default() };
        let state = |name: &str| (name == "load").then(|| State { text: "Failed <3>".into(), tone: Tone::Bad });
        let sketch = Sketch::of_run(&run, state);
        let expected = "flowchart TD
  s0[\"load<br/>Failed #60;3#62;\"]:::bad
  s1[\"train\"]
  classDef bad fill:#f8d7da,stroke:#dc3545,color:#000000
";
        assert_eq!(sketch.mermaid(), expected);
        let line = "s0 [label=\"load\\nFailed <3>\", style=filled, fillcolor=\"#f8d7da\", color=\"#dc3545\"];";
        assert!(sketch.dot().contains(line), "{}", sketch.dot());
    }
}
