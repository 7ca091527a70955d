//! `invalid-image`

use crate::diagnostic::Fix;
use crate::pod::Value;
use crate::pod::image::Reference;
use crate::schema::ty;

use super::rewrite;
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Images that no container runtime can pull, for their name cannot be read.
    ///
    /// ## Why
    /// The API server accepts nearly any text as an image. The kubelet does not: the container waits with the reason `InvalidImageName`. A name
    /// is `[REGISTRY/]REPOSITORY[:TAG][@DIGEST]`: no scheme, no spaces, the repository in lower case, one tag, a digest of full length. The first
    /// part is a registry if it has a dot, a colon or a capital letter.
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
    ///     image: https://ghcr.io/example/web:1.0
    /// ```
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: ghcr.io/Example/web:1.0
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
    ///     image: ghcr.io/example/web:1.0
    /// ```
    ///
    /// ## Source
    /// `parsers.ParseImageName` of the kubelet, over `github.com/distribution/reference`.
    INVALID_IMAGE = "invalid-image", Warning from Itself, [
        Check::Type(ty::CONTAINER, |it, report| check(it, "image", report)),
        Check::Type(ty::EPHEMERAL_CONTAINER, |it, report| check(it, "image", report)),
        Check::Type(ty::IMAGE_VOLUME_SOURCE, |it, report| check(it, "reference", report)),
    ]
}

const CURLY: [char; 4] = ['“', '”', '‘', '’'];

/// With this, `ko` names the Go package that it builds the image from and puts in its place.
const OF_KO: &str = "ko://";

fn check<'m>(holder: Value<'m>, field: &str, report: &mut Report<'m>) {
    let Some(image) = holder.get(field) else { return };
    // Whitespace and typographic quotes around it have a diagnostic of their own.
    let is_judged = |text: &str| !text.is_empty() && text.trim() == text && !text.contains(CURLY) && !text.starts_with(OF_KO);
    let Some(text) = image.text().filter(|text| is_judged(text)) else { return };
    let message = match Reference::parse(&text) {
        Some(reference) => match reference.domain.filter(|it| is_no_host(it)) {
            Some(domain) => {
                format!("`{domain}` is taken for a registry because of its capital letters; a repository must be in lower case")
            }
            None => return,
        },
        None => format!("the kubelet cannot read this image name (InvalidImageName); {}", remedy(&text)),
    };
    let diagnostic = report.on(image, message);
    if let Some(better) = corrected(&text) {
        diagnostic.fixes.push(Fix::preferred(format!("Replace with `{better}`"), vec![rewrite::scalar(image.written(), &better)]));
    }
}

/// Whether a first part is read as a registry for its capital letters alone.
fn is_no_host(domain: &str) -> bool {
    !domain.contains(['.', ':']) && domain.to_lowercase() != domain
}

/// What to do, by what is wrong.
fn remedy(text: &str) -> &'static str {
    let placeholder = text.contains(['$', '<', '>', '{', '}', '%']) || text.starts_with('@');
    let (name, digest) = text.split_once('@').map_or((text, None), |(name, digest)| (name, Some(digest)));
    let path = name.rsplit('/').next().unwrap_or_default();
    match () {
        () if placeholder => "substitute the placeholder, which kubectl does not do",
        () if text.contains("://") => "remove the scheme",
        () if text.contains(char::is_whitespace) => "remove the space",
        () if digest.is_some() && Reference::parse(name).is_some() => "a digest is `sha256:` and 64 hexadecimal digits",
        () if path.ends_with(':') => "a tag must follow the colon",
        () if path.matches(':').count() > 1 => "only one tag is allowed",
        () if name.to_lowercase() != name => "the repository must be in lower case",
        () => "it must be `[REGISTRY/]REPOSITORY[:TAG][@DIGEST]`",
    }
}

/// The name that was certainly meant: without scheme or lone colon, the repository in lower case.
fn corrected(text: &str) -> Option<String> {
    let bare = ["https://", "http://", "docker://", "oci://"].iter().find_map(|it| text.strip_prefix(it)).unwrap_or(text);
    let bare = bare.strip_suffix(':').unwrap_or(bare);
    let path = bare.rfind('/').map_or(0, |at| at + 1);
    let end = bare[path..].find([':', '@']).map_or(bare.len(), |at| path + at);
    let lower = format!("{}{}", bare[..end].to_lowercase(), &bare[end..]);
    // Words in capitals are placeholders, and not a repository.
    let is_name = |it: &str| Reference::parse(it).is_some_and(|it| !it.domain.is_some_and(is_no_host));
    let is_placeholder = bare == bare.to_uppercase();
    [bare.to_owned(), lower].into_iter().find(|it| is_name(it)).filter(|it| it != text && !is_placeholder)
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    fn text(image: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: a\n    image: {image}\n")
    }

    #[test]
    fn names() {
        for (image, part) in [
            ("nginx:1:2", "only one tag"),
            ("'nginx:'", "a tag must follow"),
            ("<your-image>", "placeholder"),
            ("nginx:${TAG}", "placeholder"),
            ("nginx@sha256:abc", "64 hexadecimal"),
            ("'nginx: 1'", "remove the space"),
            ("MyOrg/app:1", "taken for a registry"),
            ("NGINX", "lower case"),
        ] {
            check(&format!("{}           {} warning[invalid-image]: {part}\n", text(image), "^".repeat(image.len())));
        }
        for image in [
            "nginx",
            "localhost/a",
            "ko://example.com/cmd/web",
            "localhost:5000/a_b/c.d:V1_x",
            "a@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ] {
            check(&text(image));
        }
        check(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: a, image: b}]\n  volumes:\n  - name: v\n    image: {reference: 'a:'}\n                       ^^^^ warning[invalid-image]\n",
        );
    }

    #[test]
    fn fixes() {
        for (image, right) in
            [("https://ghcr.io/a/b:1", "ghcr.io/a/b:1"), ("ghcr.io/Org/App:V1", "ghcr.io/org/app:V1"), ("MyOrg/app", "myorg/app")]
        {
            assert_eq!(fixed(&text(image), "invalid-image"), text(right));
        }
    }
}
