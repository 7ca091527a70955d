//! `resource.Quantity`: `250m`, `1Gi`, `0.5`, `1e3`.

use std::fmt;

/// How many nano units a whole has.
const NANOS: i128 = 1_000_000_000;
/// More digits than this do not count; the largest binary suffix times so many digits fits.
const MAX_DIGITS: usize = 20;

/// An amount, exact to the billionth, which is as exact as the API server keeps it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity {
    nanos: i128,
}

/// Why a text is no quantity, in the server's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuantityError {
    /// It is not a number with letters after it.
    Format,
    /// What is before the suffix is no number.
    Number,
    /// There is no such suffix.
    Suffix,
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            QuantityError::Format => "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
            QuantityError::Number => "unable to parse numeric part of quantity",
            QuantityError::Suffix => "unable to parse quantity's suffix",
        })
    }
}

impl Quantity {
    /// Nothing.
    pub const ZERO: Quantity = Quantity::whole(0);

    /// A whole number.
    pub const fn whole(number: u32) -> Quantity {
        Quantity { nanos: number as i128 * NANOS }
    }

    /// Reads a scalar as `Quantity.UnmarshalJSON` does; spaces around it do not count. A number too large to hold becomes the largest one.
    pub fn parse(text: &str) -> Result<Quantity, QuantityError> {
        let text = text.trim_matches(is_ignored_space);
        if text.is_empty() {
            return Err(QuantityError::Format);
        }
        let (sign, unsigned) = match text.as_bytes()[0] {
            b'-' => (-1, &text[1..]),
            b'+' => (1, &text[1..]),
            _ => (1, text),
        };
        let whole = leading(unsigned, |byte| byte.is_ascii_digit());
        let rest = &unsigned[whole.len()..];
        let fraction = rest.strip_prefix('.').map(|rest| leading(rest, |byte| byte.is_ascii_digit()));
        let suffix = &rest[fraction.map_or(0, |digits| digits.len() + 1)..];
        let multiplier = Multiplier::parse(suffix)?;
        // The server reads a text without digits as nothing, but not with a multiplier that needs its slow way.
        let digits = whole.len() + fraction.map_or(0, str::len);
        if digits == 0 && matches!(multiplier, Multiplier::Binary(50..) | Multiplier::Decimal(..-9)) {
            return Err(QuantityError::Number);
        }
        Ok(Quantity { nanos: sign * multiplier.nanos(whole, fraction.unwrap_or("")) })
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.nanos < 0
    }

    /// Whether it is too large to be held: all that is known is that.
    pub fn is_saturated(self) -> bool {
        self.nanos == i128::MAX || self.nanos == -i128::MAX
    }

    /// Whether it is no whole number: bytes and devices cannot be split.
    pub fn is_fractional(self) -> bool {
        self.nanos % NANOS != 0
    }

    /// Billionths.
    pub fn nanos(self) -> i128 {
        self.nanos
    }

    /// Thousandths, rounded up: the server keeps requests and limits so (`SetDefaults_ResourceList`).
    pub fn millis(self) -> i128 {
        ceil_div(self.nanos, NANOS / 1000)
    }

    /// Wholes, rounded up.
    pub fn value(self) -> i128 {
        ceil_div(self.nanos, NANOS)
    }

    /// As a number of bytes with the shortest suffix: `128Mi`, `1G`; where none fits, rounded: `≈ 1.4Gi`.
    pub fn in_bytes(self) -> String {
        let bytes = self.value();
        let exact = |units: &[(i128, &str)]| {
            units.iter().find(|(unit, _)| bytes != 0 && bytes % unit == 0).map(|(unit, name)| (bytes / unit, name.to_string()))
        };
        let exact = [exact(&BINARY), exact(&DECIMAL)].into_iter().flatten().min_by_key(|(number, _)| *number);
        match (exact, BINARY.iter().find(|(unit, _)| bytes >= *unit)) {
            (Some((number, unit)), _) if number < 10_000 => format!("{number}{unit}"),
            (_, Some((unit, name))) => format!("≈ {:.1}{name}", bytes as f64 / *unit as f64),
            _ => bytes.to_string(),
        }
    }

    /// As a number of cores, or thousandths of one: `2`, `1500m`.
    pub fn in_cores(self) -> String {
        let millis = self.millis();
        if millis % 1000 == 0 { (millis / 1000).to_string() } else { format!("{millis}m") }
    }

