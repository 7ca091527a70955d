//! Names: where an object defines one, and where it uses it.
//!
//! Two tables say it all: `DEFINITIONS`, and [`Facts::refers_to`](crate::schema::facts::Facts::refers_to) for the uses. Rules, completion,
//! go to definition, references and rename read them through the functions below. A name means something in its scope only: a volume in its
//! PodSpec, a port in its container. What means something in other objects is in [`across`].

pub mod across;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::schema::facts::Target;
use crate::schema::{Type, ty};
use crate::text::{distance, slips};

use super::{Object, Value};

/// Where names are defined: the field of a list, the field in its items that holds the name, the struct in which it means something.
struct Row {
    target: Target,
    /// The struct that has the list.
    within: &'static Type,
    list: &'static str,
    name: &'static [&'static str],
    scope: &'static Type,
}

static DEFINITIONS: &[Row] = &[
    row(Target::Volume, ty::POD_SPEC, "volumes", &["name"], ty::POD_SPEC),
    // Each Pod of a StatefulSet gets a volume for each claim template, in place of one of that name.
    row(Target::Volume, ty::STATEFUL_SET_SPEC, "volumeClaimTemplates", &["metadata", "name"], ty::POD_SPEC),
    row(Target::Container, ty::POD_SPEC, "initContainers", &["name"], ty::POD_SPEC),
    row(Target::Container, ty::POD_SPEC, "containers", &["name"], ty::POD_SPEC),
    row(Target::Container, ty::POD_SPEC, "ephemeralContainers", &["name"], ty::POD_SPEC),
    row(Target::PodResourceClaim, ty::POD_SPEC, "resourceClaims", &["name"], ty::POD_SPEC),
    row(Target::Port, ty::CONTAINER, "ports", &["name"], ty::CONTAINER),
];

const fn row(target: Target, within: &'static Type, list: &'static str, name: &'static [&'static str], scope: &'static Type) -> Row {
    Row { target, within, list, name, scope }
}

/// A name that is defined.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition<'m> {
    /// What it names.
    pub target: Target,
    /// The name.
    pub name: Cow<'m, str>,
    /// Where it is written.
    pub site: Value<'m>,
    /// What has the name: the volume, the container.
    pub owner: Value<'m>,
}

/// A name that is used.
#[derive(Clone, Debug, PartialEq)]
pub struct Use<'m> {
    /// What it names.
    pub target: Target,
    /// The name.
    pub name: Cow<'m, str>,
    /// Where it is written.
    pub site: Value<'m>,
}

/// The names that `value` may use: those that its scope defines.
pub fn candidates<'m>(value: Value<'m>, target: Target) -> impl Iterator<Item = Definition<'m>> {
    scope(value, target).into_iter().flat_map(move |scope| definitions(scope, target))
}

/// All names of that kind in a scope, in the order of the text.
pub fn definitions<'m>(scope: Value<'m>, target: Target) -> impl Iterator<Item = Definition<'m>> {
    let rows = DEFINITIONS.iter().filter(move |row| row.target == target);
    rows.flat_map(move |row| {
        let holder = std::iter::once(scope).chain(scope.ancestors()).find(|it| is(*it, row.within));
        let lists = holder.into_iter().flat_map(|holder| holder.entries(row.list)).filter(|list| list.is_sound());
        let owners = lists.flat_map(|list| list.children()).filter(|owner| owner.is_sound());
        owners.filter_map(move |owner| {
            let site = owner.at(row.name)?;
            let name = site.text().filter(|name| !name.is_empty())?;
            Some(Definition { target, name, site, owner })
        })
    })
}

/// Whether all names of that kind in a scope are known: no list that defines some is unreadable or open, and no name is.
pub fn is_complete(scope: Value<'_>, target: Target) -> bool {
    // Only one of the kinds that it may be of has claim templates.
    let object = scope.model().object(scope.object());
    if target == Target::Volume && object.is_some_and(|it| !it.is_kind_certain()) {
        return false;
    }
    DEFINITIONS.iter().filter(|row| row.target == target).all(|row| {
        let Some(holder) = std::iter::once(scope).chain(scope.ancestors()).find(|it| is(*it, row.within)) else { return true };
        let is_known = |list: Value<'_>| list.is_null() || has_known(list, &[]) && list.children().all(|item| has_known(item, row.name));
        if holder.entry(row.list).is_none() { !holder.node().is_open() } else { holder.entries(row.list).all(is_known) }
    })
}

