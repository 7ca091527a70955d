//! On any key or value: what Kubernetes says of it.

use crate::ide::describe;
use crate::pod::Step;

use super::Spot;

pub(super) fn text(spot: Spot<'_>) -> Option<String> {
    let owner = if matches!(spot.value.step(), Step::Field(_)) { spot.value } else { spot.value.parent()? };
    let field = owner.field()?;
    let holder = owner.parent().and_then(|it| it.holder());
    let word = if spot.on_key && spot.value != owner { spot.value.key_text() } else { spot.value.text().filter(|_| !spot.on_key) };
    if let Some(known) = word.and_then(|word| describe::value_text(holder, field, &word)) {
        return Some(known);
    }
    if spot.value != owner && spot.value.text().is_none() {
        return None;
    }
    let mut lines = describe::facts_lines(holder, field);
    lines.extend(owner.parent().and_then(|it| it.ty()).and_then(|ty| describe::rivals(ty.name, field)));
    let doc = describe::short(field.doc);
    let facts = if lines.is_empty() { String::new() } else { format!("\n\n{}", describe::list(&lines)) };
    Some(format!("{}\n\n{doc}{facts}", describe::headline(holder, field)))
}