    /// Whether it is a whole multiple of `other`, which is above zero.
    pub fn is_multiple_of(self, other: Quantity) -> bool {
        other.nanos > 0 && self.nanos % other.nanos == 0
    }
}

impl std::ops::Add for Quantity {
    type Output = Quantity;

    fn add(self, other: Quantity) -> Quantity {
        Quantity { nanos: self.nanos.saturating_add(other.nanos) }
    }
}

/// The suffixes, the largest first.
const BINARY: [(i128, &str); 6] = [(1 << 60, "Ei"), (1 << 50, "Pi"), (1 << 40, "Ti"), (1 << 30, "Gi"), (1 << 20, "Mi"), (1 << 10, "Ki")];
const DECIMAL: [(i128, &str); 6] = [
    (1_000_000_000_000_000_000, "E"),
    (1_000_000_000_000_000, "P"),
    (1_000_000_000_000, "T"),
    (1_000_000_000, "G"),
    (1_000_000, "M"),
    (1_000, "k"),
];

/// The server trims the JSON text, in which line breaks and tabs are escapes.
fn is_ignored_space(char: char) -> bool {
    char.is_whitespace() && char >= ' ' && !matches!(char, '\u{2028}' | '\u{2029}')
}

/// What a suffix stands for.
#[derive(Clone, Copy)]
enum Multiplier {
    /// A power of ten.
    Decimal(i32),
    /// A power of two.
    Binary(u32),
}

impl Multiplier {
    fn parse(suffix: &str) -> Result<Multiplier, QuantityError> {
        Ok(match suffix {
            "" => Multiplier::Decimal(0),
            "n" => Multiplier::Decimal(-9),
            "u" => Multiplier::Decimal(-6),
            "m" => Multiplier::Decimal(-3),
            "k" => Multiplier::Decimal(3),
            "M" => Multiplier::Decimal(6),
            "G" => Multiplier::Decimal(9),
            "T" => Multiplier::Decimal(12),
            "P" => Multiplier::Decimal(15),
            "E" => Multiplier::Decimal(18),
            "Ki" => Multiplier::Binary(10),
            "Mi" => Multiplier::Binary(20),
            "Gi" => Multiplier::Binary(30),
            "Ti" => Multiplier::Binary(40),
            "Pi" => Multiplier::Binary(50),
            "Ei" => Multiplier::Binary(60),
            _ => return exponent(suffix).map(Multiplier::Decimal),
        })
    }

    /// The billionths of a number with that many digits before and after the point, rounded up.
    fn nanos(self, whole: &str, fraction: &str) -> i128 {
        let mut digits = whole.bytes().chain(fraction.bytes()).skip_while(|&digit| digit == b'0').peekable();
        let significant = digits.clone().count();
        let mantissa = digits.by_ref().take(MAX_DIGITS).fold(0, |sum: i128, digit| sum * 10 + i128::from(digit - b'0'));
        let lost = digits.any(|digit| digit != b'0');
        let dropped = significant.saturating_sub(MAX_DIGITS) as i64;
        let mut power = 9 + dropped - fraction.len() as i64;
        let mantissa = match self {
            Multiplier::Decimal(exponent) => {
                power += i64::from(exponent);
                mantissa
            }
            Multiplier::Binary(exponent) => mantissa << exponent,
        };
        let nanos = scale(mantissa, power).saturating_add(i128::from(lost && power < 0));
        match self {
            Multiplier::Decimal(_) => nanos,
            // `maxAllowed`
            Multiplier::Binary(_) => nanos.min(i128::from(i64::MAX) * NANOS),
        }
    }
}

/// What `e` or `E` and a number stand for.
fn exponent(suffix: &str) -> Result<i32, QuantityError> {
    let letters = leading(suffix, |byte| b"eEinumkKMGTP".contains(&byte));
    let rest = &suffix[letters.len()..];
    let number = rest.strip_prefix(['-', '+']).unwrap_or(rest);
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(QuantityError::Format);
    }
    // The server cuts the exponent to 32 bits.
    let parsed = suffix.strip_prefix(['e', 'E']).and_then(|number| number.parse::<i64>().ok());
    parsed.map(|exponent| exponent as i32).ok_or(QuantityError::Suffix)
}

