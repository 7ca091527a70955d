//! What containers share and what volumes keep: one test for each kind of statement.

use super::{head, pod, points, text};

#[test]
fn what_volumes_keep() {
    let kept = |source: &str| head(&pod(&format!("  containers: []\n  volumes:\n  - {{name: $0v, {source}}}\n")));
    insta::assert_snapshot!(kept("csi: {driver: secrets-store.csi.k8s.io}"), @r"**v** · inline volume of the CSI driver `secrets-store.csi.k8s.io`: created for this Pod and deleted with it");
    insta::assert_snapshot!(kept("gitRepo: {repository: x}"), @r"**v** · gitRepo: a clone in an emptyDir, deleted with the Pod; disabled by default since Kubernetes 1.33, cannot be enabled since 1.36");
    insta::assert_snapshot!(kept("flexVolume: {driver: example.com/x}"), @r"**v** · volume of the FlexVolume driver `example.com/x`, which decides whether the data persists");
    insta::assert_snapshot!(kept("ephemeral: {volumeClaimTemplate: {spec: {}}}"), @r"**v** · ephemeral: a PersistentVolumeClaim created for this Pod and deleted with it");
    insta::assert_snapshot!(kept("cephfs: {monitors: [a]}"), @r"**v** · cephfs: cannot be mounted since Kubernetes 1.31");
    insta::assert_snapshot!(kept("nfs: {server: a, path: /b}"), @r"**v** · nfs: external storage that outlives the Pod");
    insta::assert_snapshot!(kept("emptyDir: {medium: HugePages-2Mi}"), @r"**v** · emptyDir on huge pages: created empty with the Pod and deleted with it; counts toward the huge pages limit");
    insta::assert_snapshot!(kept("emptyDir: {medium: Memory}"), @r"**v** · emptyDir in memory: created empty with the Pod and deleted with it; counts toward the memory of the containers");
    insta::assert_snapshot!(kept("hostPath: {path: /var/log}"), @r"**v** · `/var/log` on the node: remains after the Pod is deleted; different on each node");
    insta::assert_snapshot!(kept("configMap:"), @r"**v** · emptyDir: created empty with the Pod and deleted with it; files survive container restarts");
}

