//! Others use the vault while it is given new keys: nobody fails, and nothing that they write is lost.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use kubectl_zenml::vault::content::{Content, Credential};

use super::rig::{FILE, Rig, info};
use crate::support::output::Output;
use crate::support::rig::plugin;
use crate::support::sandbox::{HELPER, Sandbox};
use crate::support::{kubeconfig, token};

/// Turns the first credential into one of an exec plugin whose answers are stale at once.
fn short_lived(rig: &Rig) {
    let plugin = plugin(
        &rig.home,
        "#!/bin/sh\necho run >>\"$HOME/runs\"\n\
         echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\
         \"status\":{\"token\":\"token-number-0\",\"expirationTimestamp\":\"'$(date -u -d '+1 second' +%FT%TZ)'\"}}'\n",
    );
    let vault = rig.vault();
    let sealed = vault.sealed(&Rig::id(0)).unwrap().unwrap();
    let key = vault.key_at_hand(&sealed.header.key).unwrap().unwrap();
    let (mut header, content) = sealed.open(&key).unwrap();
    let Credential::Token { answer } = content.credential else { panic!("no token") };
    (header.auth_method, header.expires_at, header.refresh_after) = ("exec".into(), Some(1), Some(1));
    let credential = Credential::Exec { plugin, answer };
    vault.put(&key, &header, &Content { credential, proxy_url: None }).unwrap();
}

/// How often the plugin was run.
fn renewals(rig: &Rig) -> usize {
    fs::read_to_string(rig.home.path("runs")).unwrap_or_default().lines().count()
}

/// Says that it is over when it goes.
struct Done<'d>(&'d AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs `rekey` and `move` while others get, renew and register.
fn busy(rig: &Rig, change: impl Fn(usize)) {
    let config: String = fs::read_to_string(kubeconfig("token")).unwrap();
    rig.home.write(".kube/config", config.as_bytes());
    short_lived(rig);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Also after a failure, which would otherwise wait for ever for those who ask.
        let guard = Done(&done);
        let asking: Vec<_> = (0..3)
            .map(|number| {
                let done = &done;
                scope.spawn(move || {
                    let mut asked = 0;
                    while !done.load(Ordering::Relaxed) || asked == 0 {
                        let said = rig.get(number);
                        assert!(said.code == Some(0), "asked {asked} times: {said}");
                        asked += 1;
                    }
                })
            })
            .collect();
        let registering = scope.spawn(|| {
            for number in 0..8 {
                rig.home.zenml(&["register", &format!("c{number}"), "--no-verify"]).succeeds();
                // A rekey must not bring a deleted one back.
                rig.home.zenml(&["register", "deleted", "--no-verify"]).succeeds();
                rig.home.zenml(&["connector", "delete", "deleted"]).succeeds();
            }
        });
        let mut rounds = 0..;
        // Fast machines need more of them until an answer has ended; a key goes round all holders in four.
        while rounds.start < 8 || renewals(rig) < 2 {
            rounds.by_ref().take(4).for_each(&change);
        }
        registering.join().unwrap();
        drop(guard);
        for asked in asking {
            asked.join().unwrap();
        }
    });
    rig.opens("in the end");
    assert!(renewals(rig) > 1, "nothing was renewed");
    registered(&rig.home);
    assert_eq!(rig.vault().connectors().unwrap().len(), 3 + 8);
}

/// Asserts that each of the eight connectors is answered.
fn registered(home: &Sandbox) {
    for number in 0..8 {
        let describe = home.zenml(&["connector", "describe", &format!("c{number}"), "-o", "json"]).json();
        let mut asked: serde_json::Value = serde_json::from_str(&info()).unwrap();
        asked["spec"]["cluster"] = serde_json::json!({
            "server": describe["configuration"]["server"],
            "certificate-authority-data": base64(describe["configuration"]["certificate_authority"].as_str().unwrap()),
        });
        let mut get = home.command(HELPER);
        get.args(["get", &format!("c{number}")]).env("KUBERNETES_EXEC_INFO", asked.to_string());
        assert_eq!(Output::of(&mut get).json()["status"]["token"], token().as_str());
    }
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn a_vault_is_used_while_it_is_rekeyed() {
    let rig = Rig::new("key-file");
    busy(&rig, |_| {
        rig.home.zenml(&["vault", "rekey"]).succeeds();
    });
}

#[test]
fn a_vault_is_used_while_its_key_is_moved() {
    let rig = Rig::new("key-file");
    busy(&rig, |round| {
        let to: &[&str] = match round % 4 {
            0 => &["--holder", "os"],
            1 => &["--holder", "passphrase", "--new-passphrase-file", FILE],
            2 => &["--holder", "key-file", "--passphrase-file", FILE],
            _ => &["--holder", "key-file", "--key-file", "elsewhere"],
        };
        let to = if round == 7 { &["--holder", "os"] } else { to };
        rig.home.zenml(&[&["vault", "move"], to].concat()).succeeds();
    });
}
