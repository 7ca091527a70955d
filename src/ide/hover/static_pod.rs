//! On the name of a static Pod: what becomes of it.

use super::Spot;

pub(super) fn text(spot: Spot<'_>) -> Option<String> {
    let object = spot.value.model().object(spot.value.object())?;
    let metadata = object.root()?.get("metadata")?;
    let is_name = spot.value.field().is_some_and(|it| it.name == "name") && spot.value.parent() == Some(metadata);
    if !is_name || !spot.is_static || object.kind().is_none_or(|it| it.value() != "Pod") {
        return None;
    }
    let name = spot.value.text()?;
    Some(format!(
        "**{name}** · static Pod\n\n\
        The kubelet runs it from this file, without the API server. Its name there is `{name}-NODE`, with the name of the node in small letters.\n\n\
        - **Seen**: the kubelet creates a mirror Pod of this name in the API, for `kubectl get`, `describe` and `logs`. Nothing can be changed in it.\n\
        - **Stopped** by removing the file, or by renaming it so that its name begins with a dot. `kubectl delete` removes the mirror only: the containers \
        run on, and the kubelet creates the mirror again, Pending until the next update of its status (up to 10 s).\n\
        - **Configured** by `staticPodPath` (a folder or one file) or `staticPodURL` of the KubeletConfiguration, which is the file that `--config` names; \
        the flags `--pod-manifest-path` and `--manifest-url` are deprecated. The folder is watched, and read again every 20 s.\n\
        - **Read** is each file whose name does not begin with a dot, whatever its extension, and of it the first document; folders in the folder are not. \
        Of two files with the same namespace and name the last in the order of file names counts, so a backup copy can undo an edit.\n\
        - Probes, hooks, init containers and `restartPolicy` work as in every Pod."
    ))
}

#[cfg(test)]
mod tests {
    use crate::analysis::Document;
    use crate::ide::hover;
    use crate::rules::Options;

    #[test]
    fn only_the_name_of_a_static_pod() {
        let options = Options { is_static: true, ..Options::default() };
        for (text, options, expected) in [
            ("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n", &options, true),
            ("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n", &Options::default(), false),
            (
                "apiVersion: v1\nkind: Pod\nmetadata: {annotations: {kubernetes.io/config.source: file}, name: web}\n",
                &Options::default(),
                true,
            ),
            ("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n", &options, false),
        ] {
            let document = Document::new(text, options);
            let found = hover(&document, text.find("web").expect("the name"), options);
            assert_eq!(found.is_some_and(|it| it.text.contains("`web-NODE`")), expected, "{text}");
        }
    }
}
