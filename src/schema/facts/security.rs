//! Security contexts of the Pod and its containers.

use super::Format::*;
use super::row::{MAX_ID, Row, at, value};
use super::{Release, Value};

const PROFILES: &[Value] = &[
    value("RuntimeDefault", "The profile of the container runtime."),
    value("Unconfined", "No profile."),
    value("Localhost", "The profile of the node that `localhostProfile` names."),
];

const CAPABILITIES: &[Value] = &[
    value("ALL", "All of them."),
    value("NET_BIND_SERVICE", "Listen on ports below 1024."),
    value("NET_ADMIN", "Configure the network."),
    value("NET_RAW", "Raw sockets, as ping uses them."),
    value("SYS_ADMIN", "Nearly everything; close to privileged."),
    value("SYS_PTRACE", "Look into other processes."),
    value("SYS_TIME", "Set the clock."),
    value("SYS_RESOURCE", "Exceed resource limits."),
    value("SYS_NICE", "Raise priorities."),
    value("SYS_CHROOT", "Use chroot."),
    value("CHOWN", "Change owners of files."),
    value("DAC_OVERRIDE", "Ignore the permissions of files."),
    value("FOWNER", "Act as the owner of files."),
    value("SETUID", "Change the user."),
    value("SETGID", "Change the group."),
    value("KILL", "Send signals to processes of other users."),
    value("IPC_LOCK", "Lock memory."),
    value("AUDIT_WRITE", "Write to the audit log."),
    value("MKNOD", "Make device files."),
];

pub(super) const ROWS: &[Row] = &[
    at("PodSecurityContext.runAsUser").range(0, MAX_ID).default("the `USER` of the image").source("validatePodSpecSecurityContext"),
    at("PodSecurityContext.runAsGroup").range(0, MAX_ID).default("that of the image").source("validatePodSpecSecurityContext"),
    at("PodSecurityContext.fsGroup").range(0, MAX_ID).source("validatePodSpecSecurityContext"),
    at("PodSecurityContext.supplementalGroups").range(0, MAX_ID).source("validatePodSpecSecurityContext"),
    at("PodSecurityContext.runAsNonRoot").default("`false`"),
    at("PodSecurityContext.fsGroupChangePolicy")
        .values(&[
            value("OnRootMismatch", "Change owners only if the volume's root has wrong ones; starts faster."),
            value("Always", "Change owners of all files at every mount."),
        ])
        .refuses_empty()
        .default("`Always`")
        .source("validateFSGroupChangePolicy"),
    at("PodSecurityContext.supplementalGroupsPolicy")
        .values(&[
            value("Merge", "The groups that the image gives the user are added."),
            value("Strict", "Only the groups that the Pod names."),
        ])
        .refuses_empty()
        .default("`Merge`")
        .source("validateSupplementalGroupsPolicy"),
    at("PodSecurityContext.seLinuxChangePolicy")
        .values(&[
            value("Recursive", "Relabel all files of a volume."),
            value("MountOption", "Mount the volume with the label; needs SELinuxMount.").since(Release::V1_37),
        ])
        .refuses_empty()
        .default("`MountOption` where the volume allows it (1.37), else `Recursive`")
        .source("validateSELinuxChangePolicy"),
    at("PodSecurityContext.sysctls").unique(&[&["name"]]).source("validateSysctls"),
    at("Sysctl.name").required().format(Sysctl).source("validateSysctls"),
    at("SecurityContext.runAsUser")
        .range(0, MAX_ID)
        .default("that of the Pod, else the `USER` of the image")
        .source("ValidateSecurityContext"),
    at("SecurityContext.runAsGroup").range(0, MAX_ID).default("that of the Pod, else that of the image").source("ValidateSecurityContext"),
    at("SecurityContext.runAsNonRoot").default("that of the Pod, else `false`"),
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
