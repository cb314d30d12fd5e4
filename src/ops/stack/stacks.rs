//! `stack register|list|describe|set|update|delete` (layer 3).

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::component::change;
use crate::error::{Error, Result};
use crate::paths::Home;
use crate::registry::stacks;
use crate::stack::book::Book;
use crate::stack::{Component, Kind, Stack};

/// A stack with its components.
#[derive(Clone, Debug, Serialize)]
pub struct Described {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is the active one.
    pub active: bool,
    /// Its orchestrator.
    pub orchestrator: Option<Component>,
    /// Its deployer.
    pub deployer: Option<Component>,
    /// When it was registered; `None` = built in.
    pub created_at: Option<Timestamp>,
    /// When it was last changed; `None` = never.
    pub updated_at: Option<Timestamp>,
}

/// Components by name, id or unique id prefix.
#[derive(Debug, Default)]
pub struct Parts {
    /// The orchestrator.
    pub orchestrator: Option<String>,
    /// The deployer.
    pub deployer: Option<String>,
}

/// What to change in a stack.
#[derive(Debug, Default)]
pub struct Update {
    /// The stack's name, id or unique id prefix; `None` = the active one.
    pub reference: Option<String>,
    /// Its new name.
    pub name: Option<String>,
    /// Components to put in.
    pub parts: Parts,
    /// Components to take out.
    pub removed: Vec<Kind>,
}

impl Parts {
    /// The component of this kind.
    pub fn get(&self, kind: Kind) -> Option<&str> {
        match kind {
            Kind::Orchestrator => self.orchestrator.as_deref(),
            Kind::Deployer => self.deployer.as_deref(),
        }
    }

    fn put(&self, book: &Book, stack: &mut Stack) -> Result<()> {
        for kind in Kind::ALL {
            if let Some(reference) = self.get(kind) {
                stack.set_component(kind, Some(book.component(kind, reference)?.id.clone()));
            }
        }
        Ok(())
    }
}

/// Registers a stack, and makes it the active one where that is wanted.
pub fn register(home: &Home, name: String, parts: &Parts, set: bool) -> Result<Described> {
    change(home, |book| {
        let now = Some(Timestamp::now());
        let id = Uuid::new_v4().to_string();
        let mut stack = Stack { id, name, orchestrator: None, deployer: None, created_at: now, updated_at: now };
        parts.put(book, &mut stack)?;
        check_parts(&stack)?;
        book.put_stack(stack.clone())?;
        if set {
            book.activate(&stack.id);
        }
        Ok(described(book, &stack))
    })
}

/// A stack without any component does nothing.
fn check_parts(stack: &Stack) -> Result<()> {
    if Kind::ALL.iter().any(|kind| stack.component(*kind).is_some()) {
        return Ok(());
    }
    Err(Error::usage(format!("stack \"{}\" would hold nothing", stack.name))
        .hint("name its components with --orchestrator and --deployer; `default` is built in"))
}

/// Every stack, by name.
pub fn list(home: &Home) -> Result<Vec<Described>> {
    let book = stacks::load(home)?;
    Ok(book.stacks().iter().map(|stack| described(&book, stack)).collect())
}

/// The stack `reference`, else the active one.
pub fn describe(home: &Home, reference: Option<&str>) -> Result<Described> {
    let book = stacks::load(home)?;
    Ok(described(&book, found(&book, reference)?))
}

fn found<'b>(book: &'b Book, reference: Option<&str>) -> Result<&'b Stack> {
    reference.map_or_else(|| Ok(book.active()), |reference| book.stack(reference))
}

fn described(book: &Book, stack: &Stack) -> Described {
    let component = |kind| book.component_of(stack, kind).cloned();
    Described {
        id: stack.id.clone(),
        name: stack.name.clone(),
        active: book.active().id == stack.id,
        orchestrator: component(Kind::Orchestrator),
        deployer: component(Kind::Deployer),
        created_at: stack.created_at,
        updated_at: stack.updated_at,
    }
}

/// Makes a stack the active one.
pub fn set(home: &Home, reference: &str) -> Result<Described> {
    change(home, |book| {
        let stack = book.stack(reference)?.clone();
        book.activate(&stack.id);
        Ok(described(book, &stack))
    })
}

/// Changes a stack.
pub fn update(home: &Home, request: &Update) -> Result<Described> {
    change(home, |book| {
        let mut stack = found(book, request.reference.as_deref())?.clone();
        for kind in &request.removed {
            stack.set_component(*kind, None);
        }
        request.parts.put(book, &mut stack)?;
        check_parts(&stack)?;
        if let Some(name) = &request.name {
            stack.name.clone_from(name);
        }
        stack.updated_at = Some(Timestamp::now());
        book.put_stack(stack.clone())?;
        Ok(described(book, &stack))
    })
}

/// Deletes a stack; its components stay.
pub fn delete(home: &Home, reference: &str) -> Result<Stack> {
    change(home, |book| book.remove_stack(reference))
}
