//! On `image` and `imagePullPolicy`: when the image is pulled.

use crate::pod::spec::Container;

use super::{Spot, describe};

pub(super) fn text(spot: Spot<'_>) -> Option<String> {
    let field = spot.value.field()?.name;
    let container = Container::around(spot.value).filter(|it| spot.value.parent() == Some(it.value))?;
    let image = container.image().unwrap_or_default();
    let written = container.value.text_of("imagePullPolicy");
    let (policy, why) = match &written {
        Some(policy) => (policy.to_string(), "as written".to_owned()),
        None => by_tag(&image),
    };
    let pull = match &*policy {
        "Always" => "the registry is asked at every start",
        "IfNotPresent" => "pulled only if the node does not have it",
        "Never" => "never pulled; the node must have it",
        _ => return None,
    };
    let here = format!("- Pull policy `{policy}`, {why}: {pull}");
    match field {
        "image" => {
            let words = container.value.get("command").is_some() || container.value.get("args").is_some();
            let runs = if words { "" } else { "\n- Runs its `ENTRYPOINT` with its `CMD`; `command` and `args` would replace them" };
            Some(format!("**{}**\n\n{here}{runs}", if image.is_empty() { "image" } else { &*image }))
        }
        "imagePullPolicy" if spot.on_key => Some(spot.with_field(&here)),
        "imagePullPolicy" => {
            let holder = spot.value.parent().and_then(|it| it.holder());
            let known = describe::value_text(holder, spot.value.field()?, &policy)?;
            Some(format!("{known}\n\nWithout it: `{}`, {}", by_tag(&image).0, by_tag(&image).1))
        }
        _ => None,
    }
}

/// The policy that the server gives to an image when none is written: `SetDefaults_Container`.
fn by_tag(image: &str) -> (String, String) {
    let (name, digest) = image.split_once('@').map_or((image, None), |(name, digest)| (name, Some(digest)));
    let tag = name.rsplit('/').next().and_then(|last| last.split_once(':')).map(|it| it.1);
    match (digest, tag) {
        (Some(_), _) => ("IfNotPresent".into(), "because of the digest".into()),
        (None, None) => ("Always".into(), "because no tag means `latest`".into()),
        (None, Some("latest")) => ("Always".into(), "because of the tag `latest`".into()),
        (None, Some(tag)) => ("IfNotPresent".into(), format!("because of the tag `{tag}`")),
    }
}
