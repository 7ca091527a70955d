//! On `image` and `imagePullPolicy`: when the image is pulled.

use crate::pod::image::{Reference, default_pull_policy};
use crate::pod::spec::Container;
use crate::schema::Release;

use super::{Spot, describe};

pub(super) fn text(spot: Spot<'_>) -> Option<String> {
    let field = spot.value.field()?.name;
    let container = Container::around(spot.value).filter(|it| spot.value.parent() == Some(it.value))?;
    let image = container.image().unwrap_or_default();
    let is_certain = ["image", "imagePullPolicy"].iter().all(|field| container.value.is_certain_of(field));
    let written = container.value.text_of("imagePullPolicy");
    let (policy, why) = match &written {
        Some(policy) => (&**policy, "set explicitly".to_owned()),
        None => default_pull_policy(&image),
    };
    let here = format!("- Pull policy `{policy}`, {why}: {}", when_pulled(policy, spot.release)?);
    match field {
        "image" | "imagePullPolicy" if !is_certain => None,
        "image" if image.is_empty() => None,
        "image" if Reference::parse(&image).is_none() => {
            let invalid = "Not a valid image reference: the container does not start (`InvalidImageName`)";
            Some(format!("**{image}**\n\n- {invalid}"))
        }
        "image" => {
            let words = container.value.gives("command") || container.value.gives("args");
            let runs = if words { "" } else { "\n- Runs the image's `ENTRYPOINT` with its `CMD`; `command` and `args` override them" };
            Some(format!("**{image}**\n\n{here}{runs}"))
        }
        "imagePullPolicy" if spot.on_key => Some(spot.with_field(&here)),
        "imagePullPolicy" => {
            let holder = spot.value.parent().and_then(|it| it.holder());
            let known = describe::value_text(holder, spot.value.field()?, policy)?;
            let (default, why) = default_pull_policy(&image);
            Some(format!("{known}\n\nIf not set: `{default}`, {why}"))
        }
        _ => None,
    }
}

/// The first release whose kubelets give an image that they pulled with credentials only to Pods that have them (gate
/// `KubeletEnsureSecretPulledImages`).
const BOUND_TO_CREDENTIALS: Release = Release::V1_35;

/// When the kubelet pulls (`EnsureImageExists`).
fn when_pulled(policy: &str, release: Release) -> Option<&'static str> {
    let when = match policy {
        "Always" => "the registry is checked every time the container starts",
        "IfNotPresent" if release < BOUND_TO_CREDENTIALS => "pulled only if it is not on the node",
        "IfNotPresent" => "pulled only if it is not on the node, or was pulled there with credentials that the Pod does not have",
        "Never" if release < BOUND_TO_CREDENTIALS => "never pulled; it must already be on the node",
        "Never" => "never pulled; it must already be on the node, and the Pod needs any credentials with which it was pulled",
        _ => return None,
    };
    Some(when)
}
