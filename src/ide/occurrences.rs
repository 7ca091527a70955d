//! The name at a place, and everywhere it is written: where it is defined, and where it is used.

use crate::analysis::Document;
use crate::pod::names::{self, Checked};
use crate::pod::refs::{self, Definition};
use crate::pod::{Object, Value};
use crate::rules::rewrite;
use crate::schema::facts::Target;
use crate::text::{Edit, TextRange};
use crate::yaml::{Kind, Node, Tree};

use super::variables;

/// A name with all its places in a document. All ranges are those of the name alone, without quotes, `&` and `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrences {
    /// Where the cursor is.
    pub origin: TextRange,
    /// What it names: `volume`, `anchor`.
    pub what: &'static str,
    /// Where it is defined; empty if it is not.
    pub definitions: Vec<TextRange>,
    /// Where it is used, in the order of the text.
    pub uses: Vec<TextRange>,
}

/// The name at an offset; `None` where there is none that this document defines or could define.
pub fn occurrences(document: &Document, offset: usize) -> Option<Occurrences> {
    let tree = document.tree();
    if let Some(anchor) = anchor_at(tree, offset) {
        let is_alias = |node: &Node<'_>| node.kind() == Kind::Alias && node.resolved().map(Node::id) == Some(anchor.id());
        let uses: Vec<_> = tree.nodes().filter(is_alias).map(|alias| after_sign(alias.range())).collect();
        let definition = after_sign(anchor.anchor()?);
        let origin = uses.iter().copied().find(|it| it.touches(offset)).unwrap_or(definition);
        return Some(Occurrences { origin, what: "anchor", definitions: vec![definition], uses });
    }
    if let Some(variable) = variables::at(document, offset) {
        let (definitions, uses) = (variable.definitions().collect(), variable.uses().collect());
        return Some(Occurrences { origin: variable.origin, what: "environment variable", definitions, uses });
    }
    let name = Name::at(document, offset)?;
    let range = |site: &Value<'_>| site.written().content_range();
    let uses = sorted(name.uses().iter().map(range));
    let definitions = sorted(name.definitions().iter().map(|it| range(&it.site)));
    Some(Occurrences { origin: range(&name.site), what: noun(name.target), definitions, uses })
}

/// Why the name at an offset cannot be changed, if it cannot.
pub fn may_rename(document: &Document, offset: usize) -> Result<(), String> {
    if document.tree().is_template() {
        return Err("cannot rename in a template; its output may use the name too".to_owned());
    }
    if anchor_at(document.tree(), offset).is_some() {
        return Ok(());
    }
    if let Some(variable) = variables::at(document, offset) {
        return variable.may_rename();
    }
    let name = Name::at(document, offset).ok_or_else(nothing)?;
    match name.definitions().is_empty() {
        true => Err(format!("no {} \"{}\" is defined here", noun(name.target), name.text)),
        false => Ok(()),
    }
}

fn nothing() -> String {
    "no renameable name at this position".to_owned()
}

/// The edits that give the name at an offset another one, everywhere in the document. The error says why that cannot be done.
pub fn rename(document: &Document, offset: usize, new: &str) -> Result<Vec<Edit>, String> {
    may_rename(document, offset)?;
    let tree = document.tree();
    if anchor_at(tree, offset).is_some() {
        if new.is_empty() || new.contains(|it: char| it.is_whitespace() || "[]{},".contains(it)) {
            return Err(format!("{new:?} cannot be the name of an anchor; it must not contain spaces, brackets, braces or commas"));
        }
        let Occurrences { definitions, uses, .. } = occurrences(document, offset).ok_or_else(nothing)?;
        return Ok(definitions.into_iter().chain(uses).map(|range| Edit::replace(range, new.to_owned())).collect());
    }
    if let Some(variable) = variables::at(document, offset) {
        return variable.rename(new);
    }
    let name = Name::at(document, offset).ok_or_else(nothing)?;
    let check: fn(&str) -> Checked = if name.target == Target::Port { names::port_name } else { names::dns_label };
    check(new).map_err(|words| format!("{new:?} cannot be the name of a {}: {words}", noun(name.target)))?;
    if name.text != new && refs::candidates(name.site, name.target).any(|it| it.name == new) {
        return Err(format!("a {} \"{new}\" already exists", noun(name.target)));
    }
    let sites = name.definitions().into_iter().map(|it| it.site).chain(name.uses());
    // Several aliases may read one text.
    let mut edits: Vec<Edit> = sites.map(|site| rewrite::scalar(site.node(), new)).collect();
    edits.sort_by_key(|edit| edit.range);
    edits.dedup_by_key(|edit| edit.range);
    Ok(edits)
}

/// A name in its scope.
struct Name<'m> {
    target: Target,
    text: String,
    /// Where the cursor is.
    site: Value<'m>,
    object: Object<'m>,
}

