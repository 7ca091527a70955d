//! ConfigMaps, Secrets, nodes and events.

use crate::diagnostic::Reason;
use crate::pod::{Value, ip, names};
use crate::schema::ty;

use super::{Check, Report, declare_rule, text_or_empty};

declare_rule! {
    /// A Secret without the keys of its type, and other objects whose parts contradict each other.
    ///
    /// ## Why
    /// The API server rejects the object. For example, a Secret of type `kubernetes.io/tls` has `tls.crt` and `tls.key`, and a ConfigMap
    /// cannot have one key in both `data` and `binaryData`.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: registry
    /// type: kubernetes.io/basic-auth
    /// stringData:
    ///   user: admin
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: registry
    /// type: kubernetes.io/basic-auth
    /// stringData:
    ///   username: admin
    ///   password: change-me
    /// ```
    ///
    /// ## Source
    /// `ValidateSecret`, `ValidateConfigMap`, `ValidateNode`, `legacyValidateEvent`.
    INCOMPATIBLE_DATA = "incompatible-data", Error, [
        Check::Type(ty::SECRET, secret),
        Check::Type(ty::CONFIG_MAP, config_map),
        Check::Type(ty::NODE_SPEC, node),
        Check::Type(ty::NAMESPACE, pod_security),
        Check::Type(ty::EVENT, old_event),
        Check::Type(ty::EVENTS_EVENT, event),
    ]
}

/// `ValidateSecret`
pub(super) fn secret<'m>(secret: Value<'m>, report: &mut Report<'m>) {
    let Some(kind) = text_or_empty(secret, "type") else { return };
    let entry = |key: &str| {
        let maps = ["stringData", "data"].into_iter().flat_map(|name| secret.list(name));
        maps.into_iter().find(|it| it.key_text().is_some_and(|it| it == key))
    };
    let unread = ["data", "stringData"].into_iter().filter_map(|name| secret.entry(name)).any(|it| !it.is_null() && !it.is_sound());
    if unread {
        return;
    }
    let mut needs = |keys: &[&str], missing: &str| {
        let names: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
        let holder = secret.get("data").or_else(|| secret.get("stringData")).filter(|it| !it.is_absent());
        let message = Reason::Required.of(format!("a Secret of type `{kind}` must have the key {}", names.join(" or ")));
        report.missing(holder.unwrap_or(secret), missing, message).field = format!("data[{missing}]");
    };
    match &*kind {
        "kubernetes.io/tls" => {
            for key in ["tls.crt", "tls.key"].into_iter().filter(|key| entry(key).is_none()) {
                needs(&[key], key);
            }
        }
        "kubernetes.io/basic-auth" if entry("username").is_none() && entry("password").is_none() => {
            needs(&["username", "password"], "username");
        }
        "kubernetes.io/ssh-auth" if entry("ssh-privatekey").is_none() => needs(&["ssh-privatekey"], "ssh-privatekey"),
        "kubernetes.io/dockercfg" if entry(".dockercfg").is_none() => needs(&[".dockercfg"], ".dockercfg"),
        "kubernetes.io/dockerconfigjson" if entry(".dockerconfigjson").is_none() => needs(&[".dockerconfigjson"], ".dockerconfigjson"),
        "kubernetes.io/service-account-token" => {
            const ACCOUNT: &str = "kubernetes.io/service-account.name";
            let annotations = secret.at(&["metadata", "annotations"]);
            let own = annotations.and_then(|it| it.children().find(|it| it.key_text().is_some_and(|key| key == ACCOUNT)));
            if own.is_none_or(Value::is_absent) {
                let within = annotations.or_else(|| secret.get("metadata")).unwrap_or(secret);
                let message = Reason::Required.of(format!("a Secret of this type must have the annotation `{ACCOUNT}`"));
                report.missing(within, ACCOUNT, message).field = format!("metadata.annotations[{ACCOUNT}]");
            }
        }
        _ => {}
    }
    if let Some(value) = entry("ssh-privatekey").filter(|it| kind == "kubernetes.io/ssh-auth" && it.is_absent()) {
        report.on(value, Reason::Required.of("`ssh-privatekey` must not be empty"));
    }
    let docker = match &*kind {
        "kubernetes.io/dockercfg" => ".dockercfg",
        "kubernetes.io/dockerconfigjson" => ".dockerconfigjson",
        _ => return,
    };
    let Some(value) = entry(docker) else { return };
    let in_clear = value.holder().is_some_and(|field| field.name == "stringData");
    let text = match value.is_null() {
        true => Some(String::new()),
        false => value.text().and_then(|text| if in_clear { Some(text.into_owned()) } else { decoded(&text) }),
    };
    let is_object = |text: &str| {
        let read = serde_json::from_str::<serde_json::Value>(text);
        read.is_ok_and(|json| json.is_object() || json.is_null())
    };
    if text.is_some_and(|text| !is_object(&text)) {
        let path = format!("data[{docker}]");
        report.on(value, Reason::Invalid.of(format!("`{docker}` must be a JSON object"))).field = path;
    }
}

