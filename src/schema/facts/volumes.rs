//! Volumes and what they are made of.

use super::Format::*;
use super::containers::{PULL_POLICIES, PULL_POLICY};
use super::row::{MAX_ID, Row, at, value};
use super::{Release, Target, Value};

/// `0777`: the largest mode of a file (`fileModeErrorMsg`).
const MAX_MODE: i64 = 0o777;
const USER_FIELDS: &str = "AtomicWriteVolumeUserFields";

const FIELD_PATHS: &[Value] = &[
    value("metadata.name", "Name of the Pod."),
    value("metadata.namespace", "Namespace of the Pod."),
    value("metadata.uid", "UID of the Pod."),
    value("metadata.labels", "All labels, one `key=\"value\"` per line, kept up to date."),
    value("metadata.annotations", "All annotations, one `key=\"value\"` per line, kept up to date."),
    value("metadata.labels['app']", "Value of one label."),
    value("metadata.annotations['example.com/note']", "Value of one annotation."),
];

pub(super) const ACCESS_MODES: &[Value] = &[
    value("ReadWriteOnce", "Mounted read-write by a single node."),
    value("ReadOnlyMany", "Mounted read-only by many nodes."),
    value("ReadWriteMany", "Mounted read-write by many nodes."),
    value("ReadWriteOncePod", "Mounted read-write by a single Pod; cannot be combined with other modes."),
];

