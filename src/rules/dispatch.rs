//! Which check meets which node.

use std::sync::LazyLock;

use crate::diagnostic::{Diagnostic, Severity};
use crate::pod::{Enforcement, Model, Value};
use crate::schema::facts::{self, Facts};
use crate::schema::{self, Field};

use super::across::Interests;
use super::{Check, OfField, OfType, OnDocument, OnObject, OnValue, Options, Report, Rule, all, consequences, unfilled_placeholder};

/// The checks by what they look at, so that a node meets only its own.
#[derive(Default)]
pub(super) struct Dispatch {
    document: Vec<(&'static Rule, OnDocument)>,
    object: Vec<(&'static Rule, OnObject)>,
    any_object: Vec<(&'static Rule, OnObject)>,
    pod_spec: Vec<(&'static Rule, OnValue)>,
    /// By the number of the type.
    of_type: Vec<Vec<(&'static Rule, OnValue)>>,
    /// By the number of the facts.
    field: Vec<Vec<(&'static Rule, OnValue)>>,
    validated: Vec<Vec<(&'static Rule, OnValue)>>,
    /// For what a CustomResourceDefinition demands, whose facts have no number.
    defined: Vec<(&'static Rule, OfField, OnValue)>,
    /// For types that only custom resources have.
    custom: Vec<(&'static Rule, OfType, OnValue)>,
    /// Whether any check looks at single values.
    reads_fields: bool,
}

/// The checks of a document by itself.
pub(super) static OWN: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::of(|rule| rule.checks));

/// Those of them that find errors: no other check does so for them.
pub(super) static ERRORS: LazyLock<Dispatch> =
    LazyLock::new(|| Dispatch::of(|rule| if rule.severity == Severity::Error { rule.checks } else { &[] }));

/// The checks of a document among others.
pub(super) static ACROSS: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::of(|rule| rule.across));

impl Dispatch {
    fn of(checks: fn(&'static Rule) -> &'static [Check]) -> Dispatch {
        let known: Vec<(&Field, &Facts)> = facts::all().collect();
        let facts_of =
            |such: OfField| known.iter().filter(move |(field, facts)| such(field, facts)).map(|(_, facts)| usize::from(facts.id));
        let fields = vec![vec![]; known.len() + 1];
        let mut dispatch =
            Dispatch { of_type: vec![vec![]; schema::types().len()], field: fields.clone(), validated: fields, ..Dispatch::default() };
        for rule in all() {
            for check in checks(rule) {
                match *check {
                    Check::Document(check) => dispatch.document.push((rule, check)),
                    Check::Object(check) => dispatch.object.push((rule, check)),
                    Check::AnyObject(check) => dispatch.any_object.push((rule, check)),
                    Check::PodSpec(check) => dispatch.pod_spec.push((rule, check)),
                    Check::Field(such, check) => {
                        facts_of(such).for_each(|id| dispatch.field[id].push((rule, check)));
                        dispatch.defined.push((rule, such, check));
                    }
                    Check::Validated(such, check) => {
                        facts_of(such).for_each(|id| dispatch.validated[id].push((rule, check)));
                        dispatch.defined.push((rule, such, check));
                    }
                    Check::Types(such, check) => {
                        dispatch.custom.push((rule, such, check));
                        let types = schema::types().iter().filter(|ty| such(ty));
                        types.for_each(|ty| dispatch.of_type[usize::from(ty.id)].push((rule, check)));
                    }
                    Check::Type(ty, check) => dispatch.of_type[usize::from(ty.id)].push((rule, check)),
                }
            }
        }
        dispatch.reads_fields =
            [&dispatch.of_type, &dispatch.field, &dispatch.validated].into_iter().flatten().any(|checks| !checks.is_empty());
        dispatch
    }

    /// The generic checks of a part of a custom resource.
    fn check_custom<'m>(&self, value: Value<'m>, report: &mut Report<'m>) {
        let field = value.holder().filter(|field| field.facts.is_some());
        let by_facts = self.defined.iter().filter(|(_, such, _)| field.is_some_and(|field| such(field, value.facts())));
        let ty = value.ty().filter(|ty| value.is_sound() && ty.is_custom());
        let by_type = self.custom.iter().filter(|(_, such, _)| ty.is_some_and(such));
        let checks = by_facts.map(|(rule, _, check)| (rule, check)).chain(by_type.map(|(rule, _, check)| (rule, check)));
        for (rule, check) in checks {
            check(value, report.begin(rule).in_check_of(Some(value)).about(value));
        }
    }
}

/// What such checks find, and [`Findings::stray`](super::Findings::stray), before anybody's decisions about single rules.
pub(super) fn find(dispatch: &Dispatch, model: &Model, options: &Options) -> (Vec<Diagnostic>, Option<Diagnostic>) {
    find_among(Interests::ALL, dispatch, model, options)
}

/// The same without what depends on objects that the file does not hold.
pub(super) fn find_among(among: Interests, dispatch: &Dispatch, model: &Model, options: &Options) -> (Vec<Diagnostic>, Option<Diagnostic>) {
    let mut report = Report::new(model, options);
    for (rule, check) in &dispatch.document {
        check(model, report.begin(rule));
    }
    if !dispatch.any_object.is_empty() {
        for object in model.objects().filter(|object| object.is_meant()) {
            for (rule, check) in dispatch.any_object.iter().filter(|(rule, _)| among.include(rule.beside)) {
                check(object, report.begin(rule).in_check_of(object.pod_spec().or_else(|| object.root())));
            }
        }
    }
    for object in model.objects().filter(|object| object.info().is_some() && object.is_meant()) {
        for (rule, check) in &dispatch.object {
            check(object, report.begin(rule).in_check_of(object.root()));
        }
        for spec in object.pod_specs().filter(|spec| spec.enforcement() != Enforcement::Dropped) {
            for (rule, check) in &dispatch.pod_spec {
                check(spec, report.begin(rule).in_check_of(Some(spec)).about(spec));
            }
        }
        if !dispatch.reads_fields {
            continue;
        }
        let unread = consequences::unread(object);
        for value in object.values() {
            let is_unread = !unread.is_empty() && std::iter::once(value).chain(value.ancestors()).any(|it| unread.contains(&it.id()));
            if is_unread {
                continue;
            }
            let facts = usize::from(value.facts().id);
            for (rule, check) in &dispatch.field[facts] {
                check(value, report.begin(rule).in_check_of(Some(value)));
            }
            if value.enforcement() == Enforcement::Dropped {
                continue;
            }
            let own = value.ty().filter(|_| value.is_sound()).and_then(|ty| dispatch.of_type.get(usize::from(ty.id)));
            for (rule, check) in dispatch.validated[facts].iter().chain(own.into_iter().flatten()) {
                check(value, report.begin(rule).in_check_of(Some(value)).about(value));
            }
            if object.info().is_some_and(|info| info.custom.is_some()) {
                dispatch.check_custom(value, &mut report);
            }
        }
    }
    let (diagnostics, stray) = report.finish();
    let mut diagnostics = consequences::without(model, diagnostics);
    diagnostics.sort_by_key(|it| (it.range, it.severity, it.code));
    diagnostics.dedup_by(|b, a| a.code == b.code && a.range == b.range && a.condition == b.condition);
    unfilled_placeholder::gather(model, &mut diagnostics);
    (diagnostics, stray)
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn pods_in_custom_resources() {
        check(
            "
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec:
  strategy: {canary: {steps: [{setWeight: 20}]}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx:1.29
        imagePullPolcy: Always
        ^^^^^^^^^^^^^^ error[unknown-field]: did you mean `imagePullPolicy`?
        command: [sleep, \"5\"]
                  ^^^^^ warning[ends-at-once]
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {port: htpp}}
                                         ^^^^ warning[unknown-port]
",
        );
        check(
            "
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: ray}
spec:
  headGroupSpec:
    rayStartParams: {dashboard-host: 0.0.0.0}
    template: {spec: {containers: [{name: head, image: \"rayproject/ray:2.52.0\", command: [date]}]}}
  workerGroupSpecs:
  - groupName: small
    template:
      spec:
        containers:
        - name: worker
          image: rayproject/ray:2.52.0
          volumeMounts: [{name: log, mountPath: /tmp/ray}, {name: token, mountPath: /token}]
                                ^^^ error[unknown-volume]: it has \"logs\"
        volumes: [{name: logs, emptyDir: {}}]
",
        );
    }

    #[test]
    fn parts_of_pods_in_custom_resources() {
        check(
            "
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: a-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: \"{{workflow.parameters.image}}\"
      command: [sh, -c]
      args: [\"echo {{inputs.parameters.message}}\"]
      resorces: {limits: {cpu: 500m}}
      ^^^^^^^^ error[unknown-field]: did you mean `resources`?
  - name: script
    script: {image: \"python:3.14\", command: [python], source: print(1)}
",
        );
        check(
            "
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: build}
spec:
  steps:
  - image: $(params.image)
    script: git clone $(params.url)
    onError: continue
    someNewField: 1
    env: [{name: A, valueFrom: {secretKeyRef: {name: a}}}]
                                ^^^^^^^^^^^^ error[missing-field]: `key` is missing
",
        );
        check(
            "
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: p}
spec:
  containers: [{name: prometheus, startupProbe: {failureThreshold: 100}}]
  volumes: [{name: c, configMap: {nam: x}}]
                                  ^^^ error[unknown-field]: did you mean `name`?
",
        );
    }
}
