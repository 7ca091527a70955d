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
    - Sends `GET /healthz` over HTTP to port 80 (`http`) of the Pod; a status code from 200 to 399 means success
    - Runs every 10 s, starting when the container starts; it fails if it takes longer than 1 s
    - After 3 failures in a row (about 30 s), the container is killed and restarted
    ");
    insta::assert_snapshot!(probe("  restartPolicy: Never\n", "", "livenessProbe: {tcpSocket: {port: 81}, initialDelaySeconds: 7}"), @r"
    - Opens a TCP connection to port 81 of the Pod
    - Runs every 10 s, starting 7 s after the container starts; it fails if it takes longer than 1 s
    - After 3 failures in a row (about 30 s), the container is killed and not restarted (`restartPolicy: Never`)
    ");
    insta::assert_snapshot!(probe("", "    restartPolicy: Never\n", "startupProbe: {grpc: {port: 9, service: s}, failureThreshold: 30}"), @r"
    - Calls the gRPC health service for `s` on port 9 of the Pod; `SERVING` means success
    - Runs every 10 s, starting when the container starts; it fails if it takes longer than 1 s
    - The other probes wait until it succeeds; after 30 failures in a row (about 300 s), the container is killed and not restarted (`restartPolicy: Never`)
    ");
    insta::assert_snapshot!(probe("", "    restartPolicy: Never\n    restartPolicyRules: [{action: Restart}]\n", "livenessProbe: {exec: {command: [sh, -c, \"it's `x`\"]}}"), @r"
    - Runs ``sh -c 'it'\''s `x`'`` in the container; exit code 0 means success
    - Runs every 10 s, starting when the container starts; it fails if it takes longer than 1 s
    - After 3 failures in a row (about 30 s), the container is killed, and restarted only if its exit code matches a rule of `restartPolicyRules`
    ");
    insta::assert_snapshot!(probe("", "    startupProbe: {exec: {command: [a]}}\n", "readinessProbe: {httpGet: {port: 80, host: h, scheme: HTTPS}, successThreshold: 3, failureThreshold: 1}"), @r"
    - Sends `GET /` over HTTPS to port 80 of `h`; a status code from 200 to 399 means success
    - Runs every 10 s, starting when the container starts, but not before the startup probe has succeeded; it fails if it takes longer than 1 s
    - The Pod is not ready until it has succeeded 3 times in a row, and no longer ready after one failure; Services exclude it then, unless they set `publishNotReadyAddresses`
    ");
    insta::assert_snapshot!(probe("", "", "readinessProbe: {tcpSocket: {port: none}}"), @r"
    - Opens a TCP connection to port `none` of the Pod
    - The container declares no port named `none`: the readiness probe never succeeds and the Pod is never ready
    ");
    insta::assert_snapshot!(probe("", "", "startupProbe: {tcpSocket: {port: none}}"), @r"
    - Opens a TCP connection to port `none` of the Pod
    - The container declares no port named `none`: the startup probe never succeeds and the Pod is never ready
    ");
}

#[test]
fn what_follows_an_end() {
    let ends = |spec: &str, list: &str, container: &str| {
        let text = points(&pod(&format!("{spec}  {list}:\n  - name: a\n{container}    command: [$0echo]\n")));
        text.lines().last().unwrap_or_default().to_owned()
    };
    let never = "  restartPolicy: Never\n";
    insta::assert_snapshot!(ends("", "containers", ""), @r"- Exits on its own. It is then restarted with exponential back-off (`restartPolicy: Always`).");
    insta::assert_snapshot!(ends(never, "containers", ""), @r"- Exits on its own. It is then not restarted (`restartPolicy: Never`).");
    insta::assert_snapshot!(ends("  restartPolicy: OnFailure\n", "containers", ""), @r"- Exits on its own. It is then restarted with exponential back-off, only if it has failed (`restartPolicy: OnFailure`).");
    insta::assert_snapshot!(ends(never, "initContainers", "    restartPolicy: Always\n"), @r"- Exits on its own. It is then restarted with exponential back-off, as sidecars always are.");
    insta::assert_snapshot!(ends("", "containers", "    restartPolicy: Never\n"), @r"- Exits on its own. It is then not restarted (`restartPolicy: Never` of the container).");
    insta::assert_snapshot!(ends("", "containers", "    restartPolicy: Never\n    restartPolicyRules: [{action: Restart}]\n"), @r"- Exits on its own. It is then not restarted (`restartPolicy: Never` of the container, after its `restartPolicyRules`).");
    insta::assert_snapshot!(ends("", "initContainers", ""), @r"- Exits on its own. When it succeeds, the next container starts; a failure is retried with exponential back-off.");
    insta::assert_snapshot!(ends(never, "initContainers", ""), @r"- Exits on its own. When it succeeds, the next container starts; a failure makes the Pod `Failed`.");
    insta::assert_snapshot!(ends(never, "initContainers", "    restartPolicy: OnFailure\n"), @r"- Exits on its own. When it succeeds, the next container starts; a failure is retried with exponential back-off.");
    insta::assert_snapshot!(ends("", "ephemeralContainers", ""), @r"- Exits on its own. Ephemeral containers are never restarted.");
    let own = pod("  containers:\n  - name: a\n    restartPolicy: Never\n    command: [$0echo]\n");
    let old = text_for(&own, "1.34");
    assert!(old.ends_with("(`restartPolicy: Always`)."), "the own policy counts only since 1.35: {old}");
}

#[test]
fn what_is_run() {
    let runs = |lines: &str| points(&pod(&format!("  containers:\n  - name: a\n{lines}")));
    insta::assert_snapshot!(runs("    $0command:\n    - sh\n    - -c\n    - |\n      set -e\n      echo hi\n      exec /app/server\n"), @r"
    - Runs `sh -c 'set -e⏎echo hi⏎exec /app/server'`; `ENTRYPOINT` and `CMD` of the image are not used.
    - A shell runs the script; the kubelet expands `$(NAME)` first.
    - Runs in the foreground; the container terminates when this process exits.
    ");
    insta::assert_snapshot!(runs("    $0command: [printf, \"a\\tb\", 'say \"x\"', it's, (x)]\n"), @r#"
    - Runs `printf 'a	b' 'say "x"' 'it'\''s' '(x)'`; `ENTRYPOINT` and `CMD` of the image are not used.
    - Not run by a shell: `&`, `|`, `*` and `$NAME` are passed literally; the kubelet expands `$(NAME)`.
    - Exits on its own. It is then restarted with exponential back-off (`restartPolicy: Always`).
    "#);
    insta::assert_snapshot!(runs("    $0command: [nohup, ./start.sh, \"&\"]\n"), @r"
    - Runs `nohup ./start.sh '&'`; `ENTRYPOINT` and `CMD` of the image are not used.
    - Not run by a shell: `&`, `|`, `*` and `$NAME` are passed literally; the kubelet expands `$(NAME)`.
    - This command is not run by a shell, so `&` is passed to `./start.sh` as an argument.
    ");
    insta::assert_snapshot!(runs("    $0command: [nginx]\n"), @r"
    - Runs `nginx`; `ENTRYPOINT` and `CMD` of the image are not used.
    - Not run by a shell: `&`, `|`, `*` and `$NAME` are passed literally; the kubelet expands `$(NAME)`.
    - Does not stay in the foreground: `nginx` daemonizes and exits immediately, so the container terminates. It is then restarted with exponential back-off (`restartPolicy: Always`).
    ");
    insta::assert_snapshot!(runs("    $0command: [nginx]\n    volumeMounts: [{name: c, mountPath: /etc/nginx}]\n"), @r"
    - Runs `nginx`; `ENTRYPOINT` and `CMD` of the image are not used.
    - Not run by a shell: `&`, `|`, `*` and `$NAME` are passed literally; the kubelet expands `$(NAME)`.
    ");
    insta::assert_snapshot!(runs("    $0command: []\n"), @r"
    - Runs the `ENTRYPOINT` of the image with its `CMD`; an empty list has no effect.
    - The kubelet expands `$(NAME)`; whether a shell runs the command depends on the image.
    ");
}

#[test]
fn when_images_are_pulled() {
    let image = |image: &str, release: &str| text_for(&pod(&format!("  containers:\n  - name: a\n    image: $0{image}\n")), release);
    let digest = format!("sha256:{}", "a".repeat(64));
    insta::assert_snapshot!(image(&format!("nginx:latest@{digest}"), "1.37").replace(&digest, "DIGEST"), @r"
    **nginx:latest@DIGEST**

    - Pull policy `Always`, because of the tag `latest`: the registry is checked every time the container starts
    - Runs the image's `ENTRYPOINT` with its `CMD`; `command` and `args` override them
    ");
    insta::assert_snapshot!(image(&format!("nginx@{digest}"), "1.34").replace(&digest, "DIGEST"), @r"
    **nginx@DIGEST**

    - Pull policy `IfNotPresent`, because of the digest: pulled only if it is not on the node
    - Runs the image's `ENTRYPOINT` with its `CMD`; `command` and `args` override them
    ");
    insta::assert_snapshot!(image("ghcr.io/Org/img", "1.37"), @r"
    **ghcr.io/Org/img**

    - Not a valid image reference: the container does not start (`InvalidImageName`)
    ");
    insta::assert_snapshot!(image("nginx:1.29", "1.37"), @r"
    **nginx:1.29**

    - Pull policy `IfNotPresent`, because of the tag `1.29`: pulled only if it is not on the node, or was pulled there with credentials that the Pod does not have
    - Runs the image's `ENTRYPOINT` with its `CMD`; `command` and `args` override them
    ");
    insta::assert_snapshot!(image("nginx\n    command: []", "1.34"), @r"
    **nginx**

    - Pull policy `Always`, because no tag means `latest`: the registry is checked every time the container starts
    - Runs the image's `ENTRYPOINT` with its `CMD`; `command` and `args` override them
    ");
    let policy = pod("  containers:\n  - name: a\n    image: Nginx\n    imagePullPolicy: $0Never\n");
    insta::assert_snapshot!(text(&policy), @r"
    **Never** · Never pull; the node must have the image.

    If not set: `IfNotPresent`, because the image reference is not valid
    ");
}

#[test]
fn what_restart_policies_mean() {
    let of_pod = |spec: &str| points(&pod(&format!("  restartPolicy: $0{spec}")));
    insta::assert_snapshot!(of_pod("Always\n  containers: []\n"), @r"- A container that exits is restarted in the same Pod: immediately, then after 10 s, 20 s, 40 s … up to 5 min");
    insta::assert_snapshot!(of_pod("Never\n  initContainers:\n  - {name: i}\n  - {name: s, restartPolicy: Always}\n  containers: [{name: a, restartPolicy: OnFailure}]\n"), @r#"
    - A container that exits is not restarted; when all have exited, the Pod is `Failed` if any failed, otherwise `Succeeded`
    - An init container that fails makes the Pod `Failed`
    - A container's own `restartPolicy` overrides the Pod's: "a"
    - Sidecars are always restarted while the Pod runs
    "#);
    let of = |kind: &str, spec: &str, policy: &str| {
        points(&format!("{kind}\nspec:\n{spec}  template:\n    spec:\n      restartPolicy: $0{policy}\n      containers: []\n"))
    };
    let job = "apiVersion: batch/v1\nkind: Job";
    insta::assert_snapshot!(of(job, "", "Never"), @r"
    - A container that exits is not restarted; when all have exited, the Pod is `Failed` if any failed, otherwise `Succeeded`
    - The Job controller replaces failed Pods; the Job fails when 7 Pods have failed (`backoffLimit: 6`)
    ");
    insta::assert_snapshot!(of(job, "  backoffLimit: 2\n  podFailurePolicy: {rules: [{action: Ignore}]}\n", "Never"), @r"
    - A container that exits is not restarted; when all have exited, the Pod is `Failed` if any failed, otherwise `Succeeded`
    - The Job controller replaces failed Pods; the Job fails when 3 Pods have failed (`backoffLimit: 2`), unless `podFailurePolicy` specifies otherwise
    ");
    insta::assert_snapshot!(of(job, "  backoffLimitPerIndex: 1\n", "Never"), @r"
    - A container that exits is not restarted; when all have exited, the Pod is `Failed` if any failed, otherwise `Succeeded`
    - The Job controller replaces failed Pods; an index fails when 2 of its Pods have failed (`backoffLimitPerIndex: 1`)
    ");
    insta::assert_snapshot!(of(job, "", "OnFailure"), @r"
    - A container that fails is restarted in the same Pod with exponential back-off; one that exits with 0 is not restarted
    - The Job fails after 6 restarts of its containers (`backoffLimit: 6`)
    ");
    insta::assert_snapshot!(of(job, "  backoffLimit: 0\n", "OnFailure"), @r"
    - A container that fails is restarted in the same Pod with exponential back-off; one that exits with 0 is not restarted
    - The Job fails after 1 restart of its containers (`backoffLimit: 0`)
    ");
    insta::assert_snapshot!(of("apiVersion: apps/v1\nkind: Deployment", "", "Always"), @r"
    - A container that exits is restarted in the same Pod: immediately, then after 10 s, 20 s, 40 s … up to 5 min
    - Only `Always` is allowed for this kind; the controller replaces lost Pods
    ");
    let resize = "  initContainers:\n  - name: s\n    restartPolicy: Always\n    resizePolicy: [{resourceName: cpu, restartPolicy: $0NotRequired}]\n";
    insta::assert_snapshot!(text(&pod(resize)), @r"**NotRequired** · Resize while the container runs.");
    insta::assert_snapshot!(points("apiVersion: v1\nkind: PodTemplate\ntemplate:\n  spec:\n    restartPolicy: $0Never\n    containers: []\n"), @r"- A container that exits is not restarted; when all have exited, the Pod is `Failed` if any failed, otherwise `Succeeded`");
}

#[test]
fn what_is_missed() {
    let without = |spec: &str| text(&pod(spec));
    insta::assert_snapshot!(without("  imagePullSecrets: [{name: $0regcred}]\n"), @r"**regcred** · Secret in the namespace of the Pod; without it, images are pulled without these credentials");
    insta::assert_snapshot!(without("  containers: [{name: a, envFrom: [{secretRef: {name: $0s}}]}]\n"), @r"**s** · Secret in the namespace of the Pod; the container does not start without it, unless `optional: true`");
    insta::assert_snapshot!(without("  containers: [{name: a, envFrom: [{configMapRef: {name: $0s, optional: true}}]}]\n"), @r"**s** · ConfigMap in the namespace of the Pod; optional: if missing, its variables are not set");
    insta::assert_snapshot!(without("  containers: [{name: a, env: [{name: E, valueFrom: {configMapKeyRef: {name: $0c, key: k}}}]}]\n"), @r"**c** · ConfigMap in the namespace of the Pod; the container does not start without it and its key, unless `optional: true`");
    insta::assert_snapshot!(without("  containers: [{name: a, env: [{name: E, valueFrom: {secretKeyRef: {name: $0c, key: k, optional: true}}}]}]\n"), @r"**c** · Secret in the namespace of the Pod; optional: if it or its key is missing, the variable is not set");
    insta::assert_snapshot!(without("  volumes: [{name: v, projected: {sources: [{configMap: {name: $0c}}]}}]\n"), @r"**c** · ConfigMap in the namespace of the Pod; if a container mounts it, the Pod does not start without it, unless `optional: true`");
    insta::assert_snapshot!(without("  volumes: [{name: v, projected: {sources: [{secret: {name: $0c, optional: true}}]}}]\n"), @r"**c** · Secret in the namespace of the Pod; optional: if missing, its files are missing too");
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
    - Default: `10` (`0` also means `10`)
    - At least 0
    ");
    insta::assert_snapshot!(facts("  containers: [{name: a, $0restartPolicy: Never}]\n"), @r"
    - Default: the Pod's `restartPolicy`
    - Allowed: `Always`, `OnFailure` (since 1.35), `Never` (since 1.35)
    ");
    insta::assert_snapshot!(facts("  ephemeralContainers: [{name: a, $0restartPolicy: Never}]\n"), @r"- Not allowed here: ephemeral containers do not support it; remove it");
    insta::assert_snapshot!(head(&pod("  containers: [{name: a, lifecycle: {stopSignal: $0SIGQUIT}}]\n")), @r"**SIGQUIT** · nginx and PHP-FPM shut down gracefully on it.");
    insta::assert_snapshot!(head(&pod("  dnsPolicy: $0ClusterFirst\n  hostNetwork: true\n")), @r"**ClusterFirst** · Use the cluster DNS, which forwards other names upstream. With `hostNetwork`, the same as `Default`.");
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
    - Not run by a shell: `&`, `|`, `*` and `$NAME` are passed literally; the kubelet expands `$(NAME)`.
    - Exits on its own.
    ");
    let chosen = "    $0command:\n    {{- if .Values.a }}\n    - a\n    {{- else }}\n    - b\n    {{- end }}\n";
    assert!(!hover(&format!("{container}{chosen}")).contains("- Runs"));
    let probe = "    {{- toYaml .Values.ports | nindent 4 }}\n    $0livenessProbe: {tcpSocket: {port: http}}\n";
    insta::assert_snapshot!(hover(&format!("{container}{probe}")), @r"
    **livenessProbe** · Probe

    - Opens a TCP connection to port `http` of the Pod
    - Runs every 10 s, starting when the container starts; it fails if it takes longer than 1 s
    - After 3 failures in a row (about 30 s), the container is killed

    Periodic probe of container liveness. Container will be restarted if the probe fails. Cannot be updated. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes
    ");
    let probe = "    $0readinessProbe: {httpGet: {port: 80, path: \"{{ .Values.path }}\"}, periodSeconds: 5}\n";
    insta::assert_snapshot!(hover(&format!("{container}{probe}")), @r"
    **readinessProbe** · Probe

    - Runs every 5 s, starting when the container starts; it fails if it takes longer than 1 s
    - The Pod is not ready until it succeeds, and no longer ready after 3 failures in a row (about 15 s); Services exclude it then, unless they set `publishNotReadyAddresses`

    Periodic probe of container service readiness. Container will be removed from service endpoints if the probe fails. Cannot be updated. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes
    ");
    let probe = "    $0readinessProbe: {httpGet: {port: 80}, periodSeconds: {{ .Values.period }}}\n";
    insta::assert_snapshot!(hover(&format!("{container}{probe}")), @r"
    **readinessProbe** · Probe

    - Sends `GET /` over HTTP to port 80 of the Pod; a status code from 200 to 399 means success

    Periodic probe of container service readiness. Container will be removed from service endpoints if the probe fails. Cannot be updated. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes
    ");
    insta::assert_snapshot!(hover(&container.replace("name: a", "name: $0a")), @r"**a** · container; the only declared container");
    insta::assert_snapshot!(hover(&container.replace("name: a\n", "name: $0a\n  - name: b\n")), @r"
    **a** · container; shares its network with one other container: one loopback interface

    | container | ports |
    |---|---|
    | a | none declared |
    | b | none declared |
    ");
    insta::assert_snapshot!(hover("  volumes:\n  - name: $0a\n    {{- toYaml .Values.volume | nindent 4 }}\n"), @r"
    **a** · its source is set by a template

    No container mounts it.
    ");
}
