//! Device classes, resource claims and slices.

use super::Format::*;
use super::groups::Members::{AllBut, Only};
use super::groups::{self, group};
use super::row::{MAX, Row, at, value};
use super::{Release, Target, Value};

const EFFECTS: &[Value] = &[
    value("None", "The taint is only for information.").since(Release::V1_35),
    value("NoSchedule", "Pods that do not tolerate it do not get the device."),
    value("NoExecute", "Running Pods that do not tolerate it are evicted, too."),
];

const ALLOCATION_MODES: &[Value] =
    &[value("ExactCount", "As many devices as `count` says."), value("All", "All devices that match; at least one.")];

pub(super) const ROWS: &[Row] = &[
    at("DeviceClass.spec").optional().source("ValidateDeviceClass"),
    at("resource/ResourceClaim.spec").optional().source("ValidateResourceClaim"),
    at("ResourceClaimTemplate.spec").optional().source("ValidateResourceClaimTemplate"),
    // Claims
    at("DeviceClaim.requests").max_items(32).unique(&[&["name"]]).source("validateDeviceClaim"),
    at("DeviceClaim.constraints").max_items(32).source("validateDeviceClaim"),
    at("DeviceClaim.config").max_items(32).source("validateDeviceClaim"),
    at("DeviceRequest.name").required().format(DnsLabel).source("validateDeviceRequest"),
    at("DeviceRequest.firstAvailable").max_items(8).unique(&[&["name"]]).source("validateDeviceRequest"),
    at("DeviceSubRequest.name").required().format(DnsLabel).source("validateDeviceSubRequest"),
    at("DeviceSubRequest.deviceClassName").required().format(DnsSubdomain).source("validateDeviceClass"),
    at("ExactDeviceRequest.deviceClassName").required().format(DnsSubdomain).source("validateDeviceClass"),
    at("DeviceSubRequest.selectors").max_items(32).source("validateSelectorSlice"),
    at("ExactDeviceRequest.selectors").max_items(32).source("validateSelectorSlice"),
    at("DeviceSubRequest.allocationMode")
        .values(ALLOCATION_MODES)
        .default("`ExactCount`")
        .source("validateDeviceAllocationMode, SetDefaults_DeviceSubRequest"),
    at("ExactDeviceRequest.allocationMode")
        .values(ALLOCATION_MODES)
        .default("`ExactCount`")
        .source("validateDeviceAllocationMode, SetDefaults_ExactDeviceRequest"),
    at("DeviceSubRequest.count").default("`1` with `allocationMode: ExactCount`").source("validateDeviceAllocationMode"),
    at("ExactDeviceRequest.count").default("`1` with `allocationMode: ExactCount`").source("validateDeviceAllocationMode"),
    at("ExactDeviceRequest.adminAccess").default("`false`"),
    at("DeviceSubRequest.tolerations").gate("DRADeviceTaints", Some(Release::V1_36)),
    at("ExactDeviceRequest.tolerations").gate("DRADeviceTaints", Some(Release::V1_36)),
    at("ExactDeviceRequest.derivedAttributes").gate("DRADerivedAttributes", None),
    at("DeviceSubRequest.derivedAttributes").gate("DRADerivedAttributes", None),
    at("DeviceSelector.cel").required().source("validateSelector"),
    at("CELDeviceSelector.expression").required().max_length(10 * 1024).format(CelExpression).source("validateCELExpression"),
    at("DeviceConstraint.requests").max_items(32).unique(&[&[]]).source("validateDeviceConstraint"),
    at("DeviceConstraint.matchAttribute").format(FullyQualifiedAttribute).refuses_empty().source("validateFullyQualifiedName"),
    at("DeviceConstraint.distinctAttribute")
        .format(FullyQualifiedAttribute)
        .refuses_empty()
        .gate("DRAConsumableCapacity", Some(Release::V1_36))
        .source("validateFullyQualifiedName"),
    at("DeviceClaimConfiguration.requests").max_items(32).unique(&[&[]]).source("validateDeviceClaimConfiguration"),
    at("DeviceClaimConfiguration.opaque").required().source("validateDeviceConfiguration"),
    at("DeviceClassConfiguration.opaque").required().source("validateDeviceConfiguration"),
    at("OpaqueDeviceConfiguration.driver").required().format(DriverName).source("validateOpaqueConfiguration"),
    at("OpaqueDeviceConfiguration.parameters").required().source("validateRawExtension"),
    at("DeviceToleration.key").format(QualifiedName).source("validateDeviceToleration"),
    at("DeviceToleration.operator")
        .values(&[value("Equal", "The value must be equal."), value("Exists", "Any value.")])
        .default("`Equal`")
        .source("validateDeviceToleration"),
    at("DeviceToleration.effect").values(EFFECTS).default("all effects").source("validateDeviceToleration"),
    at("ResourceClaimTemplateSpec.metadata.labels").keys(QualifiedName).format(LabelValue).source("ValidateTemplateObjectMeta"),
    at("ResourceClaimTemplateSpec.metadata.annotations").keys(AnnotationKey).source("ValidateTemplateObjectMeta"),
    // Classes and taints
    at("DeviceClassSpec.selectors").max_items(32).source("validateDeviceClassSpec"),
    at("DeviceClassSpec.config").max_items(32).source("validateDeviceClassSpec"),
    at("DeviceClassSpec.extendedResourceName")
        .format(ExtendedResource)
        .refuses_empty()
        .gate("DRAExtendedResource", Some(Release::V1_36))
        .source("IsExtendedResourceName"),
    at("DeviceTaintRuleSpec.taint").required().source("validateDeviceTaintRuleSpec"),
    at("DeviceTaint.key").required().format(QualifiedName).source("validateDeviceTaint"),
    at("DeviceTaint.value").format(LabelValue).source("validateDeviceTaint"),
    at("DeviceTaint.effect").required().values(EFFECTS).source("validateDeviceTaint"),
    at("DeviceTaintSelector.driver").format(DriverName).refuses_empty().source("validateDeviceTaintSelector"),
    at("DeviceTaintSelector.pool").format(PoolName).refuses_empty().source("validateDeviceTaintSelector"),
    at("DeviceTaintSelector.device").format(DnsLabel).refuses_empty().source("validateDeviceTaintSelector"),
    // Slices
    at("ResourceSliceSpec.driver").required().format(DriverName).source("validateResourceSliceSpec"),
    at("ResourceSliceSpec.pool").required().source("validateResourceSliceSpec"),
    at("ResourcePool.name").required().format(PoolName).source("validatePoolName"),
    at("ResourcePool.resourceSliceCount").required().range(1, MAX).source("validateResourcePool"),
    at("ResourcePool.generation").range(0, MAX).source("validateResourcePool"),
    at("ResourceSliceSpec.nodeName").format(DnsSubdomain).refuses_empty().refers_to(Target::Node).source("validateResourceSliceSpec"),
    at("ResourceSliceSpec.nodeSelector.nodeSelectorTerms").required().max_items(1).source("validateResourceSliceSpec"),
    at("ResourceSliceSpec.devices").max_items(128).unique(&[&["name"]]).source("validateResourceSliceSpec"),
    at("ResourceSliceSpec.sharedCounters")
        .max_items(8)
        .unique(&[&["name"]])
        .gate("DRAPartitionableDevices", Some(Release::V1_36))
        .source("validateResourceSliceSpec"),
    at("ResourceSliceSpec.perDeviceNodeSelection").gate("DRAPartitionableDevices", Some(Release::V1_36)).source("validateResourceSliceSpec"),
    at("ResourceSliceSpec.partitionTypeAttribute").gate("DRAPartitionableDevicesType", None),
    at("ResourceSliceSpec.skipNodeOperations").gate("DRAOptionalNodeOperations", None),
    at("Device.name").required().format(DnsLabel).source("validateDevice"),
    at("Device.attributes").keys(AttributeName).source("validateDevice"),
    at("Device.capacity").keys(AttributeName).source("validateDevice"),
    at("Device.taints").max_items(16).gate("DRADeviceTaints", Some(Release::V1_36)).source("validateDevice"),
    at("Device.consumesCounters")
        .max_items(2)
        .unique(&[&["counterSet"]])
        .gate("DRAPartitionableDevices", Some(Release::V1_36))
        .source("validateDevice"),
    at("Device.nodeName")
        .format(DnsSubdomain)
        .refuses_empty()
        .refers_to(Target::Node)
        .gate("DRAPartitionableDevices", Some(Release::V1_36))
        .source("validateDevice"),
    at("Device.nodeSelector").gate("DRAPartitionableDevices", Some(Release::V1_36)),
    at("Device.allNodes").gate("DRAPartitionableDevices", Some(Release::V1_36)),
    at("Device.bindingConditions")
        .max_items(4)
        .format(QualifiedName)
        .unique(&[&[]])
        .gate("DRADeviceBindingConditions", Some(Release::V1_36))
        .source("validateDeviceBindingParameters"),
    at("Device.bindingFailureConditions")
        .max_items(4)
        .format(QualifiedName)
        .unique(&[&[]])
        .gate("DRADeviceBindingConditions", Some(Release::V1_36))
        .source("validateDeviceBindingParameters"),
    at("Device.bindsToNode").gate("DRADeviceBindingConditions", Some(Release::V1_36)),
    at("Device.allowMultipleAllocations").gate("DRAConsumableCapacity", Some(Release::V1_36)).default("`false`"),
    at("Device.nodeAllocatableResources").gate("DRANodeAllocatableResources", None),
    at("DeviceCapacity.requestPolicy").gate("DRAConsumableCapacity", Some(Release::V1_36)),
    at("DeviceAttribute.string").max_length(64).source("validateDeviceAttributeStringValue"),
    at("DeviceAttribute.version").format(SemanticVersion).refuses_empty().max_length(64).source("validateDeviceAttributeVersionValue"),
    at("DeviceAttribute.bools").gate("DRAListTypeAttributes", None),
    at("DeviceAttribute.ints").gate("DRAListTypeAttributes", None),
    at("DeviceAttribute.strings").gate("DRAListTypeAttributes", None),
    at("DeviceAttribute.versions").gate("DRAListTypeAttributes", None),
    at("CounterSet.name").required().format(DnsLabel).source("validateCounterSet"),
    at("CounterSet.counters").required().keys(DnsLabel).source("validateCounterSet"),
    at("DeviceCounterConsumption.counterSet").required().format(DnsLabel).source("validateDeviceCounterConsumption"),
    at("DeviceCounterConsumption.counters").required().keys(DnsLabel).source("validateDeviceCounterConsumption"),
    at("DeviceCounterConsumption.compatibilityGroups").gate("DRADeviceCompatibilityGroups", None),
];

pub(super) const GROUPS: &[groups::Row] = &[
    group("DeviceRequest", "request", Only(&["exactly", "firstAvailable"]), 1, 1, "validateDeviceRequest")
        .empty_does_not_count()
        .blames_struct(),
    group("DeviceAttribute", "value", AllBut(""), 1, 1, "validateDeviceAttribute").blames_struct(),
    group("DeviceConstraint", "attribute", Only(&["matchAttribute", "distinctAttribute"]), 1, 2, "validateDeviceConstraint")
        .blames_struct(),
];
