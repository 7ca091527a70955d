//! On `kind` and `apiVersion`: what the object is.

use crate::describe::picture;
use crate::ide::describe;
use crate::pod::spec::PodSpec;
use crate::schema;

use super::Spot;

/// A Pod of more containers and volumes is not drawn.
const DRAWN: usize = 40;

pub(super) fn text(spot: Spot<'_>) -> Option<String> {
    let field = spot.value.field().filter(|it| it.name == "kind" || it.name == "apiVersion")?;
    let object = spot.value.model().object(spot.value.object())?;
    if spot.value.parent() != object.root() || spot.on_key {
        return None;
    }
    let info = object.info()?;
    let doc = describe::short(info.ty.doc);
    let spec = if info.is_workload() { format!("- Containers: `{}.containers`\n", info.pod_spec.join(".")) } else { String::new() };
    let kinds: Vec<_> = schema::kinds().iter().filter(|it| it.api_version == info.api_version).map(|it| format!("`{}`", it.kind)).collect();
    Some(match field.name {
        "kind" => {
            let pods = PodSpec::of(object).filter(|spec| spot.is_whole && spec.containers().count() + spec.volumes().count() <= DRAWN);
            let drawn = pods.map(picture).filter(|it| !it.is_empty() && !it.contains("```"));
            let drawn = drawn.map_or_else(String::new, |it| format!("\n\n```text\n{it}\n```"));
            format!("**{}** · {}\n\n{doc}\n\n{spec}- Checked against Kubernetes {}{drawn}", info.kind, info.api_version, spot.release)
        }
        _ => format!("**{}** · kinds: {}", info.api_version, kinds.join(", ")),
    })
}
