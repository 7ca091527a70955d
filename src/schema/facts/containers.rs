//! Containers: names, images, ports, environment, mounts, resources.

use super::Format::*;
use super::row::{MAX_ID, Row, at, value};
use super::{Release, Target, Value};

/// `Container.imagePullPolicy` and `ImageVolumeSource.pullPolicy`.
pub(super) const PULL_POLICIES: &[Value] = &[
    value("Always", "Check the registry every time the container starts; cached layers are not downloaded again."),
    value("IfNotPresent", "Pull only if the node does not have the image."),
    value("Never", "Never pull; the node must have the image."),
];

/// `parsers.ParseImageName` gives a reference without tag and digest the tag `latest`.
pub(super) const PULL_POLICY: &str = "`Always` if the tag is `latest` or there is neither tag nor digest, otherwise `IfNotPresent`";

const RESOURCES: &[Value] = &[
    value("cpu", "CPU time, in cores: `500m` is half a core."),
    value("memory", "Memory, in bytes: `256Mi`."),
    value("ephemeral-storage", "Local ephemeral storage: logs, the writable layer, emptyDir volumes."),
    value("hugepages-2Mi", "Huge pages of 2 MiB; request and limit must be equal."),
    value("hugepages-1Gi", "Huge pages of 1 GiB; request and limit must be equal."),
];

