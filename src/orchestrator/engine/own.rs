//! What happens to the run's own objects while it runs: a person's request on the root, and the deletion of the root or of
//! the record (layer 3).

use futures_util::{Stream, StreamExt};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt;
use kube::core::PartialObjectMeta;

use super::Work;
use crate::cluster::watch::{Change, Selection, changes, is_there};
use crate::orchestrator::{labels, root};

/// A `ConfigMap` of the run.
type Map = PartialObjectMeta<ConfigMap>;

/// What happened.
pub(super) enum News {
    /// The root is as a person may have changed it: the request on it.
    Root(Option<String>),
    /// The root is gone, or goes, and the run with it.
    RunGone,
    /// The checkpoint is gone.
    RecordGone,
    /// What is wanted cannot be heard now.
    Deaf,
    /// Nothing that matters.
    Nothing,
}

/// One watch of all `ConfigMap`s of the run. The root and the record count as gone too where that happened while the watch was
/// down.
pub(super) fn news(work: &Work<'_>, run_id: &str) -> impl Stream<Item = News> + use<> {
    let selection = Selection::labels(format!("{}={run_id}", labels::RUN_ID));
    let (root, uid) = (work.owner.name.clone(), work.owner.uid.clone());
    let mut own = Own { root, uid, record: work.checkpoint.name(), has_root: false, has_record: false };
    changes::<Map>(work.cluster, work.namespace, selection).map(move |change| own.take(change))
}

struct Own {
    root: String,
    uid: String,
    record: String,
    has_root: bool,
    has_record: bool,
}

impl Own {
    fn take(&mut self, change: Change<Map>) -> News {
        match change {
            Change::ListBegins => (self.has_root, self.has_record) = (false, false),
            Change::Present(map) if map.name_any() == self.root && !is_there(&*map, &self.uid) => return News::RunGone,
            Change::Present(map) if map.name_any() == self.root => {
                self.has_root = true;
                return News::Root(root::requested(&*map).map(ToOwned::to_owned));
            }
            Change::Present(map) => self.has_record |= map.name_any() == self.record,
            Change::Gone(map) if map.name_any() == self.root => return News::RunGone,
            Change::Gone(map) if map.name_any() == self.record => return News::RecordGone,
            Change::ListEnds if !self.has_root => return News::RunGone,
            Change::ListEnds if !self.has_record => return News::RecordGone,
            Change::Trouble(_) => return News::Deaf,
            _ => {}
        }
        News::Nothing
    }
}
