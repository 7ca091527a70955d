//! `overridden-item`

use std::collections::HashMap;

use crate::diagnostic::{Fix, Related};
use crate::pod::Value;
use crate::schema::Shape;

use super::duplicate_item::repeated;
use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// List items that repeat an earlier one: environment variables with the same name, host aliases with the same IP address, image pull
    /// secrets with the same name.
    ///
    /// ## Why
    /// The API server accepts it and warns. If several environment variables have the same name, only the last one takes effect; one that
    /// extends the earlier value, such as `$(PATH):/opt/bin`, is not reported. Duplicate host aliases and image pull secrets all take
    /// effect, but `kubectl apply` merges these lists by key and may drop one.
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
    ///     env:
    ///     - name: LEVEL
    ///       value: info
    ///     - name: LEVEL
    ///       value: debug
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
    ///     env:
    ///     - name: LEVEL
    ///       value: debug
    /// ```
    ///
    /// ## Source
    /// `warningsForPodSpecAndMeta`: `hides previous definition of "LEVEL", which may be dropped when using apply`, `duplicate ip`,
    /// `duplicate name`; for the effect, the kubelet's `makeEnvironmentVariables` and `hostsEntriesFromHostAliases`.
    OVERRIDDEN_ITEM = "overridden-item", Warning, [Check::Validated(|_, facts| facts.warns_repeated.is_some(), check)]
}

fn check<'m>(list: Value<'m>, report: &mut Report<'m>) {
    let (Some(field), Shape::List(_)) = (list.facts().warns_repeated, list.shape()) else { return };
    let fields: &'static [&'static str] = match field {
        "name" => &["name"],
        "ip" => &["ip"],
        _ => return,
    };
    let repeated = repeated(list.children(), fields);
    let last: HashMap<_, _> = repeated.iter().filter_map(|(_, again)| Some((again.text_of(field)?, again.id()))).collect();
    for &(first, again) in &repeated {
        let (Some(site), Some(earlier)) = (again.get(field), first.get(field)) else { continue };
        let Some(name) = site.text() else { continue };
        if takes_up(again, &name) {
            continue;
        }
        let (message, removable, title) = match list.field().map(|field| field.name) {
            Some("hostAliases") => {
                let both = "both entries take effect, but `kubectl apply` may drop one";
                (format!("duplicate address {name} in `hostAliases`; {both}"), None, "")
            }
            Some("imagePullSecrets") => (format!("duplicate `{name}` in `imagePullSecrets`; remove it"), Some(again), "Remove this one"),
            _ if again.text_of("value").is_some_and(|value| value == reference(&name)) => {
                (format!("`{name}` is set twice in `env`; this one repeats the earlier value"), Some(again), "Remove this one")
            }
            _ => {
                let wins = if last.get(&name) == Some(&again.id()) { "this value takes effect" } else { "a later value takes effect" };
                (format!("`{name}` is set twice in `env`; {wins}"), Some(first), "Remove the first value")
            }
        };
        let path = again.path();
        let wants_fixes = report.wants_fixes();
        let diagnostic = report.on(site, message);
        diagnostic.field = path;
        diagnostic.related.push(Related { range: earlier.range(), message: "first defined here".to_owned() });
        let edit = removable.filter(|_| wants_fixes).and_then(rewrite::without);
        diagnostic.fixes.extend(edit.map(|edit| Fix::possible(title, vec![edit])));
    }
}

/// Whether the value of a variable extends the earlier one of that name.
fn takes_up(env: Value<'_>, name: &str) -> bool {
    let reference = reference(name);
    env.text_of("value").is_some_and(|value| value.contains(&reference) && value != reference)
}

/// What the kubelet replaces with the value of a variable.
fn reference(name: &str) -> String {
    format!("$({name})")
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn variables() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  imagePullSecrets: [{name: a}, {name: b}, {name: a}]
                                                  ^ warning[overridden-item]: duplicate `a` in `imagePullSecrets`
  hostAliases: [{ip: 1.2.3.4, hostnames: [a]}, {ip: 1.2.3.4, hostnames: [b]}]
                                                    ^^^^^^^ warning[overridden-item]: duplicate address 1.2.3.4 in `hostAliases`; both entries take effect, but `kubectl apply` may drop one
  containers:
  - name: a
    image: b
    env:
    - {name: PATH, value: /bin}
    - {name: PATH, value: \"$(PATH):/opt\"}
    - {name: B, value: b}
    - {name: B, value: \"$(B)\"}
             ^ warning[overridden-item]: this one repeats the earlier value
    - {name: C, value: c}
    - {name: C, value: d}
             ^ warning[overridden-item]: `C` is set twice in `env`; a later value takes effect
    - {name: C, value: e}
             ^ warning[overridden-item]: `C` is set twice in `env`; this value takes effect
",
        );
    }
}
