//! `podls explain` and `podls rules`.

use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::json;

use crate::rules::{self, Rule, allow::unknown_rule, group};

use super::{Status, complain};

/// Prints the page of a rule: what it finds, why, a bad and a good example.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The rule, as a finding shows it in brackets (`unknown-field`), or a group of rules.
    code: String,
}

/// Lists the rules by group, with their severities.
#[derive(Debug, clap::Args)]
pub struct RulesArguments {
    /// The output format.
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    format: ListFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ListFormat {
    /// One line per rule.
    Human,
    /// A JSON array with the pages.
    Json,
}

pub fn explain(arguments: &Arguments, out: &mut impl Write) -> io::Result<Status> {
    let code = arguments.code.trim();
    if let Some(group) = group::named(code) {
        writeln!(out, "# {} (group)\n\n{}\n", group.name, group.summary)?;
        for rule in group.rules {
            writeln!(out, "- {} ({}): {}", rule.code, rule.severity.name(), rule.summary())?;
        }
        return Ok(Status::Clean);
    }
    let Some(rule) = rules::named(code) else {
        complain(&unknown_rule(code));
        return Ok(Status::Failed);
    };
    writeln!(out, "# {} ({})\n", rule.code, rule.severity.name())?;
    for line in rule.page.lines() {
        writeln!(out, "{}", line.strip_prefix(' ').unwrap_or(line))?;
    }
    if let Some(group) = group::of(rule.code) {
        writeln!(out, "\n## Group\n`{}`: {}", group.name, group.summary)?;
    }
    Ok(Status::Clean)
}

pub fn rules(arguments: &RulesArguments, out: &mut impl Write) -> io::Result<Status> {
    let rules = rules::all();
    match arguments.format {
        ListFormat::Human => {
            let width = rules.iter().map(|rule| rule.code.len()).max().unwrap_or_default();
            for (index, group) in group::GROUPS.iter().enumerate() {
                let gap = if index == 0 { "" } else { "\n" };
                writeln!(out, "{gap}{}: {}", group.name, group.summary)?;
                for rule in group.rules {
                    writeln!(out, "  {:width$}  {:11}  {}", rule.code, rule.severity.name(), rule.summary())?;
                }
            }
        }
        ListFormat::Json => {
            let entry = |rule: &&Rule| {
                let (severity, summary) = (rule.severity.name(), rule.summary());
                let group = group::of(rule.code).map(|group| group.name);
                json!({ "code": rule.code, "group": group, "severity": severity, "summary": summary, "page": rule.page })
            };
            serde_json::to_writer_pretty(&mut *out, &rules.iter().map(entry).collect::<Vec<_>>())?;
            writeln!(out)?;
        }
    }
    Ok(Status::Clean)
}
