//! The section of the volumes (`describeVolumes`).

use serde_json::Value as Json;

use super::json::Read;
use super::metadata::{MAX_LINE, annotations_within, shorten};
use super::place::Place;
use super::writer::Writer;

/// How kubectl prints a field.
#[derive(Clone, Copy)]
enum How {
    /// As it is; nothing where it is absent.
    Plain,
    /// As it is, or this.
    Or(&'static str),
    /// A struct `LocalObjectReference`.
    Reference,
    /// Texts with commas.
    Joined,
    /// A size limit.
    Limit,
}
use How::{Joined, Limit, Or, Plain, Reference};

/// A flag: `false` where it is absent.
const FLAG: How = Or("false");
/// A number: 0 where it is absent.
const NUMBER: How = Or("0");

/// A kind of volume: its field in the manifest, what kubectl calls it, and its fields with their titles. In kubectl's order, since of
/// several only the first one is printed.
struct Source(&'static str, &'static str, &'static [(&'static str, &'static str, How)]);

const SOURCES: &[Source] = &[
    Source("hostPath", "HostPath (bare host directory volume)", &[("Path", "path", Plain), ("HostPathType", "type", Or("<none>"))]),
    Source(
        "emptyDir",
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
        &[("Medium", "medium", Plain), ("SizeLimit", "sizeLimit", Limit)],
    ),
    Source(
        "gcePersistentDisk",
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        &[("PDName", "pdName", Plain), ("FSType", "fsType", Plain), ("Partition", "partition", NUMBER), ("ReadOnly", "readOnly", FLAG)],
    ),
    Source(
        "awsElasticBlockStore",
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        &[("VolumeID", "volumeID", Plain), ("FSType", "fsType", Plain), ("Partition", "partition", NUMBER), ("ReadOnly", "readOnly", FLAG)],
    ),
    Source(
        "gitRepo",
        "GitRepo (a volume that is pulled from git when the pod is created)",
        &[("Repository", "repository", Plain), ("Revision", "revision", Plain)],
    ),
    Source("secret", "Secret (a volume populated by a Secret)", &[("SecretName", "secretName", Plain), ("Optional", "optional", FLAG)]),
    Source("configMap", "ConfigMap (a volume populated by a ConfigMap)", &[("Name", "name", Plain), ("Optional", "optional", FLAG)]),
    Source(
        "nfs",
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        &[("Server", "server", Plain), ("Path", "path", Plain), ("ReadOnly", "readOnly", FLAG)],
    ),
    Source(
        "iscsi",
        "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
        &[
            ("TargetPortal", "targetPortal", Plain),
            ("IQN", "iqn", Plain),
            ("Lun", "lun", NUMBER),
            ("ISCSIInterface", "iscsiInterface", Plain),
            ("FSType", "fsType", Plain),
            ("ReadOnly", "readOnly", FLAG),
            ("Portals", "portals", Or("[]")),
            ("DiscoveryCHAPAuth", "chapAuthDiscovery", FLAG),
            ("SessionCHAPAuth", "chapAuthSession", FLAG),
            ("SecretRef", "secretRef", Reference),
            ("InitiatorName", "initiatorName", Or("<none>")),
        ],
    ),
    Source(
        "glusterfs",
        "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        &[("EndpointsName", "endpoints", Plain), ("Path", "path", Plain), ("ReadOnly", "readOnly", FLAG)],
    ),
    Source(
        "persistentVolumeClaim",
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        &[("ClaimName", "claimName", Plain), ("ReadOnly", "readOnly", FLAG)],
    ),
    Source("ephemeral", "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)", &[]),
    Source(
        "rbd",
        "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        &[
            ("CephMonitors", "monitors", Or("[]")),
            ("RBDImage", "image", Plain),
            ("FSType", "fsType", Plain),
            ("RBDPool", "pool", Plain),
            ("RadosUser", "user", Plain),
            ("Keyring", "keyring", Plain),
            ("SecretRef", "secretRef", Reference),
            ("ReadOnly", "readOnly", FLAG),
        ],
    ),
    Source(
        "quobyte",
        "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
        &[("Registry", "registry", Plain), ("Volume", "volume", Plain), ("ReadOnly", "readOnly", FLAG)],
    ),
    Source("downwardAPI", "DownwardAPI (a volume populated by information about the pod)", &[]),
    Source(
        "azureDisk",
        "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
        &[
            ("DiskName", "diskName", Plain),
            ("DiskURI", "diskURI", Plain),
            ("Kind", "kind", Plain),
            ("FSType", "fsType", Plain),
            ("CachingMode", "cachingMode", Plain),
            ("ReadOnly", "readOnly", Plain),
        ],
    ),
    Source(
        "vsphereVolume",
        "vSphereVolume (a Persistent Disk resource in vSphere)",
        &[("VolumePath", "volumePath", Plain), ("FSType", "fsType", Plain), ("StoragePolicyName", "storagePolicyName", Plain)],
    ),
    Source(
        "cinder",
        "Cinder (a Persistent Disk resource in OpenStack)",
        &[
            ("VolumeID", "volumeID", Plain),
            ("FSType", "fsType", Plain),
            ("ReadOnly", "readOnly", FLAG),
            ("SecretRef", "secretRef", Reference),
        ],
    ),
    Source(
        "photonPersistentDisk",
        "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
        &[("PdID", "pdID", Plain), ("FSType", "fsType", Plain)],
    ),
    Source("portworxVolume", "PortworxVolume (a Portworx Volume resource)", &[("VolumeID", "volumeID", Plain)]),
    Source(
        "scaleIO",
        "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
        &[
            ("Gateway", "gateway", Plain),
            ("System", "system", Plain),
            ("Protection Domain", "protectionDomain", Plain),
            ("Storage Pool", "storagePool", Plain),
            ("Storage Mode", "storageMode", Plain),
            ("VolumeName", "volumeName", Plain),
            ("FSType", "fsType", Plain),
            ("ReadOnly", "readOnly", FLAG),
        ],
    ),
    Source(
        "cephfs",
        "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        &[
            ("Monitors", "monitors", Or("[]")),
            ("Path", "path", Plain),
            ("User", "user", Plain),
            ("SecretFile", "secretFile", Plain),
            ("SecretRef", "secretRef", Reference),
            ("ReadOnly", "readOnly", FLAG),
        ],
    ),
    Source(
        "storageos",
        "StorageOS (a StorageOS Persistent Disk resource)",
        &[
            ("VolumeName", "volumeName", Plain),
            ("VolumeNamespace", "volumeNamespace", Plain),
            ("FSType", "fsType", Plain),
            ("ReadOnly", "readOnly", FLAG),
        ],
    ),
    Source(
        "fc",
        "FC (a Fibre Channel disk)",
        &[("TargetWWNs", "targetWWNs", Joined), ("LUN", "lun", Or("<none>")), ("FSType", "fsType", Plain), ("ReadOnly", "readOnly", FLAG)],
    ),
    Source(
        "azureFile",
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        &[("SecretName", "secretName", Plain), ("ShareName", "shareName", Plain), ("ReadOnly", "readOnly", FLAG)],
    ),
    Source(
        "flexVolume",
        "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
        &[
            ("Driver", "driver", Plain),
            ("FSType", "fsType", Plain),
            ("SecretRef", "secretRef", Reference),
            ("ReadOnly", "readOnly", FLAG),
            ("Options", "options", Or("map[]")),
        ],
    ),
    Source(
        "flocker",
        "Flocker (a Flocker volume mounted by the Flocker agent)",
        &[("DatasetName", "datasetName", Plain), ("DatasetUUID", "datasetUUID", Plain)],
    ),
    Source("projected", "Projected (a volume that contains injected data from multiple sources)", &[]),
    Source(
        "csi",
        "CSI (a Container Storage Interface (CSI) volume source)",
        &[("Driver", "driver", Plain), ("FSType", "fsType", Plain), ("ReadOnly", "readOnly", FLAG)],
    ),
    Source("image", "Image (a container image or OCI artifact)", &[("Reference", "reference", Plain), ("PullPolicy", "pullPolicy", Plain)]),
];

