//! As much of an API server as one run asks for, on loopback: it keeps what it is given, and each pod is scheduled, runs and
//! succeeds at once, told in the events and at the size that a real server has.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Map, Value, json};

use crate::tls::Identity;

/// How long a watch of anything but pods, which says nothing, stays open.
const WATCH: Duration = Duration::from_secs(60);

/// The server.
#[derive(Default)]
pub(crate) struct Server {
    objects: Mutex<BTreeMap<String, Value>>,
    version: Mutex<u64>,
    pods: Mutex<BTreeMap<String, Value>>,
    /// Everything that a watch of pods may tell, by its version.
    events: Mutex<Vec<(u64, String)>>,
    more: Condvar,
}

/// A server that serves until this process ends.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    /// The PEM that its clients are to trust.
    pub(crate) authority: String,
    pub(crate) server: Arc<Server>,
}

type Client = StreamOwned<ServerConnection, TcpStream>;

/// Starts one.
pub(crate) fn serve() -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let Identity { config, authority } = Identity::new();
    let server = Arc::new(Server::default());
    let serving = Arc::clone(&server);
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (server, config) = (Arc::clone(&serving), Arc::clone(&config));
            // A client that hangs up is none of our business.
            std::thread::spawn(move || drop(server.serve(client, config)));
        }
    });
    Served { address, authority, server }
}

struct Request {
    method: String,
    path: String,
    query: String,
    body: Value,
}

impl Server {
    /// How many pods there are.
    pub(crate) fn pods(&self) -> usize {
        self.pods.lock().unwrap().len()
    }

    /// The name of the only run's root, which its Job shares.
    pub(crate) fn root(&self) -> String {
        let objects = self.objects.lock().unwrap();
        let job = objects.values().find(|object| object["kind"] == "Job").expect("a Job");
        job["metadata"]["name"].as_str().unwrap().to_owned()
    }

    fn serve(&self, client: TcpStream, config: Arc<ServerConfig>) -> io::Result<()> {
        client.set_nodelay(true)?;
        let connection = ServerConnection::new(config).map_err(io::Error::other)?;
        let mut client = BufReader::new(StreamOwned::new(connection, client));
        while let Some(request) = read(&mut client)? {
            if request.query.contains("watch=true") {
                return self.watch(&request, client.get_mut());
            }
            let (code, answer) = self.answer(request);
            let body = answer.to_string();
            let head = format!("HTTP/1.1 {code}\r\nContent-Type: application/json\r\nContent-Length: {}", body.len());
            client.get_mut().write_all(format!("{head}\r\n\r\n{body}").as_bytes())?;
        }
        Ok(())
    }

    fn answer(&self, request: Request) -> (&'static str, Value) {
        let Request { method, path, query, body } = request;
        match method.as_str() {
            "POST" => {
                let object = self.with_metadata(body);
                if !path.ends_with("/pods") {
                    let name = object["metadata"]["name"].as_str().unwrap_or_default();
                    self.objects.lock().unwrap().insert(format!("{path}/{name}"), object.clone());
                } else if !query.contains("dryRun") {
                    self.live(object.clone());
                }
                ("201 Created", object)
            }
            "DELETE" => {
                let pod = self.pods.lock().unwrap().remove(path.rsplit('/').next().unwrap());
                self.tell("DELETED", &mut pod.expect("a pod that is there"));
                ("200 OK", json!({"apiVersion": "v1", "kind": "Status", "status": "Success"}))
            }
            "PUT" => {
                let object = self.with_metadata(body);
                self.objects.lock().unwrap().insert(path, object.clone());
                ("200 OK", object)
            }
            "PATCH" => {
                let mut objects = self.objects.lock().unwrap();
                let object = objects.get_mut(&path).unwrap();
                merge(object, body);
                *object = self.with_metadata(object.take());
                ("200 OK", object.clone())
            }
            _ if path.matches('/').count() == 4 && path.starts_with("/api/v1/namespaces/") => {
                ("200 OK", json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "bench"}}))
            }
            _ => self.get(&path, &query),
        }
    }

    fn get(&self, path: &str, query: &str) -> (&'static str, Value) {
        let objects = self.objects.lock().unwrap();
        if let Some(object) = objects.get(path) {
            return ("200 OK", object.clone());
        }
        if !query.contains("limit=") && !query.contains("Selector=") {
            let status = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404,
                "reason": "NotFound", "message": format!("{path} not found")});
            return ("404 Not Found", status);
        }
        let name = query.split("metadata.name%3D").nth(1).map(|rest| rest.split('&').next().unwrap());
        let items: Vec<Value> = if path.ends_with("/pods") {
            self.pods.lock().unwrap().values().cloned().collect()
        } else {
            let within = format!("{path}/{}", name.unwrap_or_default());
            let found = objects.iter().filter(|(key, _)| key.starts_with(&within));
            found
                .map(|(_, object)| object.clone())
                .filter(|object| name.is_none_or(|name| object["metadata"]["name"] == *name))
                .collect()
        };
        let metadata = json!({"resourceVersion": self.version.lock().unwrap().to_string()});
        ("200 OK", json!({"apiVersion": "v1", "kind": "List", "metadata": metadata, "items": items}))
    }

    fn next_version(&self) -> u64 {
        let mut version = self.version.lock().unwrap();
        *version += 1;
        *version
    }

    fn with_metadata(&self, mut object: Value) -> Value {
        let version = self.next_version();
        if object["metadata"]["uid"].is_null() {
            object["metadata"]["uid"] = format!("00000000-0000-4000-8000-{version:012}").into();
        }
        object["metadata"]["resourceVersion"] = version.to_string().into();
        object["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z".into();
        if object["kind"] == "SelfSubjectAccessReview" {
            object["status"] = json!({"allowed": true});
        }
        if object["kind"] == "Pod" {
            object["status"] = json!({"phase": "Pending", "qosClass": "BestEffort"});
            object["metadata"]["managedFields"] = managed_fields();
        }
        object
    }

    /// Tells the whole life of a pod.
    fn live(&self, mut pod: Value) {
        self.tell("ADDED", &mut pod);
        pod["spec"]["nodeName"] = "node".into();
        for status in life() {
            pod["status"] = status;
            self.tell("MODIFIED", &mut pod);
        }
        let name = pod["metadata"]["name"].as_str().unwrap().to_owned();
        self.pods.lock().unwrap().insert(name, pod);
    }

    fn tell(&self, kind: &str, pod: &mut Value) {
        let mut events = self.events.lock().unwrap();
        let version = self.next_version();
        pod["metadata"]["resourceVersion"] = version.to_string().into();
        // In the server's own order: what a client reads at once where the kind comes first, it has to keep otherwise.
        events.push((version, format!("{{\"type\":\"{kind}\",\"object\":{pod}}}\n")));
        self.more.notify_all();
    }

    fn watch(&self, request: &Request, client: &mut Client) -> io::Result<()> {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        client.write_all(head.as_bytes())?;
        let since = request.query.split("resourceVersion=").nth(1).unwrap_or_default();
        let since: u64 = since.split('&').next().unwrap().parse().unwrap();
        let mut at = self.events.lock().unwrap().partition_point(|(version, _)| *version <= since);
        let until = Instant::now() + WATCH;
        while Instant::now() < until {
            if !request.path.ends_with("/pods") {
                std::thread::sleep(until - Instant::now());
                break;
            }
            let events = self.events.lock().unwrap();
            let Some((_, event)) = events.get(at) else {
                drop(self.more.wait_timeout(events, Duration::from_millis(500)).unwrap());
                continue;
            };
            let chunk = format!("{:x}\r\n{event}\r\n", event.len());
            drop(events);
            at += 1;
            client.write_all(chunk.as_bytes())?;
        }
        client.write_all(b"0\r\n\r\n")
    }
}

