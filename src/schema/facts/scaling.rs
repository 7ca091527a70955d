//! HorizontalPodAutoscaler, PodDisruptionBudget, LimitRange, ResourceQuota, PriorityClass, RuntimeClass.

use super::Format::*;
use super::groups::{self, Members::Only, group};
use super::row::{MAX, Row, at, value};
use super::{Release, Value};

const KINDS: &[Value] = &[value("Deployment", ""), value("StatefulSet", ""), value("ReplicaSet", "")];

const METRIC_TARGET: &str = "validateMetricTarget";

const QUOTAS: &[Value] = &[
    value("requests.cpu", "CPU that all Pods together request."),
    value("requests.memory", "Memory that all Pods together request."),
    value("limits.cpu", "CPU limits of all Pods together."),
    value("limits.memory", "Memory limits of all Pods together."),
    value("requests.storage", "Storage that all claims together request."),
    value("requests.ephemeral-storage", "Ephemeral storage that all Pods together request."),
    value("limits.ephemeral-storage", "Ephemeral storage limits of all Pods together."),
    value("pods", "Number of Pods that have not ended."),
    value("services", "Number of Services."),
    value("services.loadbalancers", "Number of Services of type `LoadBalancer`."),
    value("services.nodeports", "Number of node ports of Services."),
    value("configmaps", "Number of ConfigMaps."),
    value("secrets", "Number of Secrets."),
    value("persistentvolumeclaims", "Number of claims."),
    value("replicationcontrollers", "Number of ReplicationControllers."),
    value("resourcequotas", "Number of ResourceQuotas."),
    value("cpu", "The same as `requests.cpu`."),
    value("memory", "The same as `requests.memory`."),
];

const LIMITED: &[Value] = &[
    value("cpu", "CPU time, in cores: `500m` is half a core."),
    value("memory", "Memory, in bytes: `256Mi`."),
    value("ephemeral-storage", "Local ephemeral storage."),
    value("storage", "The size of a claim."),
];

const SCOPES: &[Value] = &[
    value("Terminating", "Pods with `activeDeadlineSeconds`."),
    value("NotTerminating", "Pods without `activeDeadlineSeconds`."),
    value("BestEffort", "Pods of the quality of service class `BestEffort`."),
    value("NotBestEffort", "Pods of the other classes."),
    value("PriorityClass", "Pods of a priority class."),
    value("CrossNamespacePodAffinity", "Pods with affinity to Pods of other namespaces."),
    value("VolumeAttributesClass", "Claims of a VolumeAttributesClass."),
];

