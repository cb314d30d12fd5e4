//! Tokens that somebody else keeps in a file and replaces there, as the kubelet does for pods (layer 0).

use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::{Context, Error, Result};
use crate::execcred::{Answer, rfc3339};
use crate::files;
use crate::jwt;
use crate::secret::Secret;

/// For how many seconds a client may keep the token. The kubelet writes a new one when a fifth of the old one's life is
/// left, which is two minutes or more.
const KEEP: i64 = 120;
/// No token comes near this size, in bytes.
const SIZE_LIMIT: u64 = 64 * 1024;

/// The token that is in the file now, and when a client should come back. `now` and that time are Unix seconds.
pub fn read(path: &Path, now: i64) -> Result<(Answer, i64)> {
    // Whatever the path leads to, opening it must not wait for somebody who writes.
    let nonblocking = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
    let failed = || format!("cannot read the token file {}", path.display());
    let file = OpenOptions::new().read(true).custom_flags(nonblocking).open(path);
    let file = file.map_err(|error| {
        let hint = files::hint(path, &error);
        Error::failure(failed()).because(error).hint(hint)
    })?;
    let metadata = file.metadata().context(failed)?;
    if !metadata.is_file() || metadata.len() > SIZE_LIMIT {
        return Err(Error::failure(failed())
            .cause("it is no plain file of a token's size")
            .hint("name a file with a token and nothing else in it"));
    }
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 1));
    file.take(SIZE_LIMIT).read_to_string(&mut text).context(failed)?;
    let token = Secret::new(text.trim().to_owned());
    if token.expose().is_empty() {
        return Err(Error::failure(format!("the token file {} is empty", path.display()))
            .hint("whatever writes that file has left no token in it"));
    }
    let end = jwt::expiry(token.expose());
    if let Some(end) = end.filter(|&end| end <= now) {
        return Err(Error::failure(format!("the token in {} expired at {}", path.display(), rfc3339(end)))
            .hint("whatever writes that file has not replaced it"));
    }
    Ok((Answer { token: Some(token), ..Answer::default() }, end.unwrap_or(i64::MAX).min(now + KEEP)))
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_there_now_and_refuses_what_is_no_token() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        assert!(read(&path, 0).is_err());
        files::write_private(&path, b" abc\n").unwrap();
        let (answer, until) = read(&path, 1000).unwrap();
        assert_eq!((answer.token.unwrap().expose().as_str(), until), ("abc", 1120));
        files::write_private(&path, b"\n").unwrap();
        assert!(read(&path, 0).unwrap_err().to_string().contains("is empty"));
        assert!(read(dir.path(), 0).is_err(), "a directory");
        files::write_private(&path, b"e30.eyJleHAiOjEwMzB9.c2ln").unwrap();
        assert_eq!(read(&path, 1000).unwrap().1, 1030);
        assert!(read(&path, 1030).unwrap_err().to_string().contains("expired at 1970-01-01T00:17:10Z"));
    }
}
