//! Probes and lifecycle hooks.

use super::Format::*;
use super::row::{MAX, Row, at, value};
use super::{Target, Value};

const SIGNALS: &[Value] = &[
    value("SIGTERM", "The usual request to end."),
    value("SIGQUIT", "nginx and PHP-FPM end gracefully on it."),
    value("SIGINT", "As Ctrl-C."),
    value("SIGHUP", "The terminal is gone; many servers reload on it."),
    value("SIGUSR1", ""),
    value("SIGUSR2", ""),
    value("SIGWINCH", "Apache httpd ends gracefully on it."),
    value("SIGKILL", "Ends at once; the program cannot clean up."),
];

pub(super) const ROWS: &[Row] = &[
    at("Probe.initialDelaySeconds").range(0, MAX).default("`0`").source("validateProbe"),
    at("Probe.periodSeconds").range(0, MAX).default("`10`, also for `0`").source("validateProbe, SetDefaults_Probe"),
    at("Probe.timeoutSeconds").range(0, MAX).default("`1`, also for `0`").source("validateProbe, SetDefaults_Probe"),
    at("Probe.successThreshold").range(0, MAX).default("`1`, also for `0`").source("validateProbe, SetDefaults_Probe"),
    at("Probe.failureThreshold").range(0, MAX).default("`3`, also for `0`").source("validateProbe, SetDefaults_Probe"),
    at("Probe.terminationGracePeriodSeconds").range(1, MAX).default("that of the Pod").source("validateProbe"),
    // 0 becomes 1.
    at("Container.livenessProbe.successThreshold").range(0, 1).source("validateLivenessProbe"),
    at("Container.startupProbe.successThreshold").range(0, 1).source("validateStartupProbe"),
    at("Container.readinessProbe.terminationGracePeriodSeconds")
        .forbidden("a readiness probe ends nothing; remove it, or set it on the liveness or startup probe")
        .source("validateReadinessProbe"),
    at("ExecAction.command").required().source("validateExecAction"),
    at("HTTPGetAction.path").default("`/`").source("SetDefaults_HTTPGetAction"),
    at("HTTPGetAction.port").required().format(PortNumberOrName).refers_to(Target::Port).source("ValidatePortNumOrName"),
    at("HTTPGetAction.host").default("the IP address of the Pod"),
    at("HTTPGetAction.scheme")
        .values(&[value("HTTP", ""), value("HTTPS", "The certificate is not checked.")])
        .default("`HTTP`")
        .source("validateHTTPGetAction"),
    at("HTTPGetAction.protocol")
        .values(&[value("HTTP1", "HTTP/1.1."), value("HTTP2", "HTTP/2 without TLS; only with scheme HTTP and without host.")])
        .default("`HTTP1`")
        .gate("H2CContainerProbe", None)
        .source("validateHTTPGetAction"),
    at("HTTPHeader.name").required().format(HttpHeaderName).source("validateHTTPGetAction"),
    at("TCPSocketAction.port").required().format(PortNumberOrName).refers_to(Target::Port).source("validateTCPSocketAction"),
    at("TCPSocketAction.host").default("the IP address of the Pod"),
    at("GRPCAction.port").required().range(1, 65535).source("validateGRPCAction"),
    at("GRPCAction.service").default("`\"\"`"),
    at("GRPCAction.mode")
        .values(&[value("Plaintext", ""), value("TLS", "The certificate is not checked.")])
        .default("`Plaintext`")
        .gate("GRPCContainerProbeTLS", None)
        .source("validateGRPCAction"),
    at("SleepAction.seconds").range(0, MAX).source("validateSleepAction"),
    at("Lifecycle.stopSignal")
        .known(SIGNALS)
        .default("the `STOPSIGNAL` of the image, else `SIGTERM`")
        .gate("ContainerStopSignals", None)
        .source("validateStopSignal"),
];
