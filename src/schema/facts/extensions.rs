//! CustomResourceDefinition, APIService, ControllerRevision, StorageVersionMigration.

use super::Format::*;
use super::groups::Members::Only;
use super::groups::{self, group};
use super::row::{Row, at, value};
use super::{Target, Value};

const TYPES: &[Value] = &[
    value("object", "A map: of `properties`, or of `additionalProperties`."),
    value("array", "A list of `items`."),
    value("string", ""),
    value("integer", ""),
    value("number", ""),
    value("boolean", ""),
];

const LIST_TYPES: &[Value] = &[
    value("atomic", "The list is replaced as a whole."),
    value("set", "The items are scalars that do not repeat."),
    value("map", "The items are distinguished by `x-kubernetes-list-map-keys`."),
];

const COLUMN_TYPES: &[Value] = &[
    value("string", ""),
    value("integer", ""),
    value("number", ""),
    value("boolean", ""),
    value("date", "Shown as the time that has passed since."),
];

const COLUMN_FORMATS: &[Value] = &[
    value("int32", ""),
    value("int64", ""),
    value("float", ""),
    value("double", ""),
    value("byte", ""),
    value("date", ""),
    value("date-time", ""),
    value("password", ""),
];

const REASONS: &[Value] = &[
    value("FieldValueInvalid", "The value is wrong."),
    value("FieldValueForbidden", "The value is not allowed."),
    value("FieldValueRequired", "The value is missing."),
    value("FieldValueDuplicate", "The value is a duplicate."),
];

const UNSUPPORTED: &str = "schemas of custom resources do not support it; remove it";

