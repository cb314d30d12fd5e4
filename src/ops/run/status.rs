//! How a run stands, in one word, by its record and by what is beside it (layer 3, pure).

use jiff::Timestamp;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::coordination::v1::Lease;

use super::{ABORTED, Found, INTERRUPTED, SUSPENDED, UNKNOWN};
use crate::orchestrator::record::{Phase, Record};
use crate::orchestrator::root::Mode;
use crate::orchestrator::{checkpoint, job, lease};

/// A Job that is not there this long after the root was made never will be, in seconds.
const ABORTED_AFTER: i64 = 600;
/// Submitting an attached run takes so long at most, in seconds.
const SUBMITTED_WITHIN: i64 = 60;
/// An attached run that nobody has driven for so long since all of it was there is interrupted, in seconds: a terminal that
/// stops renewing its Lease is given as long.
const BEGUN_WITHIN: i64 = 20;

/// An object beside a run, as far as this user may know.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sight<T> {
    /// Looking is forbidden.
    Hidden,
    /// It is not there.
    Absent,
    /// It is there.
    There(T),
}

/// What is beside a run's root.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beside<'a> {
    /// Its record, where there is one that can be read.
    pub record: Option<&'a Record>,
    /// When the record was made, which comes last of what a run needs before its Job.
    pub recorded: Option<Timestamp>,
    /// The orchestrator's Job.
    pub job: Sight<&'a Job>,
    /// Whose turn it is.
    pub lease: Sight<&'a Lease>,
}

impl Beside<'_> {
    fn is_held(&self, now: Timestamp) -> bool {
        matches!(self.lease, Sight::There(lease) if lease::counts_for(lease, now).is_some())
    }
}

