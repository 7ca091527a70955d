//! CustomResourceDefinition, APIService, ControllerRevision.

use crate::diagnostic::{Diagnostic, Fix, Reason, Related};
use crate::pod::{Model, Object, Value, names};
use crate::schema::ty;
use crate::yaml::{Kind, Scalar};

use super::access::known_version;
use super::lacking_any;
use super::{Check, Report, declare_rule, has, json_schema, rewrite, superfluous, text_or_empty};

declare_rule! {
    /// Contradictions in CustomResourceDefinitions, their schemas, and APIServices.
    ///
    /// ## Why
    /// The API server rejects the object. The name of a CustomResourceDefinition is `<plural>.<group>`, exactly one version is stored, and
    /// its schemas must be structural: each field has a `type`, and `allOf`, `anyOf`, `oneOf` and `not` only restrict fields that are
    /// described outside of them.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: apiextensions.k8s.io/v1
    /// kind: CustomResourceDefinition
    /// metadata:
    ///   name: books.library.example
    /// spec:
    ///   group: library.example
    ///   scope: Namespaced
    ///   names:
    ///     plural: books
    ///     kind: Book
    ///   versions:
    ///   - name: v1
    ///     served: true
    ///     storage: true
    ///     schema:
    ///       openAPIV3Schema:
    ///         type: object
    ///         properties:
    ///           title:
    ///             maxLength: 80
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: apiextensions.k8s.io/v1
    /// kind: CustomResourceDefinition
    /// metadata:
    ///   name: books.library.example
    /// spec:
    ///   group: library.example
    ///   scope: Namespaced
    ///   names:
    ///     plural: books
    ///     kind: Book
    ///   versions:
    ///   - name: v1
    ///     served: true
    ///     storage: true
    ///     schema:
    ///       openAPIV3Schema:
    ///         type: object
    ///         properties:
    ///           title:
    ///             type: string
    ///             maxLength: 80
    /// ```
    ///
    /// ## Source
    /// `ValidateCustomResourceDefinition`, `ValidateStructural`, `ValidateCustomResourceDefinitionOpenAPISchema`, `ValidateAPIService`,
    /// `ValidateControllerRevisionCreate`.
    INCOMPATIBLE_EXTENSION_FIELDS = "incompatible-extension-fields", Error, [
        Check::Object(object),
        Check::Type(ty::CUSTOM_RESOURCE_DEFINITION_SPEC, definition),
        Check::Type(ty::CUSTOM_RESOURCE_DEFINITION_VERSION, json_schema::version),
        Check::Type(ty::CUSTOM_RESOURCE_CONVERSION, conversion),
        Check::Type(ty::API_SERVICE_SPEC, api_service),
    ]
}

/// The annotation without which nobody may extend the groups of Kubernetes (`KubeAPIApprovedAnnotation`).
const APPROVED: &str = "api-approved.kubernetes.io";

/// What concerns the name of an object, or the object as a whole.
fn object<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(root) = object.root() else { return };
    if root.is_a(ty::CONTROLLER_REVISION) {
        return revision(root, report);
    }
    let Some(spec) = root.get("spec") else { return };
    let parts = match root.ty() {
        Some(it) if it == ty::CUSTOM_RESOURCE_DEFINITION => {
            approval(root, spec, report);
            (spec.get("names").and_then(|it| it.text_of("plural")), spec.text_of("group"), "<plural>.<group>")
        }
        // The group of the first APIs has no name.
        Some(it) if it == ty::API_SERVICE => {
            (spec.text_of("version"), text_or_empty(spec, "group").filter(|_| spec.is_certain_of("group")), "<version>.<group>")
        }
        _ => return,
    };
    let (Some(first), Some(group)) = (parts.0, parts.1) else { return };
    let Some(name) = root.at(&["metadata", "name"]) else { return };
    let right = format!("{first}.{group}");
    // What is wrong with one of the parts has an error of its own.
    let Some(text) = name.text().filter(|text| !text.is_empty() && *text != right) else { return };
    if !name.is_certain() || (root.is_a(ty::CUSTOM_RESOURCE_DEFINITION) && names::dns_subdomain(&text).is_err()) {
        return;
    }
    let message = format!("the name must be `{}`, so `{right}`", parts.2);
    let diagnostic = report.on(name, Reason::Invalid.of(message));
    if names::dns_subdomain(&right).is_ok() {
        let edit = rewrite::scalar(name.written(), &right);
        diagnostic.fixes.push(Fix::preferred(format!("Rename to `{right}`"), vec![edit]));
    }
}

/// `ValidateControllerRevisionCreate`
fn revision<'m>(root: Value<'m>, report: &mut Report<'m>) {
    let Some(data) = root.get("data") else { return };
    if matches!(data.node().kind(), Kind::Scalar(_) | Kind::Sequence(_)) && data.scalar() != Scalar::Null {
        report.on(data, Reason::Required.of("`data` must be a mapping"));
    }
}

