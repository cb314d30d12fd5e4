//! Everything that is known of stacks, and what may be done to it (layer 1, pure). The built-in stack and its components
//! are always there; they are stored only once they differ from how they come.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::{Component, DEFAULT, FLAVOR, Kind, Stack};
use crate::connector::name;
use crate::error::{Error, Result};

/// The format that this version writes and reads.
pub const FORMAT: u32 = 1;
/// The shortest beginning of an id that stands for it.
const SHORTEST_ID: usize = 4;
/// The built-in stack's id. The last ids of the nil UUID's neighbourhood are nobody's.
const STACK_ID: &str = "00000000-0000-4000-8000-000000000001";
const ORCHESTRATOR_ID: &str = "00000000-0000-4000-8000-000000000002";
const DEPLOYER_ID: &str = "00000000-0000-4000-8000-000000000003";

/// All stacks and components, and which stack is active.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Book {
    /// [`FORMAT`].
    pub format: u32,
    /// The active stack's id.
    active: String,
    components: Vec<Component>,
    stacks: Vec<Stack>,
}

impl Default for Book {
    fn default() -> Self {
        Self { format: FORMAT, active: STACK_ID.to_owned(), components: Vec::new(), stacks: Vec::new() }.opened()
    }
}

/// The built-in component of this kind.
pub fn built_in(kind: Kind) -> Component {
    Component {
        id: match kind {
            Kind::Orchestrator => ORCHESTRATOR_ID,
            Kind::Deployer => DEPLOYER_ID,
        }
        .to_owned(),
        name: DEFAULT.to_owned(),
        kind,
        flavor: FLAVOR.to_owned(),
        connector: None,
        connector_resource_id: None,
        configuration: Map::new(),
        created_at: None,
        updated_at: None,
    }
}

fn built_in_stack() -> Stack {
    Stack {
        id: STACK_ID.to_owned(),
        name: DEFAULT.to_owned(),
        orchestrator: Some(ORCHESTRATOR_ID.to_owned()),
        deployer: Some(DEPLOYER_ID.to_owned()),
        created_at: None,
        updated_at: None,
    }
}

impl Book {
    /// What was read from a file, with what is built in.
    #[must_use]
    pub fn opened(mut self) -> Self {
        for kind in Kind::ALL {
            let built_in = built_in(kind);
            if self.components.iter().all(|component| component.id != built_in.id) {
                self.components.push(built_in);
            }
        }
        if self.stacks.iter().all(|stack| stack.id != STACK_ID) {
            self.stacks.push(built_in_stack());
        }
        self.sort();
        self
    }

    /// What is to be written to a file: all but what is as it comes.
    #[must_use]
    pub fn closed(mut self) -> Self {
        self.components.retain(|component| *component != built_in(component.kind));
        self.stacks.retain(|stack| *stack != built_in_stack());
        self
    }

    /// The components of a kind, by name.
    pub fn components(&self, kind: Kind) -> impl Iterator<Item = &Component> {
        self.components.iter().filter(move |component| component.kind == kind)
    }

    /// The stacks, by name.
    pub fn stacks(&self) -> &[Stack] {
        &self.stacks
    }

    /// The component with this name, id or unique id prefix.
    pub fn component(&self, kind: Kind, reference: &str) -> Result<&Component> {
        let all: Vec<_> = self.components(kind).collect();
        pick(kind.as_str(), &all, reference, |component| (&component.name, &component.id)).copied()
    }

    /// The stack with this name, id or unique id prefix.
    pub fn stack(&self, reference: &str) -> Result<&Stack> {
        pick("stack", &self.stacks, reference, |stack| (&stack.name, &stack.id))
    }

    /// The active stack. One that is gone counts as the built-in one.
    pub fn active(&self) -> &Stack {
        let by_id = |id: &str| self.stacks.iter().find(|stack| stack.id == id);
        by_id(&self.active).or_else(|| by_id(STACK_ID)).unwrap_or(&self.stacks[0])
    }

    /// The component of this kind in `stack`.
    pub fn component_of(&self, stack: &Stack, kind: Kind) -> Option<&Component> {
        let id = stack.component(kind)?;
        self.components(kind).find(|component| component.id == id)
    }

    /// The stacks that hold this component.
    pub fn stacks_with<'b>(&'b self, component: &'b Component) -> impl Iterator<Item = &'b Stack> {
        self.stacks.iter().filter(|stack| stack.component(component.kind) == Some(&component.id))
    }

    /// The components that are linked to this connector.
    pub fn linked_to<'b>(&'b self, connector: &'b str) -> impl Iterator<Item = &'b Component> {
        self.components.iter().filter(move |component| component.connector.as_deref() == Some(connector))
    }

