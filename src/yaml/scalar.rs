//! What a scalar means, as kubectl's reader (sigs.k8s.io/yaml on a YAML 1.1 resolver) has it.

use std::borrow::Cow;

use super::{Kind, Node, Style};

/// The JSON value that kubectl makes of a scalar before it sends the object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    /// Nothing, `~`, `null`.
    Null,
    /// `true`, `yes`, `on`, `y` …
    Bool(bool),
    /// Any notation: `8080`, `0x1F`, `0644`, `1_000`.
    Int(i128),
    /// `1.5`, `1e3`, `.inf`.
    Float(f64),
    /// The text is [`Node::value`].
    String,
}

/// Resolves a scalar by its style, tag and text; an `Empty` node is null, a collection or template a `String`.
/// An alias resolves as the node it stands for.
pub fn resolve(node: Node<'_>) -> Scalar {
    let node = node.resolved().unwrap_or(node);
    match (node.kind(), node.tag_uri()) {
        (Kind::Empty, None) => Scalar::Null,
        (Kind::Scalar(Style::Plain), None) => plain(&node.value()),
        (Kind::Empty | Kind::Scalar(_), Some(tag)) => tagged(&tag, &node.value()),
        _ => Scalar::String,
    }
}

/// The name that a scalar key gets in JSON: `1` and `true` become text, as all keys are.
pub fn key_text(node: Node<'_>) -> Cow<'_, str> {
    if let Some(text) = node.plain_line().filter(|text| is_word(text) && node.tag().is_none()) {
        return Cow::Borrowed(text);
    }
    let node = node.resolved().unwrap_or(node);
    match resolve(node) {
        Scalar::Null => Cow::Borrowed("null"),
        Scalar::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
        Scalar::Int(value) => Cow::Owned(value.to_string()),
        Scalar::Float(value) => Cow::Owned(float_key(value)),
        Scalar::String => node.value(),
    }
}

/// A float as Go prints it with `%g` in single precision.
fn float_key(value: f64) -> String {
    let value = value as f32;
    if value.is_nan() {
        return ".nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.into();
    }
    let short = format!("{value:e}");
    let (digits, exponent) = short.split_once('e').unwrap_or((&short, "0"));
    match exponent.parse().unwrap_or(0) {
        -4..=5 => format!("{value}"),
        exponent => format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, i32::abs(exponent)),
    }
}

/// Whether kubectl can read the node by its tag.
pub(super) fn fits_tag(node: Node<'_>) -> bool {
    let (Kind::Scalar(_) | Kind::Empty, Some(tag)) = (node.kind(), node.tag_uri()) else { return true };
    let value = node.value();
    let Some(name) = tag.strip_prefix("tag:yaml.org,2002:") else { return true };
    match (name, plain(&value)) {
        ("bool", it) => matches!(it, Scalar::Bool(_)),
        ("int", it) => matches!(it, Scalar::Int(_)),
        ("float", it) => matches!(it, Scalar::Float(value) if value.is_finite()) || matches!(it, Scalar::Int(n) if n <= i64::MAX as i128),
        ("null", it) => it == Scalar::Null,
        ("timestamp", _) => is_date(&value),
        ("binary", _) => is_base64(&value),
        _ => true,
    }
}

fn tagged(tag: &str, value: &str) -> Scalar {
    match (tag.strip_prefix("tag:yaml.org,2002:"), plain(value)) {
        (Some("bool" | "int" | "null"), it) => it,
        (Some("float"), Scalar::Int(n)) => Scalar::Float(n as f64),
        (Some("float"), it) => it,
        _ => Scalar::String,
    }
}

/// Whether it begins with a letter and is longer than any word that means something else than itself: nearly all keys are such.
fn is_word(text: &str) -> bool {
    text.len() > "false".len() && text.as_bytes()[0].is_ascii_alphabetic()
}

/// Resolves text that is neither quoted nor tagged.
fn plain(text: &str) -> Scalar {
    let Some(&first) = text.as_bytes().first() else { return Scalar::Null };
    match first {
        _ if is_word(text) => Scalar::String,
        b'0'..=b'9' | b'+' | b'-' | b'.' => number(text, first),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        _ => Scalar::String,
    }
}

fn word(text: &str) -> Scalar {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Scalar::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Scalar::Bool(false),
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        _ => Scalar::String,
    }
}