/// What becomes of a pod's status, as the scheduler and the kubelet write it.
fn life() -> [Value; 4] {
    let time = "2026-01-01T00:00:00Z";
    let condition = |kind: &str, status: &str| json!({"type": kind, "status": status, "lastProbeTime": null, "lastTransitionTime": time, "observedGeneration": 1});
    let all = |ready: &str| {
        let kinds = [("PodReadyToStartContainers", ready), ("Initialized", "True"), ("Ready", ready)];
        let more = [("ContainersReady", ready), ("PodScheduled", "True")];
        kinds.iter().chain(&more).map(|(kind, status)| condition(kind, status)).collect::<Vec<_>>()
    };
    let main = |state: Value| {
        json!([{"name": "main", "image": "docker.io/library/busybox:1.35", "imageID": format!("sha256:{:064}", 0),
            "containerID": format!("containerd://{:064}", 0), "lastState": {}, "ready": false, "restartCount": 0,
            "started": false, "state": state, "resources": {}, "user": {"linux": {"gid": 0, "supplementalGroups": [0, 10], "uid": 0}}}])
    };
    let status = |phase: &str, ready: &str, state: Value| {
        json!({"phase": phase, "conditions": all(ready), "containerStatuses": main(state), "hostIP": "10.0.0.1",
            "hostIPs": [{"ip": "10.0.0.1"}], "podIP": "10.0.0.2", "podIPs": [{"ip": "10.0.0.2"}], "qosClass": "BestEffort",
            "startTime": time, "observedGeneration": 1})
    };
    let ended = json!({"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": time, "finishedAt": time,
        "containerID": format!("containerd://{:064}", 0)}});
    [
        json!({"phase": "Pending", "conditions": [condition("PodScheduled", "True")], "qosClass": "BestEffort"}),
        status("Pending", "False", json!({"waiting": {"reason": "ContainerCreating"}})),
        status("Running", "True", json!({"running": {"startedAt": time}})),
        status("Succeeded", "False", ended),
    ]
}

/// A quarter of a pod, as in life.
fn managed_fields() -> Value {
    let fields: Map<_, _> =
        (0..25).map(|number| (format!("f:a-field-of-the-pod-{number}"), json!({".": {}, "f:value": {}}))).collect();
    json!([{"manager": "kubectl-zenml", "operation": "Update", "apiVersion": "v1", "time": "2026-01-01T00:00:00Z",
        "fieldsType": "FieldsV1", "fieldsV1": {"f:metadata": fields}}])
}

/// A merge patch.
fn merge(object: &mut Value, patch: Value) {
    match patch {
        Value::Object(fields) => {
            for (key, value) in fields {
                merge(&mut object[key], value);
            }
        }
        other => *object = other,
    }
}

fn read(reader: &mut BufReader<Client>) -> io::Result<Option<Request>> {
    let (mut first, mut length) = (String::new(), 0);
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line == "\r\n" {
            break;
        }
        if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = text.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut words = first.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body)? };
    Ok(Some(Request { method: method.into(), path: path.into(), query: query.into(), body }))
}
