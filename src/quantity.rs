//! CPU and memory amounts, as ZenML's `ResourceSettings` writes them, into Kubernetes quantities (layer 1, pure).
//!
//! Used for runs and deployments alike. Amounts are decimal text as written in the file (`Reader::text`), converted
//! exactly, without floating point: `1.1` cores are 1100m and not 1101m. What does not come out whole is rounded up, so
//! that nothing gets less than was asked for. Errors are sentences for a [`crate::document::Problem`].

const MI: u128 = 1 << 20;
const GI: u128 = 1 << 30;

/// Bytes of each accepted unit; the short binary ones are Kubernetes' own spelling.
const UNITS: [(&str, u128); 16] = [
    ("B", 1),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("PB", 1_000_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", MI),
    ("GiB", GI),
    ("TiB", 1 << 40),
    ("PiB", 1 << 50),
    ("Ki", 1 << 10),
    ("Mi", MI),
    ("Gi", GI),
    ("Ti", 1 << 40),
    ("Pi", 1 << 50),
];

/// Cores as a Kubernetes quantity: `2` stays `"2"`, `1.5` becomes `"1500m"`, `"1500m"` is accepted too. Rounded up to
/// whole millicores. The error is a sentence for the user.
pub fn cpu(text: &str) -> Result<String, String> {
    let text = text.trim();
    let refusal = || format!("\"{text}\" is no number of cores: write 2, 0.5 or 500m");
    let (number, per_unit) = text.strip_suffix('m').map_or((text, 1000), |milli| (milli, 1));
    let milli = scaled(number, per_unit).ok_or_else(refusal)?;
    if milli == 0 {
        return Err("the number of cores must be more than 0".to_owned());
    }
    Ok(if milli % 1000 == 0 { (milli / 1000).to_string() } else { format!("{milli}m") })
}

/// Memory as a Kubernetes quantity in whole Mi, rounded up, or in Gi where that is whole: `4GB` becomes `"3815Mi"`,
/// `2GiB` becomes `"2Gi"`. A unit is demanded. The error is a sentence for the user and names the units.
pub fn memory(text: &str) -> Result<String, String> {
    let text = text.trim();
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let bytes = UNITS.iter().find(|(name, _)| *name == unit).and_then(|(_, factor)| scaled(number.trim_end(), *factor));
    let bytes = bytes.filter(|bytes| i64::try_from(*bytes).is_ok()).ok_or_else(|| {
        format!("\"{text}\" is no amount of memory: write a number and a unit of B, KB to PB, KiB to PiB, or Ki to Pi")
    })?;
    if bytes == 0 {
        return Err("the amount of memory must be more than 0".to_owned());
    }
    let mi = bytes.div_ceil(MI);
    Ok(if mi % (GI / MI) == 0 { format!("{}Gi", mi / (GI / MI)) } else { format!("{mi}Mi") })
}

/// What may follow the number of a quantity in Kubernetes' own notation, besides an exponent.
const SUFFIXES: [&str; 16] = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// Whether `text` is a quantity in Kubernetes' own notation, such as `500m`, `4Gi` or `1e3`; not negative.
pub fn is_quantity(text: &str) -> bool {
    let number_ends = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(number_ends);
    let is_number = number.bytes().any(|b| b.is_ascii_digit()) && number.matches('.').count() <= 1;
    let exponent = suffix.strip_prefix(['e', 'E']).map(|power| power.strip_prefix(['+', '-']).unwrap_or(power));
    let is_exponent = exponent.is_some_and(|power| !power.is_empty() && power.bytes().all(|b| b.is_ascii_digit()));
    is_number && (is_exponent || SUFFIXES.contains(&suffix))
}

/// What is wrong with `text`, which is none.
pub fn fault(text: &str) -> String {
    format!("\"{}\" is no quantity: write 2, 500m or 4Gi", text.escape_debug())
}

/// A quantity in Kubernetes' own notation in thousand-millionths, rounded up; `None` for what is none, or is beyond measure.
pub fn nano(text: &str) -> Option<u128> {
    const UNIT: u128 = 1_000_000_000;
    if !is_quantity(text) {
        return None;
    }
    let (number, suffix) = text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len()));
    let factor = match suffix {
        "n" => 1,
        "u" => 1_000,
        "m" => 1_000_000,
        "" => UNIT,
        "k" => UNIT * 1_000,
        "M" => UNIT * 1_000_000,
        "G" => UNIT * 1_000_000_000,
        "T" => UNIT * 1_000_000_000_000,
        "P" => UNIT * 1_000_000_000_000_000,
        "E" => UNIT * 1_000_000_000_000_000_000,
        "Ki" => UNIT << 10,
        "Mi" => UNIT << 20,
        "Gi" => UNIT << 30,
        "Ti" => UNIT << 40,
        "Pi" => UNIT << 50,
        "Ei" => UNIT << 60,
        exponent => {
            let power: i32 = exponent[1..].parse().ok().filter(|power| (-9..=18).contains(power))?;
            10_u128.pow(u32::try_from(power + 9).ok()?)
        }
    };
    scaled(number, factor)
}

