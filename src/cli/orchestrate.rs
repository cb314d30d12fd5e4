//! `orchestrate`: what runs in the orchestrator pod (layer 4). Exit code 0 means that the run is recorded as succeeded.

use std::process::ExitCode;

use clap::Args;
use k8s_openapi::api::batch::v1::Job;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use super::flags::namespace;
use super::run::live;
use crate::cluster::failure::On;
use crate::cluster::{Cluster, incluster, objects};
use crate::error::{Context, Error, Kind, Result};
use crate::orchestrator::drive::{Driven, Driver};
use crate::orchestrator::pod_end;
use crate::orchestrator::progress::Report;
use crate::orchestrator::record::{Phase, Record};
use crate::orchestrator::root::{self, Mode};

/// The exit code of a process that ended on SIGTERM: 128 + 15.
const TERMINATED: u8 = 143;

/// Which run.
#[derive(Args, Debug)]
pub(super) struct OrchestrateArgs {
    /// The run's root object
    #[arg(long, value_name = "OBJECT")]
    run: String,
    /// Its namespace
    #[arg(long, value_name = "NAMESPACE", value_parser = namespace)]
    namespace: String,
    /// The pod that this process runs in
    #[arg(long, value_name = "POD")]
    pod: String,
}

/// Runs the orchestrator until the run ends or this pod does.
pub(super) async fn run(args: OrchestrateArgs) -> Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate()).context(|| "cannot listen for SIGTERM")?;
    let cluster = incluster::connect()?;
    let (report, events) = Report::channel();
    let view = tokio::spawn(live::show(events, None));
    let (orders, mut control) = mpsc::unbounded_channel();
    let job = async {
        let driver = Driver::load(&cluster, &args.namespace, &args.run, args.pod.clone()).await?;
        adopt(&cluster, &driver, &args).await?;
        driver.drive(&mut control, &report).await
    };
    let watchdog = async {
        while terminate.recv().await.is_some() {
            let order = pod_end::on_term(&cluster, &args.namespace, &args.pod, &args.run).await;
            if orders.send(order).is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let driven = tokio::select! { driven = job => driven, () = watchdog => Ok(Driven::Left) };
    drop(report);
    let _ = view.await;
    // A server that does not answer in time is no verdict: the next pod asks again.
    let passing = |error: Error| if error.kind() == Kind::TimedOut { error.of_kind(Kind::Failure) } else { error };
    match driven.map_err(passing)? {
        Driven::Left | Driven::Elsewhere => Ok(ExitCode::from(TERMINATED)),
        Driven::Ended(record) => verdict(&record),
    }
}

/// The Job owns the root: the submitter may have gone before it said so.
async fn adopt(cluster: &Cluster, driver: &Driver, args: &OrchestrateArgs) -> Result<()> {
    if driver.identity.mode != Mode::Job {
        return Ok(());
    }
    let job = objects::api::<Job>(cluster, &args.namespace).get(&args.run).await.on(cluster)?;
    root::adopt(cluster, &args.namespace, &args.run, &objects::owner(&job, false)?).await
}

fn verdict(record: &Record) -> Result<ExitCode> {
    let why = record.message.clone().unwrap_or_else(|| "a step did not succeed".to_owned());
    match record.phase {
        Phase::Succeeded => Ok(ExitCode::SUCCESS),
        Phase::Stopped => Err(Error::new(Kind::RunFailed, format!("the run was stopped: {why}"))),
        Phase::TimedOut => Err(Error::new(Kind::TimedOut, format!("the run timed out: {why}"))),
        _ => Err(Error::new(Kind::RunFailed, format!("the run failed: {why}"))),
    }
}
