//! What the kubelet runs, probes, restarts and pulls, as its source has it: one test for each kind of statement.

use super::{head, pod, points, text, text_for};

#[test]
fn what_probes_do() {
    let probe = |spec: &str, container: &str, probe: &str| {
        points(&pod(&format!(
            "{spec}  containers:\n  - name: a\n    ports: [{{name: http, containerPort: 80}}]\n{container}    $0{probe}\n"
        )))
    };
    insta::assert_snapshot!(probe("", "", "livenessProbe: {httpGet: {port: http, path: /healthz}, periodSeconds: 0, failureThreshold: 0, timeoutSeconds: 0}"), @r"
    - Sends `GET /healthz` over HTTP to port 80 (`http`) of the Pod; a status from 200 to 399 is success
    - Every 10 s, beginning when the container starts; no answer within 1 s is a failure
    - After 3 failures in a row (about 30 s) the container is killed and restarted
    ");
    insta::assert_snapshot!(probe("  restartPolicy: Never\n", "", "livenessProbe: {tcpSocket: {port: 81}, initialDelaySeconds: 7}"), @r"
    - Opens a TCP connection to port 81 of the Pod
    - Every 10 s, beginning 7 s after the container starts; no answer within 1 s is a failure
    - After 3 failures in a row (about 30 s) the container is killed and not restarted (`restartPolicy: Never`)
    ");
    insta::assert_snapshot!(probe("", "    restartPolicy: Never\n", "startupProbe: {grpc: {port: 9, service: s}, failureThreshold: 30}"), @r"
    - Asks the gRPC health service for `s` at port 9 of the Pod; `SERVING` is success
    - Every 10 s, beginning when the container starts; no answer within 1 s is a failure
    - The other probes wait until it succeeds; after 30 failures in a row (about 300 s) the container is killed and not restarted (`restartPolicy: Never`)
    ");
    insta::assert_snapshot!(probe("", "    restartPolicy: Never\n    restartPolicyRules: [{action: Restart}]\n", "livenessProbe: {exec: {command: [sh, -c, \"it's `x`\"]}}"), @r"
    - Runs ``sh -c 'it'\''s `x`'`` in the container; exit code 0 is success
    - Every 10 s, beginning when the container starts; no answer within 1 s is a failure
    - After 3 failures in a row (about 30 s) the container is killed, and restarted only if its exit code matches a rule of `restartPolicyRules`
    ");
    insta::assert_snapshot!(probe("", "    startupProbe: {exec: {command: [a]}}\n", "readinessProbe: {httpGet: {port: 80, host: h, scheme: HTTPS}, successThreshold: 3, failureThreshold: 1}"), @r"
    - Sends `GET /` over HTTPS to port 80 of `h`; a status from 200 to 399 is success
    - Every 10 s, beginning when the container starts and once the startup probe has succeeded; no answer within 1 s is a failure
    - The Pod is not ready until it has succeeded 3 times in a row, and no longer ready after one failure: Services without `publishNotReadyAddresses` leave it out
    ");
    insta::assert_snapshot!(probe("", "", "readinessProbe: {tcpSocket: {port: none}}"), @r"
    - Opens a TCP connection to port `none` of the Pod
    - The container declares no port named `none`: the readiness probe never succeeds, so the Pod is never ready
    ");
    insta::assert_snapshot!(probe("", "", "startupProbe: {tcpSocket: {port: none}}"), @r"
    - Opens a TCP connection to port `none` of the Pod
    - The container declares no port named `none`: the startup probe never succeeds, so the container never counts as started and the Pod is never ready
    ");
}

#[test]
fn what_follows_an_end() {
    let ends = |spec: &str, list: &str, container: &str| {
        let text = points(&pod(&format!("{spec}  {list}:\n  - name: a\n{container}    command: [$0echo]\n")));
        text.lines().last().unwrap_or_default().to_owned()
    };
    let never = "  restartPolicy: Never\n";
    insta::assert_snapshot!(ends("", "containers", ""), @r"- Ends by itself. It is then restarted with growing delay (`restartPolicy: Always`).");
    insta::assert_snapshot!(ends(never, "containers", ""), @r"- Ends by itself. It is then not restarted (`restartPolicy: Never`).");
    insta::assert_snapshot!(ends("  restartPolicy: OnFailure\n", "containers", ""), @r"- Ends by itself. It is then restarted, with growing delay, only if it has failed (`restartPolicy: OnFailure`).");
    insta::assert_snapshot!(ends(never, "initContainers", "    restartPolicy: Always\n"), @r"- Ends by itself. It is then restarted with growing delay, as sidecars always are.");
    insta::assert_snapshot!(ends("", "containers", "    restartPolicy: Never\n"), @r"- Ends by itself. It is then not restarted (`restartPolicy: Never` of the container).");
    insta::assert_snapshot!(ends("", "containers", "    restartPolicy: Never\n    restartPolicyRules: [{action: Restart}]\n"), @r"- Ends by itself. It is then not restarted (`restartPolicy: Never` of the container, after its `restartPolicyRules`).");
    insta::assert_snapshot!(ends("", "initContainers", ""), @r"- Ends by itself. After a success the next container starts; a failure is retried with growing delay.");
    insta::assert_snapshot!(ends(never, "initContainers", ""), @r"- Ends by itself. After a success the next container starts; a failure makes the Pod `Failed`.");
    insta::assert_snapshot!(ends(never, "initContainers", "    restartPolicy: OnFailure\n"), @r"- Ends by itself. After a success the next container starts; a failure is retried with growing delay.");
    insta::assert_snapshot!(ends("", "ephemeralContainers", ""), @r"- Ends by itself. Ephemeral containers are never restarted.");
    let own = pod("  containers:\n  - name: a\n    restartPolicy: Never\n    command: [$0echo]\n");
    let old = text_for(&own, "1.34");
    assert!(old.ends_with("(`restartPolicy: Always`)."), "the own policy counts only since 1.35: {old}");
}

#[test]
fn what_is_run() {
    let runs = |lines: &str| points(&pod(&format!("  containers:\n  - name: a\n{lines}")));
    insta::assert_snapshot!(runs("    $0command:\n    - sh\n    - -c\n    - |\n      set -e\n      echo hi\n      exec /app/server\n"), @r"
    - Runs `sh -c 'set -e⏎echo hi⏎exec /app/server'`; `ENTRYPOINT` and `CMD` of the image are not used.
    - A shell reads the script; `$(NAME)` is filled in before, by the kubelet.
    - Runs in the foreground: the container ends when it ends.
    ");
    insta::assert_snapshot!(runs("    $0command: [printf, \"a\\tb\", 'say \"x\"', it's, (x)]\n"), @r#"
    - Runs `printf 'a	b' 'say "x"' 'it'\''s' '(x)'`; `ENTRYPOINT` and `CMD` of the image are not used.
    - No shell: `&`, `|`, `*` and `$NAME` are plain text; `$(NAME)` is filled in by the kubelet.
    - Ends by itself. It is then restarted with growing delay (`restartPolicy: Always`).
    "#);
    insta::assert_snapshot!(runs("    $0command: [nohup, ./start.sh, \"&\"]\n"), @r"
    - Runs `nohup ./start.sh '&'`; `ENTRYPOINT` and `CMD` of the image are not used.
    - No shell: `&`, `|`, `*` and `$NAME` are plain text; `$(NAME)` is filled in by the kubelet.
    - No shell reads these words, so `&` goes to `./start.sh` as an argument.
    ");
    insta::assert_snapshot!(runs("    $0command: [nginx]\n"), @r"
    - Runs `nginx`; `ENTRYPOINT` and `CMD` of the image are not used.
    - No shell: `&`, `|`, `*` and `$NAME` are plain text; `$(NAME)` is filled in by the kubelet.
    - Does not stay: `nginx` goes to the background and returns at once, and the container ends. It is then restarted with growing delay (`restartPolicy: Always`).
    ");
    insta::assert_snapshot!(runs("    $0command: [nginx]\n    volumeMounts: [{name: c, mountPath: /etc/nginx}]\n"), @r"
    - Runs `nginx`; `ENTRYPOINT` and `CMD` of the image are not used.
    - No shell: `&`, `|`, `*` and `$NAME` are plain text; `$(NAME)` is filled in by the kubelet.
    ");
    insta::assert_snapshot!(runs("    $0command: []\n"), @r"
    - Runs the `ENTRYPOINT` of the image with its `CMD`: an empty list counts as not given.
    - The kubelet fills in `$(NAME)`; whether a shell reads the words is up to the image.
    ");
}

#[test]
fn when_images_are_pulled() {
    let image = |image: &str, release: &str| text_for(&pod(&format!("  containers:\n  - name: a\n    image: $0{image}\n")), release);
    let digest = format!("sha256:{}", "a".repeat(64));
    insta::assert_snapshot!(image(&format!("nginx:latest@{digest}"), "1.37").replace(&digest, "DIGEST"), @r"
    **nginx:latest@DIGEST**

    - Pull policy `Always`, because of the tag `latest`: the registry is asked at every start
    - Runs its `ENTRYPOINT` with its `CMD`; `command` and `args` would replace them
    ");
    insta::assert_snapshot!(image(&format!("nginx@{digest}"), "1.34").replace(&digest, "DIGEST"), @r"
    **nginx@DIGEST**

    - Pull policy `IfNotPresent`, because of the digest: pulled only if the node does not have it
    - Runs its `ENTRYPOINT` with its `CMD`; `command` and `args` would replace them
    ");
    insta::assert_snapshot!(image("ghcr.io/Org/img", "1.37"), @r"
    **ghcr.io/Org/img**

    - Not a valid image reference: the container does not start (`InvalidImageName`)
    ");
    insta::assert_snapshot!(image("nginx:1.29", "1.37"), @r"
    **nginx:1.29**

    - Pull policy `IfNotPresent`, because of the tag `1.29`: pulled only if the node does not have it, or pulled it with credentials that the Pod lacks
    - Runs its `ENTRYPOINT` with its `CMD`; `command` and `args` would replace them
    ");
    insta::assert_snapshot!(image("nginx\n    command: []", "1.34"), @r"
    **nginx**

    - Pull policy `Always`, because no tag means `latest`: the registry is asked at every start
    - Runs its `ENTRYPOINT` with its `CMD`; `command` and `args` would replace them
    ");
    let policy = pod("  containers:\n  - name: a\n    image: Nginx\n    imagePullPolicy: $0Never\n");
    insta::assert_snapshot!(text(&policy), @r"
    **Never** · Never pull; the node must have the image.

    Without it: `IfNotPresent`, because the image reference is not valid
    ");
}

#[test]
fn what_restart_policies_mean() {
    let of_pod = |spec: &str| points(&pod(&format!("  restartPolicy: $0{spec}")));
    insta::assert_snapshot!(of_pod("Always\n  containers: []\n"), @r"- A container that ends is started again in the same Pod: at once, then after 10 s, 20 s, 40 s … up to 5 min");
    insta::assert_snapshot!(of_pod("Never\n  initContainers:\n  - {name: i}\n  - {name: s, restartPolicy: Always}\n  containers: [{name: a, restartPolicy: OnFailure}]\n"), @r#"
    - A container that ends stays ended; when all have ended, the Pod is `Failed` if one of them has failed, else `Succeeded`
    - An init container that fails makes the Pod `Failed`
    - A container's own `restartPolicy` comes first: "a"
    - Sidecars are always started again while the Pod runs
    "#);
    let of = |kind: &str, spec: &str, policy: &str| {
        points(&format!("{kind}\nspec:\n{spec}  template:\n    spec:\n      restartPolicy: $0{policy}\n      containers: []\n"))
    };
    let job = "apiVersion: batch/v1\nkind: Job";
    insta::assert_snapshot!(of(job, "", "Never"), @r"
    - A container that ends stays ended; when all have ended, the Pod is `Failed` if one of them has failed, else `Succeeded`
    - The Job replaces a failed Pod; it fails when 7 Pods have failed (`backoffLimit: 6`)
    ");
    insta::assert_snapshot!(of(job, "  backoffLimit: 2\n  podFailurePolicy: {rules: [{action: Ignore}]}\n", "Never"), @r"
    - A container that ends stays ended; when all have ended, the Pod is `Failed` if one of them has failed, else `Succeeded`
    - The Job replaces a failed Pod; it fails when 3 Pods have failed (`backoffLimit: 2`), unless `podFailurePolicy` decides otherwise
    ");
    insta::assert_snapshot!(of(job, "  backoffLimitPerIndex: 1\n", "Never"), @r"
    - A container that ends stays ended; when all have ended, the Pod is `Failed` if one of them has failed, else `Succeeded`
    - The Job replaces a failed Pod; an index fails when 2 of its Pods have failed (`backoffLimitPerIndex: 1`)
    ");
    insta::assert_snapshot!(of(job, "", "OnFailure"), @r"
    - A container that fails is started again in the same Pod, with growing delay; one that exits with 0 is done
    - The Job fails after 6 restarts of its containers (`backoffLimit: 6`)
    ");
    insta::assert_snapshot!(of(job, "  backoffLimit: 0\n", "OnFailure"), @r"
    - A container that fails is started again in the same Pod, with growing delay; one that exits with 0 is done
    - The Job fails after 1 restart of its containers (`backoffLimit: 0`)
    ");
    insta::assert_snapshot!(of("apiVersion: apps/v1\nkind: Deployment", "", "Always"), @r"
    - A container that ends is started again in the same Pod: at once, then after 10 s, 20 s, 40 s … up to 5 min
    - In this kind only `Always` is allowed; lost Pods are replaced by the controller
    ");
    let resize = "  initContainers:\n  - name: s\n    restartPolicy: Always\n    resizePolicy: [{resourceName: cpu, restartPolicy: $0NotRequired}]\n";
    insta::assert_snapshot!(text(&pod(resize)), @r"**NotRequired** · Resize while the container runs.");
    insta::assert_snapshot!(points("apiVersion: v1\nkind: PodTemplate\ntemplate:\n  spec:\n    restartPolicy: $0Never\n    containers: []\n"), @r"- A container that ends stays ended; when all have ended, the Pod is `Failed` if one of them has failed, else `Succeeded`");
}

#[test]
fn what_is_missed() {
    let without = |spec: &str| text(&pod(spec));
    insta::assert_snapshot!(without("  imagePullSecrets: [{name: $0regcred}]\n"), @r"**regcred** · Secret in the namespace of the Pod; without it, images are pulled without these credentials");
    insta::assert_snapshot!(without("  containers: [{name: a, envFrom: [{secretRef: {name: $0s}}]}]\n"), @r"**s** · Secret in the namespace of the Pod; the container does not start without it, unless `optional: true`");
    insta::assert_snapshot!(without("  containers: [{name: a, envFrom: [{configMapRef: {name: $0s, optional: true}}]}]\n"), @r"**s** · ConfigMap in the namespace of the Pod; optional: without it, its variables are not set");
    insta::assert_snapshot!(without("  containers: [{name: a, env: [{name: E, valueFrom: {configMapKeyRef: {name: $0c, key: k}}}]}]\n"), @r"**c** · ConfigMap in the namespace of the Pod; the container does not start without it and its key, unless `optional: true`");
    insta::assert_snapshot!(without("  containers: [{name: a, env: [{name: E, valueFrom: {secretKeyRef: {name: $0c, key: k, optional: true}}}]}]\n"), @r"**c** · Secret in the namespace of the Pod; optional: without it or its key, the variable is not set");
    insta::assert_snapshot!(without("  volumes: [{name: v, projected: {sources: [{configMap: {name: $0c}}]}}]\n"), @r"**c** · ConfigMap in the namespace of the Pod; if a container mounts it, the Pod does not start without it, unless `optional: true`");
    insta::assert_snapshot!(without("  volumes: [{name: v, projected: {sources: [{secret: {name: $0c, optional: true}}]}}]\n"), @r"**c** · Secret in the namespace of the Pod; optional: without it, its files are missing");
    insta::assert_snapshot!(without("  containers: [{name: a, envFrom: [{name: $0s}]}]\n"), @r"
    **name** · string, required

    Name of the referent. This field is effectively required, but due to backwards compatibility is allowed to be empty. Instances of this type with an empty value here are almost certainly wrong. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names
    ");
    insta::assert_snapshot!(without("  volumes: [{name: v, csi: {driver: d, nodePublishSecretRef: {name: $0s}}}]\n"), @r"**s** · Secret in the namespace of the Pod; the volume cannot be mounted without it");
}

#[test]
fn facts() {
    let facts = |spec: &str| points(&pod(spec));
    insta::assert_snapshot!(facts("  containers: [{name: a, livenessProbe: {$0periodSeconds: 0}}]\n"), @r"
    - Default: `10`, also for `0`
    - At least 0
    ");
    insta::assert_snapshot!(facts("  containers: [{name: a, $0restartPolicy: Never}]\n"), @r"
    - Default: the Pod's `restartPolicy`
    - Allowed: `Always`, `OnFailure` (since 1.35), `Never` (since 1.35)
    ");
    insta::assert_snapshot!(facts("  ephemeralContainers: [{name: a, $0restartPolicy: Never}]\n"), @r"- Refused here: an ephemeral container cannot have it; remove it");
    insta::assert_snapshot!(head(&pod("  containers: [{name: a, lifecycle: {stopSignal: $0SIGQUIT}}]\n")), @r"**SIGQUIT** · nginx and PHP-FPM end gracefully on it.");
    insta::assert_snapshot!(head(&pod("  dnsPolicy: $0ClusterFirst\n  hostNetwork: true\n")), @r"**ClusterFirst** · Ask the cluster's DNS; it passes on other names. Under `hostNetwork` the same as `Default`.");
}

#[test]
fn what_a_template_fills_in() {
    let options = crate::rules::Options { dialect: crate::yaml::Dialect::Template, ..Default::default() };
    let hover = |spec: &str| super::text_with(&pod(spec), &options);
    let container = "  {{- toYaml .Values.pod | nindent 2 }}\n  containers:\n  - name: a\n";
    insta::assert_snapshot!(hover("  containers:\n  - name: a\n    image: $0\"a:{{ .Values.tag }}\"\n"), @r"
    **image** · string, required

    Container image name. More info: https://kubernetes.io/docs/concepts/containers/images This field is optional to allow higher level config management to default or override container images in workload controllers like Deployments and StatefulSets.
    ");
    insta::assert_snapshot!(hover("  containers:\n  - name: a\n    image: $0a:1\n    imagePullPolicy: {{ .Values.policy }}\n"), @r"
    **image** · string, required

    Container image name. More info: https://kubernetes.io/docs/concepts/containers/images This field is optional to allow higher level config management to default or override container images in workload controllers like Deployments and StatefulSets.
    ");
    insta::assert_snapshot!(hover(&format!("{container}    command: [$0echo]\n")), @r"
    **command** · what the container runs

    - Runs `echo`; `ENTRYPOINT` and `CMD` of the image are not used.
    - No shell: `&`, `|`, `*` and `$NAME` are plain text; `$(NAME)` is filled in by the kubelet.
    - Ends by itself.
    ");
    let chosen = "    $0command:\n    {{- if .Values.a }}\n    - a\n    {{- else }}\n    - b\n    {{- end }}\n";
    assert!(!hover(&format!("{container}{chosen}")).contains("- Runs"));
    let probe = "    {{- toYaml .Values.ports | nindent 4 }}\n    $0livenessProbe: {tcpSocket: {port: http}}\n";
    insta::assert_snapshot!(hover(&format!("{container}{probe}")), @r"
    **livenessProbe** · Probe

    - Opens a TCP connection to port `http` of the Pod
    - Every 10 s, beginning when the container starts; no answer within 1 s is a failure
    - After 3 failures in a row (about 30 s) the container is killed

    Periodic probe of container liveness. Container will be restarted if the probe fails. Cannot be updated. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes
    ");
    let probe = "    $0readinessProbe: {httpGet: {port: 80, path: \"{{ .Values.path }}\"}, periodSeconds: 5}\n";
    insta::assert_snapshot!(hover(&format!("{container}{probe}")), @r"
    **readinessProbe** · Probe

    - Every 5 s, beginning when the container starts; no answer within 1 s is a failure
    - The Pod is not ready until it succeeds, and no longer ready after 3 failures in a row (about 15 s): Services without `publishNotReadyAddresses` leave it out

    Periodic probe of container service readiness. Container will be removed from service endpoints if the probe fails. Cannot be updated. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes
    ");
    let probe = "    $0readinessProbe: {httpGet: {port: 80}, periodSeconds: {{ .Values.period }}}\n";
    insta::assert_snapshot!(hover(&format!("{container}{probe}")), @r"
    **readinessProbe** · Probe

    - Sends `GET /` over HTTP to port 80 of the Pod; a status from 200 to 399 is success

    Periodic probe of container service readiness. Container will be removed from service endpoints if the probe fails. Cannot be updated. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes
    ");
    insta::assert_snapshot!(hover(&container.replace("name: a", "name: $0a")), @r"**a** · container; no other is declared beside it");
    insta::assert_snapshot!(hover(&container.replace("name: a\n", "name: $0a\n  - name: b\n")), @r"
    **a** · container; shares its network with the other one: one localhost

    | container | ports |
    |---|---|
    | a | none declared |
    | b | none declared |
    ");
    insta::assert_snapshot!(hover("  volumes:\n  - name: $0a\n    {{- toYaml .Values.volume | nindent 4 }}\n"), @r"
    **a** · what it is made of is filled in later

    No container mounts it.
    ");
}