/// `number` × `factor` rounded up, for a plain decimal number of at most 18 digits.
fn scaled(number: &str, factor: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 18 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let scale = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
    Some(digits.parse::<u128>().ok()?.checked_mul(factor)?.div_ceil(scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores() {
        for (text, expected) in [
            ("1", "1"),
            ("8", "8"),
            ("1.0", "1"),
            ("1.5", "1500m"),
            ("1.1", "1100m"),
            ("0.5", "500m"),
            (".25", "250m"),
            ("0.0001", "1m"),
            ("0.3333", "334m"),
            ("500m", "500m"),
            ("1500m", "1500m"),
            ("2000m", "2"),
        ] {
            assert_eq!(cpu(text).as_deref(), Ok(expected), "{text}");
        }
        for text in ["", "m", "-1", "1e3", "1,5", "two", "1.5 cores", "0x10", "+1", "inf", "0", "0.0", "0m"] {
            assert!(cpu(text).is_err(), "{text}");
        }
    }

    #[test]
    fn quantities_of_kubernetes() {
        for text in ["1", "0.5", ".5", "500m", "4Gi", "1e3", "2E-1", "100k", "1E"] {
            assert!(is_quantity(text), "{text}");
        }
        for text in ["", "m", "4GB", "1.2.3", "-1", "1 Gi", "1e", "Gi", "e3"] {
            assert!(!is_quantity(text), "{text}");
        }
    }

    #[test]
    fn quantities_compare() {
        for (less, more) in [("999m", "1"), ("1", "1.5"), ("4G", "4Gi"), ("1e3", "1001"), ("1n", "1u"), ("1E", "1Ei")] {
            assert!(nano(less) < nano(more), "{less} {more}");
        }
        for (one, same) in [("1", "1000m"), ("1024Mi", "1Gi"), ("1e3", "1k"), ("1e-3", "1m"), (".5", "500m")] {
            assert!(nano(one).is_some() && nano(one) == nano(same), "{one} {same}");
        }
        assert_eq!((nano("x"), nano("1e99"), nano("999999999999999999Ei")), (None, None, None));
    }

    #[test]
    fn amounts_of_memory() {
        for (text, expected) in [
            ("4GB", "3815Mi"),
            ("1GB", "954Mi"),
            ("2GB", "1908Mi"),
            ("32GB", "30518Mi"),
            ("512Mi", "512Mi"),
            ("512MiB", "512Mi"),
            ("1024MiB", "1Gi"),
            ("2GiB", "2Gi"),
            ("2Gi", "2Gi"),
            ("1.5Gi", "1536Mi"),
            ("0.5 GiB", "512Mi"),
            ("1B", "1Mi"),
            ("100KB", "1Mi"),
            ("2048Ki", "2Mi"),
            ("1073741824B", "1Gi"),
            ("1TB", "953675Mi"),
            ("1TiB", "1024Gi"),
            ("2Ti", "2048Gi"),
            ("1PB", "953674317Mi"),
            ("1PiB", "1048576Gi"),
        ] {
            assert_eq!(memory(text).as_deref(), Ok(expected), "{text}");
        }
        for text in ["", "4", "GB", "4gb", "4G", "4M", "-1GB", "4 G B", "1e3MB", "0GB", "9999999999PB", "4GBs"] {
            assert!(memory(text).is_err(), "{text}");
        }
        assert!(memory("4G").unwrap_err().contains("KB to PB, KiB to PiB, or Ki to Pi"));
    }
}
