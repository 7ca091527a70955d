//! The kinds around the Pod: Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob.

use super::Format::*;
use super::row::{MAX, Row, at, value};
use super::{Release, Target, Value};

const RETENTION: &[Value] = &[value("Retain", "Keep the claims."), value("Delete", "Delete the claims.")];

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
        .values(&[
            value("RollingUpdate", "Replace Pods little by little."),
            value("Recreate", "End all old Pods before the first new one starts."),
        ])
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
            value("OrderedReady", "Start Pods one after the other, each when the one before is ready; end them in reverse."),
            value("Parallel", "Start and end all Pods at once."),
        ])
        .default("`OrderedReady`")
        .source("ValidateStatefulSetSpec"),
    at("StatefulSetUpdateStrategy.type")
        .values(&[
            value("RollingUpdate", "Replace the Pods from the highest number down."),
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
        .default("`1` if `parallelism` is not given either, else one success ends the Job")
        .source("validateJobSpec"),
    at("JobSpec.activeDeadlineSeconds").range(0, MAX).default("no deadline").source("validateJobSpec"),
    at("JobSpec.backoffLimit").range(0, MAX).default("`6`; with `backoffLimitPerIndex` no limit").source("validateJobSpec"),
    at("JobSpec.backoffLimitPerIndex").range(0, MAX).source("validateJobSpec"),
    at("JobSpec.maxFailedIndexes").range(0, MAX).source("validateJobSpec"),
    at("JobSpec.ttlSecondsAfterFinished").range(0, MAX).default("the Job is kept").source("validateJobSpec"),
    at("JobSpec.suspend").default("`false`"),
    at("JobSpec.manualSelector").default("`false`"),
    at("JobSpec.managedBy").format(PrefixedPath).refuses_empty().max_length(63).source("validateJobSpec"),
    at("JobSpec.completionMode")
        .values(&[
            value("NonIndexed", "Done after as many successes as `completions` says."),
            value("Indexed", "Each Pod has an index from 0; done when each index has succeeded."),
        ])
        .refuses_empty()
        .default("`NonIndexed`")
        .source("validateJobSpec"),
    at("JobSpec.podReplacementPolicy")
        .values(&[
            value("TerminatingOrFailed", "Replace a Pod as soon as it is ending."),
            value("Failed", "Replace a Pod when it has ended; the only one with `podFailurePolicy`."),
        ])
        .refuses_empty()
        .default("`TerminatingOrFailed`; with `podFailurePolicy` `Failed`")
        .source("validatePodReplacementPolicy"),
    at("PodFailurePolicy.rules").max_items(20).source("validatePodFailurePolicy"),
    at("PodFailurePolicyRule.action")
        .required()
        .values(&[
            value("FailJob", "The Job fails, and its Pods are ended."),
            value("FailIndex", "The index fails; needs `backoffLimitPerIndex`."),
            value("Ignore", "The failure does not count, the Pod is replaced."),
            value("Count", "The failure counts as without a rule."),
        ])
        .source("validatePodFailurePolicyRule"),
    at("PodFailurePolicyRule.onPodConditions").max_items(20).source("validatePodFailurePolicyRuleOnPodConditions"),
    at("PodFailurePolicyOnPodConditionsPattern.type")
        .required()
        .format(QualifiedName)
        .known(&[value("DisruptionTarget", "The Pod is ended by a disruption: eviction, preemption, drain.")])
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
        .default("every container")
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
            value("0 3 * * *", "Every night at three."),
            value("0 3 * * 1-5", "At three on working days."),
            value("@hourly", "Every hour."),
            value("@daily", "Every midnight."),
            value("@weekly", "At midnight before Sunday."),
            value("@monthly", "At midnight before the first."),
        ])
        .source("validateScheduleFormat"),
    at("CronJobSpec.timeZone")
        .format(TimeZone)
        .refuses_empty()
        .default("that of the kube-controller-manager, mostly UTC")
        .source("validateTimeZone"),
    at("CronJobSpec.jobTemplate").required().source("ValidateJobTemplateSpec"),
    at("JobTemplateSpec.spec").required().source("ValidateJobTemplateSpec"),
    at("JobTemplateSpec.spec.selector").forbidden("the selector is made for each Job; remove it").source("ValidateJobTemplateSpec"),
    at("CronJobSpec.startingDeadlineSeconds").range(0, MAX).default("no deadline").source("validateCronJobSpec"),
    at("CronJobSpec.suspend").default("`false`"),
    at("CronJobSpec.successfulJobsHistoryLimit").range(0, MAX).default("`3`").source("validateCronJobSpec"),
    at("CronJobSpec.failedJobsHistoryLimit").range(0, MAX).default("`1`").source("validateCronJobSpec"),
    at("CronJobSpec.concurrencyPolicy")
        .values(&[
            value("Allow", "Jobs may overlap."),
            value("Forbid", "No run starts while the last one is not done."),
            value("Replace", "End the last one and start the new one."),
        ])
        .default("`Allow`")
        .source("validateConcurrencyPolicy"),
];
