//! Graphs for programs that draw (layer 4).

use clap::{Args, ValueEnum};

use crate::pipeline::draw::Sketch;

/// For which program.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct DrawingFlag {
    /// Print the graph for this program
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Drawing::Mermaid)]
    output: Drawing,
}

/// The formats of graphs.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Drawing {
    /// A flowchart of Mermaid, which Git hosts and editors draw
    Mermaid,
    /// A digraph of Graphviz
    Dot,
}

impl DrawingFlag {
    /// The text for that program.
    pub(super) fn of(self, sketch: &Sketch) -> String {
        match self.output {
            Drawing::Mermaid => sketch.mermaid(),
            Drawing::Dot => sketch.dot(),
        }
    }
}
