//! What must hold for whatever bytes arrive: the bodies of the fuzz targets. `make test` calls them with the committed
//! corpus (`tests/it/fuzz.rs`), `make fuzz` with what libFuzzer thinks of.
#![allow(dead_code, clippy::unwrap_used, reason = "each target uses one of them; one that does not hold panics")]

use std::fmt::Debug;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kubectl_zenml::connector::Connector;
use kubectl_zenml::execcred::Request;
use kubectl_zenml::kubeconfig::Kubeconfig;
use kubectl_zenml::kubeconfig::merge::Kind;
use kubectl_zenml::kubeconfig::read::File;
use kubectl_zenml::registry::Entry;
use kubectl_zenml::vault::header::{BoundCluster, Header};
use kubectl_zenml::vault::key::{self, DataKey, KEY_LENGTH};
use kubectl_zenml::vault::sealed::Sealed;
use kubectl_zenml::vault::settings::Settings;
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

/// A sealed file under a key of 32 times 7, in base64.
const SEALED: &str = include_str!("../tests/fixtures/sealed-1.base64");

/// `KUBERNETES_EXEC_INFO`: what is read can be said again, and a cluster differs from another one and not from itself.
pub fn exec_info(data: &[u8]) {
    let Ok(request) = Request::parse(&String::from_utf8_lossy(data)) else { return };
    assert_eq!(Request::parse(&request.to_json().unwrap()).unwrap(), request);
    let Some(Ok(asked)) = request.cluster.as_ref().map(BoundCluster::of) else { return };
    assert_eq!(asked.difference(&asked), None);
    let mut other = asked.clone();
    other.server.push('/');
    assert!(other.difference(&asked).is_some());
}

/// A sealed file: nothing opens that was not sealed, neither `data` itself nor a sealed file that `data` changes.
pub fn sealed(data: &[u8]) {
    let genuine = STANDARD.decode(SEALED.trim()).unwrap();
    open(data, &genuine);
    let Some((place, change)) = data.split_first_chunk::<2>() else { return };
    let mut changed = genuine.clone();
    let place = usize::from(u16::from_le_bytes(*place)) % changed.len();
    changed.iter_mut().skip(place).zip(change).for_each(|(byte, change)| *byte ^= change);
    open(&changed, &genuine);
    changed.splice(place.., change.iter().copied());
    open(&changed, &genuine);
}

fn open(bytes: &[u8], genuine: &[u8]) {
    let parsed = Sealed::parse(Zeroizing::new(bytes.to_vec()));
    let Ok(sealed) = parsed else { return assert_ne!(bytes, genuine) };
    survives::<Header>(&serde_json::to_vec(&sealed.header).unwrap());
    let key = DataKey::from_bytes(&[7; KEY_LENGTH]).unwrap();
    assert_eq!(sealed.open(&key).is_ok(), bytes == genuine, "only what was sealed opens");
}

/// A connector's file and `vault.json`: both readers agree, and nothing is lost by writing.
pub fn registry(data: &[u8]) {
    // Serde takes a list of the fields' values too, which nobody writes; there the shorter reader stumbles over the rest.
    let object = data.trim_ascii_start().starts_with(b"{");
    if let Some(connector) = survives::<Connector>(data).filter(|_| object) {
        let entry: Entry = serde_json::from_slice(data).unwrap();
        assert_eq!((entry.id, entry.name), (connector.id, connector.name));
    }
    if let Ok(settings) = Settings::parse(data) {
        assert_eq!(Settings::parse(&serde_json::to_vec(&settings).unwrap()).unwrap(), settings);
    }
}

/// A kubeconfig: it can be written back with nothing lost, or not at all, and its contexts are resolved or refused.
pub fn kubeconfig(data: &[u8]) {
    let mut config = tempfile::NamedTempFile::new().unwrap();
    config.write_all(data).unwrap();
    let Ok(file) = File::read(config.path()) else { return };
    let mut again = tempfile::NamedTempFile::new().unwrap();
    // What holds several documents is not written.
    let Ok(text) = file.render(&file.tree) else { return };
    again.write_all(text.as_bytes()).unwrap();
    let Ok(read) = File::read(again.path()) else { panic!("unreadable: {text}") };
    assert_eq!(read.tree, file.tree);
    let Ok(kubeconfig) = Kubeconfig::load(Some(config.path())) else { return };
    for context in kubeconfig.all(Kind::Context) {
        if let Ok(resolved) = kubeconfig.resolve(Some(context.name)) {
            assert_eq!(resolved.context, context.name);
        }
    }
}

/// A key holder's text (keyring, key file) and the kernel's bytes: only whole keys come out, and come out as they went in.
pub fn data_key(data: &[u8]) {
    assert_eq!(DataKey::from_bytes(data).is_some(), data.len() == KEY_LENGTH);
    let id = String::from_utf8_lossy(data.split(u8::is_ascii_whitespace).next().unwrap());
    let Ok(Some(found)) = key::from_text(data, &id) else { return };
    let text = key::to_text(&[("another", &found), (&id, &found)]);
    assert_eq!(key::from_text(text.as_bytes(), &id).unwrap().unwrap().expose(), found.expose());
}

fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(json: &[u8]) -> Option<T> {
    let value: T = serde_json::from_slice(json).ok()?;
    let again: T = serde_json::from_slice(&serde_json::to_vec(&value).unwrap()).unwrap();
    assert_eq!(again, value);
    Some(value)
}
