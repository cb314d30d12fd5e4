//! `connector list` (layer 3). Reads no secret.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::logins;
use crate::connector::Connector;
use crate::connector::catalogue::Method;
use crate::connector::name::Pattern;
use crate::connector::selector::Selector;
use crate::document::nearest;
use crate::error::Result;
use crate::paths::Home;
use crate::registry::Entry;
use crate::registry::store;

/// A connector in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its record.
    pub connector: Connector,
    /// kubectl's current context gets its credential from it.
    pub active: bool,
}

/// Which connectors; what is `None` or empty admits all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this connector type.
    pub kind: Option<String>,
    /// Of this auth method.
    pub auth_method: Option<Method>,
    /// Giving access to this type of resource.
    pub resource_type: Option<String>,
    /// Giving access to the resource of this name.
    pub resource_id: Option<String>,
    /// With a name like this.
    pub name: Option<Pattern>,
    /// With an id that begins so.
    pub id: Option<String>,
    /// Whose labels match all of these.
    pub selectors: Vec<Selector>,
    /// Whose credential has ended.
    pub expired: bool,
}

impl Filter {
    /// Whether `connector` is one of those at `now`.
    pub fn admits(&self, connector: &Connector, now: Timestamp) -> bool {
        let is = |wanted: &Option<String>, value: &String| wanted.as_ref().is_none_or(|wanted| wanted == value);
        let resource =
            |wanted: &String| *wanted == connector.resource_name || Some(wanted) == connector.resource_id.as_ref();
        is(&self.kind, &connector.kind)
            && self.auth_method.is_none_or(|wanted| wanted.name() == connector.auth_method)
            && self.resource_type.as_ref().is_none_or(|wanted| connector.resource_types.contains(wanted))
            && self.resource_id.as_ref().is_none_or(resource)
            && self.name.as_ref().is_none_or(|pattern| pattern.matches(&connector.name))
            && self.id.as_ref().is_none_or(|begin| connector.id.starts_with(begin))
            && self.selectors.iter().all(|selector| selector.matches(&connector.labels))
            && (!self.expired || connector.expires_at.is_some_and(|end| end <= now))
    }
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By name.
    #[default]
    Name,
    /// By connector type, then name.
    Type,
    /// By auth method, then name.
    Auth,
    /// By the resource's name, then name.
    Resource,
    /// What ends soonest first, what does not end last.
    Expires,
    /// The active one first.
    Active,
    /// The newest first.
    Age,
    /// What was changed last first.
    Updated,
}

const ORDERS: [(&str, Order); 9] = [
    ("name", Order::Name),
    ("type", Order::Type),
    ("auth", Order::Auth),
    ("auth-method", Order::Auth),
    ("resource-name", Order::Resource),
    ("expires", Order::Expires),
    ("active", Order::Active),
    ("age", Order::Age),
    ("updated", Order::Updated),
];

impl Order {
    /// Every name.
    pub fn names() -> Vec<&'static str> {
        ORDERS.into_iter().map(|(name, _)| name).collect()
    }

    /// The order called `text`. An error is a sentence.
    pub fn find(text: &str) -> Result<Self, String> {
        let name = text.to_lowercase().replace(['_', ' '], "-");
        if let Some((_, order)) = ORDERS.iter().find(|(known, _)| *known == name) {
            return Ok(*order);
        }
        let all = Self::names().join(", ");
        Err(match nearest(&name, Self::names()) {
            Some(near) => format!("did you mean {near}? There are {all}"),
            None => format!("there are {all}"),
        })
    }
}

/// The connectors that `filter` admits at `now`, in `order`.
pub fn list(home: &Home, filter: &Filter, order: Order, now: Timestamp) -> Result<Vec<Listed>> {
    let connectors = store::all(home)?;
    let entries: Vec<_> = connectors.iter().map(|it| Entry { id: it.id.clone(), name: it.name.clone() }).collect();
    let active = logins::active(&entries);
    let admitted = connectors.into_iter().filter(|connector| filter.admits(connector, now));
    let mut listed: Vec<_> =
        admitted.map(|connector| Listed { active: active.as_deref() == Some(&connector.id), connector }).collect();
    // They come by name, and stay so among equals.
    match order {
        Order::Name => {}
        Order::Type => listed.sort_by(|a, b| a.connector.kind.cmp(&b.connector.kind)),
        Order::Auth => listed.sort_by(|a, b| a.connector.auth_method.cmp(&b.connector.auth_method)),
        Order::Resource => listed.sort_by(|a, b| a.connector.resource_name.cmp(&b.connector.resource_name)),
        Order::Expires => {
            listed.sort_by_key(|it| it.connector.expires_at.map_or((true, Timestamp::MAX), |end| (false, end)));
        }
        Order::Active => listed.sort_by_key(|it| !it.active),
        Order::Age => listed.sort_by_key(|it| Reverse(it.connector.created_at)),
        Order::Updated => listed.sort_by_key(|it| Reverse(it.connector.updated_at)),
    }
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_order_is_mended() {
        assert_eq!(Order::find("AGE"), Ok(Order::Age));
        assert_eq!(Order::find("resource_name"), Ok(Order::Resource));
        assert!(Order::find("expire").unwrap_err().contains("did you mean expires?"));
        assert!(Order::find("xyz").unwrap_err().starts_with("there are name, type"));
    }
}
