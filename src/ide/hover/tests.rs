use super::hover;
use crate::analysis::Document;
use crate::fixture::{cursor, release};
use crate::rules::Options;

mod kubelet;
mod sharing;

#[track_caller]
fn text(fixture: &str) -> String {
    text_with(fixture, &Options::default())
}

#[track_caller]
fn text_for(fixture: &str, name: &str) -> String {
    text_with(fixture, &release(name))
}

#[track_caller]
fn text_with(fixture: &str, options: &Options) -> String {
    let (text, offset) = cursor(fixture);
    let hover = hover(&Document::new(text, options), offset, options);
    hover.map_or_else(|| "nothing".into(), |it| it.text)
}

/// A Pod with this spec.
fn pod(spec: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n{spec}")
}

/// The lines of a hover that are in a list.
#[track_caller]
fn points(fixture: &str) -> String {
    text(fixture).lines().filter(|line| line.starts_with("- ")).collect::<Vec<_>>().join("\n")
}

/// The first line of a hover.
#[track_caller]
fn head(fixture: &str) -> String {
    text(fixture).lines().next().unwrap_or_default().to_owned()
}

const TWO: &str = "apiVersion: v1
kind: Pod
metadata:
  name: web-api-websocket
spec:
  containers:
  - name: web-api
    image: image/web-api
    ports:
    - containerPort: 80
  - name: websocket
    image: image/websocket:1.2
    ports:
    - containerPort: 6681
";

const LOGS: &str = "apiVersion: v1
kind: Pod
metadata:
  name: volume-pod
