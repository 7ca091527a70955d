//! Probes and lifecycle hooks.

use super::Format::*;
use super::row::{MAX, Row, at, value};
use super::{Target, Value};

const SIGNALS: &[Value] = &[
    value("SIGTERM", "The usual request to terminate."),
    value("SIGQUIT", "nginx and PHP-FPM shut down gracefully on it."),
    value("SIGINT", "Same as Ctrl+C."),
    value("SIGHUP", "Terminal hangup; many servers reload their configuration."),
    value("SIGUSR1", ""),
    value("SIGUSR2", ""),
    value("SIGWINCH", "Apache httpd shuts down gracefully on it."),
    value("SIGKILL", "Kills the process immediately, without cleanup."),
];

pub(super) const ROWS: &[Row] = &[
    at("Probe.initialDelaySeconds").range(0, MAX).default("`0`").source("validateProbe"),
    at("Probe.periodSeconds").range(0, MAX).default("`10` (`0` also means `10`)").source("validateProbe, SetDefaults_Probe"),
    at("Probe.timeoutSeconds").range(0, MAX).default("`1` (`0` also means `1`)").source("validateProbe, SetDefaults_Probe"),
    at("Probe.successThreshold").range(0, MAX).default("`1` (`0` also means `1`)").source("validateProbe, SetDefaults_Probe"),
    at("Probe.failureThreshold").range(0, MAX).default("`3` (`0` also means `3`)").source("validateProbe, SetDefaults_Probe"),
    at("Probe.terminationGracePeriodSeconds").range(1, MAX).default("the Pod's value").source("validateProbe"),
    // 0 becomes 1.
    at("Container.livenessProbe.successThreshold").range(0, 1).source("validateLivenessProbe"),
    at("Container.startupProbe.successThreshold").range(0, 1).source("validateStartupProbe"),
    at("Container.readinessProbe.terminationGracePeriodSeconds")
        .forbidden("readiness probes do not terminate the container; remove it, or set it on the liveness or startup probe")
        .source("validateReadinessProbe"),
    at("ExecAction.command").required().source("validateExecAction"),
    at("HTTPGetAction.path").default("`/`").source("SetDefaults_HTTPGetAction"),
    at("HTTPGetAction.port").required().format(PortNumberOrName).refers_to(Target::Port).source("ValidatePortNumOrName"),
    at("HTTPGetAction.host").default("the Pod's IP address"),
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
    at("TCPSocketAction.host").default("the Pod's IP address"),
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
        .default("the `STOPSIGNAL` of the image, otherwise `SIGTERM`")
        .gate("ContainerStopSignals", None)
        .source("validateStopSignal"),
];
