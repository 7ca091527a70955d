//! Fields of a struct of which one, or at most one, can be given.

use super::super::{Field, Type};

/// Fields that exclude or need each other. `null` is not given, and neither is a field that the release drops for its gate.
#[derive(Debug)]
pub struct Group {
    /// What the fields are, for messages: `volume source`.
    pub noun: &'static str,
    /// The fields, in the order in which the server looks at them: of two it rejects the later one.
    pub fields: Vec<&'static Field>,
    /// At least so many must be given.
    pub min: usize,
    /// At most so many can be given.
    pub max: usize,
    /// An empty string or list counts as given.
    pub empty_counts: bool,
    /// What the server names.
    pub blames: Blames,
    /// The function of Kubernetes that says so.
    pub source: &'static str,
}

/// What the server names of a struct with too many of a group's fields, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blames {
    /// Of two fields the later one, the struct where there is none.
    Field,
    /// Always the struct.
    Struct,
    /// Always the first field of the group.
    First,
}

pub(super) struct Row {
    pub ty: &'static str,
    noun: &'static str,
    pub fields: Members,
    min: usize,
    max: usize,
    empty_counts: bool,
    blames: Blames,
    source: &'static str,
}

pub(super) enum Members {
    Only(&'static [&'static str]),
    AllBut(&'static str),
}

use Members::{AllBut, Only};

pub(super) const fn group(ty: &'static str, noun: &'static str, fields: Members, min: usize, max: usize, source: &'static str) -> Row {
    Row { ty, noun, fields, min, max, empty_counts: true, blames: Blames::Field, source }
}

impl Row {
    /// The group that it describes, of the struct that it names.
    pub fn group(&self, ty: &'static Type) -> Group {
        let fields = match self.fields {
            Members::Only(names) => names.iter().filter_map(|name| ty.field(name)).collect(),
            Members::AllBut(name) => ty.fields.iter().filter(|field| field.name != name).collect(),
        };
        let Row { noun, min, max, empty_counts, blames, source, .. } = *self;
        Group { noun, fields, min, max, empty_counts, blames, source }
    }

    pub const fn empty_does_not_count(mut self) -> Row {
        self.empty_counts = false;
        self
    }

    pub const fn blames_first(mut self) -> Row {
        self.blames = Blames::First;
        self
    }

    pub const fn blames_struct(mut self) -> Row {
        self.blames = Blames::Struct;
        self
    }
}

const VOLUME_SOURCES: &[&str] = &[
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
];

pub(super) const ROWS: &[Row] = &[
    // A volume without a source is made an emptyDir.
    group("Volume", "volume source", Only(VOLUME_SOURCES), 0, 1, "validateVolumeSource, SetDefaults_Volume"),
    group("VolumeProjection", "source", AllBut(""), 0, 1, "validateProjectionSources").blames_struct(),
    group("Probe", "handler", Only(&["exec", "httpGet", "tcpSocket", "grpc"]), 1, 1, "validateHandler"),
    group("LifecycleHandler", "handler", Only(&["exec", "httpGet", "tcpSocket", "sleep"]), 1, 1, "validateHandler"),
    group("EnvVar", "value", Only(&["value", "valueFrom"]), 0, 1, "validateEnvVarValueFrom").empty_does_not_count(),
    group("EnvVarSource", "source", AllBut(""), 1, 1, "validateEnvVarValueFrom").blames_struct(),
    group("EnvFromSource", "source", Only(&["configMapRef", "secretRef"]), 1, 1, "ValidateEnvFrom").blames_struct(),
    group("VolumeMount", "sub-path", Only(&["subPath", "subPathExpr"]), 0, 1, "ValidateVolumeMounts").empty_does_not_count(),
    group("DownwardAPIVolumeFile", "source", Only(&["fieldRef", "resourceFieldRef"]), 1, 1, "validateDownwardAPIVolumeFile")
        .blames_struct(),
    group("PodResourceClaim", "source", Only(&["resourceClaimName", "resourceClaimTemplateName"]), 1, 1, "validatePodResourceClaim")
        .blames_struct(),
    group("ClusterTrustBundleProjection", "bundle", Only(&["name", "signerName"]), 1, 1, "validateProjectionSources"),
    group("ClusterTrustBundleProjection", "selection", Only(&["name", "labelSelector"]), 0, 1, "validateProjectionSources"),
    group(
        "PodCertificateProjection",
        "path",
        Only(&["credentialBundlePath", "keyPath", "certificateChainPath"]),
        1,
        3,
        "validateProjectionSources",
    )
    .empty_does_not_count(),
    group("FCVolumeSource", "target", Only(&["targetWWNs", "wwids"]), 1, 1, "validateFCVolumeSource").blames_first().empty_does_not_count(),
    group("FlockerVolumeSource", "dataset", Only(&["datasetName", "datasetUUID"]), 1, 1, "validateFlockerVolumeSource")
        .blames_struct()
        .empty_does_not_count(),
    group("PodFailurePolicyRule", "condition", Only(&["onExitCodes", "onPodConditions"]), 1, 1, "validatePodFailurePolicyRule")
        .blames_struct()
        .empty_does_not_count(),
    group("SuccessPolicyRule", "condition", Only(&["succeededCount", "succeededIndexes"]), 1, 2, "validateSuccessPolicyRule"),
    group("WorkloadPodGroupSchedulingPolicy", "policy", AllBut(""), 1, 1, "+k8s:unionMember"),
    group("WorkloadPodGroupDisruptionMode", "mode", AllBut(""), 1, 1, "+k8s:unionMember"),
];
