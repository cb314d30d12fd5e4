//! TLS for what stands in for the API server: its own certificate serves for a neighbour on its address.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::cluster;

/// What such a server shows.
pub fn config() -> Arc<ServerConfig> {
    let pki = cluster().join("pki");
    let certificate = CertificateDer::from_pem_file(pki.join("kube-apiserver.crt")).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(pki.join("kube-apiserver.key")).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions");
    Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).expect("a pair"))
}

/// What a client of the real API server trusts.
pub fn client() -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority()).expect("a certificate")).expect("an authority");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions");
    Arc::new(config.with_root_certificates(roots).with_no_client_auth())
}

/// The file with the authority that its clients must trust.
pub fn authority() -> String {
    cluster().join("ca.crt").display().to_string()
}
