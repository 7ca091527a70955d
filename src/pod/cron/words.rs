//! Schedules in words.

use super::{Schedule, Set};

/// So many numbers are listed; what needs more has no short description.
const LISTED: usize = 4;

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

impl Schedule {
    /// When it fires, in words: `at 03:00, Monday to Friday`. `None` where no short description fits.
    pub fn words(self) -> Option<String> {
        if !self.fires() {
            return Some("never".to_owned());
        }
        match self {
            Schedule::Every(nanos) => Some(interval(nanos)),
            Schedule::Fields { minute, hour, day_of_month, month, day_of_week } => {
                let (time, days) = (time(minute, hour)?, days(day_of_month, day_of_week)?);
                let days = if days.is_empty() && time.starts_with("at ") { " every day".to_owned() } else { days };
                Some(format!("{time}{days}{}", months(month)?))
            }
        }
    }
}

/// `ConstantDelaySchedule`: whole seconds, and at least one.
fn interval(nanos: i64) -> String {
    let seconds = (nanos / 1_000_000_000).max(1);
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes, rest) {
        (_, 0, 0) => every(hours, "hour"),
        (0, _, 0) => every(minutes, "minute"),
        (0, 0, _) => every(rest, "second"),
        _ => {
            let parts = [(hours, "h"), (minutes, "min"), (rest, "s")].into_iter().filter(|(count, _)| *count > 0);
            format!("every {}", parts.map(|(count, unit)| format!("{count} {unit}")).collect::<Vec<_>>().join(" "))
        }
    }
}

fn every(count: i64, unit: &str) -> String {
    if count == 1 { format!("every {unit}") } else { format!("every {count} {unit}s") }
}

/// The times of a day.
fn time(minute: Set, hour: Set) -> Option<String> {
    let (minutes, hours): (Vec<u32>, Vec<u32>) = (minute.numbers().collect(), hour.numbers().collect());
    let (first, last) = (minutes.first()?, minutes.last()?);
    let all_day = hours.len() == 24;
    let span = contiguous(&hours).map(|(from, to)| format!(" from {from:02}:{first:02} to {to:02}:{last:02}"));
    if let Some(step) = step(&minutes, 60) {
        let base = every(i64::from(step), "minute");
        return if all_day { Some(base) } else { Some(base + &span?) };
    }
    let times = || hours.iter().flat_map(|hour| minutes.iter().map(move |minute| format!("{hour:02}:{minute:02}")));
    if minutes.len() * hours.len() < LISTED {
        return Some(format!("at {}", listed(times())?));
    }
    if let [minute] = minutes[..] {
        let base = match step(&hours, 24) {
            Some(step) => every(i64::from(step), "hour"),
            None => match span {
                Some(span) => return Some(format!("every hour{span}")),
                None => return Some(format!("at {}", listed(times())?)),
            },
        };
        return Some(if minute == 0 { base } else { format!("{base} at minute {minute}") });
    }
    all_day.then(|| Some(format!("every hour at minutes {}", listed(minutes.iter().map(u32::to_string))?)))?
}

/// The days, after a space or comma; empty for all. Without a star, one of the two fields is enough.
fn days(of_month: Set, of_week: Set) -> Option<String> {
    let (month_days, week_days): (Vec<u32>, Vec<u32>) = (of_month.numbers().collect(), of_week.numbers().collect());
    let (all_month, all_week) = (month_days.len() == 31, week_days.len() == 7);
    let by_month = || {
        let several = if month_days.len() == 1 { "" } else { "s" };
        Some(format!("on day{several} {} of the month", ranged(&month_days, |day| day.to_string())?))
    };
    let names = |day: u32| DAYS[day as usize % 7].to_owned();
    let by_week = || {
        // A week begins on Sunday or on Monday.
        let from_monday: Vec<u32> = (1..=7).filter(|day| week_days.contains(&(day % 7))).collect();
        ranged(if contiguous(&week_days).is_some() { &week_days } else { &from_monday }, names)
    };
    let either = !of_month.star && !of_week.star;
    Some(match (all_month, all_week) {
        (true, true) => String::new(),
        (true, false) | (false, true) if either => String::new(),
        (false, true) => format!(" {}", by_month()?),
        (true, false) => {
            let days = by_week()?;
            if days.contains(" to ") { format!(", {days}") } else { format!(" on {days}") }
        }
        (false, false) => format!(" {} or on {}", by_month()?, by_week()?),
    })
}

