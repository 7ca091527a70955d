//! `duplicate-item`

use std::borrow::Cow;
use std::collections::HashMap;

use crate::diagnostic::{Reason, Related};
use crate::pod::Value;
use crate::schema::Shape;

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Duplicate list items that must be unique: containers, volumes, or ports with the same name, mounts with the same path.
    ///
    /// ## Why
    /// The API server rejects the object: `Duplicate value`. An init container must not have the name of another container either.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///   - name: web
    ///     image: redis:8
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///   - name: cache
    ///     image: redis:8
    /// ```
    ///
    /// ## Source
    /// `validateContainers`, `validateInitContainers`, `ValidateVolumes`, `validateContainerPorts`, `ValidateVolumeMounts` and others.
    DUPLICATE_ITEM = "duplicate-item", Error, [Check::Validated(|_, facts| !facts.unique.is_empty(), check), Check::PodSpec(check_containers)]
}

fn check<'m>(list: Value<'m>, report: &mut Report<'m>) {
    if !matches!(list.shape(), Shape::List(_)) || list.children().nth(1).is_none() {
        return;
    }
    for fields in list.facts().unique {
        for (first, again) in repeated(list.children(), fields) {
            emit(list, fields, first, again, report);
        }
    }
}

fn emit<'m>(list: Value<'m>, fields: &[&str], first: Value<'m>, again: Value<'m>, report: &mut Report<'m>) {
    let site = |item: Value<'m>| fields.first().and_then(|field| item.get(field)).unwrap_or(item);
    let shared: Vec<_> = fields.iter().map(|field| format!("`{field}`")).collect();
    let what = list.field().map_or("", |field| field.name);
    let text = site(again).text().unwrap_or_default();
    let message = match shared.len() {
        0 => Reason::Duplicate.of(format!("duplicate `{text}` in `{what}`")),
        1 => Reason::Duplicate.of(format!("duplicate {} \"{text}\" in `{what}`", shared[0])),
        _ => Reason::Duplicate.of(format!("duplicate item in `{what}`; {} must be unique", shared.join(" and "))),
    };
    let path = match fields {
        _ if ITEMS.contains(&what) => again.path(),
        // The server's own path.
        _ if what == "taints" => again.path().replacen("spec.", "metadata.", 1),
        _ if what == "topologyKeys" => list.parent().map(Value::path).unwrap_or_default(),
        // Of constraints the server names the first one.
        [_, _, ..] if what == "topologySpreadConstraints" => first.path_to(&format!("{{{}}}", fields.join(", "))),
        [_, _, ..] => again.path_to(&format!("{{{}}}", fields.join(", "))),
        _ => site(again).path(),
    };
    let diagnostic = report.on(site(again), message);
    diagnostic.field = path;
    diagnostic.related.push(Related { range: site(first).range(), message: "first defined here".to_owned() });
}

/// The lists of which the server names the item that repeats another one, not its name.
const ITEMS: [&str; 8] =
    ["resizePolicy", "claims", "schedulingGates", "requests", "firstAvailable", "devices", "sharedCounters", "consumesCounters"];

/// Containers and init containers share one space of names.
fn check_containers<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    if spec.get("initContainers").is_none() {
        return;
    }
    let regular = spec.list("containers");
    let fields = &["name"][..];
    for (first, again) in repeated(regular.chain(spec.list("initContainers")), fields) {
        let list = |item: Value<'m>| item.holder().map(|list| list.name);
        if list(first) != list(again)
            && let (Some(first), Some(again)) = (first.get("name"), again.get("name"))
        {
            let text = again.text().unwrap_or_default();
            let diagnostic = report.on(again, Reason::Duplicate.of(format!("duplicate container name \"{text}\"")));
            diagnostic.related.push(Related { range: first.range(), message: "first used here".to_owned() });
        }
    }
}

/// The items whose fields equal those of an earlier one, with that one.
pub(super) fn repeated<'m>(items: impl Iterator<Item = Value<'m>>, fields: &'static [&'static str]) -> Vec<(Value<'m>, Value<'m>)> {
    let items: Vec<(Value<'m>, Key<'m>)> = items.filter_map(|item| Some((item, key(item, fields)?))).collect();
    if items.len() <= 16 {
        let pairs = items.iter().enumerate().filter_map(|(at, (again, key))| {
            let first = items[..at].iter().find(|(_, earlier)| earlier == key)?;
            Some((first.0, *again))
        });
        return pairs.collect();
    }
    let mut seen: HashMap<Key<'m>, Value<'m>> = HashMap::new();
    let mut pairs = vec![];
    for (item, key) in items {
        match seen.get(&key) {
            Some(first) => pairs.push((*first, item)),
            None => _ = seen.insert(key, item),
        }
    }
    pairs
}

/// The texts of fields, of which there usually is one.
type Key<'m> = (Cow<'m, str>, Vec<Cow<'m, str>>);

/// What must not repeat; `None` where the first field is not given.
fn key<'m>(item: Value<'m>, fields: &[&str]) -> Option<Key<'m>> {
    let text = |value: Value<'m>| match value.int() {
        // `010` and `8` are one number.
        Some(number) => Some(Cow::Owned(number.to_string())),
        // In a list of numbers null is 0.
        None if value.is_null() && matches!(value.shape(), Shape::Int32) => Some("0".into()),
        None => value.text(),
    };
    let [first, rest @ ..] = fields else { return Some((text(item)?, vec![])) };
    let first = text(item.get(first)?).filter(|text| !text.is_empty())?;
    let rest = rest.iter().map(|field| item.get(field).and_then(text).unwrap_or_default());
    Some((first, rest.collect()))
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn duplicates() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: web, image: b}
           ^^^ error[duplicate-item]: duplicate container name \"web\"
  containers:
  - name: web
    image: nginx:1.29
    ports: [{name: a, containerPort: 80}, {name: a, containerPort: 81}, {containerPort: 82}, {containerPort: 83}]
                                                 ^ error[duplicate-item]: duplicate `name` \"a\" in `ports`
    volumeMounts:
    - {name: a, mountPath: /a}
    - {name: a, mountPath: /a/}
    - {name: b, mountPath: /a}
                           ^^ error[duplicate-item]: duplicate `mountPath` \"/a\" in `volumeMounts`
  - {name: other, image: b, ports: [{name: a, containerPort: 90}]}
                                           ^ warning[duplicate-port-name]: container \"web\" also has a port named \"a\"; a Service that uses this name selects only the port of \"web\"
  volumes:
  - {name: a, emptyDir: {}}
  - {name: b, emptyDir: {}}
  - {name: a, emptyDir: {}}
           ^ error[duplicate-item]: duplicate `name` \"a\" in `volumes`
",
        );
    }
}