fn number(text: &str, first: u8) -> Scalar {
    match text {
        ".nan" | ".NaN" | ".NAN" => return Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Scalar::Float(f64::NEG_INFINITY),
        _ => {}
    }
    // `100m`, `64Mi`, `1.2.3-alpine`: most of what begins like a number is none.
    if !text.bytes().all(|b| b.is_ascii_hexdigit() || b"+-._xXoO".contains(&b)) {
        return Scalar::String;
    }
    if first == b'.' {
        let digit = |at: Option<&u8>| at.is_some_and(u8::is_ascii_digit);
        let bytes = text.as_bytes();
        let separated = bytes.iter().enumerate().all(|(at, b)| *b != b'_' || digit(bytes.get(at - 1)) && digit(bytes.get(at + 1)));
        return go_float(&text.replace('_', "")).filter(|_| separated).map_or(Scalar::String, Scalar::Float);
    }
    let plain = if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) };
    if let Some(int) = go_int(&plain) {
        return Scalar::Int(int);
    }
    if is_yaml_float(&plain)
        && let Some(float) = go_float(&plain)
    {
        return Scalar::Float(float);
    }
    Scalar::String
}

/// As Go reads an integer with its base in the prefix; 64 bits, signed or not.
fn go_int(text: &str) -> Option<i128> {
    let (negative, signed, digits) = match text.as_bytes().first()? {
        b'-' => (true, true, &text[1..]),
        b'+' => (false, true, &text[1..]),
        _ => (false, false, text),
    };
    let (base, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let value = i128::from_str_radix(digits, base).ok()?;
    let value = if negative { -value } else { value };
    let limit = if signed { i64::MAX as i128 } else { u64::MAX as i128 };
    (value >= i64::MIN as i128 && value <= limit).then_some(value)
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn is_yaml_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let digits = |it: &str| it.bytes().all(|b| b.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && digits(fraction),
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    mantissa_fits
        && exponent.is_none_or(|it| {
            let it = it.strip_prefix(['-', '+']).unwrap_or(it);
            !it.is_empty() && digits(it)
        })
}

/// A decimal float that is finite in double precision, as Go's parser takes it.
fn go_float(text: &str) -> Option<f64> {
    if !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-')) {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Whether text begins with a date, which kubectl asks of a `!!timestamp`.
fn is_date(text: &str) -> bool {
    let date = text.split(['T', 't', ' ']).next().unwrap_or("");
    let mut parts = date.splitn(3, '-').map(|it| it.parse::<u32>().ok().filter(|_| it.len() <= 4));
    let (year, month, day) = (parts.next().flatten(), parts.next().flatten(), parts.next().flatten());
    year.is_some() && month.is_some_and(|it| (1..=12).contains(&it)) && day.is_some_and(|it| (1..=31).contains(&it))
}

/// Whether it is standard base64 with its padding; line ends do not count (Go's `base64.StdEncoding`).
pub fn is_base64(text: &str) -> bool {
    let text: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\n' | b'\r')).collect();
    let body = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(&text);
    text.len().is_multiple_of(4) && body.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::parse;

    /// What kubectl sends for `v: TEXT`, as JSON; asked of sigs.k8s.io/yaml 1.6.
    #[rustfmt::skip]
    const TABLE: &[(&str, &str)] = &[
        ("y", "true"), ("Y", "true"), ("yes", "true"), ("Yes", "true"), ("YES", "true"), ("yEs", "yEs"), ("on", "true"), ("On", "true"),
        ("ON", "true"), ("oN", "oN"), ("true", "true"), ("True", "true"), ("TRUE", "true"), ("tRue", "tRue"), ("t", "t"), ("T", "T"),
        ("n", "false"), ("N", "false"), ("no", "false"), ("No", "false"), ("NO", "false"), ("off", "false"), ("Off", "false"),
        ("OFF", "false"), ("false", "false"), ("False", "false"), ("FALSE", "false"), ("f", "f"), ("F", "F"), ("o", "o"),
        ("~", "null"), ("null", "null"), ("Null", "null"), ("NULL", "null"), ("nUll", "nUll"), ("", "null"), ("nil", "nil"),
        ("0", "0"), ("00", "0"), ("07", "7"), ("08", "8f"), ("09", "9f"), ("010", "8"), ("0644", "420"), ("0o644", "420"),
        ("0O644", "420"), ("0o9", "0o9"), ("0888", "888f"), ("-0644", "-420"), ("+0644", "420"), ("0x1F", "31"), ("0X1f", "31"),
        ("0xg", "0xg"), ("0x", "0x"), ("-0x1f", "-31"), ("0b101", "5"), ("0B11", "3"), ("0b2", "0b2"), ("-0b11", "-3"), ("0b", "0b"),
        ("5", "5"), ("+5", "5"), ("-5", "-5"), ("+", "+"), ("--", "--"), ("1_000", "1000"), ("1__0", "10"), ("1_", "1"),
        ("_1", "_1"), ("0x_1", "1"), ("0_1", "1"), ("-_1", "-1"), ("1.5", "1.5f"), ("1.", "1f"), (".5", "0.5f"), ("-.5", "-0.5f"),
        ("+.5", "0.5f"), (".", "."), ("..", ".."), ("1e3", "1000f"), ("1E3", "1000f"), ("1e+3", "1000f"), ("1e-3", "0.001f"),
        ("1e", "1e"), ("e3", "e3"), (".5e3", "500f"), ("1_0.5", "10.5f"), ("1e1_0", "10000000000f"), (".1_0", "0.1f"), ("._1", "._1"),
        ("1.2.3", "1.2.3"), ("1e400", "1e400"), ("0x1p3", "0x1p3"), ("nan", "nan"), ("inf", "inf"), ("-inf", "-inf"),
        ("9223372036854775807", "9223372036854775807"), ("9223372036854775808", "9223372036854775808"),
        ("18446744073709551615", "18446744073709551615"), ("-9223372036854775808", "-9223372036854775808"),
        ("0xffffffffffffffff", "18446744073709551615"), ("2001-01-01", "2001-01-01"), ("2001-01-01T00:00:00Z", "2001-01-01T00:00:00Z"),
        ("1234-5", "1234-5"), ("20010101", "20010101"), ("12:30", "12:30"), ("1,000", "1,000"), ("100m", "100m"), ("5%", "5%"), ("=", "="),
        ("'1'", "1s"), ("\"yes\"", "yess"), ("\"\"", "s"), ("!!str 12", "12s"), ("!!str", "s"), ("!!int \"12\"", "12"),
        ("!!float 1", "1f"), ("!!float \"1.5\"", "1.5f"), ("!!bool \"y\"", "true"), ("!!null \"\"", "null"), ("! 12", "12s"), ("!own 12", "12s"),
    ];

    fn shown(node: Node<'_>) -> String {
        match resolve(node) {
            Scalar::Null => "null".into(),
            Scalar::Bool(value) => value.to_string(),
            Scalar::Int(value) => value.to_string(),
            Scalar::Float(value) => format!("{value}f"),
            // The mark of text that could be read otherwise.
            Scalar::String if node.tag().is_some() || node.kind() != Kind::Scalar(Style::Plain) => format!("{}s", node.value()),
            Scalar::String => node.value().into_owned(),
        }
    }

    #[test]
    fn resolves_as_kubectl_does() {
        for (text, expected) in TABLE {
            let tree = parse(format!("v: {text}\n"));
            let value = tree.root().and_then(|root| root.entries().next()).map(|entry| shown(entry.value));
            assert_eq!(value.as_deref(), Some(*expected), "{text}");
            assert!(tree.errors().is_empty(), "{text}: {:?}", tree.errors());
        }
    }

    #[test]
    fn keys_become_text() {
        let keys =
            [("yes", "true"), ("1", "1"), ("0x10", "16"), ("1.5", "1.5"), ("1e20", "1e+20"), ("1e-7", "1e-07"), ("123456.5", "123456.5")];
        let keys =
            keys.into_iter().chain([("1234567.5", "1.2345675e+06"), (".inf", ".inf"), ("1e308", ".inf"), ("'1'", "1"), ("a b", "a b")]);
        for (text, expected) in keys {
            let tree = parse(format!("{text}: v\n"));
            let key = tree.root().and_then(|root| root.entries().next()).map(|entry| key_text(entry.key).into_owned());
            assert_eq!(key.as_deref(), Some(expected), "{text}");
            assert!(tree.errors().is_empty(), "{text}: {:?}", tree.errors());
        }
    }

    #[test]
    fn an_alias_resolves_as_its_anchor() {
        let tree = parse("a: &a 0644\nb: *a\n");
        let values: Vec<_> = tree.root().unwrap().entries().map(|entry| resolve(entry.value)).collect();
        assert_eq!(values, [Scalar::Int(420), Scalar::Int(420)]);
    }

    #[test]
    fn base64() {
        for right in ["", "YQ==", "YWI=", "YWJj\nYWJj"] {
            assert!(is_base64(right), "{right}");
        }
        for wrong in ["YQ", "Y===", "====", "Y-==", "a b="] {
            assert!(!is_base64(wrong), "{wrong}");
        }
    }
}
