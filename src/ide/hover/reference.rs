//! On a name that refers to something else: what it refers to.

use crate::pod::Value;
use crate::pod::refs;
use crate::pod::spec::Port;
use crate::schema::facts::Target;
use crate::schema::ty;

use super::Spot;

pub(super) fn text(spot: Spot<'_>) -> Option<String> {
    let used = refs::used(spot.value).filter(|_| !spot.on_key)?;
    let name = &used.name;
    if refs::scope(spot.value, used.target).is_some() {
        let Some(definition) = refs::definition(&used) else { return Some(format!("**{name}** · not declared here")) };
        return Some(match used.target {
            Target::Port => {
                let number = Port(definition.owner).number().map_or(String::new(), |it| format!("{it}, "));
                format!("**{name}** · port {number}declared at `{}`", definition.owner.path())
            }
            _ => format!("**{name}** · declared at `{}`", definition.owner.path()),
        });
    }
    let (kind, missing) = match used.target {
        Target::ConfigMap => ("ConfigMap", without(spot.value)?),
        Target::Secret => ("Secret", without(spot.value)?),
        Target::PersistentVolumeClaim => ("PersistentVolumeClaim", "without it, the Pod stays `Pending`"),
        Target::ServiceAccount => ("ServiceAccount", "without it, the API server rejects the Pod"),
        Target::PriorityClass => ("PriorityClass", "without it, the API server rejects the Pod"),
        Target::RuntimeClass => ("RuntimeClass", "without it, the API server rejects the Pod"),
        _ => return None,
    };
    let object = spot.value.model().object(spot.value.object())?;
    let others = refs::uses(object, used.target).filter(|it| it.name == *name && it.site != spot.value).count();
    let others = match others {
        0 => String::new(),
        1 => "; used once more in this object".into(),
        count => format!("; used {count} more times in this object"),
    };
    let place = if matches!(used.target, Target::PriorityClass | Target::RuntimeClass) { "" } else { " in the namespace of the Pod" };
    Some(format!("**{name}** · {kind}{place}; {missing}{others}"))
}

/// What the kubelet does without a ConfigMap or Secret (`makeEnvironmentVariables`, `getPullSecretsForPod`, `SetUpAt` of the volumes).
fn without(name: Value<'_>) -> Option<&'static str> {
    let source = name.parent()?;
    let optional = source.is_true("optional");
    Some(match source.ty()?.name {
        "ConfigMapEnvSource" | "SecretEnvSource" if optional => "optional: if missing, its variables are not set",
        "ConfigMapKeySelector" | "SecretKeySelector" if optional => "optional: if it or its key is missing, the variable is not set",
        "ConfigMapEnvSource" | "SecretEnvSource" => "the container does not start without it, unless `optional: true`",
        "ConfigMapKeySelector" | "SecretKeySelector" => "the container does not start without it and its key, unless `optional: true`",
        "ConfigMapVolumeSource" | "SecretVolumeSource" | "ConfigMapProjection" | "SecretProjection" if optional => {
            "optional: if missing, its files are missing too"
        }
        "ConfigMapVolumeSource" | "SecretVolumeSource" | "ConfigMapProjection" | "SecretProjection" => {
            "if a container mounts it, the Pod does not start without it, unless `optional: true`"
        }
        _ if source.holder().is_some_and(|list| list.name == "imagePullSecrets") => {
            "without it, images are pulled without these credentials"
        }
        _ if source.ancestors().any(|it| it.is_a(ty::VOLUME)) => "the volume cannot be mounted without it",
        _ => return None,
    })
}
