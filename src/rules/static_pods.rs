//! `static-pod-refused`, `static-pod-ineffective`, `unread-document`, `static-pod-copy` and `hidden-static-pod`: what the kubelet makes of the files in its folder of manifests

use crate::diagnostic::Severity;
use crate::diagnostic::condition::Condition;
use crate::pod::{Model, Object, Value};
use crate::schema::Release;
use crate::schema::facts::Target;

use super::across::{get, is_static, text};
use super::{Check, Report, StaticPod, declare_rule};

declare_rule! {
    /// Static Pods that the kubelet refuses.
    ///
    /// ## Why
    /// A static Pod comes from a file that the kubelet reads by itself: one in `etc/kubernetes/manifests` or `kubelet.d`, one that `staticPods` of `.podls.yaml`
    /// names, or one with the annotation `kubernetes.io/config.source: file`. It must be a Pod with a name. Since Kubernetes 1.34 it must not refer to Secrets,
    /// ConfigMaps, service accounts or claims; before, its containers waited for them. The refusal is in the log of the kubelet only.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   annotations:
    ///     kubernetes.io/config.source: file
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///   volumes:
    ///   - name: settings
    ///     configMap:
    ///       name: web
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   annotations:
    ///     kubernetes.io/config.source: file
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///   volumes:
    ///   - name: settings
    ///     hostPath:
    ///       path: /etc/web
    /// ```
    ///
    /// ## Source
    /// `tryDecodeSinglePod` of the kubelet; `HasAPIObjectReference` of `pkg/api/pod`.
    STATIC_POD_REFUSED = "static-pod-refused", Error from Itself, [Check::Document(check_refused)]
}

declare_rule! {
    /// Fields that have no effect in a static Pod.
    ///
    /// ## Why
    /// No scheduler sees a static Pod: its node is the one of the kubelet, whatever `schedulerName`, `nodeName`, preferred affinities, spread constraints and
    /// tolerations of `NoSchedule` say. It gets no token of a service account. `priorityClassName` is not resolved to a number, so `priority` must be given too.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   annotations:
    ///     kubernetes.io/config.source: file
    /// spec:
    ///   schedulerName: batch
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   annotations:
    ///     kubernetes.io/config.source: file
    /// spec:
    ///   priorityClassName: system-node-critical
    ///   priority: 2000001000
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `applyDefaults` and `getStaticPodPriorityWarning` of the kubelet.
    STATIC_POD_INEFFECTIVE = "static-pod-ineffective", Information from Itself, [Check::PodSpec(check_ineffective)]
}

declare_rule! {
    /// Documents of a static Pod's file after the first one.
    ///
    /// ## Why
    /// The kubelet reads the first document of a file and silently ignores the others. Put each Pod in a file of its own.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   annotations:
    ///     kubernetes.io/config.source: file
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: db
    ///   annotations:
    ///     kubernetes.io/config.source: file
    /// spec:
    ///   containers:
    ///   - name: db
    ///     image: redis:8
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    ///   annotations:
    ///     kubernetes.io/config.source: file
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `tryDecodeSinglePod` of the kubelet.
    UNREAD_DOCUMENT = "unread-document", Warning, [], across [Check::AnyObject(check_later)]
}

declare_rule! {
    /// Copies of static Pods that the kubelet reads too.
    ///
    /// ## Why
    /// The kubelet reads every file of its folder whose name does not begin with a dot, whatever its ending. Of two files whose Pods have the
    /// same namespace and name, the last one in the order of the file names silently wins: `web.yaml.bak` and `web.yaml~` over `web.yaml`. A copy whose
    /// Pod has another name is a second Pod. Keep copies in another folder.
    ///
    /// ## Bad
    /// ```text
    /// etc/kubernetes/manifests/web.yaml
    /// etc/kubernetes/manifests/web.yaml.bak
    /// ```
    ///
    /// ## Good
    /// ```text
    /// etc/kubernetes/manifests/web.yaml
    /// etc/kubernetes/old/web.yaml
    /// ```
    ///
    /// ## Source
    /// `extractFromDir` and `replaceStore` of the kubelet.
    STATIC_POD_COPY = "static-pod-copy", Warning from Itself, [Check::AnyObject(check_copy)]
}

