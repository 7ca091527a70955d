//! `invalid-name`

use crate::diagnostic::{Fix, Reason};
use crate::pod::{Step, Value, format, refs};
use crate::schema::facts::{Facts, Format};
use crate::schema::{Field, Shape, ty};
use crate::text;

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Names, labels, and other keys that do not follow the naming rules of Kubernetes.
    ///
    /// ## Why
    /// The API server rejects the object: `Invalid value`. Names of containers and volumes must be DNS labels: lowercase letters, digits,
    /// and `-`. Names of most objects may also contain dots. Labels may also contain uppercase letters, `_`, and `.`; names of
    /// environment variables may contain almost any printable ASCII character.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: Web_App
    ///     image: nginx:1.29
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
    ///   - name: web-app
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// The functions of `k8s.io/apimachinery/pkg/util/validation`.
    INVALID_NAME = "invalid-name", Error from Itself, [Check::Validated(may_name, check)]
}

fn may_name(field: &Field, facts: &Facts) -> bool {
    facts.keys.is_some() || facts.format.is_some_and(is_name) || ["serviceAccount", "values"].contains(&field.name)
}

fn check<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let facts = value.facts();
    if let (Some(format), Shape::Map(_)) = (facts.keys, value.shape()) {
        check_keys(value, format, report);
    }
    let Some(format) = facts.format.or_else(|| old_account(value)).or_else(|| node_label(value)).filter(|format| is_name(*format)) else {
        return;
    };
    let Some(text) = text_to_check(value).filter(|_| !is_host_name_of_set(value)) else { return };
    let Err(words) = format::check(format, &text, None, value.model().release()) else { return };
    let valid = format::suggest_valid(format, &text).filter(|_| !value.is_null() && report.wants_fixes());
    let fix = valid.map(|valid| rename(value, &text, &valid, report));
    report.on(value, Reason::Invalid.of(format!("{text:?} cannot be {}: {words}", role(value)))).fixes.extend(fix);
}

/// The server takes the old field `serviceAccount` where the new one is not given.
fn old_account(value: Value<'_>) -> Option<Format> {
    let old = value.field().is_some_and(|field| field.name == "serviceAccount");
    (old && value.parent().is_some_and(|spec| spec.is_a(ty::POD_SPEC) && !spec.gives("serviceAccountName"))).then_some(Format::DnsSubdomain)
}

/// What a required node affinity compares labels with must be able to be one; a preferred one may ask for anything.
fn node_label(value: Value<'_>) -> Option<Format> {
    let listed = matches!(value.step(), Step::Item(_)) && value.holder().is_some_and(|list| list.name == "values");
    let requirement = listed.then(|| value.ancestors().nth(1))?.filter(|it| it.is_a(ty::NODE_SELECTOR_REQUIREMENT))?;
    requirement.ancestors().any(|it| it.is_a(ty::NODE_SELECTOR)).then_some(Format::LabelValue)
}

/// The Pods of a StatefulSet get their own host names, so that those of the template are not looked at.
fn is_host_name_of_set(value: Value<'_>) -> bool {
    value.field().is_some_and(|field| ["hostname", "subdomain"].contains(&field.name))
        && value.ancestors().any(|it| it.is_a(ty::STATEFUL_SET_SPEC))
}

/// Keys of labels, annotations, selectors, resources.
fn check_keys<'m>(map: Value<'m>, format: Format, report: &mut Report<'m>) {
    let release = map.model().release();
    for entry in map.children() {
        let (Some(key), Some(node)) = (entry.key_text(), entry.key()) else { continue };
        // A value of the wrong kind has an error of its own, before the server looks at the key.
        if node.has_template() || !(entry.is_sound() || entry.is_null()) {
            continue;
        }
        if let Err(words) = format::check(format, &key, None, release) {
            let message =
                Reason::Invalid.of(format!("{key:?} cannot be a key of `{}`: {words}", map.holder().map_or("", |field| field.name)));
            let diagnostic = report.add(node.range(), printed(entry), message, Some(map.object()));
            diagnostic.fixes.extend(meant(map, format, &key).map(|right| {
                let edits = vec![rewrite::rename(node, &right)];
                Fix::preferred(format!("Rename to `{right}`"), edits)
            }));
        }
    }
}

/// The path as the server prints it: it looks at `overhead` as if these were limits.
fn printed(entry: Value<'_>) -> String {
    match entry.parent().filter(|map| map.field().is_some_and(|field| field.name == "overhead")) {
        Some(map) => format!("{}[{}]", map.path_to("limits"), entry.key_text().unwrap_or_default()),
        None => entry.path(),
    }
}

/// The key that was meant: without the spaces around it, or one of the resources that the map may have and has not.
fn meant(map: Value<'_>, format: Format, key: &str) -> Option<String> {
    let free = |key: &str| !map.children().any(|it| it.key_text().is_some_and(|other| other == key));
    let fits = |key: &str| free(key) && format::check(format, key, None, map.model().release()).is_ok();
    if key.trim() != key {
        return Some(key.trim().to_owned()).filter(|it| fits(it));
    }
    if !matches!(format, Format::ContainerResource | Format::PodResource | Format::Resource | Format::QuotaResource) {
        return None;
    }
    let known = map.facts().known_keys.iter().map(|known| known.name).filter(|name| !RESOURCES.contains(name));
    text::meant(key, RESOURCES.into_iter().chain(known)).filter(|it| fits(it)).map(str::to_owned)
}

