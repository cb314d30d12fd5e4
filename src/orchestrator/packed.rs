//! What ConfigMaps hold gzipped (layer 3, pure). JSON of ten thousand steps is some megabytes, so it is written and read
//! piece by piece: never is its text there as a whole.

use std::io::{BufReader, BufWriter, IntoInnerError, Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Context, Error, Result};

/// The most that is unpacked, in bytes: a ConfigMap is written by others too.
const MOST: u64 = 256 * 1024 * 1024;

/// Compresses; the same bytes always give the same result (the header has no time).
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = encoder();
    encoder.write_all(bytes).and_then(|()| encoder.finish()).context(|| "cannot compress")
}

/// As [`gunzip`] gives it back, up to 256 MiB.
pub fn gunzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let read = GzDecoder::new(bytes).take(MOST).read_to_end(&mut out).context(|| "cannot decompress")?;
    if read as u64 == MOST {
        return Err(Error::failure("the run's data is larger than 256 MiB"));
    }
    Ok(out)
}

/// `value` as gzipped JSON.
pub fn write(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut out = BufWriter::new(encoder());
    serde_json::to_writer(&mut out, value).context(|| "cannot write JSON")?;
    let encoder = out.into_inner().map_err(IntoInnerError::into_error);
    encoder.and_then(GzEncoder::finish).context(|| "cannot compress")
}

/// The JSON in `packed`; what is beyond 256 MiB is cut off, which makes it none.
pub fn reader(packed: &[u8]) -> impl Read {
    BufReader::new(GzDecoder::new(packed).take(MOST))
}

/// What [`write()`] was given.
pub fn read<T: DeserializeOwned>(packed: &[u8]) -> serde_json::Result<T> {
    serde_json::from_reader(reader(packed))
}

fn encoder() -> GzEncoder<Vec<u8>> {
    GzEncoder::new(Vec::new(), Compression::new(6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_and_what_is_cut_is_an_error() {
        let words: Vec<String> = (0..10_000).map(|number| format!("\u{e9}{number}")).collect();
        let packed = write(&words).unwrap();
        assert_eq!(packed, gzip(&serde_json::to_vec(&words).unwrap()).unwrap());
        assert_eq!(read::<Vec<String>>(&packed).unwrap(), words);
        assert!(read::<Vec<String>>(&packed[..packed.len() / 2]).is_err());
        assert!(read::<Vec<String>>(b"[]").is_err());
    }
}