/// Prints the volumes of a Pod or template.
pub(super) fn volumes(w: &mut Writer, volumes: &Json, place: Place) {
    let title = format!("{}Volumes", place.indent);
    if !volumes.is_given() {
        return w.field(0, &title, "<none>");
    }
    w.line(0, format_args!("{title}:"));
    for volume in volumes.items() {
        w.line(1, format_args!("{}{}:", place.name_indent, volume["name"].show()));
        match SOURCES.iter().find(|Source(field, ..)| volume[field].is_object()) {
            Some(kind) => source(w, kind, &volume[kind.0]),
            None => w.line(1, "<unknown>"),
        }
    }
}

fn source(w: &mut Writer, Source(field, kind, fields): &Source, source: &Json) {
    w.field(2, "Type", kind);
    for (title, field, how) in *fields {
        match *title {
            // So kubectl writes them.
            "ISCSIInterface" => w.line(2, format_args!("{title}\t{}", shown(&source[field], *how))),
            "Kind" => w.line(2, format_args!("{title}: \t{}", shown(&source[field], *how))),
            _ => w.field(2, title, shown(&source[field], *how)),
        }
    }
    match *field {
        "projected" => source["sources"].items().iter().for_each(|it| projection(w, it)),
        "ephemeral" if source["volumeClaimTemplate"].is_object() => claim(w, &source["volumeClaimTemplate"]),
        "downwardAPI" => {
            w.line(2, "Items:");
            source["items"].items().iter().for_each(|item| downward_api_file(w, item));
        }
        "csi" => pairs(w, "VolumeAttributes", &source["volumeAttributes"], "<none>", MAX_LINE),
        _ => {}
    }
}

