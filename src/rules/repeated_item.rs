//! `repeated-item`

use crate::diagnostic::{Fix, Related};
use crate::pod::Value;
use crate::schema::Shape;

use super::duplicate_item::repeated;
use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Finds items of a list that hide earlier ones: two environment variables of one name, two host aliases of one address.
    ///
    /// ## Why
    /// The API server accepts it and warns. Only the last one counts, and when the object is applied again, either may get lost. An
    /// environment variable that takes up the earlier one, as `$(PATH):/opt/bin` does, is fine.
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
    /// `warningsForPodSpecAndMeta`: `hides previous definition of "LEVEL", which may be dropped when using apply`.
    REPEATED_ITEM = "repeated-item", Warning, [Check::Validated(|_, facts| facts.warns_repeated.is_some(), check)]
}

fn check<'m>(list: Value<'m>, report: &mut Report<'m>) {
    let (Some(field), Shape::List(_)) = (list.facts().warns_repeated, list.shape()) else { return };
    let fields: &'static [&'static str] = match field {
        "name" => &["name"],
        "ip" => &["ip"],
        _ => return,
    };
    for (first, again) in repeated(list.children(), fields) {
        let (Some(site), Some(earlier)) = (again.get(field), first.get(field)) else { continue };
        let Some(name) = site.text() else { continue };
        if takes_up(again, &name) {
            continue;
        }
        let what = list.field().map_or("", |field| field.name);
        let message = format!("\"{name}\" stands in `{what}` already: this one hides it (the server warns)");
        let path = again.path();
        let wants_fixes = report.wants_fixes();
        let diagnostic = report.on(site, message);
        diagnostic.field = path;
        diagnostic.related.push(Related { range: earlier.range(), message: "the first one".to_owned() });
        let edit = wants_fixes.then(|| rewrite::without(first)).flatten();
        diagnostic.fixes.extend(edit.map(|edit| Fix::possible("Remove the first one", vec![edit])));
    }
}

/// Whether the value of a variable extends the earlier one of that name.
fn takes_up(env: Value<'_>, name: &str) -> bool {
    let reference = format!("$({name})");
    env.text_of("value").is_some_and(|value| value.contains(&reference) && value != reference)
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
                                                  ^ warning[repeated-item]
  containers:
  - name: a
    image: b
    env:
    - {name: PATH, value: /bin}
    - {name: PATH, value: \"$(PATH):/opt\"}
    - {name: B, value: b}
    - {name: B, value: \"$(B)\"}
             ^ warning[repeated-item]: hides it
",
        );
    }
}