/// `mantissa * 10^power`, rounded up, at most the largest number.
fn scale(mantissa: i128, power: i64) -> i128 {
    let factor = |power: i64| u32::try_from(power).ok().and_then(|power| 10_i128.checked_pow(power));
    match power {
        _ if mantissa == 0 => 0,
        0.. => factor(power).and_then(|factor| mantissa.checked_mul(factor)).unwrap_or(i128::MAX),
        _ => factor(-power).map_or(1, |factor| ceil_div(mantissa, factor)),
    }
}

fn ceil_div(number: i128, by: i128) -> i128 {
    number.div_euclid(by) + i128::from(number.rem_euclid(by) != 0)
}

fn leading(text: &str, wanted: impl Fn(u8) -> bool) -> &str {
    let end = text.bytes().position(|byte| !wanted(byte)).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nanos(text: &str) -> i128 {
        Quantity::parse(text).unwrap().nanos
    }

    #[test]
    fn amounts() {
        for (text, expected) in [
            ("0", 0),
            ("1", NANOS),
            ("1500m", 1_500_000_000),
            ("1.5", 1_500_000_000),
            ("0.1", 100_000_000),
            ("1n", 1),
            ("0.1n", 1),
            ("1u", 1_000),
            ("1Ki", 1024 * NANOS),
            ("1.5Gi", 1_610_612_736 * NANOS),
            ("0.3Ki", 307_200_000_000),
            ("2E", 2_000_000_000_000_000_000 * NANOS),
            ("1e3", 1000 * NANOS),
            ("1E-3", 1_000_000),
            ("-1.5", -1_500_000_000),
            ("+5k", 5000 * NANOS),
            (" 7 ", 7 * NANOS),
            ("8Ei", i128::from(i64::MAX) * NANOS),
            ("1e-100", 1),
            ("1.00000000000000000000000000000000001", NANOS + 1),
        ] {
            assert_eq!(nanos(text), expected, "{text}");
        }
        assert_eq!(nanos("1e100"), i128::MAX);
    }

    #[test]
    fn comparisons() {
        let quantity = |text| Quantity::parse(text).unwrap();
        assert!(quantity("1Gi") > quantity("1G"));
        assert_eq!(quantity(" 1\u{a0}"), quantity("1"));
        assert_eq!(quantity("1000m"), quantity("1"));
        assert!(quantity("128m").is_fractional());
        assert!(!quantity("0.5Gi").is_fractional());
        assert_eq!(quantity("0.1m").millis(), 1);
        assert_eq!(quantity("-0.1m").millis(), 0);
        assert_eq!(quantity("1500m").value(), 2);
        assert!(quantity("4Mi").is_multiple_of(quantity("2Mi")) && !quantity("3Mi").is_multiple_of(quantity("2Mi")));
    }

    #[test]
    fn in_units() {
        for (text, bytes) in [
            ("134217728", "128Mi"),
            ("1000000000", "1G"),
            ("1e9", "1G"),
            ("1500000000", "1500M"),
            ("1536Ki", "1536Ki"),
            ("131072Ki", "128Mi"),
            ("128974848000m", "123Mi"),
            ("1234567890", "≈ 1.1Gi"),
            ("100", "100"),
            ("0", "0"),
        ] {
            assert_eq!(Quantity::parse(text).unwrap().in_bytes(), bytes, "{text}");
        }
        for (text, cores) in [("2", "2"), ("1.5", "1500m"), ("250m", "250m"), ("0.0001", "1m")] {
            assert_eq!(Quantity::parse(text).unwrap().in_cores(), cores, "{text}");
        }
    }

    #[test]
    fn errors() {
        for (text, error) in [
            ("", QuantityError::Format),
            ("1Gi\n", QuantityError::Format),
            ("\t1Gi", QuantityError::Format),
            ("1 Gi", QuantityError::Format),
            ("one", QuantityError::Format),
            ("1gb", QuantityError::Format),
            ("1,5", QuantityError::Format),
            ("128mi", QuantityError::Suffix),
            ("1K", QuantityError::Suffix),
            ("1Kii", QuantityError::Suffix),
            ("1e", QuantityError::Suffix),
            (".Pi", QuantityError::Number),
        ] {
            assert_eq!(Quantity::parse(text), Err(error), "{text}");
        }
    }
}
