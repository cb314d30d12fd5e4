//! Handing a pod over to Kueue's integration of plain pods: it is not scheduled until a queue admits it (layer 1, pure).

use k8s_openapi::api::core::v1::{PodSchedulingGate, PodSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

/// Label: the queue in the pod's namespace.
pub const QUEUE: &str = "kueue.x-k8s.io/queue-name";
/// The gate that Kueue takes away. Its webhook adds it too, but only where it runs: with ours no pod slips by.
const GATE: &str = "kueue.x-k8s.io/admission";

pub(super) fn hand_over(queue: &str, metadata: &mut ObjectMeta, spec: &mut PodSpec) {
    metadata.labels.get_or_insert_default().insert(QUEUE.to_owned(), queue.to_owned());
    spec.scheduling_gates.get_or_insert_default().push(PodSchedulingGate { name: GATE.to_owned() });
}
