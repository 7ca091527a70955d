//! Items of a list that are one item with too many dashes.

use crate::diagnostic::Fix;
use crate::pod::{Step, Value};
use crate::schema::{Field, facts};
use crate::text::{Edit, TextRange};
use crate::yaml::{Kind, Layout};

/// Of so long a list nobody wonders which items belong together.
const MOST: usize = 64;

/// Neighbors in a list that are complete only together: `- name: web`, `- image: nginx`.
#[derive(Debug)]
pub(super) struct SplitItem<'m>(Vec<Value<'m>>);

impl<'m> SplitItem<'m> {
    /// The split item that `value`, which lacks a required field, is a part of.
    pub fn around(value: Value<'m>) -> Option<Self> {
        let Step::Item(_) = value.step() else { return None };
        let items: Vec<_> = value.parent()?.children().take(MOST + 1).collect();
        if items.len() > MOST {
            return None;
        }
        let mut rest = &items[..];
        while let [first, ..] = rest {
            let len = reach(rest);
            let (run, others) = rest.split_at(len);
            if run.contains(&value) {
                return (len > 1 && lacks_nothing(run) && is_half(*first)).then(|| SplitItem(run.to_vec()));
            }
            rest = others;
        }
        None
    }

    /// The first of its parts that is not complete by itself.
    pub fn first_to_lack(&self) -> Option<Value<'m>> {
        self.0.iter().copied().find(|it| lacks(*it).next().is_some())
    }

    /// The part with the first dash too many.
    pub fn second(&self) -> Value<'m> {
        self.0[1]
    }

    /// The field that the server misses first.
    pub fn field(&self) -> String {
        let first = self.first_to_lack().and_then(|it| Some(it.path_to(lacks(it).next()?.name)));
        first.unwrap_or_default()
    }

    /// What is wrong, in words.
    pub fn message(&self) -> String {
        let (what, [first, ..]) = (kind_of(self.0[0]), &self.0[..]) else { return String::new() };
        let keys: Vec<_> = self.0[1..].iter().filter_map(|it| Some(format!("`{}`", it.children().next()?.key_text()?))).collect();
        let name = first.text_of("name").map(|it| format!(" `{it}`")).unwrap_or_default();
        let dashes = if keys.len() == 1 { "the dash" } else { "the dashes" };
        format!("{} belong{} to the {what}{name} above; remove {dashes}", keys.join(", "), if keys.len() == 1 { "s" } else { "" })
    }

    /// The items as one.
    pub fn join(&self) -> Option<Fix> {
        let edits: Option<Vec<_>> = self.0[1..].iter().map(|it| without_dash(*it)).collect();
        let column = |it: &Value<'m>| column_of(*it);
        let aligned = self.0.iter().all(|it| column(it) == column(&self.0[0]));
        let title = if self.0.len() == 2 { "Merge into the item above" } else { "Merge these items into the item above" };
        edits.filter(|_| aligned).map(|edits| Fix::preferred(title, edits))
    }
}

