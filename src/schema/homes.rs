//! Keys that people write in the wrong mapping: `image` below `spec`.

use super::Type;

/// Where a key belongs that is in the wrong mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home {
    /// How many structs further out, from the one that the key was found in. Lists do not count.
    pub up: usize,
    /// From there in: names of fields; a list stands for its first item.
    pub down: &'static [&'static str],
    /// The key it becomes there; `None` if it keeps its name.
    pub rename: Option<&'static str>,
}

/// Where `key`, which `ty` does not have, belongs: `image` below `spec` belongs to a container.
pub fn home(ty: &Type, key: &str) -> Option<Home> {
    HOMES.iter().find(|row| is(ty, row.0) && row.1.contains(&key)).map(|row| row.2)
}

/// Whether a row for `name` speaks of `ty`: an `EphemeralContainer` is one of the containers, and the kinds around a template are alike.
pub(super) fn is(ty: &Type, name: &str) -> bool {
    match name {
        "Container" => matches!(ty.name, "Container" | "EphemeralContainer"),
        "Kind" => super::kinds().iter().any(|kind| kind.ty == ty),
        "Workload" => WORKLOADS.contains(&ty.name),
        _ => ty.name == name,
    }
}

/// The specs that hold `template`.
const WORKLOADS: [&str; 6] =
    ["DeploymentSpec", "StatefulSetSpec", "DaemonSetSpec", "ReplicaSetSpec", "ReplicationControllerSpec", "JobSpec"];

const fn into(down: &'static [&'static str]) -> Home {
    Home { up: 0, down, rename: None }
}

const fn out(up: usize) -> Home {
    Home { up, down: &[], rename: None }
}

impl Home {
    const fn named(mut self, key: &'static str) -> Home {
        self.rename = Some(key);
        self
    }
}

/// What a container has and a PodSpec has not.
const OF_CONTAINER: &[&str] = &[
    "ports",
    "image",
    "env",
    "envFrom",
    "command",
    "args",
    "workingDir",
    "volumeMounts",
    "volumeDevices",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
    "imagePullPolicy",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "stdin",
    "tty",
    "resizePolicy",
];

/// What a PodSpec has and a container has not.
const OF_POD: &[&str] = &[
    "containers",
    "initContainers",
    "ephemeralContainers",
    "volumes",
    "nodeSelector",
    "nodeName",
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "hostAliases",
    "serviceAccountName",
    "imagePullSecrets",
    "tolerations",
    "affinity",
    "terminationGracePeriodSeconds",
    "dnsPolicy",
    "dnsConfig",
    "priorityClassName",
    "schedulerName",
    "runtimeClassName",
    "topologySpreadConstraints",
    "shareProcessNamespace",
    "hostname",
    "subdomain",
    "automountServiceAccountToken",
    "enableServiceLinks",
    "restartPolicy",
    "readinessGates",
];

const OF_META: &[&str] = &["name", "labels", "annotations", "namespace", "generateName", "finalizers"];
const OF_PROBE: &[&str] =
    &["initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold", "terminationGracePeriodSeconds"];
const HANDLERS: &[&str] = &["httpGet", "exec", "tcpSocket", "grpc"];
const SOURCES: &[&str] = &[
    "emptyDir",
    "hostPath",
    "configMap",
    "secret",
    "persistentVolumeClaim",
    "projected",
    "downwardAPI",
    "nfs",
    "csi",
    "ephemeral",
    "image",
];

