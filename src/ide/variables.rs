//! Environment variables of a container: where they are defined, and where the kubelet or a shell reads them.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use crate::analysis::Document;
use crate::pod::Value;
use crate::pod::command::{self, Span};
use crate::pod::names;
use crate::pod::probe::Purpose;
use crate::pod::spec::Container;
use crate::rules::command_line::CommandLine;
use crate::rules::rewrite;
use crate::schema::ty;
use crate::text::{Edit, TextRange};
use crate::yaml::{Kind, SourceMap};

/// A place where the name of a variable is written.
struct Site<'m> {
    name: Cow<'m, str>,
    range: TextRange,
    role: Role<'m>,
}

#[derive(Clone, Copy)]
enum Role<'m> {
    /// The `name` of an entry of `env`.
    Definition(Value<'m>),
    /// `$(NAME)`
    ByKubelet,
    /// `$NAME`
    ByShell,
}

/// A variable with all its places in the container.
pub(super) struct Variable<'m> {
    /// Where the cursor is.
    pub origin: TextRange,
    name: Cow<'m, str>,
    container: Container<'m>,
    sites: Vec<Site<'m>>,
}

/// The variable whose name is at an offset.
pub(super) fn at(document: &Document, offset: usize) -> Option<Variable<'_>> {
    let container = Container::around(document.model().value_at(offset)?)?;
    let mut sites = sites(container);
    let origin = sites.iter().find(|it| it.range.touches(offset))?;
    let (origin, name) = (origin.range, origin.name.clone());
    sites.retain(|it| it.name == name);
    Some(Variable { origin, name, container, sites })
}

impl Variable<'_> {
    /// The places where it is defined.
    pub fn definitions(&self) -> impl Iterator<Item = TextRange> {
        self.sites.iter().filter(|it| it.is_definition()).map(|it| it.range)
    }

    /// The places where it is used.
    pub fn uses(&self) -> impl Iterator<Item = TextRange> {
        self.sites.iter().filter(|it| !it.is_definition()).map(|it| it.range)
    }

    /// Why it cannot be changed, if it cannot.
    pub fn may_rename(&self) -> Result<(), String> {
        match self.is_written_elsewhere() {
            true => Err(format!("the command writes `{}` in a form that podls does not change", self.name)),
            false => Ok(()),
        }
    }

    /// The edits that give it another name. The error says why that cannot be done.
    pub fn rename(&self, new: &str) -> Result<Vec<Edit>, String> {
        let refused = |words| format!("{new:?} cannot be the name of an environment variable: {words}");
        names::env_var_name(new).map_err(refused)?;
        if self.sites.iter().any(|it| matches!(it.role, Role::ByShell)) && !is_shell_name(new) {
            return Err(refused("a shell reads it, so it must consist of letters, digits and '_'".to_owned()));
        }
        let new_is_taken = new != self.name && self.container.env().any(|it| it.text_of("name").is_some_and(|name| name == new));
        if new_is_taken {
            return Err(format!("an environment variable \"{new}\" already exists"));
        }
        let edit = |site: &Site<'_>| match site.role {
            Role::Definition(name) => rewrite::scalar(name.node(), new),
            _ => Edit::replace(site.range, new.to_owned()),
        };
        Ok(self.sites.iter().map(edit).collect())
    }

    /// Whether a command has the name as a word that is not one of its places: `printenv NAME`.
    fn is_written_elsewhere(&self) -> bool {
        let lines = holders(self.container).filter_map(CommandLine::of);
        let written: usize = lines.map(|line| line.all_words().map(|word| count_word(word, &self.name)).sum::<usize>()).sum();
        let is_in_command = |site: &&Site<'_>| !site.is_definition() && self.is_in_command(site.range);
        written != self.sites.iter().filter(is_in_command).count()
    }

    fn is_in_command(&self, range: TextRange) -> bool {
        holders(self.container).filter_map(CommandLine::of).flat_map(|line| line.items().to_vec()).any(|item| {
            let at = item.written().range();
            at.start <= range.start && range.end <= at.end
        })
    }
}

impl Site<'_> {
    fn is_definition(&self) -> bool {
        matches!(self.role, Role::Definition(_))
    }
}