/// `validateAPIApproval`
fn approval<'m>(root: Value<'m>, spec: Value<'m>, report: &mut Report<'m>) {
    let Some(group) = spec.text_of("group") else { return };
    let is_protected = |domain: &str| *group == *domain || group.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    if !["k8s.io", "kubernetes.io"].iter().any(|domain| is_protected(domain)) {
        return;
    }
    let Some(metadata) = root.get("metadata") else { return };
    let annotations = metadata.get("annotations");
    let is_open = annotations.map_or_else(|| metadata.node().is_open(), |map| map.node().is_open());
    let entry = annotations.and_then(|map| map.children().find(|entry| entry.key_text().is_some_and(|key| key == APPROVED)));
    let path = format!("metadata.annotations[{APPROVED}]");
    match entry.map(|entry| (entry, entry.text().unwrap_or_default())) {
        Some((entry, text)) if !text.is_empty() => {
            let is_url =
                text.split_once("://").is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.starts_with('/') && !rest.is_empty());
            if !text.starts_with("unapproved") && !is_url {
                report.on(entry, Reason::Invalid.of(format!("`{APPROVED}` must be the URL of the approval, or begin with `unapproved`")));
            }
        }
        _ if !is_open => {
            let message = format!("group `{group}` belongs to Kubernetes, and requires the annotation `{APPROVED}`");
            report.missing(metadata, "annotations", Reason::Required.of(message)).field = path;
        }
        _ => {}
    }
}

/// `validateCustomResourceDefinitionSpec`
fn definition<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    if let Some(value) = spec.get("preserveUnknownFields").filter(|value| value.bool() == Some(true)) {
        let message = "`preserveUnknownFields` must be `false`; set `x-kubernetes-preserve-unknown-fields` in the schema";
        report.on(value, Reason::Invalid.of(message));
    }
    if let Some(names) = spec.get("names")
        && let (Some(kind), Some(list)) = (names.text_of("kind"), names.get("listKind"))
        && list.text().is_some_and(|text| text == kind)
    {
        report.on(list, Reason::Invalid.of("`listKind` must differ from `kind`"));
    }
    let Some(list) = spec.get("versions").filter(|list| list.is_certain()) else { return };
    let versions: Vec<Value<'m>> = list.children().collect();
    let path = list.path();
    let mut seen: Vec<(std::borrow::Cow<'m, str>, Value<'m>)> = vec![];
    for name in versions.iter().filter_map(|version| version.get("name")) {
        let Some(text) = name.text() else { continue };
        match seen.iter().find(|(other, _)| *other == text) {
            Some((_, first)) => {
                let related = Related { range: first.range(), message: "first defined here".to_owned() };
                let diagnostic = report.on(name, Reason::Invalid.of(format!("duplicate version `{text}`")));
                diagnostic.field.clone_from(&path);
                diagnostic.related.push(related);
            }
            None => seen.push((text, name)),
        }
    }
    let is_readable = |version: Value<'m>| version.is_sound() && version.entry("storage").is_none_or(|it| it.is_null() || it.is_sound());
    let stored: Vec<_> = versions.iter().filter_map(|version| version.get("storage")).filter(|value| value.bool() == Some(true)).collect();
    match stored[..] {
        [] if !versions.is_empty() && versions.iter().all(|version| is_readable(*version)) && report.reports_missing() => {
            report.on_key(list, Reason::Invalid.of("one version must have `storage: true`"));
        }
        [_, second, ..] => {
            report.on(second, Reason::Invalid.of("only one version can have `storage: true`")).field = path;
        }
        _ => {}
    }
}

/// `validateCustomResourceConversion`
fn conversion<'m>(conversion: Value<'m>, report: &mut Report<'m>) {
    let Some(strategy) = conversion.text_of("strategy").filter(|_| conversion.is_certain_of("strategy")) else { return };
    let webhook = conversion.get("webhook");
    match &*strategy {
        "Webhook" => match webhook {
            Some(webhook) => {
                if !has(webhook, "clientConfig") {
                    lacking_any(webhook, "clientConfig", "`strategy: Webhook` requires `clientConfig`".to_owned(), report);
                }
                let message = "`strategy: Webhook` requires `conversionReviewVersions`";
                lacking_any(webhook, "conversionReviewVersions", message.to_owned(), report);
                if let Some(list) = webhook.get("conversionReviewVersions") {
                    known_version(list, report);
                }
            }
            None => lacking_any(conversion, "webhook", "`strategy: Webhook` requires `webhook`".to_owned(), report),
        },
        "None" => {
            let parts = ["clientConfig", "conversionReviewVersions"];
            if let Some(webhook) = webhook.filter(|webhook| has(*webhook, parts[0]) || webhook.gives(parts[1])) {
                let path = webhook.path_to(if has(webhook, parts[0]) { parts[0] } else { parts[1] });
                superfluous(webhook, Reason::Forbidden.of("`webhook` requires `strategy: Webhook`"), report).field = path;
            }
        }
        _ => {}
    }
}

