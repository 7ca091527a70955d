//! The kinds around the Pod: Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob.

use super::Format::*;
use super::row::{MAX, Row, at, value};
use super::{Release, Target, Value};

const RETENTION: &[Value] = &[value("Retain", "Keep the PersistentVolumeClaims."), value("Delete", "Delete the PersistentVolumeClaims.")];

pub(super) const ROWS: &[Row] = &[
    at("PodTemplateSpec.spec").required().source("validateContainers"),
    // Before 1.34 nothing in the template of a StatefulSet is checked but its metadata, restartPolicy and activeDeadlineSeconds.
    at("StatefulSetSpec.template.spec").enforced_since(Release::V1_34).source("ValidatePodTemplateSpecForStatefulSet"),
    at("StatefulSetSpec.volumeClaimTemplates").enforced_since(Release::V1_34).source("validateVolumeClaimTemplates"),
    at("DeploymentSpec.replicas").range(0, MAX).default("`1`").source("ValidateDeploymentSpec"),
    at("DeploymentSpec.selector").required().source("ValidateDeploymentSpec"),
    at("DeploymentSpec.template").required().source("ValidateDeploymentSpec"),
    at("DeploymentSpec.minReadySeconds").range(0, MAX).default("`0`").source("ValidateDeploymentSpec"),
    at("DeploymentSpec.revisionHistoryLimit").range(0, MAX).default("`10`").source("ValidateDeploymentSpec"),
    at("DeploymentSpec.progressDeadlineSeconds").range(0, MAX).default("`600`").source("ValidateDeploymentSpec"),
    at("DeploymentSpec.paused").default("`false`"),
    at("DeploymentStrategy.type")
        .values(&[value("RollingUpdate", "Replace Pods gradually."), value("Recreate", "Delete all old Pods before creating new ones.")])
        .default("`RollingUpdate`")
        .source("ValidateDeploymentStrategy"),
    at("RollingUpdateDeployment.maxUnavailable")
        .format(CountOrPercentTo100)
        .refuses_empty()
        .default("`25%`")
        .source("ValidateRollingUpdateDeployment"),
    at("RollingUpdateDeployment.maxSurge")
        .format(CountOrPercent)
        .refuses_empty()
        .default("`25%`")
        .source("ValidateRollingUpdateDeployment"),
    at("ReplicaSetSpec.replicas").range(0, MAX).default("`1`").source("ValidateReplicaSetSpec"),
    at("ReplicaSetSpec.selector").required().source("ValidateReplicaSetSpec"),
    at("ReplicaSetSpec.template").required().source("ValidateReplicaSetSpec"),
    at("ReplicaSetSpec.minReadySeconds").range(0, MAX).default("`0`").source("ValidateReplicaSetSpec"),
    at("ReplicationControllerSpec.replicas").range(0, MAX).default("`1`").source("ValidateReplicationControllerSpec"),
    at("ReplicationControllerSpec.selector").default("the labels of the template").source("SetDefaults_ReplicationController"),
    at("ReplicationControllerSpec.template").required().source("ValidatePodTemplateSpecForRC"),
    at("ReplicationControllerSpec.minReadySeconds").range(0, MAX).default("`0`").source("ValidateReplicationControllerSpec"),
    at("PodTemplate.template").required().source("ValidatePodTemplate"),
    // DaemonSet
    at("DaemonSetSpec.selector").required().source("ValidateDaemonSetSpec"),
    at("DaemonSetSpec.template").required().source("ValidateDaemonSetSpec"),
    at("DaemonSetSpec.minReadySeconds").range(0, MAX).default("`0`").source("ValidateDaemonSetSpec"),
    at("DaemonSetSpec.revisionHistoryLimit").range(0, MAX).default("`10`").source("ValidateDaemonSetSpec"),
    at("DaemonSetUpdateStrategy.type")
        .values(&[
            value("RollingUpdate", "Replace the Pods node by node."),
            value("OnDelete", "Replace a Pod only when someone deletes it."),
        ])
        .default("`RollingUpdate`")
        .source("ValidateDaemonSetUpdateStrategy"),
    at("RollingUpdateDaemonSet.maxUnavailable")
        .format(CountOrPercentTo100)
        .refuses_empty()
        .default("`1`")
        .source("ValidateRollingUpdateDaemonSet"),
    at("RollingUpdateDaemonSet.maxSurge")
        .format(CountOrPercentTo100)
        .refuses_empty()
        .default("`0`")
        .source("ValidateRollingUpdateDaemonSet"),
    // StatefulSet
    at("StatefulSetSpec.replicas").range(0, MAX).default("`1`").source("ValidateStatefulSetSpec"),
    at("StatefulSetSpec.selector").required().source("ValidateStatefulSetSpec"),
    at("StatefulSetSpec.template").required().source("ValidateStatefulSetSpec"),
    at("StatefulSetSpec.serviceName").format(DnsLabel).refers_to(Target::Service).source("ValidateStatefulSetSpec"),
    at("StatefulSetSpec.minReadySeconds").range(0, MAX).default("`0`").source("ValidateStatefulSetSpec"),
    at("StatefulSetSpec.revisionHistoryLimit").default("`10`").source("SetDefaults_StatefulSet"),
    at("StatefulSetSpec.podManagementPolicy")
        .values(&[
            value("OrderedReady", "Start Pods one at a time, each after the previous one is ready; terminate them in reverse order."),
            value("Parallel", "Start and terminate all Pods in parallel."),
        ])
        .default("`OrderedReady`")
        .source("ValidateStatefulSetSpec"),
    at("StatefulSetUpdateStrategy.type")
        .values(&[
            value("RollingUpdate", "Replace the Pods from the highest ordinal to the lowest."),
            value("OnDelete", "Replace a Pod only when someone deletes it."),
        ])
        .default("`RollingUpdate`")
        .source("ValidateStatefulSetSpec"),
    at("RollingUpdateStatefulSetStrategy.partition").range(0, MAX).default("`0`").source("validateRollingUpdateStatefulSet"),
    at("RollingUpdateStatefulSetStrategy.maxUnavailable")
        .format(PositiveCountOrPercentTo100)
        .refuses_empty()
        .default("`1`")
        .gate("MaxUnavailableStatefulSet", Some(Release::V1_37))
        .source("validateRollingUpdateStatefulSet"),
    at("StatefulSetOrdinals.start").range(0, MAX).default("`0`").source("ValidateStatefulSetSpec"),
    at("StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted")
        .values(RETENTION)
        .default("`Retain`")
        .source("ValidatePersistentVolumeClaimRetentionPolicyType"),
    at("StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled")
        .values(RETENTION)
        .default("`Retain`")
        .source("ValidatePersistentVolumeClaimRetentionPolicyType"),
    // Job
    at("JobSpec.template").required().source("ValidateJobSpec"),
    at("JobSpec.parallelism").range(0, MAX).default("`1`").source("validateJobSpec"),
    at("JobSpec.completions")
        .range(0, MAX)
        .default("`1` if `parallelism` is not set either, otherwise one success completes the Job")
        .source("validateJobSpec"),
    at("JobSpec.activeDeadlineSeconds").range(0, MAX).default("no deadline").source("validateJobSpec"),
    at("JobSpec.backoffLimit").range(0, MAX).default("`6`; with `backoffLimitPerIndex`, no limit").source("validateJobSpec"),
    at("JobSpec.backoffLimitPerIndex").range(0, MAX).source("validateJobSpec"),
    at("JobSpec.maxFailedIndexes").range(0, MAX).source("validateJobSpec"),
    at("JobSpec.ttlSecondsAfterFinished").range(0, MAX).default("the Job is kept").source("validateJobSpec"),
    at("JobSpec.suspend").default("`false`"),
    at("JobSpec.manualSelector").default("`false`"),
    at("JobSpec.managedBy").format(PrefixedPath).refuses_empty().max_length(63).source("validateJobSpec"),
    at("JobSpec.completionMode")
        .values(&[
            value("NonIndexed", "Complete after `completions` successful Pods."),
            value("Indexed", "Each Pod has an index from 0; complete when each index has succeeded."),
        ])
        .refuses_empty()
        .default("`NonIndexed`")
        .source("validateJobSpec"),
    at("JobSpec.podReplacementPolicy")
        .values(&[
            value("TerminatingOrFailed", "Replace a Pod as soon as it is terminating or has failed."),
            value("Failed", "Replace a Pod only after it has fully terminated; required with `podFailurePolicy`."),
        ])
        .refuses_empty()
        .default("`TerminatingOrFailed`; with `podFailurePolicy`, `Failed`")
        .source("validatePodReplacementPolicy"),
    at("PodFailurePolicy.rules").max_items(20).source("validatePodFailurePolicy"),
    at("PodFailurePolicyRule.action")
        .required()
        .values(&[
            value("FailJob", "The Job fails, and its Pods are terminated."),
            value("FailIndex", "The index fails; requires `backoffLimitPerIndex`."),
            value("Ignore", "The failure is not counted; the Pod is replaced."),
            value("Count", "The failure is counted as usual."),
        ])
        .source("validatePodFailurePolicyRule"),
    at("PodFailurePolicyRule.onPodConditions").max_items(20).source("validatePodFailurePolicyRuleOnPodConditions"),
    at("PodFailurePolicyOnPodConditionsPattern.type")
        .required()
        .format(QualifiedName)
        .known(&[value("DisruptionTarget", "The Pod is about to be terminated because of a disruption: eviction, preemption, drain.")])
        .source("validatePodFailurePolicyRuleOnPodConditions"),
    at("PodFailurePolicyOnPodConditionsPattern.status")
        .values(&[value("True", ""), value("False", ""), value("Unknown", "")])
        .default("`True`")
        .source("validatePodFailurePolicyRuleOnPodConditions"),
    at("PodFailurePolicyOnExitCodesRequirement.operator")
        .required()
        .values(&[value("In", "The exit code is one of `values`."), value("NotIn", "The exit code is none of `values`.")])
        .source("validatePodFailurePolicyRuleOnExitCodes"),
    at("PodFailurePolicyOnExitCodesRequirement.values")
        .required()
        .max_items(255)
        .unique(&[&[]])
        .source("validatePodFailurePolicyRuleOnExitCodes"),
    at("PodFailurePolicyOnExitCodesRequirement.containerName")
        .refuses_empty()
        .format(NonEmpty)
        .refers_to(Target::Container)
        .default("all containers")
        .source("validatePodFailurePolicyRuleOnExitCodes"),
    at("SuccessPolicy.rules").required().max_items(20).source("validateSuccessPolicy"),
    at("SuccessPolicyRule.succeededCount").range(0, MAX).source("validateSuccessPolicyRule"),
    at("SuccessPolicyRule.succeededIndexes").format(Indexes).source("validateSuccessPolicyRule"),
    // CronJob
    at("CronJobSpec.schedule")
        .required()
        .format(Cron)
        .known(&[
            value("*/5 * * * *", "Every five minutes."),
            value("0 * * * *", "Every hour."),
            value("0 3 * * *", "Daily at 3:00 AM."),
            value("0 3 * * 1-5", "At 3:00 AM on weekdays."),
            value("@hourly", "Every hour."),
            value("@daily", "Daily at midnight."),
            value("@weekly", "Weekly, on Sunday at midnight."),
            value("@monthly", "Monthly, on the first day at midnight."),
        ])
        .source("validateScheduleFormat"),
    at("CronJobSpec.timeZone")
        .format(TimeZone)
        .refuses_empty()
        .default("the time zone of the kube-controller-manager, usually UTC")
        .source("validateTimeZone"),
    at("CronJobSpec.jobTemplate").required().source("ValidateJobTemplateSpec"),
    at("JobTemplateSpec.spec").required().source("ValidateJobTemplateSpec"),
    at("JobTemplateSpec.spec.selector").forbidden("the selector is generated for each Job; remove it").source("ValidateJobTemplateSpec"),
    at("CronJobSpec.startingDeadlineSeconds").range(0, MAX).default("no deadline").source("validateCronJobSpec"),
    at("CronJobSpec.suspend").default("`false`"),
    at("CronJobSpec.successfulJobsHistoryLimit").range(0, MAX).default("`3`").source("validateCronJobSpec"),
    at("CronJobSpec.failedJobsHistoryLimit").range(0, MAX).default("`1`").source("validateCronJobSpec"),
    at("CronJobSpec.concurrencyPolicy")
        .values(&[
            value("Allow", "Jobs may overlap."),
            value("Forbid", "Skip the new run if the previous one is still running."),
            value("Replace", "Stop the previous run and start the new one."),
        ])
        .default("`Allow`")
        .source("validateConcurrencyPolicy"),
];