declare_rule! {
    /// A Pod in the kubelet's folder of manifests, in a file whose name begins with a dot.
    ///
    /// ## Why
    /// The kubelet does not read such files, so that the Pod never runs.
    ///
    /// ## Bad
    /// ```text
    /// etc/kubernetes/manifests/.web.yaml
    /// ```
    ///
    /// ## Good
    /// ```text
    /// etc/kubernetes/manifests/web.yaml
    /// ```
    ///
    /// ## Source
    /// `extractFromDir` of the kubelet.
    HIDDEN_STATIC_POD = "hidden-static-pod", Information from Itself, [Check::AnyObject(check_hidden)]
}

fn check_refused<'m>(model: &'m Model, report: &mut Report<'m>) {
    if model.is_partial() {
        return;
    }
    if report.options().is_static
        && let Some(root) = model.tree().root().filter(|_| model.objects().all(|it| it.kind().is_none() && it.info().is_none()))
    {
        let line = crate::text::line_at(model.tree().text(), root.range().start as usize);
        report.add(line, "kind", "the kubelet expects a Pod here: `apiVersion: v1` and `kind: Pod`", None);
        return;
    }
    if report.options().is_static
        && let Some(kind) = model.tree().root().and_then(|root| get(root, &["kind"])).filter(|it| it.value().ends_with("List"))
    {
        report.add(kind.range(), "kind", "the kubelet reads one Pod from a file, not a list", None);
        return;
    }
    for object in model.objects() {
        if is_static(object, report.options()) {
            check_identity(object, report);
            object.values().for_each(|value| check_reference(value, report));
        }
    }
}

fn check_identity<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let (node, index) = (object.node(), Some(object.index()));
    let version = object.api_version().map(|it| it.value().into_owned());
    if let Some(kind) = object.kind().filter(|kind| kind.value() != "Pod" || version.as_deref().is_some_and(|it| it != "v1")) {
        report.add(kind.range(), "kind", "the kubelet reads only Pods (`apiVersion: v1`) from this folder", index);
        return;
    }
    if let Some(name) = get(node, &["metadata", "generateName"]).filter(|_| text(node, &["metadata", "name"]).is_none()) {
        report.add(name.range(), "metadata.generateName", "a static Pod needs `metadata.name`; nothing generates one", index);
    }
    if let Some(mirror) = get(node, &["metadata", "annotations", "kubernetes.io/config.mirror"]) {
        let message = "with this annotation the kubelet takes the Pod for a mirror of another one and never starts it; remove it";
        report.add(mirror.range(), "metadata.annotations[kubernetes.io/config.mirror]", message, index).severity = Severity::Warning;
    }
}

/// Sources of volumes that need the API server, with what they are.
const SOURCES: [(&str, &str); 4] = [
    ("csi", "CSI volumes"),
    ("glusterfs", "Endpoints"),
    ("ephemeral", "PersistentVolumeClaims"),
    ("serviceAccountToken", "service accounts"),
];
/// Those that were refused before 1.34 too.
const ALWAYS_REFUSED: [(&str, &str); 3] =
    [("clusterTrustBundle", "ClusterTrustBundles"), ("resourceClaims", "resource claims"), ("schedulingGates", "scheduling gates")];