pub(super) const ROWS: &[Row] = &[
    at("PodSpec.volumes").unique(&[&["name"]]).source("ValidateVolumes"),
    at("Volume.name").required().format(DnsLabel).source("ValidateVolumes"),
    at("EmptyDirVolumeSource.medium")
        .known(&[
            value("Memory", "A tmpfs; its content counts toward the memory of the container."),
            value("HugePages", "Huge pages of the size that the Pod requests (if it requests only one)."),
            value("HugePages-2Mi", "Huge pages of 2 MiB."),
            value("HugePages-1Gi", "Huge pages of 1 GiB."),
        ])
        .default("`\"\"`: the disk of the node"),
    at("EmptyDirVolumeSource.sizeLimit").format(NonNegativeQuantity).default("no limit of its own").source("validateVolumeSource"),
    at("EmptyDirVolumeSource.mode").range(0, 0o1777).default("`0777`").gate("EmptyDirVolumeMode", None).source("validateVolumeSource"),
    at("HostPathVolumeSource.path").required().format(NoBacksteps).source("validateHostPathVolumeSource"),
    at("HostPathVolumeSource.type")
        .values(&[
            value("", "No check."),
            value("DirectoryOrCreate", "A directory; created if missing, with mode 0755 and the kubelet's ownership."),
            value("Directory", "An existing directory is required."),
            value("FileOrCreate", "A file; created empty if missing, with mode 0644 and the kubelet's ownership."),
            value("File", "An existing file is required."),
            value("Socket", "An existing Unix socket is required."),
            value("CharDevice", "An existing character device is required."),
            value("BlockDevice", "An existing block device is required."),
        ])
        .default("`\"\"`: no check")
        .source("validateHostPathType"),
    at("SecretVolumeSource.secretName").required().refers_to(Target::Secret).source("validateSecretVolumeSource"),
    at("SecretVolumeSource.defaultMode").range(0, MAX_MODE).default("`0644`").source("validateSecretVolumeSource"),
    at("SecretVolumeSource.defaultUser").range(0, MAX_ID).gate(USER_FIELDS, None).source("validateUserField"),
    at("SecretVolumeSource.optional").default("`false`: without the Secret the Pod does not start"),
    at("ConfigMapVolumeSource.name").required().refers_to(Target::ConfigMap).source("validateConfigMapVolumeSource"),
    at("ConfigMapVolumeSource.defaultMode").range(0, MAX_MODE).default("`0644`").source("validateConfigMapVolumeSource"),
    at("ConfigMapVolumeSource.defaultUser").range(0, MAX_ID).gate(USER_FIELDS, None).source("validateUserField"),
    at("ConfigMapVolumeSource.optional").default("`false`: without the ConfigMap the Pod does not start"),
    at("KeyToPath.key").required().source("validateKeyToPath"),
    at("KeyToPath.path").required().format(LocalPath).source("validateKeyToPath"),
    at("KeyToPath.mode").range(0, MAX_MODE).default("the volume's `defaultMode`").source("validateKeyToPath"),
    at("KeyToPath.user").range(0, MAX_ID).gate(USER_FIELDS, None).source("validateUserField"),
    at("DownwardAPIVolumeSource.defaultMode").range(0, MAX_MODE).default("`0644`").source("validateDownwardAPIVolumeSource"),
    at("DownwardAPIVolumeSource.defaultUser").range(0, MAX_ID).gate(USER_FIELDS, None).source("validateUserField"),
    at("DownwardAPIVolumeFile.path").required().format(LocalPath).source("validateDownwardAPIVolumeFile"),
    at("DownwardAPIVolumeFile.mode").range(0, MAX_MODE).default("the volume's `defaultMode`").source("validateDownwardAPIVolumeFile"),
    at("DownwardAPIVolumeFile.user").range(0, MAX_ID).gate(USER_FIELDS, None).source("validateUserField"),
    at("DownwardAPIVolumeFile.fieldRef.fieldPath")
        .format(VolumeFieldPath)
        .known(FIELD_PATHS)
        .source("validVolumeDownwardAPIFieldPathExpressions"),
    at("PersistentVolumeClaimVolumeSource.claimName")
        .required()
        .refers_to(Target::PersistentVolumeClaim)
        .source("validatePersistentClaimVolumeSource"),
    at("PersistentVolumeClaimVolumeSource.readOnly").default("`false`"),
    // Projected volumes
    at("ProjectedVolumeSource.defaultMode").range(0, MAX_MODE).default("`0644`").source("validateProjectedVolumeSource"),
    at("ProjectedVolumeSource.defaultUser").range(0, MAX_ID).gate(USER_FIELDS, None).source("validateUserField"),
    at("SecretProjection.name").required().refers_to(Target::Secret).source("validateProjectionSources"),
    at("ConfigMapProjection.name").required().refers_to(Target::ConfigMap).source("validateProjectionSources"),
    at("ServiceAccountTokenProjection.path").required().format(LocalPath).source("validateProjectionSources"),
    at("ServiceAccountTokenProjection.expirationSeconds").range(600, 1 << 32).default("`3600`").source("validateProjectionSources"),
    at("ServiceAccountTokenProjection.audience").default("the API server"),
    at("ServiceAccountTokenProjection.user").range(0, MAX_ID).gate(USER_FIELDS, None).source("validateUserField"),
    at("VolumeProjection.clusterTrustBundle").gate("ClusterTrustBundleProjection", Some(Release::V1_37)),
    at("ClusterTrustBundleProjection.path").required().format(LocalPath).source("validateProjectionSources"),
    at("ClusterTrustBundleProjection.name").format(TrustBundleName).refuses_empty().source("validateProjectionSources"),
    at("ClusterTrustBundleProjection.signerName").format(SignerName).refuses_empty().source("validateProjectionSources"),
    at("ClusterTrustBundleProjection.user").range(0, MAX_ID).gate(USER_FIELDS, None).source("validateUserField"),
    at("VolumeProjection.podCertificate").gate("PodCertificateRequest", Some(Release::V1_37)),
    at("PodCertificateProjection.signerName").required().format(SignerName).source("validateProjectionSources"),
    at("PodCertificateProjection.keyType")
        .required()
        .values(&[
            value("RSA3072", ""),
            value("RSA4096", ""),
            value("ECDSAP256", ""),
            value("ECDSAP384", ""),
            value("ECDSAP521", ""),
            value("ED25519", ""),
        ])
        .source("validateProjectionSources"),
    at("PodCertificateProjection.maxExpirationSeconds")
        .range(3600, 7_862_400)
        .default("`86400`, one day")
        .source("validateProjectionSources"),
    at("PodCertificateProjection.credentialBundlePath").format(LocalPath).source("validateProjectionSources"),
    at("PodCertificateProjection.keyPath").format(LocalPath).source("validateProjectionSources"),
    at("PodCertificateProjection.certificateChainPath").format(LocalPath).source("validateProjectionSources"),
    at("PodCertificateProjection.userAnnotations").keys(PrefixedKey).source("ValidateUserAnnotations"),
    at("PodCertificateProjection.user").range(0, MAX_ID).gate(USER_FIELDS, None).source("validateUserField"),
    // Images, drivers, claims
    at("Volume.image").gate("ImageVolume", Some(Release::V1_35)),
    // On a Pod itself from 1.35, in templates from 1.37.
    at("ImageVolumeSource.reference").required().enforced_since(Release::V1_37).source("validateImageVolumeSource"),
    at("ImageVolumeSource.pullPolicy").values(PULL_POLICIES).default(PULL_POLICY).source("validateImageVolumeSource"),
    at("CSIVolumeSource.driver").required().format(DriverName).source("ValidateCSIDriverName"),
    at("CSIVolumeSource.nodePublishSecretRef.name")
        .required()
        .format(DnsSubdomain)
        .refers_to(Target::Secret)
        .source("validateCSIVolumeSource"),
    at("EphemeralVolumeSource.volumeClaimTemplate").required().source("validateEphemeralVolumeSource"),
    at("PersistentVolumeClaimTemplate.spec").required().source("ValidatePersistentVolumeClaimSpec"),
    // The template of a StatefulSet's claim: its name becomes that of a volume.
    at("VolumeClaimTemplate.metadata").required().source("volumesToAddForTemplates"),
    at("VolumeClaimTemplate.metadata.name").required().format(DnsLabel).source("volumesToAddForTemplates, ValidateVolumes"),
    at("VolumeClaimTemplate.spec").required().source("ValidatePersistentVolumeClaimSpec"),
    at("PersistentVolumeClaimSpec.resources").required().source("ValidatePersistentVolumeClaimSpec"),
    at("PersistentVolumeClaimSpec.accessModes").required().values(ACCESS_MODES).source("ValidatePersistentVolumeClaimSpec"),
    at("PersistentVolumeClaimSpec.storageClassName")
        .format(DnsSubdomain)
        .refers_to(Target::StorageClass)
        .default("the cluster's default class; `\"\"` is none")
        .source("ValidatePersistentVolumeClaimSpec"),
    at("PersistentVolumeClaimSpec.volumeAttributesClassName")
        .format(DnsSubdomain)
        .refers_to(Target::VolumeAttributesClass)
        .gate("VolumeAttributesClass", Some(Release::V1_34))
        .source("ValidatePersistentVolumeClaimSpec"),
    at("PersistentVolumeClaimSpec.volumeMode")
        .values(&[
            value("Filesystem", "Mounted as a directory, for `volumeMounts`."),
            value("Block", "A raw block device, for `volumeDevices`."),
        ])
        .refuses_empty()
        .default("`Filesystem`")
        .source("ValidatePersistentVolumeClaimSpec"),
    // It must have `storage`, above zero.
    at("VolumeResourceRequirements.requests").required().known_keys(&[value("storage", "The size of the volume.")]),
    at("VolumeResourceRequirements.limits").known_keys(&[value("storage", "The largest size of the volume.")]),
    at("TypedLocalObjectReference.kind")
        .required()
        .known(&[value("PersistentVolumeClaim", ""), value("VolumeSnapshot", "")])
        .source("validateDataSource"),
    at("TypedLocalObjectReference.name").required().source("validateDataSource"),
    at("TypedLocalObjectReference.apiGroup").format(DnsSubdomain).source("validateDataSource"),
    at("TypedObjectReference.kind")
        .required()
        .known(&[value("PersistentVolumeClaim", ""), value("VolumeSnapshot", "")])
        .source("validateDataSourceRef"),
    at("TypedObjectReference.name").required().source("validateDataSourceRef"),
    at("TypedObjectReference.apiGroup").format(DnsSubdomain).source("validateDataSourceRef"),
    at("TypedObjectReference.namespace").format(DnsLabel).source("validateDataSourceRef"),
    // Network and disk volumes
    at("FlockerVolumeSource.datasetName").format(NoSlash).source("validateFlockerVolumeSource"),
    at("NFSVolumeSource.server").required().source("validateNFSVolumeSource"),
    at("NFSVolumeSource.path").required().format(AbsolutePath).source("validateNFSVolumeSource"),
    at("ISCSIVolumeSource.targetPortal").required().source("validateISCSIVolumeSource"),
    at("ISCSIVolumeSource.iqn").required().format(Iqn).source("validateISCSIVolumeSource"),
    at("ISCSIVolumeSource.initiatorName").format(Iqn).refuses_empty().source("validateISCSIVolumeSource"),
    at("ISCSIVolumeSource.lun").range(0, 255).source("validateISCSIVolumeSource"),
    at("ISCSIVolumeSource.iscsiInterface").default("`default`").source("+default marker"),
    at("FCVolumeSource.lun").source("validateFCVolumeSource, with targetWWNs"),
    at("GCEPersistentDiskVolumeSource.pdName").required().source("validateGCEPersistentDiskVolumeSource"),
    at("GCEPersistentDiskVolumeSource.partition").range(0, 255).source("validateGCEPersistentDiskVolumeSource"),
    at("AWSElasticBlockStoreVolumeSource.volumeID").required().source("validateAWSElasticBlockStoreVolumeSource"),
    at("AWSElasticBlockStoreVolumeSource.partition").range(0, 255).source("validateAWSElasticBlockStoreVolumeSource"),
    at("AzureDiskVolumeSource.diskName").required().source("validateAzureDisk"),
    at("AzureDiskVolumeSource.diskURI").required().source("validateAzureDisk"),
    at("AzureDiskVolumeSource.cachingMode")
        .values(&[value("None", ""), value("ReadOnly", ""), value("ReadWrite", "")])
        .refuses_empty()
        .default("`ReadWrite`")
        .source("validateAzureDisk"),
    at("AzureDiskVolumeSource.kind")
        .values(&[
            value("Shared", "A blob; several disks share a storage account."),
            value("Dedicated", "A blob; one disk has a storage account."),
            value("Managed", "A managed disk; `diskURI` starts with `/subscriptions/`."),
        ])
        .refuses_empty()
        .default("`Shared`")
        .source("validateAzureDisk"),
    at("AzureDiskVolumeSource.fsType").default("`ext4`").source("+default marker"),
    at("AzureFileVolumeSource.secretName").required().refers_to(Target::Secret).source("validateAzureFile"),
    at("AzureFileVolumeSource.shareName").required().source("validateAzureFile"),
    at("RBDVolumeSource.monitors").required().source("validateRBDVolumeSource"),
    at("RBDVolumeSource.image").required().source("validateRBDVolumeSource"),
    at("RBDVolumeSource.pool").default("`rbd`").source("+default marker"),
    at("RBDVolumeSource.user").default("`admin`").source("+default marker"),
    at("RBDVolumeSource.keyring").default("`/etc/ceph/keyring`").source("+default marker"),
    at("CephFSVolumeSource.monitors").required().source("validateCephFSVolumeSource"),
    at("CinderVolumeSource.volumeID").required().source("validateCinderVolumeSource"),
    at("CinderVolumeSource.secretRef.name").required().refers_to(Target::Secret).source("validateCinderVolumeSource"),
    at("GlusterfsVolumeSource.endpoints").required().source("validateGlusterfsVolumeSource"),
    at("GlusterfsVolumeSource.path").required().source("validateGlusterfsVolumeSource"),
    at("FlexVolumeSource.driver").required().source("validateFlexVolumeSource"),
    at("QuobyteVolumeSource.registry").required().format(HostPorts).source("validateQuobyteVolumeSource"),
    at("QuobyteVolumeSource.volume").required().source("validateQuobyteVolumeSource"),
    at("QuobyteVolumeSource.tenant").max_length(64).source("validateQuobyteVolumeSource"),
    at("PortworxVolumeSource.volumeID").required().source("validatePortworxVolumeSource"),
    at("ScaleIOVolumeSource.gateway").required().source("validateScaleIOVolumeSource"),
    at("ScaleIOVolumeSource.system").required().source("validateScaleIOVolumeSource"),
    at("ScaleIOVolumeSource.volumeName").required().source("validateScaleIOVolumeSource"),
    at("ScaleIOVolumeSource.storageMode").default("`ThinProvisioned`").source("+default marker"),
    at("ScaleIOVolumeSource.fsType").default("`xfs`").source("+default marker"),
    at("StorageOSVolumeSource.volumeName").required().format(DnsLabel).source("validateStorageOSVolumeSource"),
    at("StorageOSVolumeSource.volumeNamespace").format(DnsLabel).source("validateStorageOSVolumeSource"),
    at("StorageOSVolumeSource.secretRef.name").required().refers_to(Target::Secret).source("validateStorageOSVolumeSource"),
    at("VsphereVirtualDiskVolumeSource.volumePath").required().source("validateVsphereVolumeSource"),
    at("PhotonPersistentDiskVolumeSource.pdID").required().source("validatePhotonPersistentDiskVolumeSource"),
    at("GitRepoVolumeSource.repository").required().source("validateGitRepoVolumeSource"),
    at("GitRepoVolumeSource.directory").format(RelativePath).source("validateGitRepoVolumeSource"),
];
