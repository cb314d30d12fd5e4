//! Whether an executable can start in an image with nothing else in it: Linux, and statically linked (layer 3).
//!
//! Offsets are those of the ELF-64 specification, System V ABI edition 4.1 chapters 4-5.

use crate::error::{Error, Result};

/// A machine that container images exist for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// x86-64.
    Amd64,
    /// `AArch64`.
    Arm64,
}

impl Architecture {
    /// As image configurations name it.
    pub fn goarch(self) -> &'static str {
        match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }
}

const MAGIC: &[u8] = b"\x7fELF";
const CLASS_64: u8 = 2;
const LITTLE_ENDIAN: u8 = 1;
const MACHINE_X86_64: u16 = 62;
const MACHINE_AARCH64: u16 = 183;
/// The program header that names a dynamic linker.
const PT_INTERP: u32 = 3;

/// The architecture of `binary`, or why it could not start in an empty image. `what` names the file.
pub fn check(binary: &[u8], what: &str) -> Result<Architecture> {
    let hint =
        "name a static Linux build with `--binary FILE`: `cargo build --release --target x86_64-unknown-linux-musl`";
    let refuse = |why: &str| {
        Error::failure(format!("{what} {why}, so it could not start in an image that holds nothing else")).hint(hint)
    };
    if !binary.starts_with(MAGIC) || binary.get(4) != Some(&CLASS_64) || binary.get(5) != Some(&LITTLE_ENDIAN) {
        return Err(refuse("is no 64-bit Linux executable"));
    }
    let architecture = match half(binary, 18) {
        Some(MACHINE_X86_64) => Architecture::Amd64,
        Some(MACHINE_AARCH64) => Architecture::Arm64,
        _ => return Err(refuse("is for a machine that is neither amd64 nor arm64")),
    };
    match is_dynamic(binary) {
        Some(false) => Ok(architecture),
        Some(true) => Err(refuse("is dynamically linked")),
        None => Err(refuse("is cut short")),
    }
}

/// Whether a program header asks for a dynamic linker; none when the file ends before its headers do.
fn is_dynamic(binary: &[u8]) -> Option<bool> {
    let table = usize::try_from(u64::from_le_bytes(bytes(binary, 32)?)).ok()?;
    let size = usize::from(half(binary, 54)?);
    let count = usize::from(half(binary, 56)?);
    for index in 0..count {
        let offset = table.checked_add(index.checked_mul(size)?)?;
        if u32::from_le_bytes(bytes(binary, offset)?) == PT_INTERP {
            return Some(true);
        }
    }
    Some(false)
}

fn half(binary: &[u8], offset: usize) -> Option<u16> {
    bytes(binary, offset).map(u16::from_le_bytes)
}

fn bytes<const N: usize>(binary: &[u8], offset: usize) -> Option<[u8; N]> {
    binary.get(offset..offset.checked_add(N)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An ELF header with one program header of kind `segment`.
    fn executable(machine: u16, segment: u32) -> Vec<u8> {
        let mut file = vec![0; 120];
        file[..4].copy_from_slice(MAGIC);
        (file[4], file[5]) = (CLASS_64, LITTLE_ENDIAN);
        file[18..20].copy_from_slice(&machine.to_le_bytes());
        file[32..40].copy_from_slice(&64_u64.to_le_bytes());
        file[54..56].copy_from_slice(&56_u16.to_le_bytes());
        file[56..58].copy_from_slice(&1_u16.to_le_bytes());
        file[64..68].copy_from_slice(&segment.to_le_bytes());
        file
    }

    #[test]
    fn accepts_static_executables_only() {
        assert_eq!(check(&executable(62, 1), "x").unwrap(), Architecture::Amd64);
        assert_eq!(check(&executable(183, 1), "x").unwrap(), Architecture::Arm64);
        let refusals = [
            (executable(62, PT_INTERP), "dynamically linked"),
            (executable(40, 1), "neither amd64 nor arm64"),
            (b"#!/bin/sh".to_vec(), "no 64-bit Linux executable"),
            (executable(62, 1)[..70].iter().copied().take(66).collect(), "cut short"),
        ];
        for (file, why) in refusals {
            assert!(check(&file, "x").unwrap_err().to_string().contains(why), "{why}");
        }
    }
}