fn months(months: Set) -> Option<String> {
    let months: Vec<u32> = months.numbers().collect();
    if months.len() == 12 {
        return Some(String::new());
    }
    Some(format!(", in {}", ranged(&months, |month| MONTHS[month as usize - 1].to_owned())?))
}

/// `1 to 5`, or a list.
fn ranged(numbers: &[u32], name: impl Fn(u32) -> String) -> Option<String> {
    match contiguous(numbers) {
        Some((from, to)) if numbers.len() > 2 => Some(format!("{} to {}", name(from), name(to))),
        _ => listed(numbers.iter().map(|number| name(*number))),
    }
}

/// `a, b and c`; `None` for too many.
fn listed(items: impl Iterator<Item = String>) -> Option<String> {
    let items: Vec<String> = items.take(LISTED + 1).collect();
    match &items[..] {
        [] => None,
        [one] => Some(one.clone()),
        [first @ .., last] => (items.len() <= LISTED).then(|| format!("{} and {last}", first.join(", "))),
    }
}

/// The ends of numbers without a gap.
fn contiguous(numbers: &[u32]) -> Option<(u32, u32)> {
    let (first, last) = (*numbers.first()?, *numbers.last()?);
    ((last - first) as usize + 1 == numbers.len()).then_some((first, last))
}

/// The step of `*/5`: what follows from zero at equal distances, also over midnight or the full hour.
fn step(numbers: &[u32], size: u32) -> Option<u32> {
    let step = match numbers {
        [0, second, ..] => *second,
        _ => return None,
    };
    (size.is_multiple_of(step) && numbers.len() as u32 == size / step && numbers.iter().zip(0..).all(|(number, at)| *number == at * step))
        .then_some(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for (schedule, words) in [
            ("* * * * *", "every minute"),
            ("*/5 * * * *", "every 5 minutes"),
            ("0 * * * *", "every hour"),
            ("15 * * * *", "every hour at minute 15"),
            ("0,20,45 * * * *", "every hour at minutes 0, 20 and 45"),
            ("0 3 * * *", "at 03:00 every day"),
            ("30 9 * * 1-5", "at 09:30, Monday to Friday"),
            ("0 0 * * 0", "at 00:00 on Sunday"),
            ("0 0 * * 6,0", "at 00:00 on Saturday and Sunday"),
            ("0 0 * * sun-thu", "at 00:00, Sunday to Thursday"),
            ("0 8,20 * * *", "at 08:00 and 20:00 every day"),
            ("0 */6 * * *", "every 6 hours"),
            ("10 */2 * * *", "every 2 hours at minute 10"),
            ("0 9-17 * * 1-5", "every hour from 09:00 to 17:00, Monday to Friday"),
            ("*/15 9-17 * * *", "every 15 minutes from 09:00 to 17:45"),
            ("* 3 * * *", "every minute from 03:00 to 03:59"),
            ("0 1,7,13,19 * * *", "at 01:00, 07:00, 13:00 and 19:00 every day"),
            ("0 0 1 * *", "at 00:00 on day 1 of the month"),
            ("0 0 1,15 * *", "at 00:00 on days 1 and 15 of the month"),
            ("0 0 1-7 * *", "at 00:00 on days 1 to 7 of the month"),
            ("0 0 1 * 1", "at 00:00 on day 1 of the month or on Monday"),
            ("0 0 1-31 * 1", "at 00:00 every day"),
            ("0 0 1 1,7 *", "at 00:00 on day 1 of the month, in January and July"),
            ("0 0 * 6-8 *", "at 00:00 every day, in June to August"),
            ("@daily", "at 00:00 every day"),
            ("@hourly", "every hour"),
            ("@every 5m", "every 5 minutes"),
            ("@every 1h", "every hour"),
            ("@every 90m", "every 1 h 30 min"),
            ("@every 0", "every second"),
            ("0 0 31 2 *", "never"),
        ] {
            assert_eq!(Schedule::parse(schedule).ok().and_then(Schedule::words).as_deref(), Some(words), "{schedule}");
        }
        for schedule in ["1,7,9,22,41 * * * *", "3,17 1,5,9 * * *", "0 1,3,6,8,20 * * *", "0 0 1,3,6,8,20 * *"] {
            assert_eq!(Schedule::parse(schedule).ok().and_then(Schedule::words), None, "{schedule}");
        }
    }
}
