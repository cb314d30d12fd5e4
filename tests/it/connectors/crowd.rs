//! Twenty processes at once: nothing is lost, and of those who want one thing one gets it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{STATE, described, names};
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;

const CROWD: usize = 20;

/// Runs a command for each number at once.
fn crowd(sandbox: &Sandbox, words: impl Fn(usize) -> Vec<String> + Sync) -> Vec<Output> {
    std::thread::scope(|scope| {
        let run = |number| {
            let words = &words;
            scope.spawn(move || {
                let words = words(number);
                sandbox.zenml(&words.iter().map(String::as_str).collect::<Vec<_>>())
            })
        };
        let threads: Vec<_> = (0..CROWD).map(run).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(ToOwned::to_owned).collect()
}

fn register(name: &str) -> Vec<String> {
    words(&format!("register {name} --no-verify --context rig-token"))
}

/// The ids of what is sealed, and of the records.
fn files(sandbox: &Sandbox) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut found = (BTreeSet::new(), BTreeSet::new());
    for (path, _) in sandbox.files().into_iter().filter(|(path, _)| path.starts_with(sandbox.path(STATE))) {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("sealed") => drop(found.0.insert(stem)),
            Some("json") if path.parent().unwrap().ends_with("connectors") => drop(found.1.insert(stem)),
            Some("next" | "gone") => panic!("{} is left", path.display()),
            _ => {}
        }
    }
    found
}

#[test]
fn one_of_twenty_gets_the_name_and_one_of_twenty_deletes_it() {
    let sandbox = Sandbox::with_vault("token");
    let won = |outputs: &[Output]| outputs.iter().filter(|output| output.code == Some(0)).count();
    let outputs = crowd(&sandbox, |_| register("prod"));
    assert_eq!((won(&outputs), names(&sandbox, &[])), (1, vec!["prod".to_owned()]));
    assert_eq!(files(&sandbox).0.len(), 1, "who lost has sealed nothing that stays");
    let outputs = crowd(&sandbox, |number| words(&format!("connector rename prod new-{number}")));
    let [name] = &names(&sandbox, &[])[..] else { panic!("one connector") };
    assert!(won(&outputs) >= 1 && name.starts_with("new-"), "{name}");
    let outputs = crowd(&sandbox, |_| words(&format!("connector delete {name}")));
    assert_eq!(won(&outputs), 1);
    let (sealed, records) = files(&sandbox);
    assert!(sealed.is_empty() && records.is_empty(), "{sealed:?} {records:?}");
}

#[test]
fn twenty_updates_of_one_connector_all_count() {
    let sandbox = Sandbox::with_vault("token");
    sandbox.zenml(&["register", "prod"]).succeeds();
    let before = described(&sandbox, "prod");
    for output in crowd(&sandbox, |number| match number % 2 {
        0 => words(&format!("connector update prod --label k{number}=v")),
        // This one seals anew.
        _ => words(&format!("connector update prod --label k{number}=v --expires-skew-tolerance {}", 60 + number)),
    }) {
        output.succeeds();
    }
    let after = described(&sandbox, "prod");
    assert_eq!(after["labels"].as_object().unwrap().len(), CROWD, "{after:#}");
    assert_eq!((&after["id"], &after["configuration"]), (&before["id"], &before["configuration"]));
    assert_eq!(files(&sandbox).0.len(), 1);
    sandbox.zenml(&["verify", "prod"]).succeeds();
}

#[test]
fn everything_at_once_loses_nothing() {
    let sandbox = Sandbox::with_vault("token");
    for output in crowd(&sandbox, |number| register(&format!("c{number:02}"))) {
        output.succeeds();
    }
    let outputs = crowd(&sandbox, |number| match number % 5 {
        0 => words(&format!("connector update c{number:02} --label changed=yes --expires-skew-tolerance 90")),
        1 => words(&format!("connector delete c{number:02}")),
        2 => words(&format!("connector rename c{number:02} r{number:02}")),
        3 => words(&format!("login c{number:02}")),
        _ => register(&format!("n{number:02}")),
    });
    for output in outputs {
        output.succeeds();
    }
    let named = |letter: &str, rest: &[usize]| {
        (0..CROWD)
            .filter(|number| rest.contains(&(number % 5)))
            .map(|number| format!("{letter}{number:02}"))
            .collect::<Vec<_>>()
    };
    let wanted = [named("c", &[0, 3, 4]), named("n", &[4]), named("r", &[2])].concat();
    assert_eq!(names(&sandbox, &[]), wanted);
    let (sealed, records) = files(&sandbox);
    assert_eq!((sealed.len(), &sealed), (wanted.len(), &records));
    assert_eq!(names(&sandbox, &["-l", "changed=yes"]), named("c", &[0]));
    let contexts = sandbox.kubectl(&["config", "get-contexts", "-o", "name"]).succeeds();
    assert_eq!(contexts.lines().filter(|name| name.starts_with("zenml-c")).count(), CROWD / 5);
    let checks: Value = serde_json::from_str(&sandbox.zenml(&["doctor", "-o", "json"]).stdout).unwrap();
    let bad: Vec<_> = checks["items"].as_array().unwrap().iter().filter(|check| check["status"] == "error").collect();
    assert!(bad.is_empty(), "{bad:#?}");
}
