//! Programs of others that `tests/needs` puts into the cache.

use std::env;
use std::path::{Path, PathBuf};

/// The AWS CLI.
pub fn aws() -> PathBuf {
    let named = env::var_os("KUBECTL_ZENML_CACHE").map(PathBuf::from);
    let cache = named.unwrap_or_else(|| {
        let home = || Path::new(&env::var_os("HOME").expect("HOME")).join(".cache");
        env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from).join("kubectl-zenml-rig")
    });
    let program = cache.join("awscli/bin/aws");
    assert!(program.is_file(), "{} is missing: run the tests with `make test`", program.display());
    program
}
