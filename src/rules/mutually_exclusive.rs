//! `mutually-exclusive`

use crate::diagnostic::{Fix, Reason};
use crate::pod::{Enforcement, Value};
use crate::schema::facts::{Blames, Group, groups};

use super::report::place_of;
use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Mutually exclusive fields that are set together, and objects in which none of several fields is set although one is required.
    ///
    /// A volume has exactly one source, a probe or lifecycle hook exactly one handler, and an environment variable either `value` or
    /// `valueFrom`.
    ///
    /// ## Why
    /// The API server rejects the object: `may not specify more than 1 …`, `must specify a handler type`.
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
    ///     readinessProbe:
    ///       periodSeconds: 5
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
    ///     readinessProbe:
    ///       periodSeconds: 5
    ///       tcpSocket:
    ///         port: 80
    /// ```
    ///
    /// ## Source
    /// `validateVolumeSource`, `validateHandler`, `validateEnvVarValueFrom` and others.
    MUTUALLY_EXCLUSIVE = "mutually-exclusive", Error, [Check::Types(|ty| !groups(ty).is_empty(), check)]
}

fn check<'m>(value: Value<'m>, report: &mut Report<'m>) {
    for group in value.ty().map_or(&[][..], groups) {
        let given = given(value, group);
        match (given.first(), given.get(group.max.max(1))) {
            // What is of the wrong kind has an error of its own.
            (Some(first), Some(second)) if group.max > 0 && first.is_sound() && second.is_sound() => {
                too_many(group, *first, *second, report)
            }
            (None, _) if group.min > 0 => none(group, value, report),
            _ => {}
        }
    }
}

/// The members of a group that a struct has, in the order of the group.
fn given<'m>(value: Value<'m>, group: &Group) -> Vec<Value<'m>> {
    let place = |child: &Value<'m>| group.fields.iter().position(|field| child.field() == Some(*field));
    let mut given: Vec<_> = value.children().filter_map(|child| Some((place(&child)?, child))).collect();
    given.sort_by_key(|(place, _)| *place);
    // A template may write one of them in several ways.
    given.dedup_by_key(|(place, _)| *place);
    given.into_iter().map(|(_, child)| child).filter(|child| is_given(*child, group)).collect()
}

/// What the server drops unread does not count.
fn is_given(child: Value<'_>, group: &Group) -> bool {
    child.enforcement() != Enforcement::Dropped && if group.empty_counts { !child.is_null() } else { !child.is_absent() }
}

fn too_many<'m>(group: &Group, first: Value<'m>, second: Value<'m>, report: &mut Report<'m>) {
    let name = |value: Value<'m>| value.field().map_or("", |field| field.name);
    let (a, b) = (name(first), name(second));
    let message = format!("`{a}` and `{b}` are mutually exclusive; only one {} is allowed", group.noun);
    let path = match group.blames {
        Blames::Field => match b {
            // The server's own spelling.
            "downwardAPI" => value_path(second, "downwarAPI"),
            "cephfs" => value_path(second, "cephFS"),
            _ => second.path(),
        },
        Blames::Struct => second.parent().map(printed).unwrap_or_default(),
        Blames::First => first.path(),
    };
    let diagnostic = match second.parent().filter(|_| group.blames == Blames::Struct) {
        Some(parent) => report.add(place_of(parent), "", message, Some(second.object())),
        None => report.on_key(second, message),
    };
    diagnostic.field = path;
    diagnostic.related.push(crate::diagnostic::Related { range: first.key_range(), message: format!("`{a}` is set here") });
    for value in [second, first] {
        diagnostic.fixes.extend(rewrite::without(value).map(|edit| Fix::possible(format!("Remove `{}`", name(value)), vec![edit])));
    }
}

fn value_path(value: Value<'_>, name: &str) -> String {
    value.parent().map(|parent| parent.path_to(name)).unwrap_or_default()
}

fn none<'m>(group: &Group, value: Value<'m>, report: &mut Report<'m>) {
    let release = value.model().release();
    let fields: Vec<_> = group.fields.iter().filter(|field| field.known_in(release)).map(|field| format!("`{}`", field.name)).collect();
    let count = if group.max == 1 { "one of" } else { "at least one of" };
    let which = value.field().map_or_else(|| "this item".to_owned(), |field| format!("`{}`", field.name));
    let path = match (group.blames, group.fields.first()) {
        (Blames::First, Some(first)) => value.path_to(first.name),
        _ => printed(value),
    };
    report.incomplete(value, Reason::Required.of(format!("{which} requires a {}; set {count} {}", group.noun, fields.join(", ")))).field =
        path;
}

/// The path as the server prints it: without the index for `envFrom`.
fn printed(value: Value<'_>) -> String {
    let list = value.parent().filter(|list| list.field().is_some_and(|field| field.name == "envFrom"));
    list.unwrap_or(value).path()
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, check_with, release};

    #[test]
    fn groups() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: nginx:1.29
    env:
    - name: A
      value: b
      valueFrom: {fieldRef: {fieldPath: metadata.name}}
      ^^^^^^^^^ error[mutually-exclusive]: `value` and `valueFrom` are mutually exclusive
    - {name: B, value: \"\", valueFrom: {fieldRef: {fieldPath: metadata.name}}}
    - {name: C, valueFrom: {}}
                ^^^^^^^^^ error[mutually-exclusive]: `valueFrom` requires a source
    startupProbe:
      exec: {command: [a]}
      httpGet: {port: 80}
      ^^^^^^^ error[mutually-exclusive]: only one handler
    readinessProbe: {tcpSocket: , periodSeconds: 3}
    ^^^^^^^^^^^^^^ error[mutually-exclusive]: `readinessProbe` requires a handler
    envFrom: [{prefix: A_}]
              ^^^^^^^^^^^^ error[mutually-exclusive]
  volumes:
  - name: a
    emptyDir: {}
    secret: {secretName: b}
    ^^^^^^ error[mutually-exclusive]: only one volume source
  - {name: b, emptyDir: , configMap: {name: c}}
",
        );
    }

    #[test]
    fn a_claim_template_replaces_the_volume_of_its_name() {
        check(
            "
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: a}]
      volumes: [{name: data, emptyDir: {}, persistentVolumeClaim: {}}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
",
        );
    }

    #[test]
    fn what_is_dropped_does_not_count() {
        let text = |mark: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: a\n    image: b\n    env: [{{name: A, valueFrom: {{fileKeyRef: {{volumeName: v, path: p, key: k}}}}}}]\n{mark}  volumes: [{{name: v, emptyDir: {{}}}}]\n"
            )
        };
        check(&text(""));
        let marks = "                    ^^^^^^^^^ error[mutually-exclusive]: requires a source\n                                ^^^^^^^^^^ warning[gated-field]\n";
        check_with(&text(marks), &release("1.34"));
    }
}