pub(super) const ROWS: &[Row] = &[
    // Autoscalers
    at("HorizontalPodAutoscaler.spec").required().source("validateHorizontalPodAutoscalerSpec"),
    at("HorizontalPodAutoscalerSpec.scaleTargetRef").required().source("ValidateCrossVersionObjectReference"),
    at("HorizontalPodAutoscalerSpec.maxReplicas").required().range(1, MAX).source("validateHorizontalPodAutoscalerSpec"),
    at("HorizontalPodAutoscalerSpec.minReplicas").range(0, MAX).default("`1`").source("validateHorizontalPodAutoscalerSpec"),
    at("HorizontalPodAutoscalerSpec.metrics").default("CPU at 80 % of what is requested"),
    at("CrossVersionObjectReference.kind").required().format(PathSegment).known(KINDS).source("ValidateCrossVersionObjectReference"),
    at("CrossVersionObjectReference.name").required().format(PathSegment).source("ValidateCrossVersionObjectReference"),
    at("autoscaling/HorizontalPodAutoscaler.spec").required().source("validateHorizontalPodAutoscalerSpec"),
    at("autoscaling/HorizontalPodAutoscalerSpec.scaleTargetRef").required().source("ValidateCrossVersionObjectReference"),
    at("autoscaling/HorizontalPodAutoscalerSpec.maxReplicas").required().range(1, MAX).source("validateHorizontalPodAutoscalerSpec"),
    at("autoscaling/HorizontalPodAutoscalerSpec.minReplicas").range(0, MAX).default("`1`").source("validateHorizontalPodAutoscalerSpec"),
    at("autoscaling/HorizontalPodAutoscalerSpec.targetCPUUtilizationPercentage")
        .range(1, MAX)
        .default("`80`")
        .source("validateMetricTarget"),
    at("autoscaling/CrossVersionObjectReference.kind")
        .required()
        .format(PathSegment)
        .known(KINDS)
        .source("ValidateCrossVersionObjectReference"),
    at("autoscaling/CrossVersionObjectReference.name").required().format(PathSegment).source("ValidateCrossVersionObjectReference"),
    at("MetricSpec.type")
        .required()
        .values(&[
            value("Resource", "CPU or memory of the Pods."),
            value("ContainerResource", "CPU or memory of one container of each Pod."),
            value("Pods", "A metric of each Pod."),
            value("Object", "A metric of one object."),
            value("External", "A metric that belongs to no object of the cluster."),
        ])
        .source("validateMetricSpec"),
    at("ObjectMetricSource.describedObject").required().source("validateObjectSource"),
    at("ObjectMetricSource.metric").required().source("validateObjectSource"),
    at("ObjectMetricSource.target").required().source("validateObjectSource"),
    at("ExternalMetricSource.metric").required().source("validateExternalSource"),
    at("ExternalMetricSource.target").required().source("validateExternalSource"),
    at("PodsMetricSource.metric").required().source("validatePodsSource"),
    at("PodsMetricSource.target").required().source("validatePodsSource"),
    at("ResourceMetricSource.name").required().known(&[value("cpu", ""), value("memory", "")]).source("validateResourceSource"),
    at("ResourceMetricSource.target").required().source("validateResourceSource"),
    at("ContainerResourceMetricSource.name")
        .required()
        .format(ContainerResource)
        .known(&[value("cpu", ""), value("memory", "")])
        .source("validateContainerResourceSource"),
    at("ContainerResourceMetricSource.container").required().format(DnsLabel).source("validateContainerResourceSource"),
    at("ContainerResourceMetricSource.target").required().source("validateContainerResourceSource"),
    at("MetricIdentifier.name").required().format(PathSegment).source("validateMetricIdentifier"),
    // Nobody but the metrics server reads it.
    at("MetricIdentifier.selector").advice().source("validateMetricIdentifier"),
    at("MetricTarget.type")
        .required()
        .values(&[
            value("Utilization", "A percentage of what the Pods request."),
            value("AverageValue", "A value for each Pod."),
            value("Value", "A value for all Pods together."),
        ])
        .source(METRIC_TARGET),
    at("MetricTarget.value").format(PositiveQuantity).source(METRIC_TARGET),
    at("MetricTarget.averageValue").format(PositiveQuantity).source(METRIC_TARGET),
    at("MetricTarget.averageUtilization").range(1, MAX).source(METRIC_TARGET),
    at("HPAScalingRules.stabilizationWindowSeconds").range(0, 3600).source("validateScalingRules"),
    at("HorizontalPodAutoscalerBehavior.scaleUp.stabilizationWindowSeconds").default("`0`").source("scaleUpRules"),
    at("HorizontalPodAutoscalerBehavior.scaleDown.stabilizationWindowSeconds")
        .default("what the controller is started with, `300` if nothing else")
        .source("scaleDownRules"),
    at("HPAScalingRules.selectPolicy")
        .values(&[
            value("Max", "The policy that allows the largest change."),
            value("Min", "The policy that allows the smallest change."),
            value("Disabled", "No scaling in this direction."),
        ])
        .refuses_empty()
        .default("`Max`")
        .source("validateScalingRules"),
    at("HPAScalingRules.tolerance")
        .format(NonNegativeQuantity)
        .gate("HPAConfigurableTolerance", Some(Release::V1_35))
        .default("what the controller is started with, `0.1` if nothing else")
        .source("validateScalingRules"),
    at("HPAScalingPolicy.type")
        .required()
        .values(&[value("Pods", "So many Pods."), value("Percent", "So many percent of the Pods.")])
        .source("validateScalingPolicy"),
    at("HPAScalingPolicy.value").required().range(1, MAX).source("validateScalingPolicy"),
    at("HPAScalingPolicy.periodSeconds").required().range(1, 1800).source("validateScalingPolicy"),
    // Budgets
    at("PodDisruptionBudget.metadata.name").format(PathSegment).source("ValidatePathSegmentName"),
    at("PodDisruptionBudget.metadata.generateName").format(PathSegmentPrefix).source("ValidatePathSegmentName"),
    at("PodDisruptionBudgetSpec.minAvailable").format(CountOrPercentTo100).source("ValidatePodDisruptionBudgetSpec"),
    at("PodDisruptionBudgetSpec.maxUnavailable").format(CountOrPercentTo100).source("ValidatePodDisruptionBudgetSpec"),
    at("PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy")
        .values(&[
            value("IfHealthyBudget", "Pods that are not ready can be evicted only if enough others are."),
            value("AlwaysAllow", "Pods that are not ready can always be evicted."),
        ])
        .refuses_empty()
        .default("`IfHealthyBudget`")
        .source("ValidatePodDisruptionBudgetSpec"),
    // Limits and quotas
    at("LimitRangeSpec.limits").unique(&[&["type"]]).source("ValidateLimitRange"),
    at("LimitRangeItem.type")
        .required()
        .format(LimitType)
        .known(&[
            value("Container", "Each container."),
            value("Pod", "All containers of a Pod together."),
            value("PersistentVolumeClaim", "Each claim."),
        ])
        .source("validateLimitRangeTypeName"),
    at("LimitRangeItem.max").keys(Resource).known_keys(LIMITED).source("validateLimitRangeResourceName"),
    at("LimitRangeItem.min").keys(Resource).known_keys(LIMITED).source("validateLimitRangeResourceName"),
    at("LimitRangeItem.default").keys(Resource).known_keys(LIMITED).default("`max`").source("validateLimitRangeResourceName"),
    at("LimitRangeItem.defaultRequest")
        .keys(Resource)
        .known_keys(LIMITED)
        .default("`default`, otherwise `min`")
        .source("validateLimitRangeResourceName"),
    at("LimitRangeItem.maxLimitRequestRatio").keys(Resource).known_keys(LIMITED).source("validateLimitRangeResourceName"),
    at("ResourceQuotaSpec.hard")
        .keys(QuotaResource)
        .known_keys(QUOTAS)
        .format(NonNegativeQuantity)
        .source("ValidateResourceQuotaResourceName, ValidateResourceQuantityValue"),
    at("ResourceQuotaSpec.scopes").values(SCOPES).source("validateResourceQuotaScopes"),
    at("ScopedResourceSelectorRequirement.scopeName").required().values(SCOPES).source("validateScopedResourceSelectorRequirement"),
    at("ScopedResourceSelectorRequirement.operator")
        .required()
        .values(&[
            value("In", "The scope has one of `values`."),
            value("NotIn", "The scope has none of `values`."),
            value("Exists", "The scope holds."),
            value("DoesNotExist", "The scope does not hold."),
        ])
        .source("validateScopedResourceSelectorRequirement"),
    // Classes
    at("PriorityClass.value").default("`0`"),
    at("PriorityClass.globalDefault").default("`false`"),
    at("PriorityClass.preemptionPolicy")
        .values(&[
            value("PreemptLowerPriority", "The Pod may take the place of Pods with a lower priority."),
            value("Never", "The Pod waits until there is room."),
        ])
        .refuses_empty()
        .default("`PreemptLowerPriority`")
        .source("ValidatePreemptionPolicy"),
    at("RuntimeClass.handler").required().format(DnsLabel).source("ValidateRuntimeClass"),
    at("Overhead.podFixed").keys(ContainerResource).format(NonNegativeQuantity).source("validateOverhead"),
    at("Scheduling.nodeSelector").keys(QualifiedName).format(LabelValue).source("validateScheduling"),
    at("Scheduling.tolerations").unique(&[&["key", "operator", "value", "effect"]]).source("validateTolerations"),
];

pub(super) const GROUPS: &[groups::Row] =
    &[group("PodDisruptionBudgetSpec", "bound", Only(&["minAvailable", "maxUnavailable"]), 0, 1, "ValidatePodDisruptionBudgetSpec")
        .blames_struct()];
