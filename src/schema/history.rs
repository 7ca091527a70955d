//! What came and went between the oldest and the newest release that podls speaks for. Data for the build script.
//!
//! The source is the field lists of the `k8s.io/api` package of each release.

/// Type, field, the minor release that first knows it, and the one that no longer does.
/// `*` is every field of the type that has no row of its own.
pub const ROWS: &[(&str, &str, u32, Option<u32>)] = &[
    ("CSINodeStatus", "*", 37, None),
    ("ContainerExtendedResourceRequest", "*", 34, None),
    ("ContainerRestartRule", "*", 34, None),
    ("ContainerRestartRuleOnExitCodes", "*", 34, None),
    ("DeviceDerivedAttribute", "*", 37, None),
    ("EvictionResponder", "*", 37, None),
    ("FileKeySelector", "*", 34, None),
    ("ImageVolumeStatus", "*", 36, None),
    ("JobSchedulingConfiguration", "*", 37, None),
    ("NodeAllocatableMappedResources", "*", 37, None),
    ("NodeAllocatableMapping", "*", 37, None),
    ("NodeAllocatableOverhead", "*", 37, None),
    ("NodeAllocatableOverheadResources", "*", 37, None),
    ("NodeAllocatableResource", "*", 37, None),
    ("NodeAllocatableResourceClaimStatus", "*", 36, None),
    ("NodeAllocatableResourceMapping", "*", 36, Some(37)),
    ("NodePodPreemptionPolicy", "*", 37, None),
    ("PodCertificateProjection", "*", 34, None),
    ("PodExtendedResourceClaimStatus", "*", 34, None),
    ("PodSchedulingGroup", "*", 36, None),
    ("PodVolumeHealth", "*", 37, None),
    ("StorageHealth", "*", 37, None),
    ("StorageHealthCondition", "*", 37, None),
    ("TopologyConstraint", "*", 37, None),
    ("VolumeHealthCondition", "*", 37, None),
    ("VolumeHealthStatus", "*", 37, None),
    ("VolumeStatus", "*", 36, None),
    ("WorkloadPodGroupDisruptionMode", "*", 37, None),
    ("WorkloadPodGroupGangSchedulingPolicy", "*", 37, None),
    ("WorkloadPodGroupResourceClaim", "*", 37, None),
    ("WorkloadPodGroupSchedulingConstraints", "*", 37, None),
    ("WorkloadPodGroupSchedulingPolicy", "*", 37, None),
    ("WorkloadReference", "*", 35, Some(36)),
    ("CSIDriverSpec", "preventPodSchedulingIfMissing", 36, None),
    ("CSIDriverSpec", "serviceAccountTokenInSecrets", 35, None),
    ("CSINode", "status", 37, None),
    ("ClusterTrustBundleProjection", "user", 37, None),
    ("ConfigMapVolumeSource", "defaultUser", 37, None),
    ("Container", "restartPolicyRules", 34, None),
    ("CustomResourceDefinitionCondition", "observedGeneration", 35, None),
    ("CustomResourceDefinitionStatus", "observedGeneration", 35, None),
    ("Device", "nodeAllocatableResourceMappings", 36, Some(37)),
    ("Device", "nodeAllocatableResources", 37, None),
    ("DeviceAttribute", "bools", 36, None),
    ("DeviceAttribute", "ints", 36, None),
    ("DeviceAttribute", "strings", 36, None),
    ("DeviceAttribute", "versions", 36, None),
    ("DeviceCounterConsumption", "compatibilityGroups", 37, None),
    ("DeviceRequestAllocationResult", "skipNodeOperations", 37, None),
    ("DownwardAPIVolumeFile", "user", 37, None),
    ("DownwardAPIVolumeSource", "defaultUser", 37, None),
    ("EmptyDirVolumeSource", "mode", 37, None),
    ("EnvVarSource", "fileKeyRef", 34, None),
    ("EphemeralContainer", "restartPolicyRules", 34, None),
    ("GRPCAction", "mode", 37, None),
    ("HTTPGetAction", "protocol", 37, None),
    ("HorizontalPodAutoscalerCondition", "observedGeneration", 37, None),
    ("JobSpec", "scheduling", 37, None),
    ("KeyToPath", "user", 37, None),
    ("NodeAllocatableResourceClaimStatus", "mapping", 37, None),
    ("NodeAllocatableResourceClaimStatus", "overhead", 37, None),
    ("NodeAllocatableResourceClaimStatus", "resources", 36, Some(37)),
    ("NodeSpec", "podPreemptionPolicy", 37, None),
    ("NodeStatus", "declaredFeatures", 35, None),
    ("NodeSystemInfo", "runningInUserNamespace", 37, None),
    ("PersistentVolumeClaimStatus", "healthStatus", 37, None),
    ("PodCertificateProjection", "user", 37, None),
    ("PodCertificateProjection", "userAnnotations", 35, None),
    ("PodSpec", "evictionResponders", 37, None),
    ("PodSpec", "hostnameOverride", 34, None),
    ("PodSpec", "schedulingGroup", 36, None),
    ("PodSpec", "workloadRef", 35, Some(36)),
    ("PodStatus", "allocatedResources", 35, None),
    ("PodStatus", "extendedResourceClaimStatus", 34, None),
    ("PodStatus", "nodeAllocatableResourceClaimStatuses", 36, None),
    ("PodStatus", "resources", 35, None),
    ("PodStatus", "volumeHealth", 37, None),
    ("ProjectedVolumeSource", "defaultUser", 37, None),
    ("ResourceHealth", "message", 36, None),
    ("ResourceSliceSpec", "partitionTypeAttribute", 37, None),
    ("ResourceSliceSpec", "skipNodeOperations", 37, None),
    ("SecretVolumeSource", "defaultUser", 37, None),
    ("ServiceAccountTokenProjection", "user", 37, None),
    ("VolumeMount", "bindMountOptions", 37, None),
    ("VolumeMountStatus", "volumeStatus", 36, None),
    ("VolumeProjection", "podCertificate", 34, None),
];

