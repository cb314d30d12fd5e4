//! Servers that cannot be reached, and who is to blame.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use rustls::crypto::ring;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use rustls_pki_types::PrivateKeyDer;

use crate::support::sandbox::Sandbox;
use crate::support::tls;

#[test]
fn a_dead_proxy_is_not_the_server() {
    let sandbox = Sandbox::with_vault("token");
    for proxy in ["http://127.0.0.1:9", "socks5://127.0.0.1:9"] {
        sandbox.edit_kubeconfig(|tree| tree["clusters"][0]["cluster"]["proxy-url"] = proxy.into());
        let said = sandbox.zenml(&["run", "list"]).fails(1);
        assert!(said.contains("the proxy 127.0.0.1:9 cannot be reached"), "{said}");
        assert!(
            !said.contains("The connection to the server") && said.contains("hint: see whether the proxy"),
            "{said}"
        );
        let said = sandbox.zenml(&["register", "prod"]).fails(1);
        assert!(said.contains("the proxy 127.0.0.1:9 cannot be reached"), "{said}");
    }
}

/// kubectl accepts such a one, rustls none; so it is said what is the matter.
#[test]
fn a_server_that_shows_the_certificate_of_an_authority_is_explained() {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let Ok(connection) = ServerConnection::new(config.clone()) else { continue };
            let _ = StreamOwned::new(connection, stream).read(&mut [0; 1]);
        }
    });
    let sandbox = Sandbox::with_vault("token");
    let authority = sandbox.write("ca.pem", certificate.pem().as_bytes()).display().to_string();
    let token = format!("@{}", sandbox.write("token", b"s3cret").display());
    let register = ["register", "own", "--server", &server, "--certificate-authority", &authority, "--token", &token];
    let said = sandbox.zenml(&register).fails(1);
    assert!(said.contains("CA:TRUE") && said.contains("basicConstraints=critical,CA:FALSE"), "{said}");
    assert!(!said.contains("is not signed by the authority"), "{said}");
}

/// Each failure of TLS has a cause of its own, and a hint that fits it.
#[test]
fn what_stands_between_is_told_apart() {
    let sandbox = Sandbox::with_vault("token");
    let mut server = String::new();
    sandbox.edit_kubeconfig(|tree| {
        tree["clusters"][0]["cluster"]["server"].as_str().unwrap().clone_into(&mut server);
    });
    let own = tls::authority();
    let key = KeyPair::generate().unwrap();
    let other = CertificateParams::new(vec!["other".to_owned()]).unwrap().self_signed(&key).unwrap().pem();
    let other = sandbox.write("other.pem", other.as_bytes()).display().to_string();
    let token = format!("@{}", sandbox.write("token", b"s3cret").display());
    let plain = answering(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silence = format!("https://{}", silent.local_addr().unwrap());
    let rows: [(&str, &[&str], i32, &[&str]); 6] = [
        (
            &server,
            &["--certificate-authority", &own, "--tls-server-name", "foo.bar"],
            1,
            &["not valid for name \"foo.bar\"", "hint: ask by a name that the certificate has"],
        ),
        (&server, &[], 1, &["UnknownIssuer", "--certificate-authority FILE"]),
        (&server, &["--certificate-authority", &other], 1, &["not signed by the authority that was given"]),
        (&plain, &["--certificate-authority", &own], 1, &["hint: what answers at 127.0.0.1:", "does not speak TLS"]),
        (&silence, &[], 5, &["did not answer within 10 s", "hint: see whether the address is right"]),
        ("https://127.0.0.1:99999", &["--no-verify"], 1, &["has no port 99999", "hint: ports go from 1 to 65535"]),
    ];
    for (server, more, code, words) in rows {
        let register = ["register", "own", "--server", server, "--token", &token];
        let said = sandbox.zenml(&[&register[..], more].concat()).fails(code);
        assert!(words.iter().all(|word| said.contains(word)), "{server} {more:?}: {said}");
        let blamed = words.iter().any(|word| word.contains("authority that was given"));
        assert_eq!(said.contains("is not signed by the authority"), blamed, "{server} {more:?}: {said}");
    }
}

/// A server that answers everybody, and whatever was asked, with `bytes`.
fn answering(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(bytes);
        }
    });
    server
}
