//! Metadata of objects, templates and claims.

use super::Format::*;
use super::row::{Row, at, value};
use super::{Target, Value};

const LABELS: &[Value] = &[
    value("app", "The label that selectors usually match."),
    value("app.kubernetes.io/name", "The application: `mysql`."),
    value("app.kubernetes.io/instance", "This installation of it: `mysql-orders`."),
    value("app.kubernetes.io/version", "Its version: `8.4.2`."),
    value("app.kubernetes.io/component", "The component within the architecture: `database`."),
    value("app.kubernetes.io/part-of", "The name of the larger application: `shop`."),
    value("app.kubernetes.io/managed-by", "The tool that manages it: `helm`."),
];

const OPERATIONS: &[Value] = &[value("Apply", "Server-side apply set the fields."), value("Update", "Any other request set the fields.")];

const FIELDS_TYPES: &[Value] = &[value("FieldsV1", "The only format of `fieldsV1`.")];

const TEMPLATE_ONLY: &str = "a `volumeClaimTemplate` can have only labels and annotations in its metadata; remove it";

pub(super) const ROWS: &[Row] = &[
    at("Kind.metadata").required().source("ValidateObjectMeta"),
    at("Kind.apiVersion").required(),
    at("Kind.kind").required(),
    at("Kind.metadata.name").format(DnsSubdomain).source("NameIsDNSSubdomain"),
    at("Kind.metadata.generateName").format(DnsSubdomainPrefix).source("NameIsDNSSubdomain"),
    // Its Pods get `name-0`, `name-1` … as host names.
    at("StatefulSet.metadata.name").format(DnsLabel).source("ValidateStatefulSetName"),
    at("StatefulSet.metadata.generateName").format(DnsLabelPrefix).source("ValidateStatefulSetName"),
    // Its Jobs get eleven more characters.
    at("CronJob.metadata.name").max_length(52).source("ValidateCronJobCreate"),
    // It becomes the value of a label.
    at("Job.metadata.name").max_length(63).source("validateGeneratedSelector"),
    at("Kind.metadata.namespace")
        .format(DnsLabel)
        .refers_to(Target::Namespace)
        .default("the namespace of the kubectl context, otherwise `default`")
        .source("ValidateObjectMeta"),
    // The server drops it before it looks at the object.
    at("ClusterKind.metadata.namespace").advice().source("EnsureObjectNamespaceMatchesRequestNamespace"),
    at("ObjectMeta.labels").known_keys(LABELS),
    at("Kind.metadata.labels").keys(QualifiedName).format(LabelValue).source("ValidateLabels"),
    at("Kind.metadata.annotations").keys(AnnotationKey).source("ValidateAnnotations"),
    at("Kind.metadata.finalizers").format(Finalizer).refuses_empty().source("ValidateFinalizers"),
    at("PodTemplateSpec.metadata.labels").keys(QualifiedName).format(LabelValue).source("ValidatePodTemplateSpec"),
    at("PodTemplateSpec.metadata.annotations").keys(AnnotationKey).source("ValidatePodTemplateSpec"),
    at("PersistentVolumeClaimTemplate.metadata.labels").keys(QualifiedName).format(LabelValue).source("ValidateTemplateObjectMeta"),
    at("PersistentVolumeClaimTemplate.metadata.annotations").keys(AnnotationKey).source("ValidateTemplateObjectMeta"),
    at("PersistentVolumeClaimTemplate.metadata.name").forbidden(TEMPLATE_ONLY).source("allowedTemplateObjectMetaFields"),
    at("PersistentVolumeClaimTemplate.metadata.generateName").forbidden(TEMPLATE_ONLY).source("allowedTemplateObjectMetaFields"),
    at("PersistentVolumeClaimTemplate.metadata.namespace").forbidden(TEMPLATE_ONLY).source("allowedTemplateObjectMetaFields"),
    at("PersistentVolumeClaimTemplate.metadata.selfLink").forbidden(TEMPLATE_ONLY).source("allowedTemplateObjectMetaFields"),
    at("PersistentVolumeClaimTemplate.metadata.uid").forbidden(TEMPLATE_ONLY).source("allowedTemplateObjectMetaFields"),
    at("PersistentVolumeClaimTemplate.metadata.resourceVersion").forbidden(TEMPLATE_ONLY).source("allowedTemplateObjectMetaFields"),
    at("PersistentVolumeClaimTemplate.metadata.generation").forbidden(TEMPLATE_ONLY).source("allowedTemplateObjectMetaFields"),
    at("PersistentVolumeClaimTemplate.metadata.creationTimestamp").forbidden(TEMPLATE_ONLY).source("allowedTemplateObjectMetaFields"),
    at("PersistentVolumeClaimTemplate.metadata.deletionTimestamp").forbidden(TEMPLATE_ONLY).source("allowedTemplateObjectMetaFields"),
    at("PersistentVolumeClaimTemplate.metadata.deletionGracePeriodSeconds")
        .forbidden(TEMPLATE_ONLY)
        .source("allowedTemplateObjectMetaFields"),
    at("PersistentVolumeClaimTemplate.metadata.finalizers")
        .forbidden(TEMPLATE_ONLY)
        .refuses_empty()
        .source("allowedTemplateObjectMetaFields"),
    at("PersistentVolumeClaimTemplate.metadata.ownerReferences")
        .forbidden(TEMPLATE_ONLY)
        .refuses_empty()
        .source("allowedTemplateObjectMetaFields"),
    at("PersistentVolumeClaimTemplate.metadata.managedFields")
        .forbidden(TEMPLATE_ONLY)
        .refuses_empty()
        .source("allowedTemplateObjectMetaFields"),
    at("OwnerReference.apiVersion").required().source("validateOwnerReference"),
    at("OwnerReference.kind").required().source("validateOwnerReference"),
    at("OwnerReference.name").required().source("validateOwnerReference"),
    at("OwnerReference.uid").required().source("validateOwnerReference"),
    at("ManagedFieldsEntry.operation").required().values(OPERATIONS).source("ValidateManagedFields"),
    at("ManagedFieldsEntry.fieldsType").values(FIELDS_TYPES).source("ValidateManagedFields"),
    at("ManagedFieldsEntry.manager").max_length(128).source("ValidateManager"),
    at("ManagedFieldsEntry.subresource").max_length(256).source("ValidateManagedFields"),
];