/// All places in a container where one of its variables is named, in the order of the text.
fn sites(container: Container<'_>) -> Vec<Site<'_>> {
    let names = container.env().filter_map(|it| it.get("name")).filter(|name| matches!(name.written().kind(), Kind::Scalar(_)));
    let mut sites: Vec<Site<'_>> =
        names.filter_map(|it| Some(Site { name: it.text()?, range: it.written().content_range(), role: Role::Definition(it) })).collect();
    let values = container.env().filter_map(|it| it.get("value"));
    for value in values.chain(container.mounts().filter_map(|it| it.0.get("subPathExpr"))) {
        if let Some(text) = value.text() {
            by_kubelet(value, &text, &replaced(value), &mut sites);
        }
    }
    holders(container).for_each(|holder| in_command(holder, &mut sites));
    sites.sort_by_key(|it| it.range);
    // Aliases read one text several times.
    sites.dedup_by_key(|it| it.range);
    sites
}

/// The container, and the commands of its probes and hooks.
fn holders<'m>(container: Container<'m>) -> impl Iterator<Item = Value<'m>> {
    let object = container.value.model().object(container.value.object());
    let actions = object.into_iter().flat_map(|it| it.values()).filter(|it| it.is_a(ty::EXEC_ACTION));
    let own = actions.filter(move |it| Container::around(*it).is_some_and(|it| it.value == container.value));
    std::iter::once(container.value).chain(own)
}

/// The names in the words of a command.
fn in_command<'m>(holder: Value<'m>, sites: &mut Vec<Site<'m>>) {
    let Some(line) = CommandLine::of(holder) else { return };
    let (command, args) = line.words();
    let (_, script) = command::program_and_script(&command, &args);
    let replaced = replaced(holder);
    for (number, (item, word)) in
        line.items().iter().zip(command.iter().chain(&args)).enumerate().filter(|(_, (_, word))| word.contains('$'))
    {
        by_kubelet(*item, word, &replaced, sites);
        if Some(number) == script {
            by_shell(*item, word, &replaced, sites);
        }
    }
}

/// Notes the `$(NAME)` in a text that the kubelet replaces.
fn by_kubelet<'m>(value: Value<'m>, text: &str, replaced: &HashSet<Cow<'m, str>>, sites: &mut Vec<Site<'m>>) {
    let references = command::references(text).into_iter().map(|it| it.name);
    note(value, text, references.filter(|name| replaced.contains(&text[name.clone()])), Role::ByKubelet, sites);
}

/// Notes the `$NAME` in a script of the variables that the container has.
fn by_shell<'m>(item: Value<'m>, script: &str, replaced: &HashSet<Cow<'m, str>>, sites: &mut Vec<Site<'m>>) {
    let own: HashSet<_> = Container::around(item).into_iter().flat_map(Container::env).filter_map(|it| it.text_of("name")).collect();
    let variables = command::spans(script, |name| replaced.contains(name)).into_iter().filter(|(_, span)| *span == Span::Variable);
    let names = variables.flat_map(|(at, _)| names_in(&script[at.clone()]).map(move |it| at.start + it.start..at.start + it.end));
    note(item, script, names.filter(|name| own.contains(&script[name.clone()])), Role::ByShell, sites);
}

fn note<'m>(value: Value<'m>, text: &str, names: impl Iterator<Item = Range<usize>>, role: Role<'m>, sites: &mut Vec<Site<'m>>) {
    let node = Some(value.written()).filter(|node| matches!(node.kind(), Kind::Scalar(_)) && !node.has_template());
    let Some(map) = node.and_then(|node| SourceMap::new(node, text)) else { return };
    sites.extend(names.map(|name| Site { range: map.range(name.clone()), name: text[name].to_owned().into(), role }));
}