/// A word, and why where that needs saying.
type Status = (&'static str, Option<String>);

/// The status of `run` at `now`, the reader's clock.
pub(super) fn status(run: &Found, beside: &Beside, now: Timestamp) -> Status {
    let Some(record) = beside.record else { return unrecorded(run, beside, now) };
    let recorded = (record.phase.as_str(), record.message.clone());
    if record.phase.is_final() {
        return recorded;
    }
    let is_pending = record.phase == Phase::Pending;
    match without(run, beside, is_pending, now) {
        Some((INTERRUPTED, why)) if run.suspended => {
            let why = why.unwrap_or_default();
            (INTERRUPTED, Some(format!("{why}; suspended, too: {}", run.identity.suspension(&run.namespace))))
        }
        Some(status) => status,
        None if run.suspended => (SUSPENDED, Some(run.identity.suspension(&run.namespace))),
        None if is_pending => (recorded.0, recorded.1.or_else(|| unbegun(run, beside))),
        None => recorded,
    }
}

/// The status of a run that nobody will go on with by himself.
fn without(run: &Found, beside: &Beside, is_pending: bool, now: Timestamp) -> Option<Status> {
    match (run.identity.mode, beside.job, beside.lease) {
        (Mode::Job, Sight::There(job), _) if has_failed(job) => {
            Some((Phase::Failed.as_str(), Some("the orchestrator's Job failed".to_owned())))
        }
        (Mode::Job, Sight::Absent, _) if is_pending && age(run.created, now) > ABORTED_AFTER => Some(aborted()),
        // Somebody deleted it, and left what it owned.
        (Mode::Job, Sight::Absent, Sight::Absent | Sight::There(_)) if !is_pending && !beside.is_held(now) => {
            Some((INTERRUPTED, Some("its orchestrator's Job was deleted, and nobody drives it".to_owned())))
        }
        (Mode::Attached, _, Sight::Absent) if age(beside.recorded, now) < BEGUN_WITHIN => None,
        (Mode::Attached, _, Sight::Absent | Sight::There(_)) if !beside.is_held(now) => {
            Some((INTERRUPTED, Some("the terminal that ran it is gone".to_owned())))
        }
        _ => None,
    }
}

/// What there is to say of an attached run that nobody has begun: whether its terminal still will, nobody can know.
fn unbegun(run: &Found, beside: &Beside) -> Option<String> {
    let is_unbegun = run.identity.mode == Mode::Attached && matches!(beside.lease, Sight::Absent);
    is_unbegun.then(|| {
        format!(
            "no terminal drives it yet; where the one that submitted it is gone, `kubectl zenml run attach {}` does",
            run.words()
        )
    })
}

/// The status of a run without a record: somebody deleted it, or the submission has not come to it.
fn unrecorded(run: &Found, beside: &Beside, now: Timestamp) -> Status {
    let lost = format!("configmap/{}, its record, is not there", checkpoint::name(&run.identity.object()));
    match (beside.job, beside.lease) {
        (Sight::There(job), _) if job::condition(job, "Complete").is_some() => {
            (Phase::Succeeded.as_str(), Some(format!("{lost}; its Job says that it succeeded")))
        }
        (Sight::There(job), _) if has_failed(job) => {
            let why = job::condition(job, "Failed").and_then(|failed| failed.message.clone()).unwrap_or_default();
            (Phase::Failed.as_str(), Some(format!("{lost}; the orchestrator's Job failed: {why}")))
        }
        _ if beside.is_held(now) => (Phase::Running.as_str(), Some(format!("{lost}; somebody drives it all the same"))),
        (Sight::There(_), _) => (UNKNOWN, Some(format!("{lost}; its Job has not ended"))),
        (_, Sight::There(_)) => {
            let words = run.words();
            (
                UNKNOWN,
                Some(format!("{lost}, and nobody drives it; `kubectl zenml run delete {words}` removes what is left")),
            )
        }
        _ if age(run.created, now) < SUBMITTED_WITHIN
            || (run.identity.mode == Mode::Job && age(run.created, now) <= ABORTED_AFTER) =>
        {
            (Phase::Pending.as_str(), Some("it is being submitted, or that was interrupted".to_owned()))
        }
        (Sight::Hidden, _) | (_, Sight::Hidden) => (UNKNOWN, Some(lost)),
        _ if age(run.created, now) > ABORTED_AFTER => aborted(),
        _ => (INTERRUPTED, Some("the submission was interrupted".to_owned())),
    }
}

fn aborted() -> Status {
    (ABORTED, Some("the submission was interrupted".to_owned()))
}

/// Whether a Job has given up.
pub(super) fn has_failed(job: &Job) -> bool {
    job::condition(job, "Failed").is_some()
}

/// In seconds; what has no time is new.
fn age(since: Option<Timestamp>, now: Timestamp) -> i64 {
    since.map_or(0, |since| now.duration_since(since).as_secs())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::orchestrator::root::Identity;

    fn run(mode: Mode, age: i64) -> Found {
        let identity = Identity {
            format: 1,
            id: "0b1f".into(),
            name: "nightly".into(),
            pipeline: "churn".into(),
            mode,
            pieces: Vec::new(),
        };
        let created = Some(now() - jiff::SignedDuration::from_secs(age));
        Found { namespace: "ml".into(), identity, uid: "u-1".into(), created, suspended: false }
    }

    fn now() -> Timestamp {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    fn job(condition: &str) -> Job {
        let conditions = json!([{ "type": condition, "status": "True", "message": "no more tries" }]);
        serde_json::from_value(json!({ "metadata": {}, "status": { "conditions": conditions } })).unwrap()
    }

    fn lease(renewed: &str) -> Lease {
        serde_json::from_value(json!({ "metadata": {}, "spec": { "holderIdentity": "x", "renewTime": renewed } }))
            .unwrap()
    }

    const NEW: &str = "2026-11-22T09:59:58.000000Z";
    const OLD: &str = "2026-11-22T09:59:30.000000Z";

    #[test]
    fn an_attached_run_that_nobody_has_begun_says_so_at_once() {
        let record = Record::default();
        let beside = |age: i64| Beside {
            record: Some(&record),
            recorded: run(Mode::Attached, age).created,
            job: Sight::Absent,
            lease: Sight::Absent,
        };
        let (word, why) = status(&run(Mode::Attached, 1), &beside(1), now());
        assert_eq!(word, "Pending");
        assert!(why.unwrap().contains("`kubectl zenml run attach nightly -n ml`"));
        let word = |age| status(&run(Mode::Attached, age), &beside(age), now()).0;
        assert_eq!([word(19), word(20)], ["Pending", "Interrupted"]);
        // Who drives it, or did until just now, begins it.
        let (held, left) = (lease(NEW), lease(OLD));
        let by = |lease| status(&run(Mode::Attached, 1), &Beside { lease: Sight::There(lease), ..beside(1) }, now());
        assert_eq!((by(&held), by(&left).0), (("Pending", None), "Interrupted"));
        let hidden = Beside { lease: Sight::Hidden, ..beside(900) };
        assert_eq!(status(&run(Mode::Attached, 900), &hidden, now()), ("Pending", None));
    }

    #[test]
    fn a_suspended_run_that_nobody_drives_says_both() {
        let (record, left) = (Record { phase: Phase::Running, ..Record::default() }, lease(OLD));
        let (job, lease) = (Sight::Absent, Sight::There(&left));
        let run = Found { suspended: true, ..run(Mode::Attached, 900) };
        let (word, why) = status(&run, &Beside { record: Some(&record), recorded: None, job, lease }, now());
        let why = why.unwrap();
        assert_eq!(word, "Interrupted");
        assert!(why.starts_with("the terminal that ran it is gone; suspended, too: "), "{why}");
        assert!(why.ends_with("`kubectl zenml run resume nightly -n ml`"), "{why}");
    }

    #[test]
    fn without_a_record_the_job_says_how_the_run_stands() {
        let (complete, failed, active, held, left) = (job("Complete"), job("Failed"), job("x"), lease(NEW), lease(OLD));
        let of = |mode, age, job, lease| {
            let (word, why) = status(&run(mode, age), &Beside { record: None, recorded: None, job, lease }, now());
            (word, why.unwrap())
        };
        let (there, none) = (Sight::There, Sight::<&Lease>::Absent);
        let (word, why) = of(Mode::Job, 900, there(&complete), none);
        assert_eq!(word, "Succeeded");
        assert!(why.ends_with("-state, its record, is not there; its Job says that it succeeded"), "{why}");
        let (word, why) = of(Mode::Job, 900, there(&failed), none);
        assert!(word == "Failed" && why.ends_with("the orchestrator's Job failed: no more tries"), "{why}");
        assert_eq!(of(Mode::Job, 900, there(&active), Sight::There(&held)).0, "Running");
        assert_eq!(of(Mode::Job, 900, there(&active), none).0, "Unknown");
        assert_eq!(of(Mode::Job, 900, Sight::Hidden, Sight::Hidden).0, "Unknown");
        let (word, why) = of(Mode::Attached, 900, Sight::Absent, Sight::There(&left));
        assert!(word == "Unknown" && why.contains("`kubectl zenml run delete nightly -n ml`"), "{why}");
        let young = |mode, age| of(mode, age, Sight::Absent, none).0;
        assert_eq!([young(Mode::Job, 600), young(Mode::Attached, 59)], ["Pending", "Pending"]);
        assert_eq!([young(Mode::Job, 601), young(Mode::Attached, 601)], ["Aborted", "Aborted"]);
        assert_eq!(young(Mode::Attached, 60), "Interrupted");
    }

    #[test]
    fn a_run_that_nobody_goes_on_with_is_told_from_one_that_goes_on() {
        let record = Record { phase: Phase::Running, ..Record::default() };
        let (failed, active, held, left) = (job("Failed"), job("x"), lease(NEW), lease(OLD));
        let of = |job, lease| {
            status(&run(Mode::Job, 900), &Beside { record: Some(&record), recorded: None, job, lease }, now()).0
        };
        assert_eq!(of(Sight::There(&active), Sight::There(&left)), "Running");
        assert_eq!(of(Sight::There(&failed), Sight::There(&left)), "Failed");
        assert_eq!(of(Sight::Absent, Sight::There(&held)), "Running");
        assert_eq!(of(Sight::Absent, Sight::There(&left)), "Interrupted");
        assert_eq!(of(Sight::Absent, Sight::Hidden), "Running");
    }
}
