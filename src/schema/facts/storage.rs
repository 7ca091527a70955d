//! PersistentVolume, PersistentVolumeClaim, StorageClass, CSIDriver, CSINode, CSIStorageCapacity, VolumeAttachment, VolumeAttributesClass.

use super::Format::*;
use super::groups::{self, Members::Only, group};
use super::row::{MAX, Row, at, value};
use super::volumes::ACCESS_MODES;
use super::{Release, Target};

const SECRET: &str = "validatePVSecretReference";

pub(super) const ROWS: &[Row] = &[
    // Volumes
    at("PersistentVolume.spec").required().source("ValidatePersistentVolumeSpec"),
    at("PersistentVolumeSpec.accessModes").required().values(ACCESS_MODES).source("ValidatePersistentVolumeSpec"),
    at("PersistentVolume.spec.capacity").required().format(PositiveQuantity).source("ValidatePersistentVolumeSpec"),
    at("PersistentVolumeSpec.capacity").known_keys(&[value("storage", "The size of the volume.")]),
    at("PersistentVolumeSpec.persistentVolumeReclaimPolicy")
        .values(&[
            value("Retain", "The volume and its data stay."),
            value("Delete", "The volume is deleted with its claim."),
            value("Recycle", "The files are deleted, and the volume can be claimed again; deprecated."),
        ])
        .default("`Retain`")
        .source("ValidatePersistentVolumeSpec, SetDefaults_PersistentVolume"),
    at("PersistentVolumeSpec.storageClassName")
        .format(DnsSubdomain)
        .refers_to(Target::StorageClass)
        .default("`\"\"`: for claims without a class")
        .source("ValidatePersistentVolumeSpec"),
    at("PersistentVolumeSpec.volumeMode")
        .values(&[value("Filesystem", "Mounted as a directory."), value("Block", "A raw block device.")])
        .refuses_empty()
        .default("`Filesystem`")
        .source("ValidatePersistentVolumeSpec"),
    at("PersistentVolumeSpec.volumeAttributesClassName")
        .format(DnsSubdomain)
        .refers_to(Target::VolumeAttributesClass)
        .refuses_empty()
        .gate("VolumeAttributesClass", Some(Release::V1_34))
        .source("ValidatePersistentVolumeSpec"),
    at("VolumeNodeAffinity.required").required().source("validateVolumeNodeAffinity"),
    at("LocalVolumeSource.path").required().format(NoBacksteps).source("validateLocalVolumeSource"),
    at("CSIPersistentVolumeSource.driver").required().format(DriverName).source("ValidateCSIDriverName"),
    at("CSIPersistentVolumeSource.volumeHandle").required().source("validateCSIPersistentVolumeSource"),
    at("CSIPersistentVolumeSource.controllerPublishSecretRef.name").required().format(DnsSubdomain).source(SECRET),
    at("CSIPersistentVolumeSource.controllerPublishSecretRef.namespace").required().format(DnsLabel).source(SECRET),
    at("CSIPersistentVolumeSource.controllerExpandSecretRef.name").required().format(DnsSubdomain).source(SECRET),
    at("CSIPersistentVolumeSource.controllerExpandSecretRef.namespace").required().format(DnsLabel).source(SECRET),
    at("CSIPersistentVolumeSource.nodePublishSecretRef.name").required().format(DnsSubdomain).source(SECRET),
    at("CSIPersistentVolumeSource.nodePublishSecretRef.namespace").required().format(DnsLabel).source(SECRET),
    at("CSIPersistentVolumeSource.nodeExpandSecretRef.name").required().format(DnsSubdomain).source(SECRET),
    at("CSIPersistentVolumeSource.nodeExpandSecretRef.namespace").required().format(DnsLabel).source(SECRET),
    at("ISCSIPersistentVolumeSource.targetPortal").required().source("validateISCSIPersistentVolumeSource"),
    at("ISCSIPersistentVolumeSource.iqn").required().format(Iqn).source("validateISCSIPersistentVolumeSource"),
    at("ISCSIPersistentVolumeSource.initiatorName").format(Iqn).refuses_empty().source("validateISCSIPersistentVolumeSource"),
    at("ISCSIPersistentVolumeSource.lun").range(0, 255).source("validateISCSIPersistentVolumeSource"),
    at("ISCSIPersistentVolumeSource.secretRef.name").required().source("validateISCSIPersistentVolumeSource"),
    at("ISCSIPersistentVolumeSource.iscsiInterface").default("`default`"),
    at("GlusterfsPersistentVolumeSource.endpoints").required().source("validateGlusterfsPersistentVolumeSource"),
    at("GlusterfsPersistentVolumeSource.path").required().source("validateGlusterfsPersistentVolumeSource"),
    at("GlusterfsPersistentVolumeSource.endpointsNamespace")
        .format(DnsLabel)
        .refuses_empty()
        .source("validateGlusterfsPersistentVolumeSource"),
    at("RBDPersistentVolumeSource.monitors").required().source("validateRBDPersistentVolumeSource"),
    at("RBDPersistentVolumeSource.image").required().source("validateRBDPersistentVolumeSource"),
    at("RBDPersistentVolumeSource.pool").default("`rbd`"),
    at("RBDPersistentVolumeSource.user").default("`admin`"),
    at("RBDPersistentVolumeSource.keyring").default("`/etc/ceph/keyring`"),
    at("CinderPersistentVolumeSource.volumeID").required().source("validateCinderPersistentVolumeSource"),
    at("CinderPersistentVolumeSource.secretRef.name").required().source("validateCinderPersistentVolumeSource"),
    at("CinderPersistentVolumeSource.secretRef.namespace").required().source("validateCinderPersistentVolumeSource"),
    at("CephFSPersistentVolumeSource.monitors").required().source("validateCephFSPersistentVolumeSource"),
    at("FlexPersistentVolumeSource.driver").required().source("validateFlexPersistentVolumeSource"),
    at("AzureFilePersistentVolumeSource.secretName").required().source("validateAzureFilePV"),
    at("AzureFilePersistentVolumeSource.shareName").required().source("validateAzureFilePV"),
    at("AzureFilePersistentVolumeSource.secretNamespace").format(NonEmpty).refuses_empty().source("validateAzureFilePV"),
    at("ScaleIOPersistentVolumeSource.gateway").required().source("validateScaleIOPersistentVolumeSource"),
    at("ScaleIOPersistentVolumeSource.system").required().source("validateScaleIOPersistentVolumeSource"),
    at("ScaleIOPersistentVolumeSource.volumeName").required().source("validateScaleIOPersistentVolumeSource"),
    at("ScaleIOPersistentVolumeSource.storageMode").default("`ThinProvisioned`"),
    at("ScaleIOPersistentVolumeSource.fsType").default("`xfs`"),
    at("StorageOSPersistentVolumeSource.volumeName").required().format(DnsLabel).source("validateStorageOSPersistentVolumeSource"),
    at("StorageOSPersistentVolumeSource.volumeNamespace").format(DnsLabel).source("validateStorageOSPersistentVolumeSource"),
    at("StorageOSPersistentVolumeSource.secretRef.name").required().source("validateStorageOSPersistentVolumeSource"),
    at("StorageOSPersistentVolumeSource.secretRef.namespace").required().source("validateStorageOSPersistentVolumeSource"),
    at("PersistentVolumeClaim.spec").required().source("ValidatePersistentVolumeClaimSpec"),
    // Classes
    at("StorageClass.provisioner").required().format(AnnotationKey).source("validateProvisioner"),
    at("StorageClass.reclaimPolicy")
        .values(&[value("Delete", "The volume is deleted with its claim."), value("Retain", "The volume and its data stay.")])
        .default("`Delete`")
        .source("validateReclaimPolicy, SetDefaults_StorageClass"),
    at("StorageClass.volumeBindingMode")
        .values(&[
            value("Immediate", "The volume is made with the claim."),
            value("WaitForFirstConsumer", "The volume is made where the first Pod that uses the claim is scheduled."),
        ])
        .refuses_empty()
        .default("`Immediate`")
        .source("validateVolumeBindingMode, SetDefaults_StorageClass"),
    at("StorageClass.allowVolumeExpansion").default("`false`"),
    at("TopologySelectorTerm.matchLabelExpressions").unique(&[&["key"]]).source("ValidateTopologySelectorTerm"),
    at("TopologySelectorLabelRequirement.key").required().format(QualifiedName).source("validateTopologySelectorLabelRequirement"),
    at("TopologySelectorLabelRequirement.values").required().unique(&[&[]]).source("validateTopologySelectorLabelRequirement"),
    at("VolumeAttributesClass.driverName").required().format(AnnotationKey).source("validateProvisioner"),
    at("VolumeAttributesClass.parameters").required().source("validateParameters"),
    // Drivers
    at("CSIDriverSpec.attachRequired").default("`true`"),
    at("CSIDriverSpec.podInfoOnMount").default("`false`"),
    at("CSIDriverSpec.storageCapacity").default("`false`"),
    at("CSIDriverSpec.requiresRepublish").default("`false`"),
    at("CSIDriverSpec.seLinuxMount").default("`false`"),
    at("CSIDriverSpec.fsGroupPolicy")
        .values(&[
            value("ReadWriteOnceWithFSType", "Changed only for a file system that one node mounts read-write."),
            value("File", "The driver or the kubelet changes it."),
            value("None", "Not changed."),
        ])
        .refuses_empty()
        .default("`ReadWriteOnceWithFSType`")
        .source("validateFSGroupPolicy"),
    at("CSIDriverSpec.volumeLifecycleModes")
        .values(&[value("Persistent", "Volumes of claims."), value("Ephemeral", "Volumes written in a Pod.")])
        .default("`Persistent`")
        .source("validateVolumeLifecycleModes"),
    at("CSIDriverSpec.nodeAllocatableUpdatePeriodSeconds")
        .range(10, MAX)
        .gate("MutableCSINodeAllocatableCount", Some(Release::V1_35))
        .source("validateNodeAllocatableUpdatePeriodSeconds"),
    at("CSIDriverSpec.serviceAccountTokenInSecrets").gate("CSIServiceAccountTokenSecrets", Some(Release::V1_35)),
    at("CSIDriverSpec.preventPodSchedulingIfMissing").gate("VolumeLimitScaling", None),
    at("TokenRequest.expirationSeconds").range(600, 1 << 32).source("validateTokenRequests"),
    at("CSINodeSpec.drivers").unique(&[&["name"]]).source("validateCSINodeDriver"),
    at("CSINodeDriver.name").required().format(DriverName).source("ValidateCSIDriverName"),
    at("CSINodeDriver.nodeID").required().max_length(256).source("validateCSINodeDriverNodeID"),
    at("CSINodeDriver.topologyKeys").format(QualifiedName).unique(&[&[]]).source("validateCSINodeDriver"),
    at("VolumeNodeResources.count").range(0, MAX).source("validateCSINodeDriverAllocatable"),
    at("CSIStorageCapacity.storageClassName")
        .required()
        .format(DnsSubdomain)
        .refers_to(Target::StorageClass)
        .source("ValidateCSIStorageCapacity"),
    at("CSIStorageCapacity.capacity").format(NonNegativeQuantity).source("ValidateCSIStorageCapacity"),
    // Attachments
    at("VolumeAttachment.spec").required().source("validateVolumeAttachmentSpec"),
    at("VolumeAttachmentSpec.attacher").required().format(DriverName).source("ValidateCSIDriverName"),
    at("VolumeAttachmentSpec.nodeName").required().format(DnsSubdomain).refers_to(Target::Node).source("validateNodeName"),
    at("VolumeAttachmentSpec.source").required().source("validateVolumeAttachmentSource"),
    at("VolumeAttachmentSource.persistentVolumeName").format(DnsSubdomain).refuses_empty().source("validateVolumeAttachmentSource"),
    at("VolumeAttachmentSource.inlineVolumeSpec.claimRef").forbidden(INLINE).source("ValidatePersistentVolumeSpec"),
    at("VolumeAttachmentSource.inlineVolumeSpec.capacity").forbidden(INLINE).source("ValidatePersistentVolumeSpec"),
    at("VolumeAttachmentSource.inlineVolumeSpec.nodeAffinity").forbidden(INLINE).refuses_empty().source("ValidatePersistentVolumeSpec"),
    at("VolumeAttachmentSource.inlineVolumeSpec.storageClassName").forbidden(INLINE).source("ValidatePersistentVolumeSpec"),
    at("VolumeAttachmentSource.inlineVolumeSpec.csi").required().source("ValidatePersistentVolumeSpec"),
    at("VolumeAttachmentSource.inlineVolumeSpec.persistentVolumeReclaimPolicy")
        .values(&[value("Retain", "The volume and its data stay.")])
        .source("ValidatePersistentVolumeSpec"),
    at("VolumeAttachmentSource.inlineVolumeSpec.volumeMode")
        .values(&[value("Filesystem", "Mounted as a directory.")])
        .source("ValidatePersistentVolumeSpec"),
];