    /// Adds a component, or puts it in place of the one with its id. Its name must be free.
    pub fn put_component(&mut self, component: Component) -> Result<()> {
        let (kind, id) = (component.kind, &component.id);
        if *id == built_in(kind).id {
            keeps_its_name(kind.as_str(), &component.name)?;
        }
        let others = self.components(kind).filter(|other| other.id != *id);
        check_free(kind.as_str(), kind.one(), &component.name, &others.map(|other| other.name.as_str()).collect())?;
        self.components.retain(|other| other.id != component.id);
        self.components.push(component);
        self.sort();
        Ok(())
    }

    /// Adds a stack, or puts it in place of the one with its id. Its name must be free.
    pub fn put_stack(&mut self, stack: Stack) -> Result<()> {
        if stack.id == STACK_ID {
            keeps_its_name("stack", &stack.name)?;
        }
        let others = self.stacks.iter().filter(|other| other.id != stack.id);
        check_free("stack", "a stack", &stack.name, &others.map(|other| other.name.as_str()).collect())?;
        self.stacks.retain(|other| other.id != stack.id);
        self.stacks.push(stack);
        self.sort();
        Ok(())
    }

    fn sort(&mut self) {
        self.components.sort_by(|a, b| (&a.name, a.kind.as_str()).cmp(&(&b.name, b.kind.as_str())));
        self.stacks.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// Makes this stack the active one.
    pub fn activate(&mut self, id: &str) {
        id.clone_into(&mut self.active);
    }

    /// Takes a component away, unless a stack holds it.
    pub fn remove_component(&mut self, kind: Kind, reference: &str) -> Result<Component> {
        let component = self.component(kind, reference)?.clone();
        let (noun, name) = (kind.as_str(), &component.name);
        if component.id == built_in(kind).id {
            return Err(Error::failure(format!("the {noun} \"{name}\" is built in, and cannot be deleted"))
                .hint(format!("`kubectl zenml {noun} update {name}` changes it")));
        }
        let holders: Vec<_> = self.stacks_with(&component).map(|stack| format!("\"{}\"", stack.name)).collect();
        if !holders.is_empty() {
            let noun_of_holders = if holders.len() == 1 { "stack" } else { "stacks" };
            let used = format!("the {noun} \"{name}\" is part of {noun_of_holders} {}", holders.join(", "));
            return Err(Error::failure(used)
                .hint(format!("give them another one: `kubectl zenml stack update STACK --{noun} NAME`"))
                .hint("or delete them: `kubectl zenml stack delete STACK`"));
        }
        self.components.retain(|other| other.id != component.id);
        Ok(component)
    }

    /// Takes a stack away, unless it is the active one.
    pub fn remove_stack(&mut self, reference: &str) -> Result<Stack> {
        let stack = self.stack(reference)?.clone();
        let name = &stack.name;
        if stack.id == STACK_ID {
            return Err(Error::failure(format!("the stack \"{name}\" is built in, and cannot be deleted"))
                .hint(format!("`kubectl zenml stack update {name}` changes it")));
        }
        if stack.id == self.active().id {
            return Err(Error::failure(format!("the stack \"{name}\" is active"))
                .hint(format!("make another one active first: `kubectl zenml stack set {DEFAULT}`")));
        }
        self.stacks.retain(|other| other.id != stack.id);
        Ok(stack)
    }

    /// Unlinks every component from this connector. Says which they were.
    pub fn unlink(&mut self, connector: &str) -> Vec<Component> {
        let mut unlinked = Vec::new();
        for component in self.components.iter_mut().filter(|one| one.connector.as_deref() == Some(connector)) {
            unlinked.push(component.clone());
            component.connector = None;
            component.connector_resource_id = None;
        }
        unlinked
    }
}

/// The one of `all` with this name, id or unique id prefix; a name goes before ids.
fn pick<'a, T>(
    noun: &str,
    all: &'a [T],
    reference: &str,
    name_and_id: impl Fn(&T) -> (&String, &String),
) -> Result<&'a T> {
    let is = |one: &&T| {
        let (name, id) = name_and_id(one);
        name == reference || id == reference
    };
    if let Some(exact) = all.iter().find(is) {
        return Ok(exact);
    }
    let begins = |one: &&T| reference.len() >= SHORTEST_ID && name_and_id(one).1.starts_with(reference);
    let matching: Vec<_> = all.iter().filter(begins).collect();
    match matching[..] {
        [one] => Ok(one),
        [] => Err(Error::failure(format!("{noun} \"{}\" not found", reference.escape_debug()))
            .hint(format!("run `kubectl zenml {noun} list` to see the registered {noun}s"))),
        _ => {
            let candidates = matching.into_iter().map(|one| {
                let (name, id) = name_and_id(one);
                format!("{name} ({id})")
            });
            Err(Error::failure(format!("more than one {noun} has an id that starts with \"{reference}\""))
                .hint(format!("candidates: {}", candidates.collect::<Vec<_>>().join(", "))))
        }
    }
}

