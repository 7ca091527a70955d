//! What mounts hide, and where a container cannot write.

use crate::pod::spec::{Container, Mount, PodSpec, Volume};

pub mod files;
pub mod hidden;
pub mod writes;

/// The innermost mount that a path lies in, with its volume. A volume that is not known may be anything.
fn mount_at<'m>(pod: PodSpec<'m>, container: Container<'m>, path: &str) -> Option<(Mount<'m>, Volume<'m>)> {
    let path = clean(path);
    let lies_in = |mount: &Mount<'m>| {
        let at = mount.path().map(|it| clean(&it)).unwrap_or_default();
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
fn clean(path: &str) -> String {
    let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    format!("/{}", parts.join("/"))
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