pub(super) const ROWS: &[Row] = &[
    at("Container.name").required().format(DnsLabel).source("validateContainerCommon"),
    at("Container.image").required().source("validateContainerCommon"),
    at("Container.command").default("the `ENTRYPOINT` of the image"),
    at("Container.args").default("the `CMD` of the image, if `command` is not set either"),
    at("Container.workingDir").default("the `WORKDIR` of the image"),
    at("Container.stdin").default("`false`"),
    at("Container.stdinOnce").default("`false`"),
    at("Container.tty").default("`false`"),
    at("Container.imagePullPolicy").values(PULL_POLICIES).default(PULL_POLICY).source("validatePullPolicy, SetDefaults_Container"),
    at("Container.terminationMessagePath").default("`/dev/termination-log`").source("SetDefaults_Container"),
    at("Container.terminationMessagePolicy")
        .values(&[
            value("File", "The message is what the container wrote to `terminationMessagePath`."),
            value("FallbackToLogsOnError", "Same as `File`; if that is empty and the container failed, the end of its log."),
        ])
        .default("`File`")
        .source("validateContainerCommon"),
    at("Container.restartPolicy")
        .values(&[
            value("Always", "Always restart the container; an init container with this policy is a sidecar container."),
            value("OnFailure", "Restart the container when it fails.").since(Release::V1_35),
            value("Never", "Never restart the container.").since(Release::V1_35),
        ])
        .refuses_empty()
        .default("the Pod's `restartPolicy`")
        // 1.33 knows only `Always`, for init containers; 1.34 drops the field unread.
        .enforced_since(Release::V1_35)
        .source("validateInitContainerRestartPolicy, validateContainerRestartPolicy"),
    at("Container.restartPolicyRules")
        .max_items(20)
        .gate("ContainerRestartRules", Some(Release::V1_35))
        .source("validateContainerRestartPolicy"),
    at("ContainerRestartRule.action")
        .required()
        .values(&[
            value("Restart", "Restart the container, whatever its restart policy."),
            value("RestartAllContainers", "Restart all containers of the Pod in place.").since(Release::V1_36),
        ])
        .source("validateContainerRestartPolicy"),
    at("ContainerRestartRule.exitCodes").required().source("validateContainerRestartPolicy"),
    at("ContainerRestartRuleOnExitCodes.operator")
        .required()
        .values(&[value("In", "The exit code is one of `values`."), value("NotIn", "The exit code is none of `values`.")])
        .source("validateContainerRestartPolicy"),
    at("ContainerRestartRuleOnExitCodes.values").max_items(255).source("validateContainerRestartPolicy"),
    at("Container.resizePolicy").unique(&[&["resourceName"]]).source("validateResizePolicy"),
    at("ContainerResizePolicy.resourceName").required().values(&[value("cpu", ""), value("memory", "")]).source("validateResizePolicy"),
    at("ContainerResizePolicy.restartPolicy")
        .required()
        .values(&[
            value("NotRequired", "Resize while the container runs."),
            value("RestartContainer", "Restart the container to resize it."),
        ])
        .source("validateResizePolicy"),
    // Ports
    at("Container.ports").unique(&[&["name"]]).source("validateContainerPorts"),
    at("ContainerPort.containerPort").required().range(1, 65535).source("validateContainerPorts"),
    at("ContainerPort.hostPort")
        .range(0, 65535)
        .default("none; with `hostNetwork`, the same as `containerPort`")
        .source("validateContainerPorts, defaultHostNetworkPorts"),
    at("ContainerPort.name").format(PortName).source("validateContainerPorts"),
    at("ContainerPort.protocol")
        .values(&[value("TCP", ""), value("UDP", ""), value("SCTP", "")])
        .default("`TCP`")
        .source("validateContainerPorts"),
    // Environment
    at("Container.env").warns_repeated("name").source("warningsForPodSpecAndMeta"),
    at("EnvVar.name").required().format(EnvVarName).source("ValidateEnv"),
    at("EnvVar.value").default("`\"\"`"),
    at("EnvFromSource.prefix").format(EnvVarName).source("ValidateEnvFrom"),
    // The server looks at these names as if more came after them.
    at("ConfigMapEnvSource.name").required().format(DnsSubdomainPrefix).refers_to(Target::ConfigMap).source("validateConfigMapEnvSource"),
    at("SecretEnvSource.name").required().format(DnsSubdomainPrefix).refers_to(Target::Secret).source("validateSecretEnvSource"),
    at("ConfigMapEnvSource.optional").default("`false`: without the ConfigMap the container does not start"),
    at("SecretEnvSource.optional").default("`false`: without the Secret the container does not start"),
    at("ConfigMapKeySelector.name").required().format(DnsSubdomain).refers_to(Target::ConfigMap).source("validateConfigMapKeySelector"),
    at("ConfigMapKeySelector.key").required().format(ConfigKey).source("validateConfigMapKeySelector"),
    at("ConfigMapKeySelector.optional").default("`false`: without the key the container does not start"),
    at("SecretKeySelector.name").required().format(DnsSubdomain).refers_to(Target::Secret).source("validateSecretKeySelector"),
    at("SecretKeySelector.key").required().format(ConfigKey).source("validateSecretKeySelector"),
    at("SecretKeySelector.optional").default("`false`: without the key the container does not start"),
    at("EnvVarSource.fileKeyRef").gate("EnvFiles", Some(Release::V1_35)),
    at("FileKeySelector.key").required().format(EnvVarName).source("validateFileKeySelector"),
    at("FileKeySelector.path").required().format(NoBacksteps).source("validateFileKeySelector"),
    at("FileKeySelector.volumeName")
        .required()
        .format(DnsLabel)
        .refers_to(Target::Volume)
        .source("validateFileKeySelector, validateFileKeyRefVolumes"),
    at("FileKeySelector.optional").default("`false`"),
    at("ObjectFieldSelector.apiVersion").values(&[value("v1", "")]).default("`v1`").source("validateObjectFieldSelector"),
    at("ObjectFieldSelector.fieldPath").required().source("validateObjectFieldSelector"),
    at("EnvVarSource.fieldRef.fieldPath")
        .format(EnvFieldPath)
        .known(&[
            value("metadata.name", "Name of the Pod."),
            value("metadata.namespace", "Namespace of the Pod."),
            value("metadata.uid", "UID of the Pod."),
            value("metadata.labels['app']", "Value of one label."),
            value("metadata.annotations['example.com/note']", "Value of one annotation."),
            value("spec.nodeName", "Name of the node that the Pod runs on."),
            value("spec.serviceAccountName", "Name of the Pod's service account."),
            value("status.podIP", "First IP address of the Pod."),
            value("status.podIPs", "All IP addresses of the Pod, comma-separated."),
            value("status.hostIP", "First IP address of the node."),
            value("status.hostIPs", "All IP addresses of the node, comma-separated."),
        ])
        .source("validEnvDownwardAPIFieldPathExpressions"),
    at("ResourceFieldSelector.resource")
        .required()
        .format(ResourceField)
        .known(&[
            value("limits.cpu", "CPU limit; defaults to the node's allocatable CPU."),
            value("limits.memory", "Memory limit; defaults to the node's allocatable memory."),
            value("limits.ephemeral-storage", "Ephemeral storage limit; defaults to the node's allocatable ephemeral storage."),
            value("requests.cpu", "CPU request."),
            value("requests.memory", "Memory request."),
            value("requests.ephemeral-storage", "Ephemeral storage request."),
        ])
        .source("validateContainerResourceFieldSelector"),
    at("ResourceFieldSelector.containerName").refers_to(Target::Container),
    at("DownwardAPIVolumeFile.resourceFieldRef.containerName").required().source("validateContainerResourceFieldSelector"),
    at("ResourceFieldSelector.divisor").default("`1`"),
    // Mounts
    at("Container.volumeMounts").unique(&[&["mountPath"]]).source("ValidateVolumeMounts"),
    at("VolumeMount.name").required().refers_to(Target::Volume).source("ValidateVolumeMounts"),
    at("VolumeMount.mountPath").required().source("ValidateVolumeMounts"),
    at("VolumeMount.subPath").format(RelativePath).default("`\"\"`: the whole volume").source("ValidateVolumeMounts"),
    at("VolumeMount.subPathExpr").format(RelativePath).source("ValidateVolumeMounts"),
    at("VolumeMount.readOnly").default("`false`"),
    at("VolumeMount.mountPropagation")
        .values(&[
            value("None", "Later mounts on either side are not visible on the other."),
            value("HostToContainer", "Later mounts by the host below the path appear in the container."),
            value("Bidirectional", "Mounts appear on both sides; only for privileged containers."),
        ])
        .refuses_empty()
        .default("`None`")
        .source("validateMountPropagation"),
    at("VolumeMount.recursiveReadOnly")
        .values(&[
            value("Disabled", "Mounts below it may be writable."),
            value("IfPossible", "Mounts below it are read-only if the runtime supports it."),
            value("Enabled", "Mounts below it are read-only, or the Pod fails."),
        ])
        .refuses_empty()
        .default("`Disabled`")
        .source("validateMountRecursiveReadOnly"),
    at("VolumeMount.bindMountOptions")
        .values(&[
            value("noexec", "Executables cannot be run (noexec)."),
            value("nodev", "Device files are ignored (nodev)."),
            value("nosuid", "Set-user-ID bits are ignored (nosuid)."),
        ])
        .refuses_empty()
        .unique(&[&[]])
        .gate("VolumeBindMountOptions", None)
        .source("validateBindMountOptions"),
    at("Container.volumeDevices").unique(&[&["devicePath"], &["name"]]).source("ValidateVolumeDevices"),
    at("VolumeDevice.name").required().refers_to(Target::Volume).source("ValidateVolumeDevices"),
    at("VolumeDevice.devicePath").required().format(NoBacksteps).source("ValidateVolumeDevices"),
    // Resources
    at("ResourceRequirements.limits")
        .keys(ContainerResource)
        .known_keys(RESOURCES)
        .format(NonNegativeQuantity)
        .default("no limit, unless the namespace has a LimitRange")
        .source("validateResourceRequirements"),
    at("ResourceRequirements.requests")
        .keys(ContainerResource)
        .known_keys(RESOURCES)
        .format(NonNegativeQuantity)
        .default("the limit of the same resource, otherwise none")
        .source("validateResourceRequirements, SetDefaults_Pod"),
    at("ResourceRequirements.claims")
        .gate("DynamicResourceAllocation", Some(Release::V1_34))
        .unique(&[&["name", "request"]])
        .source("validateResourceClaimNames"),
    at("ResourceClaim.name").required().refers_to(Target::PodResourceClaim).source("validateResourceClaimNames"),
    at("ResourceClaim.request").format(DnsLabel).source("validateResourceClaimNames"),
    // Ephemeral containers
    at("EphemeralContainer.targetContainerName").refers_to(Target::Container).source("validateEphemeralContainers"),
    at("EphemeralContainer.ports").forbidden(NOT_EPHEMERAL).source("allowedEphemeralContainerFields"),
    at("EphemeralContainer.resources").forbidden(NOT_EPHEMERAL).source("allowedEphemeralContainerFields"),
    at("EphemeralContainer.resizePolicy").forbidden(NOT_EPHEMERAL).source("allowedEphemeralContainerFields"),
    at("EphemeralContainer.lifecycle").forbidden(NOT_EPHEMERAL).source("allowedEphemeralContainerFields"),
    at("EphemeralContainer.livenessProbe").forbidden(NOT_EPHEMERAL).source("allowedEphemeralContainerFields"),
    at("EphemeralContainer.readinessProbe").forbidden(NOT_EPHEMERAL).source("allowedEphemeralContainerFields"),
    at("EphemeralContainer.startupProbe").forbidden(NOT_EPHEMERAL).source("allowedEphemeralContainerFields"),
    at("EphemeralContainer.restartPolicy").forbidden(NOT_EPHEMERAL).source("allowedEphemeralContainerFields"),
    at("EphemeralContainer.restartPolicyRules").forbidden(NOT_EPHEMERAL).source("allowedEphemeralContainerFields"),
    // The user in status, here since it has the same bounds.
    at("LinuxContainerUser.uid").range(0, MAX_ID).advice(),
    at("LinuxContainerUser.gid").range(0, MAX_ID).advice(),
];

const NOT_EPHEMERAL: &str = "ephemeral containers do not support it; remove it";