pub(super) const ROWS: &[Row] = &[
    at("CustomResourceDefinitionSpec.group").required().format(TwoLabels).source("validateCustomResourceDefinitionSpec"),
    at("CustomResourceDefinitionSpec.scope")
        .required()
        .values(&[value("Namespaced", "The objects are in namespaces."), value("Cluster", "The objects are in no namespace.")])
        .source("validateCustomResourceDefinitionSpec"),
    at("CustomResourceDefinitionSpec.names").required().source("validateCustomResourceDefinitionSpec"),
    at("CustomResourceDefinitionSpec.versions").required().source("validateCustomResourceDefinitionSpec"),
    at("CustomResourceDefinitionSpec.preserveUnknownFields").default("`false`").source("validatePreserveUnknownFields"),
    at("CustomResourceDefinitionNames.plural").required().format(Dns1035Label).source("ValidateCustomResourceDefinitionNames"),
    at("CustomResourceDefinitionNames.singular")
        .format(Dns1035Label)
        .default("`kind` in lower case")
        .source("ValidateCustomResourceDefinitionNames, SetDefaults_CustomResourceDefinitionSpec"),
    at("CustomResourceDefinitionNames.kind").required().format(KindName).source("ValidateCustomResourceDefinitionNames"),
    at("CustomResourceDefinitionNames.listKind")
        .format(KindName)
        .default("`kind` with `List` at its end")
        .source("ValidateCustomResourceDefinitionNames, SetDefaults_CustomResourceDefinitionSpec"),
    at("CustomResourceDefinitionNames.shortNames").format(Dns1035Label).source("ValidateCustomResourceDefinitionNames"),
    at("CustomResourceDefinitionNames.categories")
        .format(Dns1035Label)
        .known(&[value("all", "What `kubectl get all` shows.")])
        .source("ValidateCustomResourceDefinitionNames"),
    at("CustomResourceDefinitionVersion.name").required().format(Dns1035Label).source("validateCustomResourceDefinitionSpec"),
    at("CustomResourceDefinitionVersion.schema").required().source("validateCustomResourceDefinitionSpec"),
    at("CustomResourceDefinitionVersion.deprecated").default("`false`"),
    at("CustomResourceDefinitionVersion.deprecationWarning")
        .format(Printable)
        .refuses_empty()
        .max_length(256)
        .default("that the version is deprecated")
        .source("validateDeprecationWarning"),
    at("CustomResourceValidation.openAPIV3Schema").required().source("validateCustomResourceDefinitionSpec"),
    at("CustomResourceColumnDefinition.name").required().source("ValidateCustomResourceColumnDefinition"),
    at("CustomResourceColumnDefinition.type").required().values(COLUMN_TYPES).source("ValidateCustomResourceColumnDefinition"),
    at("CustomResourceColumnDefinition.format").values(COLUMN_FORMATS).source("ValidateCustomResourceColumnDefinition"),
    at("CustomResourceColumnDefinition.jsonPath").required().format(SimpleJsonPath).source("validateSimpleJSONPath"),
    at("SelectableField.jsonPath").required().source("ValidateCustomResourceSelectableFields"),
    at("CustomResourceSubresourceScale.specReplicasPath")
        .required()
        .format(JsonPathOfSpec)
        .source("ValidateCustomResourceDefinitionSubresources"),
    at("CustomResourceSubresourceScale.statusReplicasPath")
        .required()
        .format(JsonPathOfStatus)
        .source("ValidateCustomResourceDefinitionSubresources"),
    at("CustomResourceSubresourceScale.labelSelectorPath")
        .format(JsonPathOfSpecOrStatus)
        .source("ValidateCustomResourceDefinitionSubresources"),
    at("CustomResourceConversion.strategy")
        .required()
        .values(&[value("None", "Only `apiVersion` changes."), value("Webhook", "The webhook in `webhook` converts.")])
        .source("validateCustomResourceConversion"),
    at("WebhookConversion.conversionReviewVersions")
        .format(Dns1035Label)
        .known(&[value("v1", ""), value("v1beta1", "")])
        .unique(&[&[]])
        .source("validateConversionReviewVersions"),
    at("apiextensions/WebhookClientConfig.url").format(HttpsUrl).refuses_empty().source("ValidateWebhookURL"),
    at("apiextensions/ServiceReference.name").required().refers_to(Target::Service).source("ValidateWebhookService"),
    at("apiextensions/ServiceReference.namespace").required().refers_to(Target::Namespace).source("ValidateWebhookService"),
    at("apiextensions/ServiceReference.path").format(ServicePath).default("`/`").source("ValidateWebhookService"),
    at("apiextensions/ServiceReference.port")
        .range(1, 65535)
        .default("`443`")
        .source("ValidateWebhookService, SetDefaults_ServiceReference"),
    // Schemas
    at("JSONSchemaProps.type").values(TYPES).source("specStandardValidatorV3"),
    at("JSONSchemaProps.$ref").forbidden(UNSUPPORTED).refuses_empty().source("specStandardValidatorV3"),
    at("JSONSchemaProps.id").forbidden(UNSUPPORTED).source("specStandardValidatorV3"),
    at("JSONSchemaProps.additionalItems").forbidden(UNSUPPORTED).refuses_empty().source("specStandardValidatorV3"),
    at("JSONSchemaProps.patternProperties").forbidden(UNSUPPORTED).source("specStandardValidatorV3"),
    at("JSONSchemaProps.definitions").forbidden(UNSUPPORTED).source("specStandardValidatorV3"),
    at("JSONSchemaProps.dependencies").forbidden(UNSUPPORTED).source("specStandardValidatorV3"),
    at("JSONSchemaProps.pattern").source("validateValueValidation"),
    at("JSONSchemaProps.nullable").default("`false`"),
    at("JSONSchemaProps.x-kubernetes-list-type")
        .values(LIST_TYPES)
        .refuses_empty()
        .default("`atomic`")
        .source("ValidateCustomResourceDefinitionOpenAPISchema"),
    at("JSONSchemaProps.x-kubernetes-map-type")
        .values(&[value("granular", "Each field is owned by itself."), value("atomic", "The map is replaced as a whole.")])
        .refuses_empty()
        .default("`granular`")
        .source("ValidateCustomResourceDefinitionOpenAPISchema"),
    at("ValidationRule.rule").required().format(CelExpression).source("ValidateCustomResourceDefinitionOpenAPISchema"),
    at("ValidationRule.message").format(OneLine).source("ValidateCustomResourceDefinitionOpenAPISchema"),
    at("ValidationRule.messageExpression").format(CelExpression).source("ValidateCustomResourceDefinitionOpenAPISchema"),
    at("ValidationRule.fieldPath").format(OneLine).source("ValidateCustomResourceDefinitionOpenAPISchema"),
    at("ValidationRule.reason")
        .values(REASONS)
        .refuses_empty()
        .default("`FieldValueInvalid`")
        .source("ValidateCustomResourceDefinitionOpenAPISchema"),
    // APIService
    at("APIService.metadata.name").format(PathSegment).source("ValidateAPIService"),
    at("APIService.metadata.generateName").format(PathSegment).source("ValidateAPIService"),
    at("APIServiceSpec.group").format(DnsSubdomain).source("ValidateAPIService"),
    at("APIServiceSpec.version").required().format(Dns1035Label).source("ValidateAPIService"),
    at("APIServiceSpec.groupPriorityMinimum").required().range(1, 20_000).source("ValidateAPIService"),
    at("APIServiceSpec.versionPriority").required().range(1, 1000).source("ValidateAPIService"),
    at("APIServiceSpec.service").default("this API server serves the group itself").source("ValidateAPIService"),
    at("apiregistration/ServiceReference.name").required().refers_to(Target::Service).source("ValidateAPIService"),
    at("apiregistration/ServiceReference.namespace").required().refers_to(Target::Namespace).source("ValidateAPIService"),
    at("apiregistration/ServiceReference.port").range(1, 65535).default("`443`").source("ValidateAPIService, SetDefaults_ServiceReference"),
    // The rest
    at("ControllerRevision.data").required().source("ValidateControllerRevisionCreate"),
    at("ControllerRevision.revision").range(0, i64::MAX).source("validateControllerRevision"),
    at("StorageVersionMigrationSpec.resource").required().source("ValidateStorageVersionMigration"),
    at("StorageVersionMigrationSpec.resource.resource").required().format(Dns1035Label).source("ValidateStorageVersionMigration"),
    at("StorageVersionMigrationSpec.resource.group").format(DnsSubdomain).source("ValidateStorageVersionMigration"),
];

pub(super) const GROUPS: &[groups::Row] =
    &[group("apiextensions/WebhookClientConfig", "target", Only(&["url", "service"]), 1, 1, "validateCustomResourceConversion")
        .blames_struct()];