/// What an item is called in a message.
fn kind_of(item: Value<'_>) -> &'static str {
    match item.ty().map(|ty| ty.name) {
        Some("Container") => "container",
        Some("Volume") => "volume",
        Some("VolumeMount") => "mount",
        Some("ContainerPort") => "port",
        Some("EnvVar") => "variable",
        _ => "item",
    }
}

/// How many of the items are one item: each has keys of its own, and one of them has what another lacks.
fn reach(items: &[Value<'_>]) -> usize {
    let mut len = 1;
    while len < items.len() && is_part(items[len]) && items[..len].iter().all(|it| is_part(*it)) && completes(&items[..len], items[len]) {
        len += 1;
    }
    len
}

/// Whether the item is of block style and has at least one key.
fn is_part(item: Value<'_>) -> bool {
    let node = item.written();
    let in_block = node.parent().is_some_and(|list| matches!(list.kind(), Kind::Sequence(Layout::Block)));
    in_block && matches!(node.kind(), Kind::Mapping(Layout::Block)) && item.children().next().is_some() && item.is_sound()
}

/// Whether an item begins with a name, and can't be all that was meant: it lacks something, or it has but that name.
fn is_half(item: Value<'_>) -> bool {
    let begins = item.children().next().is_some_and(|it| it.key_text().is_some_and(|key| key == "name"));
    begins && (lacks(item).next().is_some() || is_single(item))
}

/// Whether an item has one key.
fn is_single(item: Value<'_>) -> bool {
    item.children().nth(1).is_none()
}

/// Whether `next` shares no key with the parts before it, and lacks what these have. After a name alone it may also be complete by itself.
fn completes(parts: &[Value<'_>], next: Value<'_>) -> bool {
    let has = |item: &Value<'_>, field: &Field| item.gives(field.name);
    let apart = next.children().all(|child| child.field().is_some_and(|field| !parts.iter().any(|it| it.entry(field.name).is_some())));
    let given = lacks(next).any(|field| parts.iter().any(|it| has(it, field)));
    let gives = matches!(parts, [first] if is_half(*first) && is_single(*first) && lacks(*first).any(|field| has(&next, field)));
    apart && (given || gives)
}

/// Whether the parts have all that an item must have.
fn lacks_nothing(parts: &[Value<'_>]) -> bool {
    let Some(first) = parts.first() else { return false };
    lacks(*first).all(|field| parts.iter().any(|it| it.gives(field.name)))
}

/// The required fields that an item lacks.
fn lacks<'m>(item: Value<'m>) -> impl Iterator<Item = &'static Field> + 'm {
    let release = item.model().release();
    let fields = item.ty().into_iter().flat_map(move |ty| facts::required(item.holder(), ty));
    let fields = fields.filter(move |(field, facts)| field.known_in(release) && facts.enforced_in(release));
    fields.map(|(field, _)| field).filter(move |field| !item.gives(field.name))
}

/// Puts a space in the place of the dash of an item.
fn without_dash(item: Value<'_>) -> Option<Edit> {
    let tree = item.model().tree();
    let key = item.written().range().start as usize;
    let before = tree.text()[..key].trim_end_matches(' ');
    before.ends_with('-').then(|| Edit::replace(TextRange::new(before.len() - 1, before.len()), " "))
}

/// The column of its keys.
fn column_of(item: Value<'_>) -> usize {
    let start = item.written().range().start as usize;
    let before = &item.model().tree().text()[..start];
    start - before.rfind(['\n', '\r']).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    fn pod(lines: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: shop\nspec:\n  containers:\n{lines}")
    }

    #[test]
    fn one_error_for_a_container_in_three_items() {
        let text = |marks: &str| {
            pod(&format!(
                "    - name: web\n    - image: nginx:1.27\n{marks}    - ports:\n        - containerPort: 80\n    - name: sidecar\n      image: sidecar\n"
            ))
        };
        check(&text("      ^^^^^^^^^^^^^^^^^ error[missing-field]: `image`, `ports` belong to the container `web` above\n"));
        let joined = pod(
            "    - name: web\n      image: nginx:1.27\n      ports:\n        - containerPort: 80\n    - name: sidecar\n      image: sidecar\n",
        );
        assert_eq!(fixed(&text(""), "missing-field"), joined);
    }

    #[test]
    fn ports_mounts_and_variables_too() {
        let text = pod("  - name: web
    image: nginx
    ports:
    - name: http
    - containerPort: 80
      ^^^^^^^^^^^^^^^^^ error[missing-field]: belongs to the port `http` above
    env:
    - name: A
    - value: b
      ^^^^^^^^ error[missing-field]: belongs to the variable `A` above
    volumeMounts:
    - name: data
    - mountPath: /data
      ^^^^^^^^^^^^^^^^ error[missing-field]: belongs to the mount `data` above
  volumes:
  - name: data
    emptyDir: {}
");
        check(&text);
    }

    /// What was deleted from an item is not in the next one.
    #[test]
    fn a_complete_item_stays_whole() {
        check(&pod("  - name: web
    image: nginx
  dnsConfig:
    options:
    - value: \"2\"
      ^^^^^^^^^^ error[missing-field]: `name` is missing
    - name: ndots
"));
    }

    #[test]
    fn items_of_their_own_lack_what_they_lack() {
        check(&pod("  - name: web
    ^^^^^^^^^ error[missing-field]: `image` is missing
  - name: db
    ^^^^^^^^ error[missing-field]: `image` is missing
"));
        check(&pod(
            "  - {name: web}\n    ^^^^^^^^^^^ error[missing-field]: `image`\n  - {image: nginx}\n    ^^^^^^^^^^^^^^ error[missing-field]: `name`\n",
        ));
        check(&pod("  - name: web\n    image: a\n  - image: b\n    ^^^^^^^^ error[missing-field]: `name` is missing\n"));
    }
}