spce:
  containers:
  - name: tomcat
    image: image/tomcat
    volumeMounts:
    - name: app-logs
      mountPath: /usr/local/tomcat/logs
  - name: busybox
    image: image/busybox
    command: [\"sh\", \"-c\", \"tail -f /logs/catalina.log\"]
    volumeMounts:
    - name: app-logs
      mountPath: /logs
      readOnly: true
  volumes:
  - name: app-logs
    emptyDir: {}
";

/// Puts the cursor at the first place where `at` is.
fn at(text: &str, at: &str) -> String {
    assert!(text.contains(at), "no {at}");
    text.replacen(at, &format!("$0{at}"), 1)
}

#[test]
fn containers_share_one_network() {
    insta::assert_snapshot!(text(&at(TWO, "web-api\n    image")), @r"
    **web-api** · container; shares its network with one other container: one IP address and one loopback interface

    | container | ports |
    |---|---|
    | web-api | 80 |
    | websocket | 6681 |

    - `web-api` reaches `websocket` at `localhost:6681`
    - `websocket` reaches `web-api` at `localhost:80`
    - Also shared: IPC (shared memory, semaphores)
    - Not shared: file systems, except volumes mounted by both; environment variables; processes, unless `shareProcessNamespace: true`
    ");
    insta::assert_snapshot!(text(&at(TWO, "- containerPort: 6681")), @r"
    **websocket** · container; shares its network with one other container: one IP address and one loopback interface

    | container | ports |
    |---|---|
    | web-api | 80 |
    | websocket | 6681 |

    - `websocket` reaches `web-api` at `localhost:80`
    - `web-api` reaches `websocket` at `localhost:6681`
    - Also shared: IPC (shared memory, semaphores)
    - Not shared: file systems, except volumes mounted by both; environment variables; processes, unless `shareProcessNamespace: true`
    ");
    insta::assert_snapshot!(text(&at(&TWO.replace("6681", "80"), "ports")), @r"
    **web-api** · container; shares its network with one other container: one IP address and one loopback interface

    | container | ports |
    |---|---|
    | web-api | 80 |
    | websocket | 80 |

    - 80 is declared by `web-api` and `websocket`; only one of them can listen on it
    - Also shared: IPC (shared memory, semaphores)
    - Not shared: file systems, except volumes mounted by both; environment variables; processes, unless `shareProcessNamespace: true`
    ");
    insta::assert_snapshot!(text(&at(&TWO.replace("spec:\n", "spec:\n  shareProcessNamespace: true\n"), "websocket\n    image")), @r"
    **websocket** · container; shares its network with one other container: one IP address and one loopback interface

    | container | ports |
    |---|---|
    | web-api | 80 |
    | websocket | 6681 |

    - `websocket` reaches `web-api` at `localhost:80`
    - `web-api` reaches `websocket` at `localhost:6681`
    - Also shared: processes (`shareProcessNamespace`); IPC (shared memory, semaphores)
    - Through `/proc`, a process can read the files and environment variables of other processes of the same user
    ");
}

#[test]
fn volumes_are_shared_where_they_are_mounted() {
    insta::assert_snapshot!(text(&at(LOGS, "- name: app-logs\n    emptyDir")), @r"
    **app-logs** · emptyDir: created empty with the Pod and deleted with it; files survive container restarts

    | container | path | |
    |---|---|---|
    | tomcat | /usr/local/tomcat/logs | read and write |
    | busybox | /logs | read-only |
    ");
    insta::assert_snapshot!(text(&at(LOGS, "mountPath: /logs")), @r"
    **app-logs** · emptyDir: created empty with the Pod and deleted with it; files survive container restarts

    | container | path | |
    |---|---|---|
    | tomcat | /usr/local/tomcat/logs | read and write |
    | busybox | /logs | read-only |

    Path within the container at which the volume should be mounted.
    ");
    insta::assert_snapshot!(text(&at(&LOGS.replace("emptyDir: {}", "persistentVolumeClaim:\n      claimName: logs"), "persistent")), @r"
    **app-logs** · PersistentVolumeClaim `logs`: independent of the Pod; after the claim is deleted, the reclaim policy decides

    | container | path | |
    |---|---|---|
    | tomcat | /usr/local/tomcat/logs | read and write |
    | busybox | /logs | read-only |

    persistentVolumeClaimVolumeSource represents a reference to a PersistentVolumeClaim in the same namespace. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#persistentvolumeclaims
    ");
}

#[test]
fn what_runs() {
    insta::assert_snapshot!(text(&at(LOGS, "sh\"")), @r"
    **command** · what the container runs

    - Runs `sh -c 'tail -f /logs/catalina.log'`; `ENTRYPOINT` and `CMD` of the image are not used.
    - A shell runs the script; the kubelet expands `$(NAME)` first.
    - Does not exit on its own.
    ");
    insta::assert_snapshot!(text(&at(TWO, "image/websocket:1.2")), @r"
    **image/websocket:1.2**

    - Pull policy `IfNotPresent`, because of the tag `1.2`: pulled only if it is not on the node, or was pulled there with credentials that the Pod does not have
    - Runs the image's `ENTRYPOINT` with its `CMD`; `command` and `args` override them
    ");
    insta::assert_snapshot!(text(&at(&TWO.replace("image: image/web-api", "image: a\n    args: [x, \"y z\"]"), "args")), @r#"
    **args** · list of string

    - Runs the `ENTRYPOINT` of the image with `x 'y z'`; its `CMD` is not used.
    - The kubelet expands `$(NAME)`; whether a shell runs the command depends on the image.

    Arguments to the entrypoint. The container image's CMD is used if this is not provided. Variable references $(VAR_NAME) are expanded using the container's environment. If a variable cannot be resolved, the reference in the input string will be unchanged. Double $$ are reduced to a single $, which allows for escaping the $(VAR_NAME) syntax: i.e. "$$(VAR_NAME)" will produce the string literal "$(VAR_NAME)". Escaped references will never be expanded, regardless of whether the variable exists or not. Cannot be updated. More info: https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/#running-a-command-in-a-shell
    "#);
    insta::assert_snapshot!(text(&at(&TWO.replace("image: image/web-api", "image: a\n    command: [sh, -c, \"./start.sh &\"]"), "sh, -c")), @r"
    **command** · what the container runs

    - Runs `sh -c './start.sh &'`; `ENTRYPOINT` and `CMD` of the image are not used.
    - A shell runs the script; the kubelet expands `$(NAME)` first.
    - Does not stay in the foreground: the shell starts `./start.sh` in the background and exits, so the container terminates. It is then restarted with exponential back-off (`restartPolicy: Always`).
    ");
}

#[test]
fn defaults_in_force() {
    insta::assert_snapshot!(text(&at(&TWO.replace("image: image/web-api", "image: a:latest\n    imagePullPolicy: Always"), "Always")), @r"
    **Always** · Check the registry every time the container starts; cached layers are not downloaded again.

    If not set: `Always`, because of the tag `latest`
    ");
    insta::assert_snapshot!(text(&at(&TWO.replace("spec:\n", "spec:\n  restartPolicy: OnFailure\n"), "OnFailure")), @r"
    **OnFailure** · restartPolicy

    - A container that fails is restarted in the same Pod with exponential back-off; one that exits with 0 is not restarted
    ");
    let probe = "image: a\n    livenessProbe:\n      httpGet: {path: /healthz, port: http}\n      periodSeconds: 5";
    insta::assert_snapshot!(text(&at(&TWO.replace("image: image/web-api", probe), "livenessProbe")), @r"
    **livenessProbe** · Probe

    - Sends `GET /healthz` over HTTP to port `http` of the Pod; a status code from 200 to 399 means success
    - The container declares no port named `http`: the liveness probe never fails and never restarts the container

    Periodic probe of container liveness. Container will be restarted if the probe fails. Cannot be updated. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#container-probes
    ");
}

#[test]
fn names_and_fields() {
    let named =
        TWO.replace("    - containerPort: 80\n", "    - containerPort: 80\n      name: http\n    livenessProbe: {httpGet: {port: http}}\n");
    insta::assert_snapshot!(text(&at(&named, "http}")), @"**http** · port 80, declared at `spec.containers[0].ports[0]`");
    insta::assert_snapshot!(text(&at(TWO, "Pod\n")), @r"
    **Pod** · v1

    Pod is a collection of containers that can run on a host. This resource is created by clients and scheduled onto hosts.

    - Containers: `spec.containers`
    - Checked against Kubernetes 1.37

    ```text
    web-api    ├────▶  container
    websocket  ├────▶  container

    ┌─ one IP address, one localhost ─┐
    │ 80/TCP    web-api               │
    │ 6681/TCP  websocket             │
    └─────────────────────────────────┘
    ```
    ");
    insta::assert_snapshot!(text(&at(&TWO.replace("spec:\n", "spec:\n  dnsPolicy: None\n"), "None")), @"**None** · Only the settings in `dnsConfig`.");
    insta::assert_snapshot!(text(&at(&TWO.replace("spec:\n", "spec:\n  dnsPolicy: None\n"), "dnsPolicy")), @r#"
    **dnsPolicy** · string

    Set DNS policy for the pod. Defaults to "ClusterFirst". Valid values are 'ClusterFirstWithHostNet', 'ClusterFirst', 'Default' or 'None'. DNS parameters given in DNSConfig will be merged with the policy selected with DNSPolicy. To have DNS options set along with hostNetwork, you have to specify DNS policy explicitly to 'ClusterFirstWithHostNet'.

    - Default: `ClusterFirst`
    - Allowed: `ClusterFirst`, `ClusterFirstWithHostNet`, `Default`, `None`
    "#);
    insta::assert_snapshot!(text(&at(&TWO.replace("spec:\n", "spec:\n  serviceAccountName: bot\n"), "bot")), @"**bot** · ServiceAccount in the namespace of the Pod; without it, the API server rejects the Pod");
    assert_eq!(text("apiVersion: example.com/v1\nkind: Gadget\nspec$0:\n"), "nothing");
    assert_eq!(text("$0"), "nothing");
}