impl<'m> Name<'m> {
    fn at(document: &'m Document, offset: usize) -> Option<Self> {
        let model = document.model();
        let site = model.value_at(offset)?;
        let is_scalar = matches!(site.written().kind(), Kind::Scalar(_) | Kind::Alias) && site.written().range().touches(offset);
        let used = refs::used(site).map(|it| (it.target, it.name.into_owned()));
        let (target, text) = used.or_else(|| refs::defined(site).map(|it| (it.target, it.name.into_owned()))).filter(|_| is_scalar)?;
        refs::scope(site, target)?;
        Some(Name { target, text, site, object: model.object(site.object())? })
    }

    fn definitions(&self) -> Vec<Definition<'m>> {
        refs::candidates(self.site, self.target).filter(|it| it.name == self.text).collect()
    }

    fn uses(&self) -> Vec<Value<'m>> {
        let scope = |site| refs::scope(site, self.target).map(Value::id);
        let own = scope(self.site);
        refs::uses(self.object, self.target).filter(|it| it.name == self.text && scope(it.site) == own).map(|it| it.site).collect()
    }
}

/// What a kind of names is called.
fn noun(target: Target) -> &'static str {
    match target {
        Target::Volume => "volume",
        Target::Container => "container",
        Target::PodResourceClaim => "resource claim",
        Target::Port => "port",
        _ => "name",
    }
}

/// The node whose anchor, or an alias of it, is at an offset.
fn anchor_at(tree: &Tree, offset: usize) -> Option<Node<'_>> {
    if let Some(node) = tree.anchored().find(|node| node.anchor().is_some_and(|it| it.touches(offset))) {
        return Some(node);
    }
    tree.node_at(offset).filter(|node| node.kind() == Kind::Alias && node.range().touches(offset))?.resolved()
}

/// Without the `&` or `*` that it begins with.
fn after_sign(range: TextRange) -> TextRange {
    TextRange { start: range.start + 1, end: range.end }
}

fn sorted(ranges: impl Iterator<Item = TextRange>) -> Vec<TextRange> {
    let mut ranges: Vec<_> = ranges.collect();
    ranges.sort_unstable();
    ranges.dedup();
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::apply;
    use crate::rules::Options;

    const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: nginx
    ports: [{name: http, containerPort: 80}]
    livenessProbe: {httpGet: {port: http}}
    volumeMounts:
    - {name: data, mountPath: /data}
    - &cache {name: \"cache\", mountPath: /cache}
  - name: log
    image: busybox
    ports: [{name: http, containerPort: 81}]
    readinessProbe: {httpGet: {port: http}}
    volumeMounts: [*cache, {name: 'data', mountPath: /in}]
  volumes:
  - {name: data, emptyDir: {}}
  - {name: cache, emptyDir: {}}
";

    fn document() -> Document {
        Document::new(POD, &Options::default())
    }

    /// The offset of the `n`th place of a text.
    fn at(text: &str, n: usize) -> usize {
        POD.match_indices(text).nth(n).expect("the text").0 + 1
    }

    fn lines(ranges: &[TextRange]) -> Vec<usize> {
        ranges.iter().map(|it| POD[..it.start as usize].lines().count()).collect()
    }

    #[test]
    fn names_are_found_from_each_of_their_places() {
        for (text, n, definitions, uses) in [
            ("data, mountPath", 0, vec![19], vec![11, 17]),
            ("data, emptyDir", 0, vec![19], vec![11, 17]),
            ("cache\"", 0, vec![20], vec![12]),
            ("http,", 0, vec![8], vec![9]),
            ("http}", 1, vec![15], vec![16]),
            ("&cache", 0, vec![12], vec![17]),
            ("*cache", 0, vec![12], vec![17]),
        ] {
            let found = occurrences(&document(), at(text, n)).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((lines(&found.definitions), lines(&found.uses)), (definitions, uses), "{text}");
        }
        assert_eq!(occurrences(&document(), at("nginx", 0)), None);
        assert_eq!(occurrences(&document(), at("volumes", 0)), None);
    }

    #[test]
    fn a_name_is_changed_everywhere() {
        let renamed = |text: &str, n: usize, new: &str| rename(&document(), at(text, n), new).map(|edits| apply(POD, &edits));
        assert_eq!(renamed("data, mountPath", 0, "files"), Ok(POD.replace("name: data", "name: files").replace("'data'", "'files'")));
        assert_eq!(renamed("cache, emptyDir", 0, "tmp"), Ok(POD.replace("\"cache\"", "\"tmp\"").replace("name: cache", "name: tmp")));
        let anchor = POD.replace("&cache", "&c").replace("*cache", "*c");
        assert_eq!(renamed("*cache", 0, "c"), Ok(anchor));
        for (text, new, why) in [
            ("data, mountPath", "Files", "cannot be the name of a volume"),
            ("data, mountPath", "cache", "already exists"),
            ("http,", "a-much-too-long-name", "cannot be the name of a port"),
            ("*cache", "a b", "must not contain spaces"),
            ("nginx", "x", "no renameable name"),
        ] {
            let error = renamed(text, 0, new).expect_err(text);
            assert!(error.contains(why), "{error}");
        }
    }
}