/// Fields and types that the newest release no longer has, as the JSON schemas they had; the descriptions are ours.
pub const GONE: &str = r##"{
  "Device": { "properties": {
    "nodeAllocatableResourceMappings": {
      "description": "Which resources of the node the device accounts for. Replaced by nodeAllocatableResources in 1.37.",
      "type": "object",
      "additionalProperties": { "$ref": "#/definitions/NodeAllocatableResourceMapping" }
    }
  } },
  "NodeAllocatableResourceMapping": {
    "description": "How much of a resource of the node a device, or some of its capacity, accounts for.",
    "type": "object",
    "properties": {
      "allocationMultiplier": {
        "description": "What the number of devices, or the consumed capacity, is multiplied by.",
        "$ref": "#/definitions/Quantity"
      },
      "capacityKey": { "description": "Name of the device's capacity that is counted.", "type": "string" }
    }
  },
  "PodSpec": { "properties": {
    "workloadRef": {
      "description": "The Workload object and the PodGroup in it that the Pod belongs to. Alpha in 1.35, replaced by schedulingGroup in 1.36.",
      "$ref": "#/definitions/WorkloadReference"
    }
  } },
  "WorkloadReference": {
    "description": "Names a Workload object and the Pod's place in it.",
    "type": "object",
    "required": ["name", "podGroup"],
    "properties": {
      "name": { "description": "Name of the Workload, in the namespace of the Pod.", "type": "string" },
      "podGroup": { "description": "Name of the PodGroup within the Workload.", "type": "string" },
      "podGroupReplicaKey": { "description": "Which replica of the PodGroup the Pod belongs to.", "type": "string" }
    }
  },
  "NodeAllocatableResourceClaimStatus": { "properties": {
    "resources": {
      "description": "What the claim allocates of each resource of the node.",
      "type": "object",
      "additionalProperties": { "$ref": "#/definitions/Quantity" }
    }
  } }
}"##;