#[test]
fn what_mounts_can_write() {
    let mounts = "  containers:
  - name: a
    volumeMounts:
    - {name: v, mountPath: /v, subPathExpr: $(POD)}
    - {name: v, mountPath: /w, subPath: a, readOnly: true}
  volumes:
  - {name: $0v, SOURCE}
";
    let access = |source: &str| {
        let text = text(&pod(&mounts.replace("SOURCE", source)));
        text.lines().filter(|line| line.starts_with("| a")).map(str::to_owned).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(access("csi: {driver: d, readOnly: true}"), @r"
    | a | /v | read-only, only `$(POD)` |
    | a | /w | read-only, only `a` |
    ");
    insta::assert_snapshot!(access("persistentVolumeClaim: {claimName: c, readOnly: false}"), @r"
    | a | /v | read and write, only `$(POD)` |
    | a | /w | read-only, only `a` |
    ");
    insta::assert_snapshot!(access("nfs: {server: s, path: /p, readOnly: true}"), @r"
    | a | /v | read-only, only `$(POD)` |
    | a | /w | read-only, only `a` |
    ");
    insta::assert_snapshot!(access("secret: {secretName: s}"), @r"
    | a | /v | read-only, only `$(POD)` |
    | a | /w | read-only, only `a` |
    ");
}

#[test]
fn what_becomes_of_claims() {
    let claim = |policy: &str| {
        head(&format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nspec:\n{policy}  template: {{spec: {{containers: []}}}}\n  volumeClaimTemplates:\n  - metadata: {{name: $0data}}\n"
        ))
    };
    let policy = |scaled: &str, deleted: &str| {
        claim(&format!("  persistentVolumeClaimRetentionPolicy: {{whenScaled: {scaled}, whenDeleted: {deleted}}}\n"))
    };
    insta::assert_snapshot!(claim(""), @r"**data** · volumeClaimTemplates: each Pod gets its own PersistentVolumeClaim, which is retained when the Pod or the StatefulSet is deleted");
    insta::assert_snapshot!(policy("Delete", "Retain"), @r"**data** · volumeClaimTemplates: each Pod gets its own PersistentVolumeClaim, which is retained when the Pod is replaced or the StatefulSet is deleted, but not when it is scaled down");
    insta::assert_snapshot!(policy("Retain", "Delete"), @r"**data** · volumeClaimTemplates: each Pod gets its own PersistentVolumeClaim, which is retained when the Pod is replaced or the StatefulSet is scaled down, but not when it is deleted");
    insta::assert_snapshot!(policy("Delete", "Delete"), @r"**data** · volumeClaimTemplates: each Pod gets its own PersistentVolumeClaim, which is retained when the Pod is replaced, but not when the StatefulSet is scaled down or deleted");
}

#[test]
fn what_a_claim_template_replaces() {
    let set = "apiVersion: apps/v1
kind: StatefulSet
spec:
  volumeClaimTemplates:
  - metadata: {name: data}
  template:
    spec:
      containers:
      - {name: a, volumeMounts: [{name: $0data, mountPath: /d}]}
      volumes:
      - {name: data, emptyDir: {}}
";
    insta::assert_snapshot!(head(set), @r"**data** · volumeClaimTemplates: each Pod gets its own PersistentVolumeClaim, which is retained when the Pod or the StatefulSet is deleted");
    insta::assert_snapshot!(head(&set.replace("$0", "").replace("{name: data, emptyDir", "{name: $0data, emptyDir")), @r"**data** · replaced by the `volumeClaimTemplates` entry of this name");
    let block = "  containers:\n  - {name: a, volumeDevices: [{name: $0c, devicePath: /dev/x}]}\n  volumes:\n  - {name: c, persistentVolumeClaim: {claimName: c, readOnly: true}}\n";
    insta::assert_snapshot!(text(&pod(block)), @r"
    **c** · PersistentVolumeClaim `c`: independent of the Pod; after the claim is deleted, the reclaim policy decides

    | container | path | |
    |---|---|---|
    | a | /dev/x | block device, read-only |
    ");
    insta::assert_snapshot!(head(&pod("  containers:\n  - {name: a, volumeMounts: [{name: $0c, mountPath: /c}]}\n")), @r"**c** · no volume of this name is defined here");
}

#[test]
fn what_containers_share() {
    let shared = |spec: &str| points(&pod(&format!("{spec}  containers:\n  - name: $0a\n  - name: b\n")));
    insta::assert_snapshot!(shared(""), @r"
    - Also shared: IPC (shared memory, semaphores)
    - Not shared: file systems, except volumes mounted by both; environment variables; processes, unless `shareProcessNamespace: true`
    ");
    insta::assert_snapshot!(shared("  hostPID: true\n  hostIPC: true\n"), @r"
    - Also shared: all processes of the host (`hostPID`); IPC of the host (`hostIPC`)
    - Through `/proc`, a process can read the files and environment variables of other processes of the same user
    ");
    insta::assert_snapshot!(shared("  shareProcessNamespace: true\n"), @r"
    - Also shared: processes (`shareProcessNamespace`); IPC (shared memory, semaphores)
    - Through `/proc`, a process can read the files and environment variables of other processes of the same user
    ");
    insta::assert_snapshot!(shared("  os: {name: windows}\n"), @r"- Not shared: file systems, except volumes mounted by both; environment variables; processes");
}

#[test]
fn what_runs_beside() {
    let roles = "  initContainers:
  - name: first
    ports: [{containerPort: 1}]
  - name: proxy
    restartPolicy: Always
    ports: [{containerPort: 2}]
  - name: second
    ports: [{containerPort: 3}]
  containers:
  - name: web
    ports: [{containerPort: 53, protocol: UDP}, {containerPort: 53}, {containerPort: 80, name: http}]
  ephemeralContainers:
  - name: debug
";
    let of = |name: &str| text(&pod(&roles.replace(&format!("name: {name}\n"), &format!("name: $0{name}\n"))));
    insta::assert_snapshot!(of("first"), @r"
    **first** · init container: must succeed before the next one starts; app containers start after all init containers have succeeded

    | container | ports |
    |---|---|
    | first | 1 |
    ");
    insta::assert_snapshot!(of("proxy"), @r"
    **proxy** · sidecar container: starts before the app containers and runs alongside them; shares its network with one other container: one IP address and one loopback interface

    | container | ports |
    |---|---|
    | proxy | 2 |
    | web | 53/UDP, 53, 80 (http) |

    - `proxy` reaches `web` at `localhost:53` (UDP and TCP), `localhost:80`
    - `web` reaches `proxy` at `localhost:2`
    - Also shared: IPC (shared memory, semaphores)
    - Not shared: file systems, except volumes mounted by both; environment variables; processes, unless `shareProcessNamespace: true`
    ");
    insta::assert_snapshot!(of("second"), @r"
    **second** · init container: must succeed before the next one starts; shares its network with one other container: one IP address and one loopback interface

    | container | ports |
    |---|---|
    | proxy | 2 |
    | second | 3 |

    - `second` reaches `proxy` at `localhost:2`
    - `proxy` reaches `second` at `localhost:3`
    - Also shared: IPC (shared memory, semaphores)
    - Not shared: file systems, except volumes mounted by both; environment variables; processes, unless `shareProcessNamespace: true`
    ");
    insta::assert_snapshot!(of("web"), @r"
    **web** · container; shares its network with one other container: one IP address and one loopback interface

    | container | ports |
    |---|---|
    | proxy | 2 |
    | web | 53/UDP, 53, 80 (http) |

    - `web` reaches `proxy` at `localhost:2`
    - `proxy` reaches `web` at `localhost:53` (UDP and TCP), `localhost:80`
    - Also shared: IPC (shared memory, semaphores)
    - Not shared: file systems, except volumes mounted by both; environment variables; processes, unless `shareProcessNamespace: true`
    ");
    insta::assert_snapshot!(of("debug"), @r"
    **debug** · ephemeral container: added to a running Pod, never restarted; shares its network with 2 other containers: one IP address and one loopback interface

    | container | ports |
    |---|---|
    | proxy | 2 |
    | web | 53/UDP, 53, 80 (http) |
    | debug | none declared |

    - `debug` reaches `proxy` at `localhost:2`
    - `debug` reaches `web` at `localhost:53` (UDP and TCP), `localhost:80`
    - Also shared: IPC (shared memory, semaphores)
    - Not shared: file systems, except volumes mounted by both; environment variables; processes, unless `shareProcessNamespace: true`
    ");
    insta::assert_snapshot!(text(&pod("  hostNetwork: true\n  containers:\n  - name: $0a\n")), @r"**a** · container; the only container, in the host network (`hostNetwork`)");
    let udp = "  containers:\n  - {name: $0a, ports: [{containerPort: 53, protocol: UDP}]}\n  - {name: b, ports: [{containerPort: 53, protocol: UDP}]}\n";
    insta::assert_snapshot!(points(&pod(udp)), @r"
    - 53/UDP is declared by `a` and `b`; only one of them can listen on it
    - Also shared: IPC (shared memory, semaphores)
    - Not shared: file systems, except volumes mounted by both; environment variables; processes, unless `shareProcessNamespace: true`
    ");
}
