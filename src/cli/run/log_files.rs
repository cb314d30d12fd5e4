//! The logs of a run's steps as they come: on the screen, and in files (layer 4).

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::error::{Context, Result};
use crate::ops::run::logs::Line;
use crate::ui;

/// So many files are open at once; others are opened again when their next line comes.
const MOST_OPEN: usize = 64;

/// What becomes of the logs while somebody stays with a run.
#[derive(Args, Clone, Debug, Default)]
pub(in crate::cli) struct LogFlags {
    /// Print the logs of all steps while waiting [default: true where standard error is no terminal]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    logs: Option<bool>,
    /// Write the log of each attempt of each step to a file in this directory, named after its pod
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    logs_dir: Option<PathBuf>,
}

impl LogFlags {
    /// Whether somebody asked for logs, and so for waiting.
    pub(in crate::cli) fn is_asked(&self) -> bool {
        self.logs == Some(true) || self.logs_dir.is_some()
    }

    /// What is to be done, the directory made.
    pub(in crate::cli) fn wish(&self) -> Result<Logs> {
        Logs::new(self.logs.unwrap_or(!ui::interactive()), self.logs_dir.as_deref())
    }
}

/// What is to be done with each line.
#[derive(Debug)]
pub(in crate::cli) struct Logs {
    /// Show it.
    pub(in crate::cli) print: bool,
    /// Write it.
    pub(in crate::cli) files: Option<Files>,
    /// Of these steps and instances nothing is wanted: they ended before.
    pub(in crate::cli) without: HashSet<String>,
}

impl Logs {
    /// To show lines, and to write them to files in `directory`.
    pub(in crate::cli) fn new(print: bool, directory: Option<&Path>) -> Result<Self> {
        Ok(Self { print, files: directory.map(Files::new).transpose()?, without: HashSet::new() })
    }

    /// Whether there is anything to do.
    pub(in crate::cli) fn are_wanted(&self) -> bool {
        self.print || self.files.is_some()
    }
}

/// A directory with a file for each pod.
#[derive(Debug)]
pub(in crate::cli) struct Files {
    directory: PathBuf,
    open: HashMap<String, BufWriter<File>>,
    begun: HashSet<String>,
}

impl Files {
    /// Files in `directory`, which is made where it is missing.
    pub(in crate::cli) fn new(directory: &Path) -> Result<Self> {
        fs::create_dir_all(directory).context(|| format!("cannot make the directory {}", directory.display()))?;
        Ok(Self { directory: directory.to_owned(), open: HashMap::new(), begun: HashSet::new() })
    }

    /// Adds a line. A file of a run before this one is begun anew.
    pub(in crate::cli) fn write(&mut self, line: &Line) -> Result<()> {
        if !self.open.contains_key(&line.pod) {
            if self.open.len() >= MOST_OPEN {
                self.flush()?;
                self.open.clear();
            }
            let file = self.file(&line.pod)?;
            self.open.insert(line.pod.clone(), BufWriter::new(file));
        }
        let Some(file) = self.open.get_mut(&line.pod) else { return Ok(()) };
        writeln!(file, "{}", line.text).context(|| format!("cannot write to {}", self.directory.display()))
    }

    fn file(&mut self, pod: &str) -> Result<File> {
        // A pod's name is a DNS name: it leads nowhere else.
        let path = self.directory.join(format!("{pod}.log"));
        let is_new = self.begun.insert(pod.to_owned());
        // What a step writes may be for nobody else's eyes.
        let opened =
            OpenOptions::new().create(true).write(true).append(!is_new).truncate(is_new).mode(0o600).open(&path);
        opened.context(|| format!("cannot write {}", path.display()))
    }

    /// Puts everything on the disk.
    pub(in crate::cli) fn flush(&mut self) -> Result<()> {
        let failed = self.open.values_mut().find_map(|file| file.flush().err());
        failed.map_or(Ok(()), Err).context(|| format!("cannot write to {}", self.directory.display()))
    }

    /// How many files there are.
    pub(in crate::cli) fn count(&self) -> usize {
        self.begun.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pod_has_its_file_also_when_there_are_many() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("a/b");
        fs::create_dir_all(&directory).unwrap();
        let before = OpenOptions::new().create_new(true).write(true).open(directory.join("p0.log"));
        before.unwrap().write_all(b"of another run").unwrap();
        let mut files = Files::new(&directory).unwrap();
        for round in 0..2 {
            for pod in 0..100 {
                let line = Line { step: "s".into(), pod: format!("p{pod}"), text: format!("{round} of {pod}") };
                files.write(&line).unwrap();
            }
        }
        files.flush().unwrap();
        assert_eq!(files.count(), 100);
        assert_eq!(fs::read_to_string(directory.join("p0.log")).unwrap(), "0 of 0\n1 of 0\n");
        assert_eq!(fs::read_to_string(directory.join("p99.log")).unwrap(), "0 of 99\n1 of 99\n");
    }
}
