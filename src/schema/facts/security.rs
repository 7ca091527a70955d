//! Security contexts of the Pod and its containers.

use super::Format::*;
use super::row::{MAX_ID, Row, at, value};
use super::{Release, Value};

const PROFILES: &[Value] = &[
    value("RuntimeDefault", "The profile of the container runtime."),
    value("Unconfined", "No profile."),
    value("Localhost", "The profile on the node that `localhostProfile` names."),
];

const CAPABILITIES: &[Value] = &[
    value("ALL", "All capabilities."),
    value("NET_BIND_SERVICE", "Listen on ports below 1024."),
    value("NET_ADMIN", "Configure the network."),
    value("NET_RAW", "Use raw sockets (for example, ping)."),
    value("SYS_ADMIN", "A wide range of administrative operations; almost equivalent to `privileged`."),
    value("SYS_PTRACE", "Trace and inspect other processes."),
    value("SYS_TIME", "Set the clock."),
    value("SYS_RESOURCE", "Exceed resource limits."),
    value("SYS_NICE", "Raise priorities."),
    value("SYS_CHROOT", "Use chroot."),
    value("CHOWN", "Change file ownership."),
    value("DAC_OVERRIDE", "Bypass file permission checks."),
    value("FOWNER", "Bypass file ownership checks."),
    value("SETUID", "Change the user ID."),
    value("SETGID", "Change group IDs."),
    value("KILL", "Send signals to processes of other users."),
    value("IPC_LOCK", "Lock memory."),
    value("AUDIT_WRITE", "Write to the audit log."),
    value("MKNOD", "Create device files."),
];

pub(super) const ROWS: &[Row] = &[
    at("PodSecurityContext.runAsUser").range(0, MAX_ID).default("the `USER` of the image").source("validatePodSpecSecurityContext"),
    at("PodSecurityContext.runAsGroup").range(0, MAX_ID).default("the image's group").source("validatePodSpecSecurityContext"),
    at("PodSecurityContext.fsGroup").range(0, MAX_ID).source("validatePodSpecSecurityContext"),
    at("PodSecurityContext.supplementalGroups").range(0, MAX_ID).source("validatePodSpecSecurityContext"),
    at("PodSecurityContext.runAsNonRoot").default("`false`"),
    at("PodSecurityContext.fsGroupChangePolicy")
        .values(&[
            value("OnRootMismatch", "Change ownership only if the volume's root directory does not match; starts faster."),
            value("Always", "Change ownership of all files on every mount."),
        ])
        .refuses_empty()
        .default("`Always`")
        .source("validateFSGroupChangePolicy"),
    at("PodSecurityContext.supplementalGroupsPolicy")
        .values(&[value("Merge", "Groups defined in the image are merged."), value("Strict", "Only the groups specified in the Pod.")])
        .refuses_empty()
        .default("`Merge`")
        .source("validateSupplementalGroupsPolicy"),
    at("PodSecurityContext.seLinuxChangePolicy")
        .values(&[
            value("Recursive", "Relabel all files of a volume."),
            value("MountOption", "Mount the volume with the SELinux label; requires the feature gate SELinuxMount.").since(Release::V1_37),
        ])
        .refuses_empty()
        .default("`MountOption` where the volume allows it (1.37), otherwise `Recursive`")
        .source("validateSELinuxChangePolicy"),
    at("PodSecurityContext.sysctls").unique(&[&["name"]]).source("validateSysctls"),
    at("Sysctl.name").required().format(Sysctl).source("validateSysctls"),
    at("SecurityContext.runAsUser")
        .range(0, MAX_ID)
        .default("the Pod's value, otherwise the `USER` of the image")
        .source("ValidateSecurityContext"),
    at("SecurityContext.runAsGroup")
        .range(0, MAX_ID)
        .default("the Pod's value, otherwise the image's group")
        .source("ValidateSecurityContext"),
    at("SecurityContext.runAsNonRoot").default("the Pod's value, otherwise `false`"),
    at("SecurityContext.privileged").default("`false`"),
    at("SecurityContext.readOnlyRootFilesystem").default("`false`"),
    at("SecurityContext.allowPrivilegeEscalation").default("`true`"),
    at("SecurityContext.procMount")
        .values(&[
            value("Default", "Parts of /proc are hidden or read-only."),
            value("Unmasked", "All of /proc; only with `hostUsers: false`."),
        ])
        .refuses_empty()
        .default("`Default`")
        .source("ValidateProcMountType"),
    at("Capabilities.add").known(CAPABILITIES),
    at("Capabilities.drop").known(CAPABILITIES),
    at("SeccompProfile.type").required().values(PROFILES).source("validateSeccompProfileType"),
    at("SeccompProfile.localhostProfile").format(RelativePath).source("validateSeccompProfileField"),
    at("AppArmorProfile.type").required().values(PROFILES).source("ValidateAppArmorProfileField"),
    at("AppArmorProfile.localhostProfile").format(Trimmed).max_length(4095).source("ValidateAppArmorProfileField"),
    at("WindowsSecurityContextOptions.gmsaCredentialSpecName")
        .format(DnsSubdomain)
        .refuses_empty()
        .source("validateWindowsSecurityContextOptions"),
    at("WindowsSecurityContextOptions.gmsaCredentialSpec")
        .refuses_empty()
        .format(NonEmpty)
        .max_length(64 * 1024)
        .source("validateWindowsSecurityContextOptions"),
    at("WindowsSecurityContextOptions.runAsUserName")
        .refuses_empty()
        .format(WindowsUserName)
        .known(&[value("ContainerUser", ""), value("ContainerAdministrator", "")])
        .default("the user of the image")
        .source("validateWindowsSecurityContextOptions"),
    at("WindowsSecurityContextOptions.hostProcess").default("`false`"),
];
