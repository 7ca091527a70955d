//! `curly-quotes`

use crate::diagnostic::Fix;
use crate::pod::Value;
use crate::schema::ty;
use crate::yaml::{self, Kind, Style};

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Typographic (curly) quotes in images and commands, usually pasted from a web page or word processor.
    ///
    /// ## Why
    /// YAML has only the quotes `"` and `'`. It treats `“nginx”` as a plain scalar that includes the typographic quotes: such an image
    /// cannot be pulled, and a program does not recognize such an argument.
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
    ///     image: “nginx:1.29”
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
    ///     image: "nginx:1.29"
    /// ```
    ///
    /// ## Source
    /// `InvalidImageName` of the kubelet, from `reference.ParseNormalizedNamed`; section 7.3 of YAML 1.2 for the quotes.
    CURLY_QUOTES = "curly-quotes", Warning from Itself, [Check::Type(ty::CONTAINER, check)]
}

fn check<'m>(container: Value<'m>, report: &mut Report<'m>) {
    let single = ["image", "workingDir"].into_iter().filter_map(|field| container.get(field));
    let words = ["command", "args"].into_iter().flat_map(|field| container.list(field));
    for value in single.chain(words).filter(|it| it.is_sound()) {
        let node = value.written();
        let text = node.value();
        let Some(inner) = yaml::in_curly_quotes(&text).filter(|_| node.kind() == Kind::Scalar(Style::Plain)) else { continue };
        let diagnostic = report.on(value, format!("the typographic quotes in `{text}` are part of the value; use `\"`"));
        diagnostic.fixes.push(Fix::preferred("Use straight quotes", vec![rewrite::replace(node, rewrite::quote(inner))]));
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    #[test]
    fn around_the_whole_value() {
        let pod = |container: &str| {
            format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n{container}\n")
        };
        for (wrong, right) in
            [("    image: “nginx”", "    image: \"nginx\""), ("    image: a\n    args: [a, ‘--b’]", "    image: a\n    args: [a, \"--b\"]")]
        {
            assert_eq!(fixed(&pod(wrong), "curly-quotes"), pod(right));
        }
        check(&pod("    image: a\n    args: [say “x”, \"“x”\", “a” and “b”]\n    env: [{name: A, value: “b”}]"));
    }
}
