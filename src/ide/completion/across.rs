//! Completion of names in objects without a PodSpec. Their fields are not known, but which names in them mean something to other objects is,
//! as the index has it.

use crate::analysis::Document;
use crate::pod::Symbols;
use crate::pod::symbols::{Key, Site, Spot};
use crate::rules::Options;

use super::names::{Name, described};
use super::slot::{self, Reading};
use super::{Completion, CompletionKind, Lookup, Names, insert};

/// The names that may be at an offset.
pub(super) fn of(document: &Document, offset: usize, options: &Options, names: &dyn Names) -> Vec<Completion> {
    slot::readings(document.tree(), offset, options).find_map(|reading| of_reading(&reading, names)).unwrap_or_default()
}

/// `None` where no name is wanted.
fn of_reading(reading: &Reading, names: &dyn Names) -> Option<Vec<Completion>> {
    let place = |range: crate::text::TextRange| Some(Spot { line: 0, start: range.start, end: range.end });
    let symbols = Symbols::of(&reading.model, &place);
    let hole = reading.hole;
    let is_here = |site: &Site| site.at.start <= hole.start + 1 && hole.end <= site.at.end + 1 && !site.is_definition;
    let (number, site) = symbols.sites.iter().enumerate().find(|(_, site)| is_here(site))?;
    let object = symbols.objects.get(site.object as usize)?;
    let namespace = site.namespace.as_deref().or(object.namespace.as_deref());
    let look_up = |wanted, what: &str| named(reading, names.look_up(wanted, namespace).into_iter().map(|it| described(it, what)));
    Some(match &site.key {
        Key::Object(kind, _) => look_up(Lookup::Objects(kind), kind),
        Key::Entry(kind, name, _) => {
            let mut items = look_up(Lookup::Entries(kind, name), &format!("{kind} {name}"));
            items.retain(|it| reading.fits(&it.label));
            items
        }
        Key::Port(_) => {
            let selector = object.selectors.iter().find(|it| it.sites.contains(&(number as u32)))?;
            look_up(Lookup::Ports(selector), "port")
        }
        Key::Label(key) => labels(reading, key, names.look_up(Lookup::Labels, namespace)),
    })
}

fn named(reading: &Reading, names: impl Iterator<Item = Name>) -> Vec<Completion> {
    names.map(|(name, detail)| reading.item(&name, CompletionKind::Name, detail)).collect()
}

/// The labels that a selector may ask for, or the values that one of them has.
fn labels(reading: &Reading, key: &str, all: Vec<super::Named>) -> Vec<Completion> {
    let token = &reading.token;
    let mut items: Vec<Completion> = vec![];
    for label in all {
        let value = label.value.clone().unwrap_or_default();
        let (name, detail) = described(label, "label");
        if reading.is_key() {
            let after = if token.colon { String::new() } else { format!(": {}", insert::word(token, &value, "", false)) };
            let new_text = insert::word(token, &name, &after, false);
            items.push(Completion { new_text, ..reading.item(&format!("{name}: {value}"), CompletionKind::Name, detail) });
        } else if name == key && !value.is_empty() {
            items.push(reading.item(&value, CompletionKind::Name, detail));
        }
    }
    items
}

impl Reading {
    /// Whether a name of a port can be where `name` is wanted, and a number where `number` is.
    fn fits(&self, port: &str) -> bool {
        let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
        match self.key_text().as_deref() {
            Some("name") => !is_number,
            Some("number" | "port") => is_number,
            _ => true,
        }
    }
}
