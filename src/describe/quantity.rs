//! Quantities as the API server writes them: `0.5` as `500m`, `1024Mi` as `1Gi`, `1536Mi` as it is.

use crate::pod::quantity::Quantity;

/// In what form an amount is written.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// `1k`
    Decimal,
    /// `1e3`
    Exponent,
    /// `1Ki`
    Binary,
}

const DECIMAL: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
/// The thousandths of a whole, in nano units.
const MILLI: i128 = 1_000_000;

/// A quantity as the server stores it (`ParseQuantity`, `CanonicalizeBytes`); in requests and limits it has at most three digits
/// after the point (`SetDefaults_ResourceList`).
pub(super) fn canonical(text: &str, is_resource: bool) -> String {
    let text = text.trim();
    let Ok(quantity) = Quantity::parse(text) else { return text.to_owned() };
    let parts = Parts::of(text);
    if text == "0" || parts.is_canonical() && (!is_resource || parts.scale() >= -3) {
        return text.to_owned();
    }
    let nanos = if is_resource { quantity.millis().saturating_mul(MILLI) } else { quantity.nanos() };
    write(nanos, parts.form().0)
}

/// The sum of quantities (`Quantity.Add`); a single one is written as it is.
pub(super) fn sum(texts: &[&str]) -> String {
    if let [only] = texts {
        return (*only).to_owned();
    }
    let quantities = || texts.iter().filter_map(|text| Some((Quantity::parse(text).ok()?.nanos(), Parts::of(text).form().0)));
    let form = quantities().find(|(nanos, _)| *nanos != 0).map_or(Form::Decimal, |(_, form)| form);
    write(quantities().map(|(nanos, _)| nanos).fold(0, i128::saturating_add), form)
}

/// A quantity taken apart.
struct Parts<'t> {
    whole: &'t str,
    fraction: &'t str,
    suffix: &'t str,
}

impl<'t> Parts<'t> {
    fn of(text: &'t str) -> Self {
        let digits = |text: &'t str| text.split_at(text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len()));
        let (whole, rest) = digits(text.trim_start_matches(['+', '-']).trim_start_matches('0'));
        let (fraction, suffix) = rest.strip_prefix('.').map_or(("", rest), digits);
        Parts { whole: if whole.is_empty() { "0" } else { whole }, fraction, suffix }
    }

    /// The form, and the exponent to the base of the form.
    fn form(&self) -> (Form, i32) {
        if let Some(at) = BINARY.iter().skip(1).position(|it| *it == self.suffix) {
            return (Form::Binary, (at as i32 + 1) * 10);
        }
        match DECIMAL.iter().position(|it| *it == self.suffix) {
            Some(at) => (Form::Decimal, at as i32 * 3 - 9),
            None => (Form::Exponent, self.suffix.get(1..).and_then(|it| it.parse().ok()).unwrap_or_default()),
        }
    }

    /// The power of ten by which the digits are multiplied.
    fn scale(&self) -> i32 {
        match self.form() {
            (Form::Binary, _) => 0,
            (_, exponent) => exponent.saturating_sub(self.fraction.len() as i32),
        }
    }

    /// Whether the server keeps the text as it is written.
    fn is_canonical(&self) -> bool {
        let digits = format!("{}{}", self.whole, self.fraction);
        let Ok(value) = digits.parse::<i64>() else { return false };
        match self.form() {
            (Form::Binary, exponent) => {
                let precision = 14 - self.whole.len() as i32 - exponent * 3 / 10;
                self.fraction.is_empty() && precision >= 0 && value & 7 != 0
            }
            _ => {
                let scale = self.scale();
                digits.len() <= 18 && scale >= -9 && scale % 3 == 0 && !digits.ends_with("000") && !digits.starts_with('0')
            }
        }
    }
}

fn write(nanos: i128, form: Form) -> String {
    let whole = nanos / 1_000_000_000;
    if nanos == 0 {
        return "0".into();
    }
    if form == Form::Binary && nanos % 1_000_000_000 == 0 && whole.abs() >= 1024 {
        let power = BINARY.iter().skip(1).take_while({
            let mut rest = whole;
            move |_| {
                rest.abs() >= 1024 && rest % 1024 == 0 && {
                    rest /= 1024;
                    true
                }
            }
        });
        let power = power.count();
        return format!("{}{}", whole / 1024_i128.pow(power as u32), BINARY[power]);
    }
    let (mut mantissa, mut exponent) = (nanos, -9);
    while mantissa % 1000 == 0 {
        mantissa /= 1000;
        exponent += 3;
    }
    match form {
        Form::Exponent if exponent == 0 => mantissa.to_string(),
        Form::Exponent => format!("{mantissa}e{exponent}"),
        _ => {
            let at = ((exponent + 9) / 3) as usize;
            let over = at.saturating_sub(DECIMAL.len() - 1) as u32;
            format!("{}{}", mantissa * 1000_i128.pow(over), DECIMAL[at.min(DECIMAL.len() - 1)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_server_writes_them() {
        for (text, stored) in [
            ("0", "0"),
            ("0.5", "500m"),
            ("1.5", "1500m"),
            ("1500m", "1500m"),
            ("2000m", "2"),
            ("1000", "1k"),
            ("1024Mi", "1Gi"),
            ("1536Mi", "1536Mi"),
            ("8Gi", "8Gi"),
            ("0.5Gi", "512Mi"),
            ("1.5Ki", "1536"),
            ("1e3", "1e3"),
            ("1000e3", "1e6"),
            ("128974848", "128974848"),
            ("0.0001", "1m"),
            ("64k", "64k"),
            ("100M", "100M"),
            ("00", "0"),
            ("0Gi", "0"),
            ("not one", "not one"),
        ] {
            assert_eq!(canonical(text, true), stored, "{text}");
        }
        assert_eq!(canonical("0.0001", false), "100u");
        // The largest ones do not overflow.
        assert!(canonical("91e98", true).len() > 9 && canonical("-91e98", false).len() > 9);
    }

    #[test]
    fn sums() {
        assert_eq!(sum(&["1.50"]), "1.50");
        assert_eq!(sum(&["250m", "750m"]), "1");
        assert_eq!(sum(&["0", "512Mi", "512Mi"]), "1Gi");
    }
}