/// Reads base64; `None` if it is none, which has an error of its own, or no text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = vec![];
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r' | b'=')) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    String::from_utf8(bytes).ok()
}

/// `ValidateConfigMap`
pub(super) fn config_map<'m>(map: Value<'m>, report: &mut Report<'m>) {
    let binary: Vec<_> = map.list("binaryData").filter_map(|it| it.key_text()).collect();
    for entry in map.list("data").filter(|it| it.key_text().is_some_and(|key| binary.contains(&key))) {
        report.on_key(entry, Reason::Invalid.of("`binaryData` has the same key"));
    }
}

/// The labels that Pod Security Admission reads (`PolicyToEvaluate`).
pub(super) fn pod_security<'m>(namespace: Value<'m>, report: &mut Report<'m>) {
    const LEVELS: [&str; 3] = ["privileged", "baseline", "restricted"];
    let Some(labels) = namespace.at(&["metadata", "labels"]) else { return };
    for label in labels.children() {
        let Some(text) = label.text().or_else(|| label.is_null().then(|| "".into())) else { continue };
        let key = label.key_text();
        let Some(mode) = key.as_deref().and_then(|key| key.strip_prefix("pod-security.kubernetes.io/")) else { continue };
        let (kind, is_version) = mode.strip_suffix("-version").map_or((mode, false), |kind| (kind, true));
        if !["enforce", "audit", "warn"].contains(&kind) {
            continue;
        }
        let minor = text.strip_prefix("v1.").filter(|minor| *minor == "0" || !minor.starts_with('0'));
        let is_number = |minor: &str| !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit());
        if is_version && text != "latest" && !minor.is_some_and(is_number) {
            report.on(label, Reason::Invalid.of("the version of a Pod Security level must be `latest` or `v1.x`, such as `v1.37`"));
        } else if !is_version && !LEVELS.contains(&&*text) {
            report.on(label, Reason::Invalid.of("a Pod Security level must be `privileged`, `baseline` or `restricted`"));
        }
    }
}

/// The ranges of a node that the server does not read, since its older field says otherwise (`Convert_v1_NodeSpec_To_core_NodeSpec`).
pub(super) fn unread_ranges(spec: Value<'_>) -> Option<Value<'_>> {
    let one = spec.get("podCIDR").filter(|_| spec.is_a(ty::NODE_SPEC))?.text().filter(|text| !text.is_empty())?;
    spec.get("podCIDRs").filter(|list| list.children().next().is_some_and(|first| first.text().is_none_or(|first| first != one)))
}

/// `ValidateNode`
pub(super) fn node<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    if unread_ranges(spec).is_some() {
        return;
    }
    let ranges: Vec<_> = spec.list("podCIDRs").collect();
    let family = |value: &Value<'m>| Some(ip::sloppy_cidr(&value.text()?)?.address.is_ipv6());
    let families: Vec<_> = ranges.iter().filter_map(family).collect();
    if ranges.len() > 1 && families.len() == ranges.len() && (ranges.len() > 2 || families[0] == families[1]) {
        let path = spec.path_to("podCIDRs");
        report.on(ranges[ranges.len().min(3) - 1], Reason::Invalid.of("`podCIDRs` can have only one range of each IP family")).field = path;
    }
}