fn shown(value: &Json, how: How) -> String {
    match how {
        Plain => value.show(),
        Or(absent) => value.show_or(absent),
        Reference if value.is_null() => "nil".into(),
        Reference => format!("&LocalObjectReference{{Name:{},}}", value["name"].show()),
        Joined => value.items().iter().map(Read::show).collect::<Vec<_>>().join(", "),
        Limit if value.is_null() || *value == "0" || value.text().starts_with('-') => "<unset>".into(),
        Limit => value.show(),
    }
}

fn projection(w: &mut Writer, source: &Json) {
    let mut named = |title: &str, of: &Json| {
        w.field(2, title, of["name"].show());
        w.field(2, "Optional", of["optional"].is_true());
    };
    if source["secret"].is_object() {
        named("SecretName", &source["secret"]);
    } else if source["downwardAPI"].is_object() {
        w.field(2, "DownwardAPI", true);
    } else if source["configMap"].is_object() {
        named("ConfigMapName", &source["configMap"]);
    } else if source["serviceAccountToken"].is_object() {
        w.field(2, "TokenExpirationSeconds", source["serviceAccountToken"]["expirationSeconds"].show());
    }
}

fn downward_api_file(w: &mut Writer, file: &Json) {
    let path = file["path"].show();
    for from in [&file["fieldRef"]["fieldPath"], &file["resourceFieldRef"]["resource"]] {
        if from.is_string() {
            w.line(3, format_args!("{} -> {path}", from.show()));
        }
    }
}

/// The claim that is made for the Pod (`printPersistentVolumeClaim`).
fn claim(w: &mut Writer, template: &Json) {
    let (metadata, spec) = (&template["metadata"], &template["spec"]);
    w.field(2, "StorageClass", storage_class(metadata, spec));
    w.field(2, "Volume", spec["volumeName"].show());
    pairs(w, "Labels", &metadata["labels"], "    <none>", usize::MAX);
    annotations_within(w, 2, 2, &metadata["annotations"]);
    // A claim has these when it is bound.
    let bound = if spec["volumeName"].is_given() { "0" } else { "" };
    w.field(2, "Capacity", bound);
    w.field(2, "Access Modes", "");
    if spec["volumeMode"].is_given() {
        w.field(2, "VolumeMode", spec["volumeMode"].show());
    }
    let source = &spec["dataSource"];
    if source.is_object() {
        w.line(2, "DataSource:");
        if source["apiGroup"].is_string() {
            w.field(3, "APIGroup", source["apiGroup"].show());
        }
        w.field(3, "Kind", source["kind"].show());
        w.field(3, "Name", source["name"].show());
    }
}

/// A map as lines `key=value` of at most so many bytes; in a nested writer kubectl indents also what follows a tab.
fn pairs(w: &mut Writer, title: &str, map: &Json, none: &str, max: usize) {
    if !map.is_given() {
        return w.field(2, title, none);
    }
    let mut lead = format!("{title}:\t");
    for (key, value) in map.entries() {
        w.line(2, format_args!("{lead}    {}", shorten(&format!("{key}={}", value.show()), max)));
        lead = "    \t".into();
    }
}

/// The class of a claim (`GetPersistentVolumeClaimClass`).
pub(super) fn storage_class(metadata: &Json, spec: &Json) -> String {
    let beta = &metadata["annotations"]["volume.beta.kubernetes.io/storage-class"];
    if beta.is_null() { spec["storageClassName"].show() } else { beta.show() }
}