fn check_free(noun: &str, one: &str, wanted: &str, taken: &BTreeSet<&str>) -> Result<()> {
    name::validate(wanted)?;
    if !taken.contains(wanted) {
        return Ok(());
    }
    let free = name::free(wanted, |name| taken.contains(name));
    Err(Error::failure(format!("{one} named \"{wanted}\" exists already"))
        .hint(format!("\"{free}\" is free: `kubectl zenml {noun} register {free}`"))
        .hint(format!("to change the old one: `kubectl zenml {noun} update {wanted}`")))
}

/// What is built in is found under its name by every stack of the documentation, and by whoever comes after.
fn keeps_its_name(noun: &str, name: &str) -> Result<()> {
    if name == DEFAULT {
        return Ok(());
    }
    Err(Error::failure(format!("the {noun} \"{DEFAULT}\" is built in, and keeps its name"))
        .hint(format!("register another one: `kubectl zenml {noun} register {name}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(id: &str, name: &str) -> Component {
        Component { id: id.to_owned(), name: name.to_owned(), ..built_in(Kind::Orchestrator) }
    }

    fn stack(id: &str, name: &str, orchestrator: &str) -> Stack {
        let orchestrator = Some(orchestrator.to_owned());
        Stack { id: id.to_owned(), name: name.to_owned(), orchestrator, ..built_in_stack() }
    }

    #[test]
    fn what_is_built_in_is_stored_only_when_it_was_changed() {
        let mut book = Book::default();
        let active = book.active().clone();
        assert_eq!(active.name, "default");
        for kind in Kind::ALL {
            assert_eq!(book.component_of(&active, kind).unwrap().name, "default");
        }
        let closed = book.clone().closed();
        assert!(closed.components.is_empty() && closed.stacks.is_empty());
        assert_eq!(closed.opened(), book);
        let changed = Component { connector: Some("c".to_owned()), ..built_in(Kind::Deployer) };
        book.put_component(changed.clone()).unwrap();
        assert_eq!(book.clone().closed().components, [changed]);
        assert_eq!(book.clone().closed().opened(), book);
    }

    #[test]
    fn names_are_unique_within_a_kind() {
        let mut book = Book::default();
        book.put_component(component("1111-a", "k8s")).unwrap();
        let error = book.put_component(component("2222-b", "k8s")).unwrap_err().render();
        assert!(error.contains("an orchestrator named \"k8s\" exists already"), "{error}");
        assert!(error.contains("\"k8s-2\" is free: `kubectl zenml orchestrator register k8s-2`"), "{error}");
        let deployer = Component { kind: Kind::Deployer, ..component("2222-b", "k8s") };
        book.put_component(deployer).unwrap();
        assert_eq!(book.component(Kind::Orchestrator, "1111").unwrap().name, "k8s");
        assert!(book.component(Kind::Deployer, "1111").is_err());
        assert!(book.put_component(component("3333-c", "Bad Name")).is_err());
        let renamed = component("1111-a", "other");
        book.put_component(renamed.clone()).unwrap();
        assert_eq!(book.component(Kind::Orchestrator, "other").unwrap(), &renamed);
        let several = book.stack("0000").unwrap();
        assert_eq!(several.name, "default");
    }

    #[test]
    fn what_is_in_use_stays() {
        let mut book = Book::default();
        book.put_component(component("1111-a", "k8s")).unwrap();
        book.put_stack(stack("3333-c", "prod", "1111-a")).unwrap();
        let error = book.remove_component(Kind::Orchestrator, "k8s").unwrap_err().render();
        assert!(error.contains("the orchestrator \"k8s\" is part of stack \"prod\""), "{error}");
        book.activate("3333-c");
        assert!(book.remove_stack("prod").unwrap_err().render().contains("is active"));
        book.activate(STACK_ID);
        book.remove_stack("prod").unwrap();
        book.remove_component(Kind::Orchestrator, "k8s").unwrap();
        assert!(book.remove_stack("default").unwrap_err().render().contains("built in"));
        assert!(book.remove_component(Kind::Deployer, "default").unwrap_err().render().contains("built in"));
        assert_eq!(book, Book::default());
    }

    #[test]
    fn a_connector_is_unlinked_everywhere() {
        let mut book = Book::default();
        book.put_component(Component { connector: Some("c".to_owned()), ..component("1111-a", "k8s") }).unwrap();
        assert_eq!(book.linked_to("c").count(), 1);
        assert_eq!(book.unlink("c").len(), 1);
        assert_eq!((book.linked_to("c").count(), book.unlink("c").len()), (0, 0));
    }

    #[test]
    fn an_active_stack_that_is_gone_counts_as_the_built_in_one() {
        let mut book = Book::default();
        book.activate("gone");
        assert_eq!(book.active().name, "default");
    }
}
