//! Roles and bindings, certificates, admission policies and webhooks, flow control.

use super::Format::*;
use super::groups::Members::Only;
use super::groups::{self, group};
use super::row::{MAX, Row, at, value};
use super::{Target, Value};

const RBAC_GROUP: &[Value] = &[value("rbac.authorization.k8s.io", "The API group of roles, users and groups.")];

const SUBJECTS: &[Value] = &[
    value("User", "A user by the name that authentication gives it."),
    value("Group", "All users of a group: `system:authenticated`."),
    value("ServiceAccount", "A ServiceAccount; needs a `namespace` in a ClusterRoleBinding."),
];

const VERBS: &[Value] = &[
    value("get", "Read one object."),
    value("list", "Read all objects."),
    value("watch", "Follow changes."),
    value("create", ""),
    value("update", "Replace an object."),
    value("patch", "Change parts of an object."),
    value("delete", "Delete one object."),
    value("deletecollection", "Delete many objects at once."),
    value("*", "All verbs."),
];

const FLOW_VERBS: &[Value] = &[
    value("get", "Read one object."),
    value("list", "Read all objects."),
    value("watch", "Follow changes."),
    value("create", ""),
    value("update", "Replace an object."),
    value("patch", "Change parts of an object."),
    value("delete", "Delete one object."),
    value("deletecollection", "Delete many objects at once."),
    value("proxy", "Forward to a node, Pod or Service."),
    value("*", "All verbs; must be the only item."),
];

const OPERATIONS: &[Value] = &[
    value("CREATE", ""),
    value("UPDATE", ""),
    value("DELETE", ""),
    value("CONNECT", "`kubectl exec`, `attach`, `port-forward` and other connections."),
    value("*", "All operations; must be the only item."),
];

const SCOPES: &[Value] = &[
    value("*", "All objects."),
    value("Namespaced", "Only objects in a namespace."),
    value("Cluster", "Only objects in no namespace; Namespaces themselves are among them."),
];

const FAILURE_POLICIES: &[Value] = &[
    value("Fail", "Reject the request if the check cannot be made."),
    value("Ignore", "Let the request pass if the check cannot be made."),
];

const MATCH_POLICIES: &[Value] = &[
    value("Equivalent", "Match requests to the same objects in other API groups or versions, too."),
    value("Exact", "Match only what the rules list."),
];

const SIDE_EFFECTS: &[Value] =
    &[value("None", "The webhook changes nothing else."), value("NoneOnDryRun", "The webhook changes nothing else in a dry run.")];

const REINVOCATION: &[Value] =
    &[value("Never", "Run once for each request."), value("IfNeeded", "Run again if a later plugin changed the object.")];

const REASONS: &[Value] =
    &[value("Forbidden", "HTTP status 403."), value("Invalid", "HTTP status 422."), value("RequestEntityTooLarge", "HTTP status 413.")];

const VALIDATION_ACTIONS: &[Value] = &[
    value("Deny", "Reject the request."),
    value("Warn", "Accept the request with a warning; not together with `Deny`."),
    value("Audit", "Write the failure into the audit event."),
];

const NOT_FOUND: &[Value] = &[
    value("Deny", "Apply the failure policy if there are no parameters."),
    value("Allow", "Let the request pass if there are no parameters."),
];

const USAGES: &[Value] = &[
    value("digital signature", ""),
    value("key encipherment", ""),
    value("client auth", "TLS clients."),
    value("server auth", "TLS servers."),
    value("signing", ""),
    value("content commitment", ""),
    value("key agreement", ""),
    value("data encipherment", ""),
    value("cert sign", ""),
    value("crl sign", ""),
    value("encipher only", ""),
    value("decipher only", ""),
    value("any", ""),
    value("code signing", ""),
    value("email protection", ""),
    value("s/mime", ""),
    value("ipsec end system", ""),
    value("ipsec tunnel", ""),
    value("ipsec user", ""),
    value("timestamping", ""),
    value("ocsp signing", ""),
    value("microsoft sgc", ""),
    value("netscape sgc", ""),
];