fn check_reference<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let Some(field) = value.field() else { return };
    let in_spec = || value.ancestors().any(|it| it.is_a(crate::schema::ty::POD_SPEC));
    let named = match value.facts().refers_to {
        Some(Target::Secret) => Some("Secrets"),
        Some(Target::ConfigMap) => Some("ConfigMaps"),
        Some(Target::ServiceAccount) => Some("service accounts"),
        Some(Target::PersistentVolumeClaim) => Some("PersistentVolumeClaims"),
        _ => SOURCES.iter().find(|(name, _)| *name == field.name).map(|(_, what)| *what),
    };
    let always = || ALWAYS_REFUSED.iter().find(|(name, _)| *name == field.name).map(|(_, what)| *what);
    if value.is_null() {
        return;
    }
    if let Some(what) = always().filter(|_| in_spec() && value.children().next().is_some()) {
        report.on_key(value, format!("the kubelet refuses static Pods with {what}"));
    } else if let Some(what) = named.filter(|_| in_spec()) {
        let is_old = report.options().release < Release::V1_34;
        let message = match is_old {
            true => format!("a static Pod cannot read {what}, so its containers wait; the kubelet refuses it from Kubernetes 1.34 on"),
            false => format!("the kubelet refuses static Pods that refer to {what}"),
        };
        let site = if value.children().next().is_some() { report.on_key(value, message) } else { report.on(value, message) };
        if is_old {
            site.severity = Severity::Warning;
        }
    }
}

/// Fields that only the scheduler and admission read.
const UNREAD: [&str; 5] = ["schedulerName", "nodeName", "preemptionPolicy", "topologySpreadConstraints", "automountServiceAccountToken"];

fn check_ineffective<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let object = spec.model().object(spec.object());
    if !object.is_some_and(|object| object.kind().is_some_and(|it| it.value() == "Pod") && is_static(object, report.options())) {
        return;
    }
    let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    let affinities = [&["affinity", "podAffinity"][..], &["affinity", "podAntiAffinity"], &["affinity", "nodeAffinity", preferred]];
    let unread = UNREAD.iter().filter_map(|name| spec.get(name)).chain(affinities.into_iter().filter_map(|path| spec.at(path)));
    for value in unread {
        report.on_key(value, "this has no effect in a static Pod, which no scheduler sees");
    }
    for toleration in spec.list("tolerations").filter(|it| it.text_of("effect").is_some_and(|effect| effect.ends_with("NoSchedule"))) {
        let Some(effect) = toleration.get("effect") else { continue };
        report.on(effect, "the kubelet does not ask for taints with this effect");
    }
    if let Some(class) = spec.get("priorityClassName").filter(|_| !spec.gives("priority")) {
        report.on(class, "the kubelet does not resolve this to a number, so the Pod has priority 0; set `priority` too");
    }
}

fn check_later<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(kind) = object.kind().filter(|_| object.index() == 0 && is_static(object, report.options())) else { return };
    let message = "the kubelet reads only the first document of a file; move this one to a file of its own";
    let diagnostic = report.add(kind.range(), "kind", message, Some(object.index()));
    diagnostic.condition = Some(Box::new(Condition::IsLater));
}

fn check_hidden<'m>(object: Object<'m>, report: &mut Report<'m>) {
    if let Some(kind) = object.kind().filter(|it| report.options().static_file.is_hidden && it.value() == "Pod") {
        let message = "the kubelet does not read a file whose name begins with a dot; rename it to run the Pod";
        report.add(kind.range(), "kind", message, Some(object.index()));
    }
}

fn check_copy<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let file = report.options().static_file.clone();
    let is_pod = object.kind().is_some_and(|it| it.value() == "Pod");
    let Some(name) = get(object.node(), &["metadata", "name"]).filter(|_| is_pod && report.options().is_static) else { return };
    let namespace = text(object.node(), &["metadata", "namespace"]).unwrap_or_else(|| "default".to_owned());
    let is_same = |other: &&StaticPod| other.name == name.value() && other.namespace == namespace;
    let later = file.beside.iter().filter(is_same).filter(|other| other.is_later).max_by(|a, b| a.file.cmp(&b.file));
    let message = match later {
        Some(StaticPod { file, is_copy: true, .. }) => {
            format!("the kubelet reads `{file}` last and runs its Pod of this name instead; move the copy out of the folder")
        }
        Some(StaticPod { file, .. }) => {
            format!("the kubelet reads `{file}` last and runs its Pod of this name instead; rename one of the two")
        }
        None if file.is_copy && !file.beside.iter().any(|it| is_same(&it)) => {
            "the kubelet reads this copy too and runs its Pod; move it out of the folder".to_owned()
        }
        None => return,
    };
    report.add(name.range(), "metadata.name", message, Some(object.index()));
}

