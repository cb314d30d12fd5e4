//! Credentials and the audit log as people and scripts see them (layer 4).

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::json;

use crate::audit::LastError;
use crate::execcred::rfc3339;
use crate::ops::credential::{Question, State};
use crate::ops::vault::status::Place;
use crate::output::{Named, Row, age};
use crate::vault::content::RENEWABLE;

const NONE: &str = "<none>";

/// A connector's credential in a list.
pub(super) struct Summary(pub(super) State);

/// A line of the audit log.
pub(super) struct Line(pub(super) Question);

impl Serialize for Summary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let State { connector, holder, header, last_use, last_error, .. } = &self.0;
        let time = |seconds: Option<i64>| seconds.map(rfc3339);
        let value = json!({
            "name": connector.name,
            "id": connector.id,
            "auth_method": connector.auth_method,
            "holder": holder,
            "sealed": header.is_some(),
            "expires_at": time(header.as_ref().and_then(|header| header.expires_at)),
            "refresh_after": time(header.as_ref().filter(|_| self.renewable()).and_then(|header| header.refresh_after)),
            "last_use": last_use,
            "last_error": last_error,
        });
        value.serialize(serializer)
    }
}

impl Named for Summary {
    const KIND: &'static str = "connector";

    fn name(&self) -> String {
        self.0.connector.name.clone()
    }
}

impl Row for Summary {
    fn columns(_wide: bool) -> Vec<&'static str> {
        vec!["NAME", "AUTH", "HOLDER", "EXPIRES", "REFRESH AFTER", "LAST USE", "LAST ERROR"]
    }

    fn cells(&self, wide: bool) -> Vec<String> {
        let State { connector, holder, header, last_use, last_error, .. } = &self.0;
        let now = Timestamp::now();
        let left = |end: Option<i64>, past: &str| match end.map(|end| end - now.as_second()) {
            None => NONE.to_owned(),
            Some(..=0) => past.to_owned(),
            Some(left) => age::short(left),
        };
        let (expires, refresh) = match header {
            None => ("<missing>".to_owned(), NONE.to_owned()),
            Some(header) => {
                let refresh = header.refresh_after.filter(|_| self.renewable());
                (left(header.expires_at, "expired"), left(refresh, "now"))
            }
        };
        let error = last_error.as_ref().map_or(NONE.to_owned(), |error| cell(error, now, wide));
        vec![
            connector.name.clone(),
            connector.auth_method.clone(),
            holder.as_ref().map_or(NONE.to_owned(), |holder| holder_name(holder, wide)),
            expires,
            refresh,
            last_use.map_or(NONE.to_owned(), |used| format!("{} ago", age::age(used, now))),
            error,
        ]
    }
}

impl Summary {
    fn renewable(&self) -> bool {
        RENEWABLE.contains(&self.0.connector.auth_method.as_str())
    }
}

/// The holder by the name that `vault init` takes; `wide` says where it is.
fn holder_name(holder: &Place, wide: bool) -> String {
    if wide { holder.text.clone() } else { holder.kind.to_owned() }
}

/// The error's first line, with how long ago it was; `wide` has all of them.
fn cell(error: &LastError, now: Timestamp, wide: bool) -> String {
    let ago = error.time.parse().map_or_else(|_| error.time.clone(), |then| format!("{} ago", age::age(then, now)));
    let text = error.text.strip_prefix("error: ").unwrap_or(&error.text).trim_end();
    let text = if wide { text } else { text.lines().next().unwrap_or_default() };
    format!("{text} ({ago})")
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut value = serde_json::to_value(&self.0.entry).unwrap_or_default();
        value["name"] = json!(self.0.name);
        value.serialize(serializer)
    }
}

impl Named for Line {
    const KIND: &'static str = "connector";

    fn name(&self) -> String {
        let Question { entry, name } = &self.0;
        name.clone().or_else(|| entry.connector.clone()).unwrap_or_else(|| NONE.to_owned())
    }
}

impl Row for Line {
    fn columns(wide: bool) -> Vec<&'static str> {
        let columns = ["TIME", "EVENT", "CONNECTOR", "PROCESS", "PID"];
        columns.into_iter().chain(wide.then_some("CONNECTOR ID")).collect()
    }

    fn cells(&self, wide: bool) -> Vec<String> {
        let entry = &self.0.entry;
        let mut cells = vec![
            rfc3339(entry.time.as_second()),
            entry.event.clone(),
            self.name(),
            entry.comm.clone().unwrap_or_else(|| NONE.to_owned()),
            entry.pid.to_string(),
        ];
        if wide {
            cells.push(entry.connector.clone().unwrap_or_else(|| NONE.to_owned()));
        }
        cells
    }
}