const SIGNERS: &[Value] = &[
    value("kubernetes.io/kube-apiserver-client", "Client certificates for the API server; never approved automatically."),
    value("kubernetes.io/kube-apiserver-client-kubelet", "Client certificates of kubelets."),
    value("kubernetes.io/kubelet-serving", "Serving certificates of kubelets."),
];

pub(super) const ROWS: &[Row] = &[
    // Roles and bindings
    at("Role.metadata.name").format(PathSegment).source("ValidateRBACName"),
    at("Role.metadata.generateName").format(PathSegmentPrefix).source("ValidateRBACName"),
    at("ClusterRole.metadata.name").format(PathSegment).source("ValidateRBACName"),
    at("ClusterRole.metadata.generateName").format(PathSegmentPrefix).source("ValidateRBACName"),
    at("RoleBinding.metadata.name").format(PathSegment).source("ValidateRBACName"),
    at("RoleBinding.metadata.generateName").format(PathSegmentPrefix).source("ValidateRBACName"),
    at("ClusterRoleBinding.metadata.name").format(PathSegment).source("ValidateRBACName"),
    at("ClusterRoleBinding.metadata.generateName").format(PathSegmentPrefix).source("ValidateRBACName"),
    at("PolicyRule.verbs").required().known(VERBS).source("ValidatePolicyRule"),
    at("Role.rules.nonResourceURLs")
        .forbidden("a Role grants access only to resources in its namespace; move this to a ClusterRole")
        .source("ValidatePolicyRule"),
    at("AggregationRule.clusterRoleSelectors").required().source("ValidateClusterRole"),
    at("RoleBinding.roleRef").required().source("ValidateRoleBinding"),
    at("ClusterRoleBinding.roleRef").required().source("ValidateClusterRoleBinding"),
    at("RoleRef.apiGroup").values(RBAC_GROUP).default("`rbac.authorization.k8s.io`").source("ValidateRoleBinding, SetDefaults_RoleBinding"),
    at("RoleRef.kind")
        .required()
        .values(&[value("Role", "A Role of the same namespace."), value("ClusterRole", "")])
        .source("ValidateRoleBinding"),
    at("ClusterRoleBinding.roleRef.kind").values(&[value("ClusterRole", "")]).source("ValidateClusterRoleBinding"),
    at("RoleRef.name").required().format(PathSegment).source("ValidateRoleBinding"),
    at("Subject.kind").required().values(SUBJECTS).source("ValidateRoleBindingSubject"),
    at("Subject.name").required().source("ValidateRoleBindingSubject"),
    at("Subject.apiGroup")
        .known(RBAC_GROUP)
        .default("`\"\"` for ServiceAccounts, `rbac.authorization.k8s.io` for users and groups")
        .source("ValidateRoleBindingSubject, SetDefaults_Subject"),
    at("Subject.namespace").refers_to(Target::Namespace),
    // Certificates
    at("CertificateSigningRequest.metadata.name").format(PathSegment).source("ValidateCertificateRequestName"),
    at("CertificateSigningRequest.metadata.generateName").format(PathSegment).source("ValidateCertificateRequestName"),
    at("CertificateSigningRequestSpec.request").required().source("ParseCSR"),
    at("CertificateSigningRequestSpec.usages").required().values(USAGES).unique(&[&[]]).source("validateCertificateSigningRequest"),
    at("CertificateSigningRequestSpec.signerName").required().format(SignerName).known(SIGNERS).source("ValidateSignerName"),
    at("CertificateSigningRequestSpec.expirationSeconds")
        .range(600, MAX)
        .default("what the signer chooses")
        .source("validateCertificateSigningRequest"),
    at("ClusterTrustBundle.metadata.name").format(TrustBundleName).source("ValidateClusterTrustBundleName"),
    at("ClusterTrustBundleSpec.signerName").format(SignerName).source("ValidateClusterTrustBundle"),
    at("ClusterTrustBundleSpec.trustBundle").required().max_length(1024 * 1024).source("validateTrustBundle"),
    at("PodCertificateRequestSpec.signerName").required().format(SignerName).source("ValidatePodCertificateRequestCreate"),
    at("PodCertificateRequestSpec.podName").required().format(DnsSubdomain).source("ValidatePodCertificateRequestCreate"),
    at("PodCertificateRequestSpec.podUID").required().max_length(128).source("ValidatePodCertificateRequestCreate"),
    at("PodCertificateRequestSpec.serviceAccountName")
        .required()
        .format(DnsSubdomain)
        .refers_to(Target::ServiceAccount)
        .source("ValidatePodCertificateRequestCreate"),
    at("PodCertificateRequestSpec.serviceAccountUID").required().max_length(128).source("ValidatePodCertificateRequestCreate"),
    at("PodCertificateRequestSpec.nodeName")
        .required()
        .format(DnsSubdomain)
        .refers_to(Target::Node)
        .source("ValidatePodCertificateRequestCreate"),
    at("PodCertificateRequestSpec.nodeUID").required().max_length(128).source("ValidatePodCertificateRequestCreate"),
    at("PodCertificateRequestSpec.maxExpirationSeconds")
        .range(3600, 91 * 24 * 3600)
        .default("`86400`")
        .source("ValidatePodCertificateRequestCreate, SetDefaults_PodCertificateRequestSpec"),
    at("PodCertificateRequestSpec.unverifiedUserAnnotations").keys(PrefixedKey).source("ValidateUserAnnotations"),
    // Webhooks
    at("ValidatingWebhookConfiguration.webhooks").unique(&[&["name"]]).source("validateValidatingWebhookConfiguration"),
    at("MutatingWebhookConfiguration.webhooks").unique(&[&["name"]]).source("validateMutatingWebhookConfiguration"),
    at("ValidatingWebhook.name").required().format(ThreeLabels).source("IsFullyQualifiedName"),
    at("MutatingWebhook.name").required().format(ThreeLabels).source("IsFullyQualifiedName"),
    at("ValidatingWebhook.clientConfig").required().source("validateValidatingWebhook"),
    at("MutatingWebhook.clientConfig").required().source("validateMutatingWebhook"),
    at("ValidatingWebhook.failurePolicy")
        .values(FAILURE_POLICIES)
        .refuses_empty()
        .default("`Fail`")
        .source("validateValidatingWebhook, SetDefaults_ValidatingWebhook"),
    at("MutatingWebhook.failurePolicy")
        .values(FAILURE_POLICIES)
        .refuses_empty()
        .default("`Fail`")
        .source("validateMutatingWebhook, SetDefaults_MutatingWebhook"),
    at("ValidatingWebhook.matchPolicy")
        .values(MATCH_POLICIES)
        .refuses_empty()
        .default("`Equivalent`")
        .source("validateValidatingWebhook, SetDefaults_ValidatingWebhook"),
    at("MutatingWebhook.matchPolicy")
        .values(MATCH_POLICIES)
        .refuses_empty()
        .default("`Equivalent`")
        .source("validateMutatingWebhook, SetDefaults_MutatingWebhook"),
    at("ValidatingWebhook.sideEffects").required().values(SIDE_EFFECTS).source("validateValidatingWebhook"),
    at("MutatingWebhook.sideEffects").required().values(SIDE_EFFECTS).source("validateMutatingWebhook"),
    at("ValidatingWebhook.timeoutSeconds").range(1, 30).default("`10`").source("validateValidatingWebhook, SetDefaults_ValidatingWebhook"),
    at("MutatingWebhook.timeoutSeconds").range(1, 30).default("`10`").source("validateMutatingWebhook, SetDefaults_MutatingWebhook"),
    at("ValidatingWebhook.namespaceSelector").default("`{}`: all namespaces").source("SetDefaults_ValidatingWebhook"),
    at("MutatingWebhook.namespaceSelector").default("`{}`: all namespaces").source("SetDefaults_MutatingWebhook"),
    at("ValidatingWebhook.objectSelector").default("`{}`: all objects").source("SetDefaults_ValidatingWebhook"),
    at("MutatingWebhook.objectSelector").default("`{}`: all objects").source("SetDefaults_MutatingWebhook"),
    at("MutatingWebhook.reinvocationPolicy")
        .values(REINVOCATION)
        .refuses_empty()
        .default("`Never`")
        .source("validateMutatingWebhook, SetDefaults_MutatingWebhook"),
    at("ValidatingWebhook.admissionReviewVersions")
        .required()
        .format(Dns1035Label)
        .known(&[value("v1", ""), value("v1beta1", "")])
        .unique(&[&[]])
        .source("validateAdmissionReviewVersions"),
    at("MutatingWebhook.admissionReviewVersions")
        .required()
        .format(Dns1035Label)
        .known(&[value("v1", ""), value("v1beta1", "")])
        .unique(&[&[]])
        .source("validateAdmissionReviewVersions"),
    at("ValidatingWebhook.matchConditions").max_items(64).unique(&[&["name"]]).source("validateMatchConditions"),
    at("MutatingWebhook.matchConditions").max_items(64).unique(&[&["name"]]).source("validateMatchConditions"),
    at("MatchCondition.name").required().format(QualifiedName).source("validateMatchCondition"),
    at("MatchCondition.expression").required().format(CelExpression).source("validateMatchCondition"),
    at("ServiceReference.name").required().refers_to(Target::Service).source("ValidateWebhookService"),
    at("ServiceReference.namespace").required().refers_to(Target::Namespace).source("ValidateWebhookService"),
    at("ServiceReference.path").format(ServicePath).default("`/`").source("ValidateWebhookService"),
    at("ServiceReference.port").range(1, 65535).default("`443`").source("ValidateWebhookService, SetDefaults_ServiceReference"),
    at("WebhookClientConfig.url").format(HttpsUrl).refuses_empty().source("ValidateWebhookURL"),
    at("RuleWithOperations.operations").required().values(OPERATIONS).source("validateRuleWithOperations"),
    at("RuleWithOperations.apiGroups").required().source("validateRule"),
    at("RuleWithOperations.apiVersions").required().format(NonEmpty).source("validateRule"),
    at("RuleWithOperations.resources").required().format(NonEmpty).source("validateResources"),
    at("RuleWithOperations.scope").values(SCOPES).refuses_empty().default("`*`").source("validateRule, SetDefaults_Rule"),
    // Policies
    at("NamedRuleWithOperations.operations").required().values(OPERATIONS).source("validateRuleWithOperations"),
    at("NamedRuleWithOperations.apiGroups").required().source("validateRule"),
    at("NamedRuleWithOperations.apiVersions").required().format(NonEmpty).source("validateRule"),
    at("NamedRuleWithOperations.resources").required().format(NonEmpty).source("validateResources"),
    at("NamedRuleWithOperations.scope").values(SCOPES).refuses_empty().default("`*`").source("validateRule, SetDefaults_Rule"),
    at("NamedRuleWithOperations.resourceNames").format(PathSegment).unique(&[&[]]).source("validateNamedRuleWithOperations"),
    at("MatchResources.matchPolicy")
        .values(MATCH_POLICIES)
        .refuses_empty()
        .default("`Equivalent`")
        .source("validateMatchResources, SetDefaults_MatchResources"),
    at("MatchResources.namespaceSelector").default("`{}`: all namespaces").source("SetDefaults_MatchResources"),
    at("MatchResources.objectSelector").default("`{}`: all objects").source("SetDefaults_MatchResources"),
    at("ValidatingAdmissionPolicySpec.failurePolicy")
        .values(FAILURE_POLICIES)
        .refuses_empty()
        .default("`Fail`")
        .source("validateValidatingAdmissionPolicySpec, SetDefaults_ValidatingAdmissionPolicySpec"),
    at("MutatingAdmissionPolicySpec.failurePolicy")
        .values(FAILURE_POLICIES)
        .refuses_empty()
        .default("`Fail`")
        .source("validateMutatingAdmissionPolicySpec, SetDefaults_MutatingAdmissionPolicySpec"),
    at("ValidatingAdmissionPolicySpec.matchConstraints").required().source("validateValidatingAdmissionPolicySpec"),
    at("MutatingAdmissionPolicySpec.matchConstraints").required().source("validateMutatingAdmissionPolicySpec"),
    at("ValidatingAdmissionPolicySpec.matchConstraints.resourceRules").required().source("validateValidatingAdmissionPolicySpec"),
    at("MutatingAdmissionPolicySpec.matchConstraints.resourceRules").required().source("validateMutatingAdmissionPolicySpec"),
    at("ValidatingAdmissionPolicySpec.matchConditions").max_items(64).unique(&[&["name"]]).source("validateMatchConditions"),
    at("MutatingAdmissionPolicySpec.matchConditions").max_items(64).unique(&[&["name"]]).source("validateMatchConditions"),
    at("ParamKind.apiVersion").required().format(GroupVersion).source("validateParamKind"),
    at("ParamKind.kind").required().format(KindName).source("validateParamKind"),
    at("Variable.name").required().format(CelIdentifier).source("validateVariable"),
    at("Variable.expression").required().format(CelExpression).source("validateVariable"),
    at("Validation.expression").required().format(CelExpression).source("validateValidation"),
    at("Validation.message").format(OneLine).source("validateValidation"),
    at("Validation.messageExpression").format(CelExpression).source("validateValidation"),
    at("Validation.reason").values(REASONS).refuses_empty().default("`Invalid`").source("validateValidation"),
    at("ValidatingAdmissionPolicySpec.auditAnnotations").max_items(20).unique(&[&["key"]]).source("validateValidatingAdmissionPolicySpec"),
    at("AuditAnnotation.key").required().source("validateAuditAnnotation"),
    at("AuditAnnotation.valueExpression").required().format(CelExpression).source("validateAuditAnnotation"),
    at("MutatingAdmissionPolicySpec.mutations").required().source("validateMutatingAdmissionPolicySpec"),
    at("MutatingAdmissionPolicySpec.reinvocationPolicy").required().values(REINVOCATION).source("validateMutatingAdmissionPolicySpec"),
    at("Mutation.patchType")
        .required()
        .values(&[
            value("ApplyConfiguration", "Merge what `applyConfiguration` yields, as server-side apply does."),
            value("JSONPatch", "Apply the JSON patch that `jsonPatch` yields."),
        ])
        .source("validateMutation"),
    at("ApplyConfiguration.expression").required().format(CelExpression).source("validateApplyConfiguration"),
    at("JSONPatch.expression").required().format(CelExpression).source("validateJSONPatch"),
    at("ValidatingAdmissionPolicyBindingSpec.policyName")
        .required()
        .format(DnsSubdomain)
        .source("validateValidatingAdmissionPolicyBindingSpec"),
    at("MutatingAdmissionPolicyBindingSpec.policyName")
        .required()
        .format(DnsSubdomain)
        .source("validateMutatingAdmissionPolicyBindingSpec"),
    at("ValidatingAdmissionPolicyBindingSpec.validationActions")
        .required()
        .values(VALIDATION_ACTIONS)
        .unique(&[&[]])
        .source("validateValidationActions"),
    at("ParamRef.name").format(PathSegment).source("validateParamRef"),
    at("ParamRef.parameterNotFoundAction").required().values(NOT_FOUND).source("validateParamRef"),
    // Flow control
    at("FlowSchemaSpec.matchingPrecedence")
        .range(0, 10_000)
        .default("`1000` (`0` also means `1000`)")
        .source("ValidateFlowSchemaSpec, SetDefaults_FlowSchemaSpec"),
    at("FlowSchemaSpec.priorityLevelConfiguration").required().source("ValidateFlowSchemaSpec"),
    at("PriorityLevelConfigurationReference.name").required().format(DnsSubdomain).source("ValidateFlowSchemaSpec"),
    at("FlowDistinguisherMethod.type")
        .required()
        .values(&[value("ByUser", "Requests of one user are one flow."), value("ByNamespace", "Requests to one namespace are one flow.")])
        .source("ValidateFlowSchemaSpec"),
    at("PolicyRulesWithSubjects.subjects").required().source("ValidateFlowSchemaPolicyRulesWithSubjects"),
    at("flowcontrol/Subject.kind")
        .required()
        .values(&[value("User", ""), value("Group", ""), value("ServiceAccount", "")])
        .source("ValidateFlowSchemaSubject"),
    at("ServiceAccountSubject.name").required().source("ValidateServiceAccountSubject"),
    at("ServiceAccountSubject.namespace").required().format(DnsLabel).refers_to(Target::Namespace).source("ValidateServiceAccountSubject"),
    at("UserSubject.name").required().source("ValidateUserSubject"),
    at("GroupSubject.name").required().source("ValidateGroupSubject"),
    at("ResourcePolicyRule.verbs").required().values(FLOW_VERBS).source("ValidateFlowSchemaResourcePolicyRule"),
    at("ResourcePolicyRule.apiGroups").required().source("ValidateFlowSchemaResourcePolicyRule"),
    at("ResourcePolicyRule.resources").required().source("ValidateFlowSchemaResourcePolicyRule"),
    at("ResourcePolicyRule.clusterScope").default("`false`"),
    at("NonResourcePolicyRule.verbs").required().values(FLOW_VERBS).source("ValidateFlowSchemaNonResourcePolicyRule"),
    at("NonResourcePolicyRule.nonResourceURLs")
        .required()
        .format(NonResourceUrl)
        .source("ValidateFlowSchemaNonResourcePolicyRule, ValidateNonResourceURLPath"),
    at("PriorityLevelConfigurationSpec.type")
        .required()
        .values(&[
            value("Limited", "Requests wait or are rejected when the level is full."),
            value("Exempt", "Requests are never held back; only for the level named `exempt`."),
        ])
        .source("ValidatePriorityLevelConfigurationSpec"),
    at("LimitedPriorityLevelConfiguration.nominalConcurrencyShares")
        .range(0, MAX)
        .default("`30`")
        .source("ValidateLimitedPriorityLevelConfiguration, SetDefaults_LimitedPriorityLevelConfiguration"),
    at("LimitedPriorityLevelConfiguration.lendablePercent")
        .range(0, 100)
        .default("`0`")
        .source("ValidateLimitedPriorityLevelConfiguration, SetDefaults_LimitedPriorityLevelConfiguration"),
    at("LimitedPriorityLevelConfiguration.borrowingLimitPercent")
        .range(0, MAX)
        .default("no limit")
        .source("ValidateLimitedPriorityLevelConfiguration"),
    at("LimitedPriorityLevelConfiguration.limitResponse").required().source("ValidateLimitResponse"),
    at("LimitResponse.type")
        .required()
        .values(&[value("Queue", "Requests wait in queues, see `queuing`."), value("Reject", "Requests are rejected with status 429.")])
        .source("ValidateLimitResponse"),
    at("QueuingConfiguration.queues")
        .range(0, 10_000_000)
        .default("`64`")
        .source("ValidatePriorityLevelQueuingConfiguration, SetDefaults_QueuingConfiguration"),
    at("QueuingConfiguration.handSize")
        .range(0, MAX)
        .default("`8`")
        .source("ValidatePriorityLevelQueuingConfiguration, SetDefaults_QueuingConfiguration"),
    at("QueuingConfiguration.queueLengthLimit")
        .range(0, MAX)
        .default("`50`")
        .source("ValidatePriorityLevelQueuingConfiguration, SetDefaults_QueuingConfiguration"),
    at("ExemptPriorityLevelConfiguration.nominalConcurrencyShares")
        .range(0, MAX)
        .default("`0`")
        .source("ValidateExemptPriorityLevelConfiguration"),
    at("ExemptPriorityLevelConfiguration.lendablePercent").range(0, 100).default("`0`").source("ValidateExemptPriorityLevelConfiguration"),
];

pub(super) const GROUPS: &[groups::Row] = &[
    group("WebhookClientConfig", "target", Only(&["url", "service"]), 1, 1, "validateValidatingWebhook, validateMutatingWebhook")
        .blames_struct(),
    group("ParamRef", "reference", Only(&["name", "selector"]), 1, 1, "validateParamRef").empty_does_not_count(),
    group(
        "ValidatingAdmissionPolicySpec",
        "check",
        Only(&["validations", "auditAnnotations"]),
        1,
        2,
        "validateValidatingAdmissionPolicySpec",
    )
    .empty_does_not_count()
    .blames_first(),
    group(
        "PolicyRulesWithSubjects",
        "rule",
        Only(&["resourceRules", "nonResourceRules"]),
        1,
        2,
        "ValidateFlowSchemaPolicyRulesWithSubjects",
    )
    .empty_does_not_count()
    .blames_struct(),
];