#[cfg(test)]
mod tests {
    use crate::analysis::Analysis;
    use crate::rules::Options;
    use crate::schema::Release;

    /// The fields of the findings.
    fn found(text: &str, release: Release) -> Vec<String> {
        let options = Options { is_static: true, release, ..Options::default() };
        let analysis = Analysis::new(text, &options, None);
        analysis.diagnostics().iter().filter(|(_, it)| it.code.starts_with("static-")).map(|(_, it)| it.field.clone()).collect()
    }

    fn pod(metadata: &str, spec: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{{metadata}}}\nspec:\n  containers: [{{name: a, image: b}}]\n{spec}\n")
    }

    #[test]
    fn what_is_refused() {
        for (metadata, spec, field) in [
            ("name: a", "  serviceAccountName: a", "spec.serviceAccountName"),
            ("name: a", "  imagePullSecrets: [{name: a}]", "spec.imagePullSecrets[0].name"),
            ("name: a", "  volumes: [{name: v, secret: {secretName: s}}]", "spec.volumes[0].secret.secretName"),
            ("name: a", "  volumes: [{name: v, persistentVolumeClaim: {claimName: s}}]", "spec.volumes[0].persistentVolumeClaim.claimName"),
            ("name: a", "  volumes: [{name: v, csi: {driver: a.b}}]", "spec.volumes[0].csi"),
            ("name: a", "  schedulingGates: [{name: a.b/c}]", "spec.schedulingGates"),
            ("generateName: a-", "", "metadata.generateName"),
            ("name: a", "  schedulerName: b", "spec.schedulerName"),
            ("name: a", "  priorityClassName: system-node-critical", "spec.priorityClassName"),
        ] {
            assert_eq!(found(&pod(metadata, spec), Release::V1_37), [field], "{spec}");
        }
        for fine in [
            "  volumes: [{name: v, hostPath: {path: /a}}, {name: e, emptyDir: {}}, {name: n, nfs: {server: s, path: /p}}]",
            "  volumes: [{name: v, downwardAPI: {items: [{path: a, fieldRef: {fieldPath: metadata.name}}]}}]",
            "  nodeSelector: {a: b}",
            "  priorityClassName: system-node-critical\n  priority: 2000001000",
            "  tolerations: [{operator: Exists, effect: NoExecute}]",
        ] {
            assert_eq!(found(&pod("name: a", fine), Release::V1_37), [""; 0], "{fine}");
        }
        for other in ["# Notes\nweb\n", "[{\"kind\": \"Pod\"}]\n", "apiVersion: v1\nmetadata: {name: x}\n"] {
            assert!(!found(other, Release::V1_37).is_empty(), "{other}");
        }
        assert_eq!(found("", Release::V1_37), [""; 0]);
        assert_eq!(found("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", Release::V1_37), ["kind"]);
    }

    #[test]
    fn before_1_34_the_containers_wait() {
        let options = Options { is_static: true, release: Release::V1_33, ..Options::default() };
        let analysis = Analysis::new(pod("name: a", "  serviceAccountName: a"), &options, None);
        let found = analysis.diagnostics();
        assert!(found.iter().all(|(_, it)| it.severity == crate::diagnostic::Severity::Warning) && found.len() == 1, "{found:?}");
    }
}