const HOMES: &[(&str, &[&str], Home)] = &[
    // Around the spec
    ("Pod", OF_POD, into(&["spec"])),
    ("Kind", OF_META, into(&["metadata"])),
    ("Workload", OF_POD, into(&["template", "spec"])),
    ("Workload", &["labels", "annotations"], into(&["template", "metadata"])),
    ("Deployment", &["replicas", "selector", "template", "strategy"], into(&["spec"])),
    ("StatefulSet", &["replicas", "selector", "template", "serviceName", "volumeClaimTemplates"], into(&["spec"])),
    ("DaemonSet", &["selector", "template", "updateStrategy"], into(&["spec"])),
    ("ReplicaSet", &["replicas", "selector", "template"], into(&["spec"])),
    ("ReplicationController", &["replicas", "selector", "template"], into(&["spec"])),
    ("Job", &["template", "backoffLimit", "completions", "parallelism", "ttlSecondsAfterFinished"], into(&["spec"])),
    ("CronJob", &["schedule", "jobTemplate", "concurrencyPolicy", "suspend", "timeZone"], into(&["spec"])),
    (
        "CronJobSpec",
        &["template", "backoffLimit", "completions", "parallelism", "ttlSecondsAfterFinished", "activeDeadlineSeconds"],
        into(&["jobTemplate", "spec"]),
    ),
    ("CronJobSpec", OF_POD, into(&["jobTemplate", "spec", "template", "spec"])),
    ("JobTemplateSpec", &["template", "backoffLimit", "completions", "parallelism", "ttlSecondsAfterFinished"], into(&["spec"])),
    ("PodTemplateSpec", OF_POD, into(&["spec"])),
    ("PodTemplateSpec", OF_META, into(&["metadata"])),
    ("ObjectMeta", &["spec", "status", "kind", "apiVersion", "template"], out(1)),
    ("ObjectMeta", &["app", "version", "tier", "component", "role", "env", "environment", "release", "team"], into(&["labels"])),
    ("PodSpec", OF_CONTAINER, into(&["containers"])),
    ("PodSpec", &["labels", "annotations", "name", "namespace"], Home { up: 1, down: &["metadata"], rename: None }),
    ("PodSpec", &["replicas", "selector", "strategy"], out(2)),
    ("PodSpec", &["fsGroup", "runAsUser", "runAsGroup", "runAsNonRoot", "supplementalGroups", "sysctls"], into(&["securityContext"])),
    ("PodSpec", &["nodeAffinity", "podAffinity", "podAntiAffinity"], into(&["affinity"])),
    // Containers
    ("Container", OF_POD, out(1)),
    ("Container", &["limits", "requests", "claims"], into(&["resources"])),
    ("Container", &["cpu", "memory"], into(&["resources", "limits"])),
    ("Container", HANDLERS, into(&["livenessProbe"])),
    ("Container", &["postStart", "preStop"], into(&["lifecycle"])),
    (
        "Container",
        &["runAsUser", "runAsGroup", "runAsNonRoot", "privileged", "capabilities", "readOnlyRootFilesystem", "allowPrivilegeEscalation"],
        into(&["securityContext"]),
    ),
    ("Container", &["user"], into(&["securityContext"]).named("runAsUser")),
    ("Container", &["configMapRef", "secretRef"], into(&["envFrom"])),
    ("Container", &["mountPath", "subPath"], into(&["volumeMounts"])),
    ("Container", &["hostPort", "protocol"], into(&["ports"])),
    (
        "SecurityContext",
        &["fsGroup", "fsGroupChangePolicy", "sysctls", "supplementalGroups", "supplementalGroupsPolicy"],
        Home { up: 2, down: &["securityContext"], rename: None },
    ),
    (
        "PodSecurityContext",
        &["privileged", "capabilities", "readOnlyRootFilesystem", "allowPrivilegeEscalation", "procMount"],
        Home { up: 1, down: &["containers", "securityContext"], rename: None },
    ),
    ("SecurityContext", &["add", "drop"], into(&["capabilities"])),
    ("ResourceRequirements", &["cpu", "memory", "ephemeral-storage"], into(&["limits"])),
    ("EnvVar", &["configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef", "fileKeyRef"], into(&["valueFrom"])),
    ("EnvVar", &["configMapRef", "secretRef"], Home { up: 1, down: &["envFrom"], rename: None }),
    ("VolumeMount", SOURCES, Home { up: 2, down: &["volumes"], rename: None }),
    // Probes
    ("Probe", &["path", "port", "scheme", "host", "httpHeaders"], into(&["httpGet"])),
    ("Probe", &["command"], into(&["exec"])),
    ("Probe", &["service"], into(&["grpc"])),
    ("HTTPGetAction", OF_PROBE, out(1)),
    ("ExecAction", OF_PROBE, out(1)),
    ("TCPSocketAction", OF_PROBE, out(1)),
    ("GRPCAction", OF_PROBE, out(1)),
    ("Lifecycle", &["httpGet", "exec", "tcpSocket", "sleep"], into(&["preStop"])),
    // Volumes
    ("Volume", &["mountPath", "subPath", "readOnly"], Home { up: 1, down: &["containers", "volumeMounts"], rename: None }),
    ("Volume", &["medium", "sizeLimit"], into(&["emptyDir"])),
    ("Volume", &["claimName"], into(&["persistentVolumeClaim"])),
    ("Volume", &["secretName"], into(&["secret"])),
    ("Volume", &["path", "type"], into(&["hostPath"])),
    ("Volume", &["server"], into(&["nfs"])),
    ("Volume", &["driver"], into(&["csi"])),
    ("Volume", &["sources"], into(&["projected"])),
    ("Volume", &["volumeClaimTemplate"], into(&["ephemeral"])),
    ("PersistentVolumeClaimSpec", &["requests", "limits"], into(&["resources"])),
    ("PersistentVolumeClaimSpec", &["storage"], into(&["resources", "requests"])),
    ("VolumeResourceRequirements", &["storage"], into(&["requests"])),
    ("VolumeClaimTemplate", &["accessModes", "resources", "storageClassName", "volumeMode"], into(&["spec"])),
    ("PersistentVolumeClaim", &["accessModes", "resources", "storageClassName", "volumeMode"], into(&["spec"])),
    // Selection
    (
        "LabelSelector",
        &["app", "version", "tier", "component", "role", "app.kubernetes.io/name", "app.kubernetes.io/instance"],
        into(&["matchLabels"]),
    ),
    ("Affinity", &["nodeSelectorTerms"], into(&["nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"])),
    ("NodeAffinity", &["nodeSelectorTerms"], into(&["requiredDuringSchedulingIgnoredDuringExecution"])),
    ("DeploymentStrategy", &["maxSurge", "maxUnavailable"], into(&["rollingUpdate"])),
    ("StatefulSetUpdateStrategy", &["maxUnavailable", "partition"], into(&["rollingUpdate"])),
    ("DaemonSetUpdateStrategy", &["maxSurge", "maxUnavailable"], into(&["rollingUpdate"])),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Shape, kinds, type_named, types};

    #[test]
    fn homes_exist() {
        for (name, keys, home) in HOMES {
            let all = types().iter().filter(|ty| is(ty, name));
            assert!(all.clone().count() > 0, "{name}");
            for ty in all {
                for key in *keys {
                    assert!(fits(ty, home, home.rename.unwrap_or(key)), "{}.{key}: {home:?}", ty.name);
                }
            }
        }
    }

    /// Whether the way from `ty` leads to a struct with the field, or to a map.
    fn fits(ty: &'static Type, home: &Home, key: &str) -> bool {
        let starts = match home.up {
            0 => vec![ty],
            1 => holders(ty),
            _ => holders(ty).into_iter().flat_map(holders).collect(),
        };
        starts.into_iter().any(|start| {
            let mut at = Some(Shape::Object(start));
            for step in home.down {
                at = at.and_then(struct_of).and_then(|ty| ty.field(step)).map(|field| field.shape);
            }
            at.is_some_and(|shape| matches!(shape, Shape::Map(_)) || struct_of(shape).is_some_and(|ty| ty.field(key).is_some()))
        })
    }

    fn holders(inner: &Type) -> Vec<&'static Type> {
        types().iter().filter(|ty| ty.fields.iter().any(|field| struct_of(field.shape) == Some(inner))).collect()
    }

    fn struct_of(shape: Shape) -> Option<&'static Type> {
        match shape {
            Shape::Object(ty) => Some(ty),
            Shape::List(item) => struct_of(*item),
            _ => None,
        }
    }

    #[test]
    fn examples() {
        let ty = |name| type_named(name).unwrap();
        assert_eq!(home(ty("PodSpec"), "image"), Some(into(&["containers"])));
        assert_eq!(home(ty("DeploymentSpec"), "containers"), Some(into(&["template", "spec"])));
        assert_eq!(home(ty("Container"), "volumes"), Some(out(1)));
        assert_eq!(home(kinds()[0].ty, "labels"), Some(into(&["metadata"])));
        assert_eq!(home(ty("Container"), "image"), None);
    }
}
