//! `verify --all`: a live table on a terminal, one at the end elsewhere (layer 4).

use std::cell::RefCell;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::list::{say_none, whole};
use super::verify::structured;
use super::view::until;
use crate::cli::flags::OutputFlag;
use crate::connector::Connector;
use crate::error::{Error, Kind, Result, harmless};
use crate::ops::connector::list::{self, Filter, Order};
use crate::ops::connector::verify::{self, Questions, Standing, Verified};
use crate::output::{self, Named, Row, table};
use crate::paths::Home;
use crate::ui;

/// The least widths of a name, a standing and an account, so that little moves while they change.
const NARROWEST: [usize; 4] = [20, 11, 20, 0];
/// A terminal shows so many; the rest as a number.
const MOST_SHOWN: usize = 20;

/// Verifies every connector.
pub(super) async fn run(home: &Home, questions: &Questions, output: &OutputFlag) -> Result<()> {
    let filter = Filter {
        resource_type: questions.resource_type.clone(),
        resource_id: questions.resource_id.clone(),
        ..Filter::default()
    };
    let found = list::list(home, &filter, Order::Name, Timestamp::now())?;
    let connectors: Vec<_> = found.into_iter().map(|listed| listed.connector).collect();
    if connectors.is_empty() {
        say_none(home)?;
    }
    let live = Live::start(&connectors);
    let verified = verify::all(home, connectors, questions, |connector, verified| live.took(connector, verified)).await;
    drop(live);
    let outcomes: Vec<_> = verified.into_iter().map(|(connector, verified)| Outcome { connector, verified }).collect();
    ui::print(&output::list(&outcomes, &output.output, false)?)?;
    verdict(&outcomes)
}

/// Where not all are fit, an error whose exit code says which way.
fn verdict(outcomes: &[Outcome]) -> Result<()> {
    let count = |wanted| outcomes.iter().filter(|outcome| outcome.standing() == wanted).count();
    let (unfit, expired, failed) = (count(Standing::Unfit), count(Standing::Expired), count(Standing::Failed));
    let all = outcomes.len();
    if expired + failed == 0 {
        return match unfit {
            0 => Ok(()),
            _ => Err(Error::new(Kind::Unfit, format!("{unfit} of {all} connectors are reachable but unfit"))
                .hint("`kubectl zenml verify NAME` says what is missing")),
        };
    }
    let parts = [(failed, "failed"), (expired, "expired"), (unfit, "unfit")];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    let said = parts.collect::<Vec<_>>().join(", ");
    let error = Error::failure(format!("of {all} connectors, {said}"));
    Err(if expired == 0 { error } else { error.hint("`kubectl zenml connector update NAME` takes a new credential") })
}

/// The table while it fills, drawn over itself.
struct Live {
    spinner: ui::Spinner,
    rows: RefCell<Vec<Vec<String>>>,
}

impl Live {
    fn start(connectors: &[Connector]) -> Self {
        let row = |connector: &Connector| vec![format!("  {}", connector.name), "asking".to_owned()];
        let rows = RefCell::new(connectors.iter().map(row).collect());
        let live = Self { spinner: ui::Spinner::start(""), rows };
        live.draw();
        live
    }

    fn took(&self, connector: &Connector, verified: &Result<Verified>) {
        let account = verified.as_ref().ok().map(|verified| account(verified).to_owned());
        let error = verified.as_ref().err().map(Error::brief);
        let row = vec![
            format!("  {}", connector.name),
            Standing::of(connector, verified.as_ref()).as_str().to_owned(),
            account.or(error).unwrap_or_default(),
        ];
        if let Some(place) = self.rows.borrow_mut().iter_mut().find(|other| other[0] == row[0]) {
            *place = row;
        }
        self.draw();
    }

    fn draw(&self) {
        let rows = self.rows.borrow();
        let waiting = rows.iter().filter(|row| row.len() == 2).count();
        // Who is still asked stays in sight.
        let mut shown: Vec<_> = rows.clone();
        shown.sort_by_key(|row| row.len() != 2);
        shown.truncate(MOST_SHOWN);
        let more = rows.len() - shown.len();
        let mut text = format!("{} of {} connectors asked", rows.len() - waiting, rows.len());
        text = format!("{text}\n{}", table::rows(&shown, &NARROWEST).trim_end());
        if more > 0 {
            text = format!("{text}\n  … and {more} more");
        }
        self.spinner.update(text);
    }
}

/// A connector with what was found of it.
struct Outcome {
    connector: Connector,
    verified: Result<Verified>,
}

impl Outcome {
    fn standing(&self) -> Standing {
        Standing::of(&self.connector, self.verified.as_ref())
    }
}

fn account(verified: &Verified) -> &str {
    verified.identity.account.as_deref().unwrap_or("unknown")
}

/// What was found of a connector, for scripts.
pub(super) fn outcome(connector: &Connector, verified: Result<&Verified, &Error>) -> Value {
    let mut value = match verified {
        Ok(verified) => structured(verified).unwrap_or_default(),
        Err(error) => json!({ "name": connector.name, "error": harmless(&error.render()) }),
    };
    value["id"] = json!(connector.id);
    value["standing"] = json!(Standing::of(connector, verified));
    if value.get("error").is_none() {
        value["error"] = Value::Null;
    }
    value
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        outcome(&self.connector, self.verified.as_ref()).serialize(serializer)
    }
}

impl Named for Outcome {
    const KIND: &'static str = "connector";

    fn name(&self) -> String {
        self.connector.name.clone()
    }
}

impl Row for Outcome {
    fn columns(wide: bool) -> Vec<&'static str> {
        let columns = ["NAME", "RESOURCE NAME", "STANDING", "ACCOUNT", "FIT FOR", "EXPIRES IN", "MESSAGE"];
        let more: &[_] = if wide { &["SERVER", "VERSION", "ANSWERED IN"] } else { &[] };
        columns.into_iter().chain(more.iter().copied()).collect()
    }

    fn cells(&self, wide: bool) -> Vec<String> {
        let none = || "<none>".to_owned();
        let verified = self.verified.as_ref().ok();
        let fit = |verified: &Verified| {
            let works: Vec<_> = verified.fit.iter().filter(|(_, fit)| *fit).map(|(work, _)| work.as_str()).collect();
            if works.is_empty() { none() } else { works.join(",") }
        };
        let mut cells = vec![
            self.connector.name.clone(),
            self.connector.resource_name.clone(),
            self.standing().as_str().to_owned(),
            verified.map_or_else(none, |verified| account(verified).to_owned()),
            verified.map_or_else(none, fit),
            until(&self.connector),
            self.verified.as_ref().err().map(whole).unwrap_or_default(),
        ];
        if wide {
            let identity = verified.map(|verified| &verified.identity);
            cells.push(self.connector.configuration.server.clone());
            cells.push(identity.and_then(|identity| identity.version.clone()).unwrap_or_else(none));
            cells.push(identity.map_or_else(none, |identity| format!("{} ms", identity.milliseconds)));
        }
        cells
    }
}
