//! Logs as they come (layer 4).

use tokio::sync::mpsc;

use crate::cluster::logs::End;
use crate::error::{Error, Kind, Result};
use crate::ui;

/// Prints what `read` puts into its sink, each as `line` makes a line of it, until `read` is done or the user has seen
/// enough; why there are no more.
pub(super) async fn print<L>(
    read: impl AsyncFnOnce(mpsc::Sender<L>) -> Result<End>,
    mut line: impl FnMut(L) -> Result<String>,
) -> Result<End> {
    let (sink, mut lines) = mpsc::channel(1024);
    let print = async {
        while let Some(next) = lines.recv().await {
            ui::print(&line(next)?)?;
        }
        Ok(())
    };
    let (end, ()) = tokio::select! {
        outcome = async { tokio::try_join!(read(sink), print) } => outcome,
        _ = tokio::signal::ctrl_c() => Err(Error::new(Kind::Interrupted, "interrupted")),
    }?;
    Ok(end)
}
