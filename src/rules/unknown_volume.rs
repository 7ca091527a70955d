//! `unknown-volume`

use crate::diagnostic::{Fix, Reason};
use crate::pod::refs::{self, Names};
use crate::pod::spec::PodSpec;
use crate::pod::{Enforcement, Object, Value};
use crate::schema::facts::Target;
use crate::schema::{Release, ty};

use super::rewrite::{self, Draft};
use super::unknown_name::while_written;
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Volume mounts that refer to an undefined volume.
    ///
    /// ## Why
    /// The API server rejects the object: `spec.containers[0].volumeMounts[0].name: Not found`. Volumes are defined in `volumes`; in a
    /// StatefulSet, `volumeClaimTemplates` define volumes too.
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
    ///     volumeMounts:
    ///     - name: app-log
    ///       mountPath: /logs
    ///   volumes:
    ///   - name: app-logs
    ///     emptyDir: {}
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
    ///     volumeMounts:
    ///     - name: app-logs
    ///       mountPath: /logs
    ///   volumes:
    ///   - name: app-logs
    ///     emptyDir: {}
    /// ```
    ///
    /// ## Source
    /// `ValidateVolumeMounts`, `ValidateVolumeDevices`, `validateFileKeyRefVolumes`.
    UNKNOWN_VOLUME = "unknown-volume", Error from Others, [Check::PodSpec(check)]
}

fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(object) = spec.model().object(spec.object()) else { return };
    // What cannot be read may declare any name.
    let Some(pod) = PodSpec::new(spec).filter(|_| refs::is_complete(spec, Target::Volume)) else { return };
    let set = spec.ancestors().find(|it| it.is_a(ty::STATEFUL_SET_SPEC));
    let mut names = None;
    for used in refs::uses(object, Target::Volume).filter(|it| it.site.enforcement() != Enforcement::Dropped) {
        let names = names.get_or_insert_with(|| Names::new(spec, Target::Volume));
        if names.get(&used.name).is_some() {
            continue;
        }
        let name = &*used.name;
        let message = match (names.iter().next(), set) {
            (None, None) => Reason::NotFound.of(format!("the Pod has no volume \"{name}\" and no `volumes`")),
            (None, Some(_)) => Reason::NotFound.of(format!("no volume \"{name}\" in `volumes` or `volumeClaimTemplates`")),
            _ => Reason::NotFound.of(format!("the Pod has no volume \"{name}\"; it has {}", listed(names))),
        };
        // The controller of a custom resource may add the volume; a slip it is all the same.
        if !pod.is_final() && names.nearest(name).is_none() {
            continue;
        }
        let wants_fixes = report.wants_fixes();
        let near = names.nearest(name).filter(|_| wants_fixes).map(|it| it.name.clone());
        let unused = wants_fixes.then(|| only_unused(object, names)).flatten().filter(|unused| near.as_deref() != Some(unused));
        let in_template = spec.model().release() < Release::V1_34 && set.is_some();
        // An emptyDir can be mounted, but is no device.
        let device = used.site.parent().is_some_and(|it| it.is_a(ty::VOLUME_DEVICE));
        let add = (wants_fixes && !in_template && !device).then(|| add_volume(pod, name)).flatten();
        let diagnostic = report.on(used.site, message);
        diagnostic.incomplete = while_written(spec, "volumes");
        if let Some(near) = near {
            let edit = rewrite::scalar(used.site.written(), &near);
            let title = format!("Use the volume `{near}`");
            // Beside a volume that nothing uses, one that is used already is the less likely one.
            let of = if unused.is_none() { Fix::preferred } else { Fix::possible };
            diagnostic.fixes.push(of(title, vec![edit]));
        }
        if let Some(unused) = unused {
            let edit = rewrite::scalar(used.site.written(), &unused);
            diagnostic.fixes.push(Fix::possible(format!("Use the unused volume `{unused}`"), vec![edit]));
        }
        // Which kind of volume is meant is the author's to say.
        diagnostic.fixes.extend(add.map(|edit| Fix::possible(format!("Add an `emptyDir` volume named `{name}`"), vec![edit])));
    }
}

/// The volume that nothing uses, if it is the only one.
fn only_unused(object: Object<'_>, names: &Names<'_>) -> Option<String> {
    let mut unused = names.iter().filter(|it| refs::uses(object, Target::Volume).all(|used| used.name != it.name));
    unused.next().filter(|_| unused.next().is_none()).map(|it| it.name.to_string())
}

fn listed(names: &Names<'_>) -> String {
    let shown: Vec<_> = names.iter().take(5).map(|it| format!("\"{}\"", it.name)).collect();
    let rest = names.iter().count().saturating_sub(5);
    if rest > 0 { format!("{} and {rest} more", shown.join(", ")) } else { shown.join(", ") }
}

fn add_volume(pod: PodSpec<'_>, name: &str) -> Option<crate::text::Edit> {
    let volume = Draft::Map(vec![("name", Draft::text(name)), ("emptyDir", Draft::Map(vec![]))]);
    match pod.value().get("volumes").filter(|list| !list.written().is_empty()) {
        Some(list) => rewrite::item(list, &volume),
        None if pod.value().entry("volumes").is_some() => None,
        None => rewrite::field(pod.value(), &[], "volumes", &Draft::List(vec![volume])),
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, check_with, fixed, offered, release};

    const NEAR: &str = "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: nginx:1.29
    volumeMounts:
    - {name: logs, mountPath: /logs}
  volumes:
  - name: app-logs
    emptyDir: {}
";

    #[test]
    fn the_nearest_or_a_new_one() {
        check(&NEAR.replace("  volumes", "             ^^^^ error[unknown-volume]: it has \"app-logs\"\n  volumes"));
        assert_eq!(fixed(NEAR, "unknown-volume"), NEAR.replace("name: logs", "name: app-logs"));
        let other = NEAR.replace("name: logs", "name: cache");
        assert_eq!(offered(&other, "unknown-volume"), other.replace("name: cache", "name: app-logs"));
        let used = "- {name: app-logs, mountPath: /app}\n    - {name: ";
        let other = other.replace("- {name: ", used);
        assert_eq!(offered(&other, "unknown-volume"), format!("{other}  - name: cache\n    emptyDir: {{}}\n"));
        // The nearest is in use already, and another is not: either may be meant.
        let rivals = NEAR.replace("name: app-logs", "name: app-logs\n    emptyDir: {}\n  - name: a");
        let rivals = rivals.replace("- {name: ", used);
        assert_eq!(offered(&rivals, "unknown-volume"), rivals.replace("name: logs", "name: app-logs"));
        let none = &NEAR[..NEAR.find("  volumes").unwrap_or_default()];
        assert_eq!(offered(none, "unknown-volume"), format!("{none}  volumes:\n  - name: logs\n    emptyDir: {{}}\n"));
    }

    #[test]
    fn claim_templates_are_volumes() {
        let text = "
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
      - name: db
        image: postgres:18
        volumeMounts: [{name: data, mountPath: /data}, {name: dat, mountPath: /dat}]
                                                              ^^^ SEVERITY[unknown-volume]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Gi}}
";
        check(&text.replace("SEVERITY", "error"));
        check_with(&text.replace("SEVERITY", "warning"), &release("1.33"));
    }

    #[test]
    fn a_volume_that_cannot_be_read_may_have_any_name() {
        let mark = "    ^^^^^^^^^^^^^^^^^^^^ error[yaml-template]";
        check(&NEAR.replace("  - name: app-logs\n    emptyDir: {}\n", &format!("  - {{{{ .Values.volume }}}}\n{mark}\n")));
    }
}