/// The names that the kubelet replaces: in the command of a container all of its `env`, in that of a probe those with a `value`, in a hook
/// none.
pub(super) fn replaced(value: Value<'_>) -> HashSet<Cow<'_, str>> {
    let env = Container::around(value).into_iter().flat_map(Container::env);
    let purpose = Purpose::of(value);
    let known = env.filter(|it| match purpose {
        None => true,
        Some(Purpose::PostStart | Purpose::PreStop) => false,
        Some(_) => !it.gives("valueFrom"),
    });
    known.filter_map(|it| it.text_of("name")).collect()
}

fn is_name_byte(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

fn is_shell_name(text: &str) -> bool {
    text.bytes().all(is_name_byte) && !text.starts_with(|first: char| first.is_ascii_digit())
}

/// The names in `$NAME`, `${NAME:-$OTHER}`, `${#NAME}`, or in a name that is assigned to.
fn names_in(variable: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = variable.as_bytes();
    let is_start = |at: &usize| bytes[*at].is_ascii_alphabetic() || bytes[*at] == b'_';
    let is_introduced = |at: &usize| *at == 0 || ["$", "${", "${#", "${!"].iter().any(|it| bytes[..*at].ends_with(it.as_bytes()));
    (0..bytes.len())
        .filter(is_start)
        .filter(is_introduced)
        .map(|at| at..at + bytes[at..].iter().take_while(|it| is_name_byte(**it)).count())
}

/// How often a text has a word between other characters than those of names.
fn count_word(text: &str, word: &str) -> usize {
    let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| !is_name_byte(*byte));
    let bytes = text.as_bytes();
    let is_whole = |at: usize| is_edge(at.checked_sub(1).and_then(|it| bytes.get(it))) && is_edge(bytes.get(at + word.len()));
    text.match_indices(word).filter(|(at, _)| is_whole(*at)).count()
}

#[cfg(test)]
mod tests {
    use super::super::{occurrences, rename};
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
    env:
    - name: HOST
      value: db
    - {name: \"URL\", value: \"http://$(HOST):80/$$(HOST)\"}
    command: [sh, -c]
    args:
    - |
      echo $(HOST) \"${URL:-$HOST}\" '$URL'
      HOST=a ./run $(date)
    livenessProbe: {exec: {command: [check, $(URL)]}}
  - name: log
    image: busybox
    env: [{name: HOST, value: a}]
    args: [$(HOST), $HOST]
";

    fn document(text: &str) -> Document {
        Document::new(text, &Options::default())
    }

    #[test]
    fn variables_are_found_where_the_kubelet_and_shells_read_them() {
        let line = |it: &TextRange| POD[..it.start as usize].lines().count();
        for (text, n, definitions, uses) in [
            ("HOST", 0, vec![9], vec![11, 15, 15, 16]),
            ("HOST)", 0, vec![9], vec![11, 15, 15, 16]),
            ("HOST}", 0, vec![9], vec![11, 15, 15, 16]),
            ("URL:", 0, vec![11], vec![15, 17]),
            ("HOST, value", 0, vec![20], vec![21]),
        ] {
            let at = POD.match_indices(text).nth(n).expect("the text").0 + 1;
            let found = occurrences(&document(POD), at).unwrap_or_else(|| panic!("{text}"));
            let lines = |ranges: &[TextRange]| ranges.iter().map(line).collect::<Vec<_>>();
            assert_eq!((lines(&found.definitions), lines(&found.uses)), (definitions, uses), "{text}");
            assert!(found.uses.iter().all(|it| ["HOST", "URL"].contains(&&POD[it.span()])));
        }
        for text in ["date)", "$URL'", "HOST]"] {
            assert_eq!(occurrences(&document(POD), POD.find(text).expect("the text") + 1), None, "{text}");
        }
    }

    #[test]
    fn a_variable_is_changed_everywhere() {
        let renamed =
            |text: &str, of: &str, new: &str| rename(&document(text), text.find(of).expect("the text"), new).map(|it| apply(text, &it));
        let bare = POD.replace(" '$URL'", "");
        let expected = bare.replace("\"URL\"", "\"ADDRESS\"").replace("${URL", "${ADDRESS").replace("$(URL)", "$(ADDRESS)");
        assert_eq!(renamed(&bare, "URL", "ADDRESS"), Ok(expected));
        for (of, new, why) in [
            ("URL", "ADDRESS", "writes `URL` in a form that podls does not change"),
            ("HOST", "URL", "already exists"),
            ("HOST", "a.b", "cannot be the name of an environment variable"),
            ("HOST", "a=b", "cannot be the name of an environment variable"),
        ] {
            let error = renamed(POD, of, new).expect_err(new);
            assert!(error.contains(why), "{error}");
        }
    }
}
