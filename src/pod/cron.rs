//! Schedules of a CronJob, as `cron.ParseStandard` of robfig/cron reads them: five fields, or `@hourly` and its like.

mod words;

/// When a CronJob runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// At the minutes that all five sets hold.
    Fields {
        /// 0 to 59.
        minute: Set,
        /// 0 to 23.
        hour: Set,
        /// 1 to 31.
        day_of_month: Set,
        /// 1 to 12.
        month: Set,
        /// 0, which is Sunday, to 6.
        day_of_week: Set,
    },
    /// Again and again after so many nanoseconds.
    Every(i64),
}

/// Numbers from 0 to 63.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Set {
    bits: u64,
    /// Written with a star: then only the other of the two day fields counts.
    pub star: bool,
}

impl Set {
    /// Whether the number is in it.
    pub fn has(self, number: u32) -> bool {
        number < 64 && self.bits & (1 << number) != 0
    }

    /// The numbers in it, smallest first.
    pub fn numbers(self) -> impl Iterator<Item = u32> {
        (0..64).filter(move |&number| self.has(number))
    }
}

impl Schedule {
    /// Reads a schedule; the error is in the server's words.
    pub fn parse(text: &str) -> Result<Schedule, String> {
        if text.is_empty() {
            return Err("empty spec string".into());
        }
        // `validateScheduleFormat`
        if text.contains("TZ") {
            return Err("cannot use TZ or CRON_TZ in schedule, use timeZone field instead".into());
        }
        if text.starts_with('@') {
            return descriptor(text);
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minute, hour, day_of_month, month, day_of_week] = fields[..] else {
            return Err(format!("expected exactly 5 fields, found {}", fields.len()));
        };
        Ok(Schedule::Fields {
            minute: field(minute, 0, 59, &[])?,
            hour: field(hour, 0, 23, &[])?,
            day_of_month: field(day_of_month, 1, 31, &[])?,
            month: field(month, 1, 12, &MONTHS)?,
            day_of_week: field(day_of_week, 0, 6, &DAYS)?,
        })
    }

