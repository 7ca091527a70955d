//! Times: one that the server can't read while it decodes is an error of type, like a text for a number.

/// Whether it is an RFC 3339 time: `2024-05-01T12:00:00Z`, as `metav1.Time` reads it.
pub(super) fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some((date, rest)) = bytes.split_at_checked(19) else { return false };
    let shape = b"dddd-dd-ddTdd:dd:dd";
    let same = date.iter().zip(shape).all(|(byte, wanted)| if *wanted == b'd' { byte.is_ascii_digit() } else { byte == wanted });
    let number = |at: usize| text[at..at + 2].parse::<u8>().unwrap_or(u8::MAX);
    let in_range =
        || (1..=12).contains(&number(5)) && (1..=31).contains(&number(8)) && number(11) < 24 && number(14) < 60 && number(17) < 60;
    let zone = match rest.split_first() {
        Some((b'.' | b',', fraction)) => &fraction[fraction.iter().take_while(|byte| byte.is_ascii_digit()).count()..],
        _ => rest,
    };
    same && in_range() && (zone == b"Z" || is_offset(zone))
}

/// Whether it is an RFC 3339 time with exactly six decimals, as `metav1.MicroTime` reads it.
pub(super) fn is_micro_time(text: &str) -> bool {
    let decimals = text.get(19..).and_then(|rest| rest.strip_prefix('.')).map(|rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    is_time(text) && decimals == Some(6)
}

fn is_offset(zone: &[u8]) -> bool {
    matches!(zone, [b'+' | b'-', a, b, b':', c, d] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for right in ["2024-05-01T12:00:00Z", "2024-05-01T12:00:00.123Z", "2024-05-01T12:00:00+02:00"] {
            assert!(is_time(right), "{right}");
        }
        for wrong in ["", "2024-05-01", "2024-05-01 12:00:00Z", "2024-13-01T12:00:00Z", "2024-05-01T12:00:00", "2024-05-01T12:00:0é"] {
            assert!(!is_time(wrong), "{wrong}");
        }
        assert!(is_micro_time("2024-05-01T12:00:00.123456Z"));
        for wrong in ["2024-05-01T12:00:00Z", "2024-05-01T12:00:00.5Z", "2024-05-01T12:00:00.1234567Z"] {
            assert!(!is_micro_time(wrong), "{wrong}");
        }
    }
}
