//! Whether a finding holds whatever a template is filled in with, and whatever other layers of Kustomize do to the document.
//!
//! No rule asks that for itself: it says what its findings rest on ([`Evidence`]), and the report drops what is not certain.

use std::borrow::Cow;

use crate::diagnostic::Diagnostic;
use crate::pod::{Model, Object, Value};
use crate::text::TextRange;

use super::{Completeness, Evidence, Layers};

/// What a diagnostic rests on.
pub(super) struct Origin<'m> {
    pub evidence: Evidence,
    /// What the check that found it looks at.
    pub subject: Option<Value<'m>>,
}

impl Origin<'_> {
    /// Whether another layer may supply or change what the diagnostic rests on.
    pub fn depends_on(&self, layers: &Layers, model: &Model, diagnostic: &Diagnostic) -> bool {
        let is_set = |value: Value<'_>| value.children().any(|child| layers.sets(&child.path()));
        if layers.sets(&diagnostic.field) || self.evidence != Evidence::Itself && self.subject.is_some_and(is_set) {
            return true;
        }
        let kind = kind_of(model, diagnostic.object);
        let completeness = layers.completeness(kind.as_deref());
        if completeness == Completeness::Whole {
            return false;
        }
        // Who the patch is for decides what `metadata.name` and the head must be.
        let is_free = match diagnostic.field.as_str() {
            "metadata.name" => layers.is_patch(),
            "kind" | "apiVersion" => completeness == Completeness::PatchOfTarget,
            _ => false,
        };
        // Two equal keys clash in every layer; all other relations are those of the whole.
        let is_of_layer = self.evidence == Evidence::Itself || diagnostic.code == "duplicate-key";
        is_free || !is_of_layer || diagnostic.incomplete.is_some() && !diagnostic.code.starts_with("yaml-")
    }

    /// Whether the diagnostic is right whatever is filled into the template.
    pub fn is_certain(&self, model: &Model, diagnostic: &Diagnostic) -> bool {
        let tree = model.tree();
        let is_whole = |range: TextRange| !tree.has_action(range);
        if diagnostic.code.starts_with("yaml-") {
            return true;
        }
        // Of several kinds that it may be of, all have Pods of the same structure.
        let of_pod = |object: Object<'_>| object.pod_spec().is_some_and(|spec| spec.node().range().covers(diagnostic.range));
        let object = diagnostic.object.and_then(|index| model.object(index));
        if object.is_some_and(|it| !it.is_kind_certain() && diagnostic.code != "unknown-field" && !of_pod(it)) {
            return false;
        }
        // What lacks something is marked by a line that may hold anything; of another type is a value only if that is certain.
        let is_about_text = diagnostic.incomplete.is_none() && diagnostic.code != "type-mismatch";
        if is_about_text && !is_whole(diagnostic.range) {
            return false;
        }
        let branch = tree.branch_at(diagnostic.range.start);
        let together = |range: TextRange| is_whole(range) && tree.branch_at(range.start) == branch;
        match self.evidence {
            Evidence::Itself | Evidence::Others => true,
            Evidence::Subject if !diagnostic.related.is_empty() => diagnostic.related.iter().all(|it| together(it.range)),
            Evidence::Subject => self.subject.is_some_and(Value::is_certain),
        }
    }
}

/// The kind of an object, as it is written.
pub(super) fn kind_of(model: &Model, object: Option<usize>) -> Option<Cow<'_, str>> {
    Some(model.object(object?)?.kind()?.value())
}

#[cfg(test)]
mod tests {
    use crate::fixture::check_with;
    use crate::rules::Options;

    #[track_caller]
    fn check(template: &str) {
        check_with(template, &Options { dialect: crate::yaml::Dialect::Template, ..Options::default() });
    }

