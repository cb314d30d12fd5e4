//! Durations as kubectl shortens them (layer 4; the rule is `duration.HumanDuration` of k8s.io/apimachinery).

use jiff::Timestamp;

/// How long ago `then` was, such as `5s`, `3m20s`, `47h`, `12d`.
pub fn age(then: Timestamp, now: Timestamp) -> String {
    short(now.as_second() - then.as_second())
}

/// A number of seconds in at most two units. Negative values (clocks differ) read as `0s`, beyond two seconds as
/// `<invalid>`.
pub fn short(seconds: i64) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    const YEAR: i64 = 365 * DAY;
    let two = |big: i64, unit: char, small: i64, small_unit: char| match (seconds % big) / small {
        0 => format!("{}{unit}", seconds / big),
        rest => format!("{}{unit}{rest}{small_unit}", seconds / big),
    };
    match seconds {
        ..-1 => "<invalid>".to_owned(),
        -1 | 0 => "0s".to_owned(),
        1..120 => format!("{seconds}s"),
        120..600 => two(MINUTE, 'm', 1, 's'),
        600..10800 => format!("{}m", seconds / MINUTE),
        10800..28800 => two(HOUR, 'h', MINUTE, 'm'),
        28800..172_800 => format!("{}h", seconds / HOUR),
        172_800..691_200 => two(DAY, 'd', HOUR, 'h'),
        691_200..63_072_000 => format!("{}d", seconds / DAY),
        63_072_000..252_288_000 => two(YEAR, 'y', DAY, 'd'),
        _ => format!("{}y", seconds / YEAR),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortens_as_kubectl_does() {
        let cases = [(-1, "0s"), (-5, "<invalid>"), (119, "119s"), (120, "2m"), (200, "3m20s"), (3600, "60m")];
        let more =
            [(10800, "3h"), (11100, "3h5m"), (100_000, "27h"), (172_800, "2d"), (180_000, "2d2h"), (700_000, "8d")];
        for (seconds, text) in cases.into_iter().chain(more) {
            assert_eq!(short(seconds), text, "{seconds}");
        }
    }
}