/// `legacyValidateEvent` of the core group
pub(super) fn old_event<'m>(event: Value<'m>, report: &mut Report<'m>) {
    let has_time = event.entry("eventTime").is_some_and(|it| !it.is_absent());
    namespace(event, "involvedObject", has_time, report);
    if !has_time {
        return;
    }
    for field in ["reportingComponent", "reportingInstance", "action", "reason"] {
        super::lacking(event, field, Reason::Required.of(format!("an Event with `eventTime` requires `{field}`")), report);
    }
    let component = event.get("reportingComponent").and_then(|it| Some((it, it.text()?)));
    if let Some((value, text)) = component.filter(|(_, text)| !text.is_empty())
        && let Err(words) = names::qualified_name(&text)
    {
        report.on(value, Reason::Invalid.of(format!("{text:?} cannot be the `reportingComponent`: {words}")));
    }
    for (field, most) in [("reportingInstance", 128), ("action", 128), ("reason", 128), ("message", 1024)] {
        let Some(value) = event.get(field) else { continue };
        if value.text().is_some_and(|text| text.len() > most) {
            report.on(value, Reason::Invalid.of(format!("`{field}` must have at most {most} characters")));
        }
    }
}

/// `ValidateEventCreate` of `events.k8s.io`
pub(super) fn event<'m>(event: Value<'m>, report: &mut Report<'m>) {
    let has_time = event.entry("eventTime").is_some_and(|it| !it.is_absent());
    namespace(event, "regarding", has_time, report);
    let unset = |value: Value<'m>| value.is_absent() || value.int() == Some(0);
    let old = ["deprecatedCount", "deprecatedFirstTimestamp", "deprecatedLastTimestamp"].into_iter().filter_map(|field| event.get(field));
    let source = event.get("deprecatedSource").filter(|it| it.gives("component") || it.gives("host"));
    for value in old.filter(|it| !unset(*it)).chain(source) {
        let name = value.field().map_or("", |field| field.name);
        super::superfluous(value, Reason::Invalid.of(format!("`{name}` must not be set; remove it")), report);
    }
}

/// An Event is in the namespace of what it is about, or in `default` if that is in none.
fn namespace<'m>(event: Value<'m>, field: &str, has_time: bool, report: &mut Report<'m>) {
    let about = event.get(field);
    let own = event.at(&["metadata", "namespace"]).and_then(Value::text).filter(|it| !it.is_empty());
    let other = about.and_then(|it| it.get("namespace")).and_then(Value::text).filter(|it| !it.is_empty());
    let is_right = match (&own, &other) {
        // Where it is not written, it is that of the context.
        (None, _) => true,
        (Some(own), None) => own == "default" || (has_time && own == "kube-system"),
        (Some(own), Some(other)) => has_time || own == other,
    };
    if is_right {
        return;
    }
    let message = Reason::Invalid.of(format!("the namespace of the Event must be that of its `{field}`"));
    let path = "involvedObject.namespace".to_owned();
    match about.and_then(|it| it.get("namespace")) {
        Some(value) => report.on(value, message).field = path,
        None => report.missing(about.unwrap_or(event), "namespace", message).field = path,
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn secrets() {
        let text = |rest: &str| format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\n{rest}");
        check(&text("type: kubernetes.io/ssh-auth\nstringData: {ssh-privatekey: a}\n"));
        check(&text("type: kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: e30=}\n"));
        check(&text(
            "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: e30=}\n                                ^^^^ error[incompatible-data]: JSON\n",
        ));
        check(&text("type: kubernetes.io/tls\nstringData: {tls.crt: a}\n^^^^^^^^^^ error[incompatible-data]: `tls.key`\n"));
    }

    #[test]
    fn levels() {
        let text = |label: &str| {
            format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  labels: {{pod-security.kubernetes.io/{label}}}\n")
        };
        check(&text("enforce: restricted"));
        check(&text("enforce-version: v1.30"));
        check(&(text("enforce: strict") + "                                               ^^^^^^ error[incompatible-data]: restricted\n"));
    }
}