/// `ValidateAPIService`
fn api_service<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    if let Some(version) = spec.text_of("version").filter(|version| version != "v1" && spec.is_certain_of("group")) {
        let message = format!("`group` is required; only `v1` can be without, not `{version}`");
        super::lacking(spec, "group", Reason::Required.of(message), report);
    }
    let insecure = spec.get("insecureSkipTLSVerify").filter(|value| value.bool() == Some(true));
    let bundle = spec.get("caBundle").filter(|value| !value.is_absent() && !value.node().value().is_empty());
    if !has(spec, "service") && spec.is_certain_of("service") {
        for value in [bundle, insecure].into_iter().flatten() {
            let name = value.field().map_or("", |field| field.name);
            superfluous(value, Reason::Invalid.of(format!("`{name}` requires `service`")), report);
        }
    } else if let (Some(insecure), Some(_)) = (insecure, bundle) {
        superfluous(insecure, Reason::Invalid.of("`insecureSkipTLSVerify` is not allowed with `caBundle`"), report);
    }
}

/// The rules whose findings the server prints with the names of its own, older form of the object.
const RENAMED: [&str; 9] = [
    "missing-field",
    "invalid-format",
    "invalid-name",
    "unsupported-value",
    "out-of-range",
    "forbidden-field",
    "duplicate-item",
    "mutually-exclusive",
    "incompatible-extension-fields",
];

/// Gives the fields of a CustomResourceDefinition the names that the server prints: it reads what all versions have alike as if it were
/// not in the versions, and has the parts of a conversion webhook one level higher.
pub fn rename_fields(model: &Model, diagnostics: &mut [Diagnostic]) {
    for diagnostic in diagnostics.iter_mut().filter(|it| it.field.starts_with("spec.") && RENAMED.contains(&it.code)) {
        let Some(object) = diagnostic.object.and_then(|index| model.object(index)) else { continue };
        let Some(spec) = object.at(&["spec"]).filter(|spec| spec.is_a(ty::CUSTOM_RESOURCE_DEFINITION_SPEC)) else { continue };
        diagnostic.field = server_path(spec, &diagnostic.field);
    }
}

fn server_path(spec: Value<'_>, path: &str) -> String {
    if let Some(rest) = path.strip_prefix("spec.conversion.webhook.") {
        let rest = rest.strip_prefix("clientConfig").map_or_else(|| rest.to_owned(), |rest| format!("webhookClientConfig{rest}"));
        return format!("spec.conversion.{rest}");
    }
    if path == "spec.conversion.webhook" {
        return "spec.conversion.webhookClientConfig".to_owned();
    }
    let part = path.strip_prefix("spec.versions[").and_then(|rest| rest.split_once("].")).map(|(_, rest)| rest);
    let Some(part) = part else { return path.to_owned() };
    let field = part.split(['.', '[']).next().unwrap_or_default();
    let alike = |field: &str| {
        let mut texts = spec.list("versions").map(|version| version.get(field).map(|value| value.node().text()));
        let first = texts.next().flatten();
        first.is_some() && texts.all(|text| text == first)
    };
    let path = match field {
        "schema" if alike(field) => format!("spec.validation{}", &part[field.len()..]),
        "subresources" | "additionalPrinterColumns" | "selectableFields" if alike(field) => format!("spec.{part}"),
        _ => path.to_owned(),
    };
    if field == "additionalPrinterColumns" { path.replace(".jsonPath", ".JSONPath") } else { path }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    fn definition(name: &str, versions: &str) -> String {
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: {name}}}\nspec:\n  group: library.example\n  scope: Cluster\n  names: {{plural: books, kind: Book}}\n  versions:\n{versions}"
        )
    }

    const VERSION: &str = "  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}\n";

    #[test]
    fn names() {
        check(&definition("books.library.example", VERSION));
        assert_eq!(fixed(&definition("book", VERSION), "incompatible-extension-fields"), definition("books.library.example", VERSION));
    }

    #[test]
    fn versions() {
        let other = VERSION.replace("v1", "v2").replace("storage: true", "storage: false");
        check(&definition("books.library.example", &(VERSION.to_owned() + &other)));
        let mark = "                                      ^^^^ error[incompatible-extension-fields]: only one version\n";
        check(&definition("books.library.example", &(VERSION.to_owned() + &VERSION.replace("v1", "v2") + mark)));
        let mark = "           ^^ error[incompatible-extension-fields]: duplicate version\n";
        check(&definition("books.library.example", &(VERSION.to_owned() + &other.replace("v2", "v1") + mark)));
        let text = definition("books.library.example", &other);
        check(&text.replace("  versions:\n", "  versions:\n  ^^^^^^^^ error[incompatible-extension-fields]: `storage: true`\n"));
    }

    #[test]
    fn services() {
        check(
            "
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v2.a.b}
                 ^^^^^^ error[incompatible-extension-fields]: `v1.a.b`
spec:
  group: a.b
  version: v1
  groupPriorityMinimum: 1
  versionPriority: 1
  insecureSkipTLSVerify: true
  ^^^^^^^^^^^^^^^^^^^^^ error[incompatible-extension-fields]: requires `service`
",
        );
    }

    #[test]
    fn revisions() {
        check(
            "
apiVersion: apps/v1
kind: ControllerRevision
metadata: {name: a}
data: [1]
      ^^^ error[incompatible-extension-fields]: must be a mapping
revision: 1
",
        );
    }
}