    /// Whether there is a moment at which it fires; `0 0 31 2 *` has none.
    pub fn fires(self) -> bool {
        let Schedule::Fields { minute, hour, day_of_month, month, day_of_week } = self else { return true };
        let days = |month: u32| match month {
            2 => 29,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let by_month_day = month.numbers().any(|month| day_of_month.numbers().any(|day| day <= days(month)));
        let by_week_day = day_of_week.bits != 0;
        // With a star in one of them both must hold, else one of them is enough.
        let day = if day_of_month.star || day_of_week.star { by_month_day && by_week_day } else { by_month_day || by_week_day };
        minute.bits != 0 && hour.bits != 0 && month.bits != 0 && day
    }
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

fn descriptor(text: &str) -> Result<Schedule, String> {
    let fields = match text {
        "@yearly" | "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" | "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        _ => {
            let Some(every) = text.strip_prefix("@every ") else { return Err(format!("unrecognized descriptor: {text}")) };
            return duration(every).map(Schedule::Every).ok_or_else(|| format!("failed to parse duration {text}"));
        }
    };
    Schedule::parse(fields)
}

/// A field: ranges joined by commas. `names` stand for numbers from `min` on.
fn field(text: &str, min: u32, max: u32, names: &[&str]) -> Result<Set, String> {
    let mut set = Set { bits: 0, star: false };
    for range in text.split(',').filter(|range| !range.is_empty()) {
        let part = self::range(range, min, max, names)?;
        set = Set { bits: set.bits | part.bits, star: set.star || part.star };
    }
    Ok(set)
}

/// `*`, `?`, `5`, `1-5`, each perhaps with a step: `*/15`.
fn range(text: &str, min: u32, max: u32, names: &[&str]) -> Result<Set, String> {
    let mut parts = text.split('/');
    let bounds: Vec<&str> = parts.next().unwrap_or_default().split('-').collect();
    let number = |text: &str| {
        let named = names.iter().position(|name| name.eq_ignore_ascii_case(text));
        named.map_or_else(|| integer(text), |at| Ok(u64::from(min) + at as u64))
    };
    let mut star = matches!(bounds[0], "*" | "?");
    let (start, mut end) = match bounds[..] {
        // What follows a star is not looked at.
        _ if star => (u64::from(min), u64::from(max)),
        [one] => (number(one)?, number(one)?),
        [start, end] => (number(start)?, number(end)?),
        _ => return Err(format!("too many hyphens: {text}")),
    };
    let step = match (parts.next(), parts.next()) {
        (None, _) => 1,
        (Some(step), None) => {
            let step = integer(step)?;
            if bounds.len() == 1 {
                end = u64::from(max);
            }
            star &= step <= 1;
            step
        }
        _ => return Err(format!("too many slashes: {text}")),
    };
    if start < u64::from(min) {
        Err(format!("beginning of range ({start}) below minimum ({min}): {text}"))
    } else if end > u64::from(max) {
        Err(format!("end of range ({end}) above maximum ({max}): {text}"))
    } else if start > end {
        Err(format!("beginning of range ({start}) beyond end of range ({end}): {text}"))
    } else if step == 0 {
        Err(format!("step of range should be a positive number: {text}"))
    } else {
        let step = usize::try_from(step).unwrap_or(usize::MAX);
        Ok(Set { bits: (start..=end).step_by(step).fold(0, |bits, number| bits | 1 << number), star })
    }
}

/// A number as `strconv.Atoi` reads it, not below zero.
fn integer(text: &str) -> Result<u64, String> {
    match text.parse::<i64>() {
        Ok(number) => u64::try_from(number).map_err(|_| format!("negative number ({number}) not allowed: {text}")),
        Err(_) => Err(format!("failed to parse int from {text}")),
    }
}

/// A duration as `time.ParseDuration` reads it, in nanoseconds: `5m`, `1h30m`, `1.5h`.
fn duration(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total: u64 = 0;
    loop {
        let (whole, after) = digits(rest);
        let (fraction, after) = after.strip_prefix('.').map_or(("", after), digits);
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let unit_end = after.find(|letter: char| letter == '.' || letter.is_ascii_digit()).unwrap_or(after.len());
        let unit: u64 = match &after[..unit_end] {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let number: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        // Beyond eighteen digits a fraction of an hour is below a nanosecond.
        let fraction = &fraction[..fraction.len().min(18)];
        let part = fraction.parse::<u128>().map_or(0, |part| part * u128::from(unit) / 10_u128.pow(fraction.len() as u32));
        total = total.checked_add(number.checked_mul(unit)?)?.checked_add(part as u64)?;
        if total > 1 << 63 {
            return None;
        }
        rest = &after[unit_end..];
        if rest.is_empty() {
            return i64::try_from(i128::from(total) * sign).ok();
        }
    }
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets() {
        let Ok(Schedule::Fields { minute, hour, day_of_month, month, day_of_week }) = Schedule::parse("*/20 9-17/4,23 ? jan,MAR 1-5")
        else {
            panic!("a schedule")
        };
        let numbers = |set: Set| set.numbers().collect::<Vec<_>>();
        assert_eq!(numbers(minute), [0, 20, 40]);
        assert_eq!(numbers(hour), [9, 13, 17, 23]);
        assert!(day_of_month.star && !minute.star);
        assert_eq!(numbers(month), [1, 3]);
        assert_eq!(numbers(day_of_week), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn every() {
        for (text, seconds) in [("@every 5m", 300), ("@every 1h30m", 5400), ("@every 1.5h", 5400), ("@every 90s", 90), ("@every 0", 0)] {
            assert_eq!(Schedule::parse(text), Ok(Schedule::Every(seconds * 1_000_000_000)), "{text}");
        }
    }

    #[test]
    fn some_never_fire() {
        for (text, fires) in [
            ("0 0 31 2 *", false),
            ("0 0 29 2 *", true),
            ("0 0 31 4,6 *", false),
            ("0 0 31 2 1", true),
            ("0 0 31 1-2 *", true),
            (", 0 * * *", false),
            ("@daily", true),
        ] {
            assert_eq!(Schedule::parse(text).map(Schedule::fires), Ok(fires), "{text}");
        }
    }
}