/// Whether it is known what is at a path of fields, or that there is nothing.
fn has_known(value: Value<'_>, path: &[&str]) -> bool {
    if value.is_null() {
        return true;
    }
    let Some((name, rest)) = path.split_first() else { return value.is_sound() && !value.node().is_open() };
    let mut entries = value.entries(name);
    value.is_sound()
        && match (entries.next(), entries.next()) {
            (None, _) => !value.node().is_open(),
            (Some(entry), None) => has_known(entry, rest),
            // A template chooses one of several.
            (Some(_), Some(_)) => false,
        }
}

/// The struct in which a name of that kind means something at `value`; `None` for names of other objects.
pub fn scope<'m>(value: Value<'m>, target: Target) -> Option<Value<'m>> {
    let scope = DEFINITIONS.iter().find(|row| row.target == target)?.scope;
    let around = std::iter::once(value).chain(value.ancestors()).find(|it| is(*it, scope));
    // A Job's failure policy names containers, a claim template volumes, both outside the PodSpec.
    around.or_else(|| value.model().object(value.object())?.pod_spec().filter(|_| scope == ty::POD_SPEC))
}

/// The name that a value uses. A port by its number names nothing.
pub fn used(value: Value<'_>) -> Option<Use<'_>> {
    let target = value.facts().refers_to?;
    let name = value.text().filter(|name| !name.is_empty() && value.int().is_none())?;
    Some(Use { target, name, site: value })
}

/// The name that a value defines.
pub fn defined(value: Value<'_>) -> Option<Definition<'_>> {
    let row = DEFINITIONS.iter().find(|row| {
        row.name.last().is_some_and(|name| value.field().is_some_and(|field| field.name == *name)) && {
            let owner = value.ancestors().nth(row.name.len() - 1);
            owner.and_then(Value::holder).is_some_and(|list| list.name == row.list)
        }
    })?;
    let owner = value.ancestors().nth(row.name.len() - 1)?;
    let name = value.text().filter(|name| !name.is_empty())?;
    Some(Definition { target: row.target, name, site: value, owner })
}

/// All names of that kind that an object uses, in the order of the text.
pub fn uses<'m>(object: Object<'m>, target: Target) -> impl Iterator<Item = Use<'m>> {
    object.values().filter(move |value| value.facts().refers_to == Some(target)).filter_map(used)
}

/// Where a used name is defined.
pub fn definition<'m>(of: &Use<'m>) -> Option<Definition<'m>> {
    candidates(of.site, of.target).find(|it| it.name == of.name)
}

/// So many definitions are compared with a name that is none of them.
const COMPARED: usize = 100;

/// The definitions of a scope, to look names up in.
#[derive(Debug)]
pub struct Names<'m> {
    definitions: Vec<Definition<'m>>,
    /// The first and the last one of each name; only made where there are many.
    by_name: HashMap<Cow<'m, str>, (usize, usize)>,
}

impl<'m> Names<'m> {
    /// Those of that kind in a scope.
    pub fn new(scope: Value<'m>, target: Target) -> Self {
        let definitions: Vec<_> = definitions(scope, target).collect();
        let mut by_name = HashMap::new();
        for (at, it) in definitions.iter().enumerate().filter(|_| definitions.len() > 16) {
            by_name.entry(it.name.clone()).or_insert((at, at)).1 = at;
        }
        Names { definitions, by_name }
    }

    /// The first definition of a name.
    pub fn get(&self, name: &str) -> Option<&Definition<'m>> {
        if self.by_name.is_empty() {
            return self.definitions.iter().find(|it| it.name == name);
        }
        self.by_name.get(name).map(|&(first, _)| &self.definitions[first])
    }

    /// The last definition of a name.
    pub fn last(&self, name: &str) -> Option<&Definition<'m>> {
        if self.by_name.is_empty() {
            return self.definitions.iter().rfind(|it| it.name == name);
        }
        self.by_name.get(name).map(|&(_, last)| &self.definitions[last])
    }

    /// All of them, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Definition<'m>> {
        self.definitions.iter()
    }

    /// The defined name that was probably meant, among the first ones: where thousands are defined, all slips compared with all names
    /// would take minutes.
    pub fn nearest(&self, name: &str) -> Option<&Definition<'m>> {
        let near = |it: &&Definition<'m>| apart(name, &it.name);
        self.definitions.iter().take(COMPARED).filter(|it| near(it).is_some()).min_by_key(near)
    }
}

