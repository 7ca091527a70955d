//! `image-whitespace`

use crate::diagnostic::{Fix, Reason, Severity};
use crate::pod::Value;
use crate::pod::spec::PodSpec;
use crate::schema::ty;

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Images with whitespace before or after the name.
    ///
    /// ## Why
    /// The API server rejects a Pod with such an image. It does not check this in a Pod template: the Deployment or Job is created, but
    /// each of its Pods is rejected.
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
    ///     image: "nginx:1.29 "
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
    /// `validateContainerOnlyForPod`: `must not have leading or trailing whitespace`.
    IMAGE_WHITESPACE = "image-whitespace", Error from Itself, [Check::Type(ty::CONTAINER, check)]
}

fn check<'m>(container: Value<'m>, report: &mut Report<'m>) {
    let Some(image) = container.get("image") else { return };
    let Some(text) = image.text().filter(|text| !text.is_empty() && text.trim() != text) else { return };
    let of_pod = PodSpec::around(container).is_some_and(PodSpec::is_of_pod);
    let end = if of_pod { "" } else { "; the API server accepts it in the template but rejects the Pods" };
    let message = format!("the image must not have leading or trailing whitespace{end}");
    let diagnostic = report.on(image, Reason::Invalid.of(message));
    if !of_pod {
        diagnostic.severity = Severity::Warning;
    }
    if !text.trim().is_empty() {
        diagnostic.fixes.push(Fix::preferred("Remove the whitespace", vec![rewrite::scalar(image.written(), text.trim())]));
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    #[test]
    fn whitespace() {
        let text = |image: &str| {
            format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{containers: [{{name: a, image: {image}}}]}}\n")
        };
        assert_eq!(fixed(&text("' b'"), "image-whitespace"), text("'b'"));
        let template =
            "apiVersion: v1\nkind: PodTemplate\nmetadata: {name: web}\ntemplate:\n  spec: {containers: [{name: a, image: 'b '}]}\n";
        check(&format!("{template}                                       ^^^^ warning[image-whitespace]: rejects the Pods\n"));
    }
}