/// What a node has of itself.
const RESOURCES: [&str; 5] = ["cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "hugepages-1Gi"];

/// What a value is there for: the field, an item of a list, the value of a key.
pub(super) fn role(value: Value<'_>) -> String {
    let name = value.holder().map_or("", |field| field.name);
    match value.step() {
        Step::Item(_) => format!("an item of `{name}`"),
        Step::Key => format!("the value of `{}` in `{name}`", value.key_text().unwrap_or_default()),
        _ => format!("the `{name}`"),
    }
}

/// The text that the server checks: an empty one counts only where it does for the server, so usually in lists.
pub(super) fn text_to_check<'m>(value: Value<'m>) -> Option<std::borrow::Cow<'m, str>> {
    let facts = value.facts();
    if value.shape().is_collection() {
        return None;
    }
    let listed = !matches!(value.step(), Step::Field(_));
    if value.is_null() {
        // The server reads no quantity from null, so that it is 0.
        return (listed && !matches!(value.shape(), Shape::Quantity)).then_some("".into());
    }
    let text = if matches!(value.shape(), Shape::Quantity) { value.json_text()? } else { value.text()? };
    (listed || !text.is_empty() || matches!(value.shape(), Shape::IntOrString) || (facts.refuses_empty && !facts.required)).then_some(text)
}

/// Names that the document itself defines are changed everywhere in it; those of other objects are only proposed.
fn rename<'m>(value: Value<'m>, text: &str, valid: &str, report: &mut Report<'m>) -> Fix {
    let mut edits = vec![rewrite::scalar(value.written(), valid)];
    let title = format!("Rename to `{valid}`");
    let defined = refs::defined(value);
    if let (Some(definition), Some(object)) = (&defined, value.model().object(value.object())) {
        let target = definition.target;
        let scope = refs::scope(value, target);
        let is_meant = scope.is_some_and(|scope| report.names(scope, target).get(text) == Some(definition));
        let uses = report.uses(object, target);
        let own = uses.get(text).into_iter().flatten().filter(|site| is_meant && refs::scope(**site, target) == scope);
        edits.extend(own.map(|site| rewrite::scalar(site.written(), valid)));
    }
    let own = value.path() == "metadata.name";
    if defined.is_some() || own { Fix::preferred(title, edits) } else { Fix::possible(title, edits) }
}

/// Whether a format is that of a name; the others have the rule `invalid-format`.
pub(super) fn is_name(format: Format) -> bool {
    use Format::*;
    matches!(
        format,
        DnsLabel
            | DnsSubdomain
            | DnsLabelPrefix
            | DnsSubdomainPrefix
            | SearchDomain
            | DriverName
            | QualifiedName
            | AnnotationKey
            | PrefixedKey
            | PrefixedPath
            | Finalizer
            | LabelValue
            | PortName
            | EnvVarName
            | ConfigKey
            | HttpHeaderName
            | SignerName
            | TrustBundleName
            | WindowsUserName
            | Sysctl
            | ServiceName
            | PathSegment
            | PathSegmentPrefix
            | QuotaResource
            | Resource
            | Dns1035Label
            | TwoLabels
            | ThreeLabels
            | KindName
            | GroupVersion
            | CelIdentifier
            | AttributeName
            | FullyQualifiedAttribute
            | PoolName
            | ExtendedResource
    )
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    #[test]
    fn a_line_separator_ends_the_name() {
        check("apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\u{2028}\nspec:\n  containers:\n  - {name: a, image: b}\n");
    }

    #[test]
    fn names() {
        check(
            "
apiVersion: v1
kind: Pod
metadata:
  name: Web
        ^^^ error[invalid-name]: lowercase RFC 1123 subdomain
  labels:
    app: web shop
         ^^^^^^^^ error[invalid-name]: a valid label
    a/b/c: x
    ^^^^^ error[invalid-name]: cannot be a key of `labels`
    fine.example/Some_Key: \"\"
spec:
  containers:
  - name: web
    image: nginx:1.29
    ports:
    - {name: a-very-long-name, containerPort: 80}
             ^^^^^^^^^^^^^^^^ error[invalid-name]: no more than 15
    env:
    - {name: a=b, value: c}
             ^^^ error[invalid-name]
    - {name: 1 fine, value: c}
",
        );
    }

    #[test]
    fn values_of_node_labels() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: In, values: [a b]}]}]
                                                                                   ^^^ error[invalid-name]: a valid label
      preferredDuringSchedulingIgnoredDuringExecution:
      - {weight: 1, preference: {matchExpressions: [{key: disk, operator: In, values: [a b]}]}}
                                                                                       ^^^ warning[ineffective-field]: no node can have this label: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character
  containers: [{name: a, image: b, envFrom: [{secretRef: {name: a-}}]}]
",
        );
    }

    #[test]
    fn a_renamed_volume_is_renamed_where_it_is_used() {
        let text = |name: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: a\n    image: b\n    volumeMounts:\n    - {{name: {name}, mountPath: /a}}\n  volumes:\n  - name: {name}\n    emptyDir: {{}}\n"
            )
        };
        assert_eq!(fixed(&text("App_Logs"), "invalid-name"), text("app-logs"));
    }
}
