//! The least that could do the same: POSTs and one watch. No state, no attempts, no names that tell who was before, no
//! words about why; only what can be had for nothing.

use std::collections::HashSet;
use std::path::Path;
use std::pin::pin;
use std::time::Instant;

use futures_util::{StreamExt, stream};
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::runtime::watcher::{self, Event};
use kube::{Client, Config, ResourceExt};
use kubectl_zenml::orchestrator::create::WINDOW;

use crate::plugin::Ran;

/// Creates `pods`, one after the other's success or as many at once as the plugin does, and waits for all.
pub(crate) fn run(kubeconfig: &Path, namespace: &str, pods: &[Pod], chain: bool) -> Ran {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(create_and_watch(kubeconfig, namespace, pods, chain))
}

async fn create_and_watch(kubeconfig: &Path, namespace: &str, pods: &[Pod], chain: bool) -> Ran {
    let started = Instant::now();
    let kubeconfig = Kubeconfig::read_from(kubeconfig).unwrap();
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
    let api: Api<Pod> = Api::namespaced(Client::try_from(config).unwrap(), namespace);
    let mut changes = pin!(watcher::watcher(api.clone(), watcher::Config::default().labels("run=bench")));
    while !matches!(changes.next().await.unwrap().unwrap(), Event::InitDone) {}
    let post = |pod: Pod| {
        let api = api.clone();
        async move { api.create(&PostParams::default(), &pod).await.unwrap() }
    };
    let mut queue = pods.iter().cloned();
    let at_once = if chain { 1 } else { usize::MAX };
    let mut posts =
        pin!(stream::iter(queue.by_ref().take(at_once).collect::<Vec<_>>()).map(post).buffer_unordered(WINDOW));
    let (mut done, mut succeeded) = (HashSet::new(), Vec::new());
    while done.len() < pods.len() {
        let change = tokio::select! {
            Some(_) = posts.next() => continue,
            change = changes.next() => change.unwrap().unwrap(),
        };
        let Event::Apply(pod) = change else { continue };
        let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
        if phase == Some("Succeeded") && done.insert(pod.name_any()) {
            succeeded.push(started.elapsed().as_secs_f64());
            if let Some(next) = queue.next() {
                post(next).await;
            }
        }
    }
    Ran { seconds: started.elapsed().as_secs_f64(), succeeded }
}