    /// A Pod of one container, with more lines in the container and after it.
    fn pod(container: &str, spec: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{{{ .Release.Name }}}}\nspec:\n  containers:\n    - name: a\n      image: nginx:1.29\n{container}{spec}"
        )
    }

    #[test]
    fn printed_lines_may_be_what_is_missing() {
        check(
            "
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include \"web.fullname\" . }}
spec:
  selector:
    matchLabels:
      {{- include \"web.selectorLabels\" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include \"web.selectorLabels\" . | nindent 8 }}
    spec:
      containers:
        - image: nginx:1.29
          {{- include \"web.name\" . | nindent 10 }}
",
        );
        check(&pod("      livenessProbe: {{- toYaml .Values.probe | nindent 8 }}\n        tcpSocket:\n          port: 80\n", ""));
        check(&pod("      volumeMounts: [{name: data, mountPath: /data}]\n", "  {{- include \"web.volumes\" . | nindent 2 }}\n"));
        let ports = |marks: [&str; 2], after: &str| {
            let [first, second] = marks;
            format!(
                "      ports:\n        {{{{- if .Values.tls }}}}\n        - name: https\n{first}        {{{{- else }}}}\n        - name: http\n{second}        {{{{- end }}}}\n{after}"
            )
        };
        check(&pod(&ports(["", ""], "          containerPort: 9000\n"), ""));
        let missing = ["          ^^^^^^^^^^^ error[missing-field]\n", "          ^^^^^^^^^^ error[missing-field]\n"];
        check(&pod(&ports(missing, ""), ""));
        let nested = "        {{- if .a }}\n        {{- if .b }}\n        - name: http\n        {{- else }}\n        - name: https\n        {{- end }}\n        {{- else }}\n        - name: metrics\n        {{- end }}\n";
        check(&pod(&format!("      ports:\n{nested}          containerPort: 9000\n"), ""));
        // What is printed deeper adds nothing to the container.
        check(&pod("    - resources:\n      ^^^^^^^^^^ error[missing-field]\n        {{- toYaml .Values.resources | nindent 8 }}\n", ""));
    }

    #[test]
    fn only_what_is_in_one_branch_clashes() {
        let ports = |between: &str, mark: &str| {
            format!(
                "      ports:\n        {{{{- if .Values.tls }}}}\n        - {{name: web, containerPort: 80}}\n{between}        - {{name: web, containerPort: 81}}\n{mark}        {{{{- end }}}}\n"
            )
        };
        check(&pod(&ports("        {{- else }}\n", ""), ""));
        check(&pod(&ports("", "                 ^^^ error[duplicate-item]\n"), ""));
        let sources = |between: &str, mark: &str| {
            format!(
                "  volumes:\n    - name: data\n      {{{{- if .Values.claim }}}}\n      persistentVolumeClaim: {{claimName: {{{{ .Values.claim }}}}}}\n{mark}{between}      emptyDir: {{}}\n      {{{{- end }}}}\n"
            )
        };
        check(&pod("", &sources("      {{- else }}\n", "")));
        check(&pod("", &sources("", "      ^^^^^^^^^^^^^^^^^^^^^ error[mutually-exclusive]\n")));
        check(&pod("      {{- if .Values.a }}\n      tty: true\n      {{- else }}\n      tty: false\n      {{- end }}\n", ""));
        check(&pod("      {{- if .Values.a }}\n      tty: true\n      tty: false\n      ^^^ error[duplicate-key]\n      {{- end }}\n", ""));
    }

    #[test]
    fn a_branch_goes_on_with_what_is_open() {
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
      containers:
        - name: db
          image: postgres:18
          volumeMounts: [{name: data, mountPath: /data}]
      volumes:
        - {name: tmp, emptyDir: {}}
{{- if .Values.persistent }}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: {{ .Values.size }}}}
{{- else }}
        - name: data
          emptyDir: {}
{{- end }}
",
        );
        let affinity =
            "  {{- if .Values.hard }}\n  affinity:\n  {{- end }}\n  {{- if .Values.hard }}\n    podAntiAffinity: {}\n  {{- end }}\n";
        check(&pod("", &format!("  securityContext:\n    fsGroup: 1000\n{affinity}")));
        check(&pod(
            "      resources:\n        {{- if .Values.r }}\n        limits: {cpu: 1}\n        {{- else }}\n        {}\n        {{- end }}\n",
            "",
        ));
        check(&pod(
            "      command: [\"run\",\n        {{- with .Values.level }}\n        \"--level={{ . }}\",\n        {{- end }}\n        \"--x\"]\n",
            "",
        ));
    }

    #[test]
    fn what_is_written_is_judged_whatever_stands_beside_it() {
        check(&pod(
            "      imagePullPolcy: {{ .Values.policy }}
      ^^^^^^^^^^^^^^ error[unknown-field]
      imagePullPolicy: always
                       ^^^^^^ error[unsupported-value]
      terminationMessagePath: {{ .Values.path }}
      {{- with .Values.ports }}
      ports:
        - containerPort: \"{{ .port }}\"
                         ^^^^^^^^^^^^^ error[type-mismatch]
      {{- end }}
",
            "  restartPolcy: Never\n  ^^^^^^^^^^^^ error[unknown-field]\n",
        ));
        check(&pod(
            "      imagePullPolicy: \"{{ .Values.policy }}\"\n      resources: {limits: {memory: \"{{ .Values.memory }}\"}}\n",
            "  priorityClassName: \"{{ include \"p\" . }}-x\"\n",
        ));
    }

    #[test]
    fn on_a_condition_another_release_may_be_meant() {
        let object = |version: &str| {
            format!(
                "{version}kind: Deployment\nmetadata: {{name: a}}\nspec:\n  selector: {{matchLabels: {{app: a}}}}\n  template:\n    metadata: {{labels: {{app: a}}}}\n    spec:\n      containers: [{{name: a, image: b}}]\n"
            )
        };
        check(&object(
            "{{- if .Capabilities.APIVersions.Has \"apps/v1\" }}\napiVersion: apps/v1\n{{- else }}\napiVersion: extensions/v1beta1\n{{- end }}\n",
        ));
        check(&object("apiVersion: extensions/v1beta1\n            ^^^^^^^^^^^^^^^^^^ error[wrong-api-version]\n"));
        check(
            "
apiVersion: apps/v1
{{- if .Values.sts }}
kind: StatefulSet
{{- else }}
kind: Deployment
{{- end }}
metadata: {name: a}
spec:
  {{- if .Values.sts }}
  serviceName: a
  {{- end }}
  replcias: 1
  ^^^^^^^^ error[unknown-field]
  selector: {matchLabels: {app: x}}
  template:
    metadata: {labels: {app: x}}
    spec:
      cntainers: [{name: a, image: b}]
      ^^^^^^^^^ error[unknown-field]
",
        );
    }
}