/// How far what was typed is from a name: slips of the hand, or a part left out at a dash. `None` where it is too far to be meant.
fn apart(typed: &str, name: &str) -> Option<usize> {
    let (short, long) = if typed.len() < name.len() { (typed, name) } else { (name, typed) };
    if long.len() - short.len() > 1 + long.len() / 2 || long.len() > 253 {
        return None;
    }
    let part = short.len() >= 3 && long.split(['-', '.', '_']).any(|part| part == short);
    if part { Some(1) } else { distance(&typed.to_lowercase(), &name.to_lowercase(), slips(name)) }
}

fn is(value: Value<'_>, ty: &Type) -> bool {
    value.is_sound() && (value.is_a(ty) || (ty == ty::CONTAINER && value.is_a(ty::EPHEMERAL_CONTAINER)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::Model;
    use crate::schema::Release;

    const SET: &str = "
apiVersion: apps/v1
kind: StatefulSet
spec:
  volumeClaimTemplates: [{metadata: {name: data}}]
  template:
    spec:
      resourceClaims: [{name: gpu}]
      initContainers:
      - {name: one, volumeMounts: [{name: data}, {name: conf}]}
      containers:
      - name: two
        ports: [{name: http}, {containerPort: 80}]
        livenessProbe: {httpGet: {port: http}}
        readinessProbe: {httpGet: {port: 80}}
        resources: {claims: [{name: gpu}]}
        env: [{name: A, valueFrom: {resourceFieldRef: {containerName: one}}}]
        volumeMounts: [{name: none}]
      volumes: [{name: conf, configMap: {name: settings}}]
";

    #[test]
    fn definitions_and_uses() {
        let model = Model::new(crate::yaml::parse(SET), Release::default());
        let object = model.object(0).expect("an object");
        let spec = object.pod_spec().expect("a spec");
        let names = |target| definitions(spec, target).map(|it| it.name.into_owned()).collect::<Vec<_>>();
        assert_eq!(names(Target::Volume), ["conf", "data"]);
        assert_eq!(names(Target::Container), ["one", "two"]);
        assert_eq!(names(Target::PodResourceClaim), ["gpu"]);
        let found = |target| -> Vec<(String, Option<String>)> {
            let site = |it: &Use<'_>| definition(it).map(|it| it.site.path());
            uses(object, target).map(|it| (it.name.to_string(), site(&it))).collect()
        };
        let volume = |name: &str, site: Option<&str>| (name.to_owned(), site.map(str::to_owned));
        assert_eq!(
            found(Target::Volume),
            [
                volume("data", Some("spec.volumeClaimTemplates[0].metadata.name")),
                volume("conf", Some("spec.template.spec.volumes[0].name")),
                volume("none", None)
            ]
        );
        assert_eq!(found(Target::Port), [volume("http", Some("spec.template.spec.containers[0].ports[0].name"))]);
        assert_eq!(found(Target::Container), [volume("one", Some("spec.template.spec.initContainers[0].name"))]);
        assert_eq!(found(Target::ConfigMap), [volume("settings", None)]);
        let definitions: Vec<_> = object.values().filter_map(defined).map(|it| it.name.into_owned()).collect();
        assert_eq!(definitions, ["data", "gpu", "one", "two", "http", "conf"]);
    }

    #[test]
    fn near_names() {
        let text = "{apiVersion: v1, kind: Pod, spec: {volumes: [{name: app-logs}, {name: conf}, {name: data}]}}";
        let model = Model::new(crate::yaml::parse(text), Release::default());
        let spec = model.object(0).and_then(|it| it.pod_spec()).expect("a spec");
        let names = Names::new(spec, Target::Volume);
        for (name, near) in
            [("app-log", Some("app-logs")), ("logs", Some("app-logs")), ("dtaa", Some("data")), ("cache", None), ("Conf", Some("conf"))]
        {
            assert_eq!(names.nearest(name).map(|it| &*it.name), near, "{name}");
        }
    }
}
