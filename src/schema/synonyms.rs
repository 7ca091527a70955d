//! Keys that people write for others: `environment` for `env`.

use super::Type;
use super::homes::is;

/// The field of `ty` that people mean who write `key`: `environment` is `env`. Slips of typing and of case are not looked for here.
pub fn synonym(ty: &Type, key: &str) -> Option<&'static str> {
    let rows = SYNONYMS.iter().filter(|row| is(ty, row.0)).flat_map(|row| row.1);
    rows.into_iter().find(|row| row.0 == key).map(|row| row.1)
}

type Synonyms = (&'static str, &'static [(&'static str, &'static str)]);

const SYNONYMS: &[Synonyms] = &[
    ("Kind", &[("meta", "metadata"), ("version", "apiVersion"), ("type", "kind")]),
    ("ObjectMeta", &[("label", "labels"), ("annotation", "annotations")]),
    (
        "PodSpec",
        &[
            ("container", "containers"),
            ("initContainer", "initContainers"),
            ("inits", "initContainers"),
            ("depends_on", "initContainers"),
            ("volume", "volumes"),
            ("restart", "restartPolicy"),
            ("pullSecrets", "imagePullSecrets"),
            ("imagePullSecret", "imagePullSecrets"),
            ("tolerate", "tolerations"),
            ("toleration", "tolerations"),
            ("extra_hosts", "hostAliases"),
            ("hostAlias", "hostAliases"),
            ("gracePeriodSeconds", "terminationGracePeriodSeconds"),
            ("terminationGracePeriod", "terminationGracePeriodSeconds"),
            ("stop_grace_period", "terminationGracePeriodSeconds"),
            ("node", "nodeName"),
            ("runtimeClass", "runtimeClassName"),
            ("priorityClass", "priorityClassName"),
            ("dns", "dnsConfig"),
            ("topologySpread", "topologySpreadConstraints"),
        ],
    ),
    (
        "Container",
        &[
            ("environment", "env"),
            ("enviroment", "env"),
            ("environments", "env"),
            ("envs", "env"),
            ("envVars", "env"),
            ("variables", "env"),
            ("env_file", "envFrom"),
            ("entrypoint", "command"),
            ("commands", "command"),
            ("cmd", "command"),
            ("arg", "args"),
            ("arguments", "args"),
            ("expose", "ports"),
            ("port", "ports"),
            ("containerPort", "ports"),
            ("containerPorts", "ports"),
            ("pullPolicy", "imagePullPolicy"),
            ("volumeMount", "volumeMounts"),
            ("mounts", "volumeMounts"),
            ("mount", "volumeMounts"),
            ("healthcheck", "livenessProbe"),
            ("healthCheck", "livenessProbe"),
            ("liveness", "livenessProbe"),
            ("readiness", "readinessProbe"),
            ("startup", "startupProbe"),
            ("resource", "resources"),
            ("restart", "restartPolicy"),
            ("dir", "workingDir"),
            ("workdir", "workingDir"),
            ("security", "securityContext"),
            ("hooks", "lifecycle"),
        ],
    ),
    ("ContainerPort", &[("port", "containerPort"), ("targetPort", "containerPort"), ("nodePort", "hostPort"), ("portName", "name")]),
    ("EnvVar", &[("key", "name"), ("val", "value"), ("from", "valueFrom")]),
    (
        "EnvFromSource",
        &[("configMap", "configMapRef"), ("configMapKeyRef", "configMapRef"), ("secret", "secretRef"), ("secretKeyRef", "secretRef")],
    ),
    (
        "EnvVarSource",
        &[
            ("configMap", "configMapKeyRef"),
            ("configMapRef", "configMapKeyRef"),
            ("secret", "secretKeyRef"),
            ("secretRef", "secretKeyRef"),
            ("field", "fieldRef"),
            ("resource", "resourceFieldRef"),
        ],
    ),
    ("ConfigMapKeySelector", &[("configMapName", "name")]),
    ("SecretKeySelector", &[("secretName", "name")]),
    ("ConfigMapEnvSource", &[("configMapName", "name")]),
    ("SecretEnvSource", &[("secretName", "name")]),
    ("ObjectFieldSelector", &[("path", "fieldPath"), ("field", "fieldPath")]),
    (
        "VolumeMount",
        &[
            ("path", "mountPath"),
            ("volume", "name"),
            ("volumeName", "name"),
            ("mount", "mountPath"),
            ("target", "mountPath"),
            ("ro", "readOnly"),
        ],
    ),
    ("VolumeDevice", &[("path", "devicePath")]),
    ("Volume", &[("pvc", "persistentVolumeClaim"), ("secretName", "secret"), ("downwardApi", "downwardAPI")]),
    ("SecretVolumeSource", &[("name", "secretName"), ("secret", "secretName")]),
    ("ConfigMapVolumeSource", &[("configMapName", "name"), ("configMap", "name")]),
    ("SecretProjection", &[("secretName", "name")]),
    ("ConfigMapProjection", &[("configMapName", "name")]),
    ("PersistentVolumeClaimVolumeSource", &[("name", "claimName"), ("claim", "claimName"), ("pvcName", "claimName")]),
    ("EmptyDirVolumeSource", &[("size", "sizeLimit"), ("limit", "sizeLimit"), ("type", "medium")]),
    ("HostPathVolumeSource", &[("hostPath", "path"), ("directory", "path")]),
    ("NFSVolumeSource", &[("host", "server"), ("share", "path")]),
    ("KeyToPath", &[("name", "key"), ("file", "path")]),
    ("ResourceRequirements", &[("limit", "limits"), ("request", "requests"), ("reservations", "requests"), ("claim", "claims")]),
    (
        "Probe",
        &[
            ("http", "httpGet"),
            ("tcp", "tcpSocket"),
            ("delay", "initialDelaySeconds"),
            ("initialDelay", "initialDelaySeconds"),
            ("start_period", "initialDelaySeconds"),
            ("interval", "periodSeconds"),
            ("period", "periodSeconds"),
            ("intervalSeconds", "periodSeconds"),
            ("timeout", "timeoutSeconds"),
            ("retries", "failureThreshold"),
        ],
    ),
    ("HTTPGetAction", &[("url", "path"), ("uri", "path"), ("headers", "httpHeaders"), ("containerPort", "port")]),
    ("TCPSocketAction", &[("containerPort", "port")]),
    ("ExecAction", &[("cmd", "command"), ("commands", "command")]),
    (
        "SecurityContext",
        &[
            ("user", "runAsUser"),
            ("group", "runAsGroup"),
            ("uid", "runAsUser"),
            ("gid", "runAsGroup"),
            ("readOnly", "readOnlyRootFilesystem"),
            ("cap", "capabilities"),
        ],
    ),
    (
        "PodSecurityContext",
        &[("user", "runAsUser"), ("group", "runAsGroup"), ("uid", "runAsUser"), ("gid", "runAsGroup"), ("sysctl", "sysctls")],
    ),
    ("Capabilities", &[("cap_add", "add"), ("cap_drop", "drop"), ("remove", "drop")]),
    (
        "LabelSelector",
        &[
            ("labels", "matchLabels"),
            ("matchLabel", "matchLabels"),
            ("matchExpression", "matchExpressions"),
            ("expressions", "matchExpressions"),
        ],
    ),
    ("DeploymentSpec", &[("replica", "replicas"), ("labelSelector", "selector"), ("updateStrategy", "strategy")]),
    ("ReplicaSetSpec", &[("replica", "replicas"), ("labelSelector", "selector")]),
    ("ReplicationControllerSpec", &[("replica", "replicas"), ("labelSelector", "selector")]),
    (
        "StatefulSetSpec",
        &[
            ("replica", "replicas"),
            ("labelSelector", "selector"),
            ("strategy", "updateStrategy"),
            ("service", "serviceName"),
            ("volumeClaimTemplate", "volumeClaimTemplates"),
            ("persistentVolumeClaims", "volumeClaimTemplates"),
        ],
    ),
    ("DaemonSetSpec", &[("labelSelector", "selector"), ("strategy", "updateStrategy")]),
    ("JobSpec", &[("retries", "backoffLimit"), ("ttl", "ttlSecondsAfterFinished"), ("parallel", "parallelism")]),
    ("CronJobSpec", &[("cron", "schedule"), ("job", "jobTemplate"), ("timezone", "timeZone")]),
    ("Toleration", &[("seconds", "tolerationSeconds")]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{type_named, types};

    #[test]
    fn synonyms_lead_to_fields() {
        for ty in types() {
            for row in SYNONYMS.iter().filter(|row| is(ty, row.0)) {
                for (written, meant) in row.1 {
                    // A PodTemplate has no spec of its own, so not all of the kinds have all fields.
                    assert!(ty.field(meant).is_some(), "{}.{meant}", ty.name);
                    assert!(
                        ty.field(written).is_none() || row.0 == "Kind" || *written == "containerPort",
                        "{}.{written} is a field",
                        ty.name
                    );
                }
            }
        }
    }

    #[test]
    fn examples() {
        let ty = |name| type_named(name).unwrap();
        assert_eq!(synonym(ty("Container"), "environment"), Some("env"));
        assert_eq!(synonym(ty("EphemeralContainer"), "cmd"), Some("command"));
        assert_eq!(synonym(ty("PodSpec"), "environment"), None);
    }
}
