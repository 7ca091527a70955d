//! What mounts hide, and where a container cannot write.

use std::borrow::Cow;

use crate::pod::spec::{Container, Mount, PodSpec, Volume};

pub mod files;
pub mod hidden;
pub mod writes;

/// The innermost mount that a path lies in, with its volume. A volume that is not known may be anything.
fn mount_at<'m>(pod: PodSpec<'m>, container: Container<'m>, path: &str) -> Option<(Mount<'m>, Volume<'m>)> {
    let path = clean(path);
    let lies_in = |mount: &Mount<'m>| {
        let written = mount.path().unwrap_or_default();
        let at = if written.is_empty() { Cow::Borrowed("") } else { clean(&written) };
        at == "/" || path.strip_prefix(&*at).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mount = container.mounts().filter(lies_in).max_by_key(|it| it.path().map_or(0, |path| clean(&path).len()))?;
    Some((mount, volume_of(pod, mount)?))
}

fn volume_of<'m>(pod: PodSpec<'m>, mount: Mount<'m>) -> Option<Volume<'m>> {
    let name = mount.name()?;
    let is_replaced =
        || pod.claim_templates().any(|it| it.at(&["metadata"]).and_then(|it| it.text_of("name")).is_some_and(|it| it == name));
    pod.volumes().find(|volume| volume.name().as_ref() == Some(&name)).filter(|_| !is_replaced())
}

/// A path without slashes that mean nothing.
fn clean(path: &str) -> Cow<'_, str> {
    let bytes = path.as_bytes();
    let is_clean = bytes.starts_with(b"/") && !bytes.ends_with(b"/") && !bytes.windows(2).any(|it| it == b"//" || it == b"/.");
    if is_clean {
        return Cow::Borrowed(path);
    }
    let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    Cow::Owned(format!("/{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    /// A Pod with a container and a volume `v`.
    pub fn text(container: &str, volume: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  volumes: [{{name: v, {volume}}}]\n  containers:\n  - name: a\n    image: b\n{container}\n"
        )
    }
}