const INLINE: &str = "a volume within a VolumeAttachment has none; remove it";

/// In the order in which the server looks at them.
const SOURCES: &[&str] = &[
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "glusterfs",
    "flocker",
    "nfs",
    "rbd",
    "quobyte",
    "cephfs",
    "iscsi",
    "cinder",
    "fc",
    "flexVolume",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "scaleIO",
    "local",
    "storageos",
    "csi",
];

const EXCLUSIVE: &[&str] = &[
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "glusterfs",
    "flocker",
    "nfs",
    "rbd",
    "quobyte",
    "cephfs",
    "iscsi",
    "cinder",
    "fc",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "scaleIO",
    "local",
    "storageos",
    "csi",
];

const AFTER_FLEX: &[&str] = &[
    "flexVolume",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "scaleIO",
    "local",
    "storageos",
    "csi",
];

pub(super) const GROUPS: &[groups::Row] = &[
    group("PersistentVolumeSpec", "volume source", Only(SOURCES), 1, usize::MAX, "ValidatePersistentVolumeSpec"),
    group("PersistentVolumeSpec", "volume source", Only(EXCLUSIVE), 0, 1, "ValidatePersistentVolumeSpec"),
    // A flexVolume excludes only what the server looks at after it.
    group("PersistentVolumeSpec", "volume source", Only(AFTER_FLEX), 0, 1, "ValidatePersistentVolumeSpec"),
    group("VolumeAttachmentSource", "source", Only(&["inlineVolumeSpec", "persistentVolumeName"]), 1, 1, "validateVolumeAttachmentSource")
        .blames_struct(),
];
