//! What containers share and what volumes keep: one test for each kind of statement.

use super::{head, pod, points, text};

#[test]
fn what_volumes_keep() {
    let kept = |source: &str| head(&pod(&format!("  containers: []\n  volumes:\n  - {{name: $0v, {source}}}\n")));
    insta::assert_snapshot!(kept("csi: {driver: secrets-store.csi.k8s.io}"), @r"**v** · volume of the CSI driver `secrets-store.csi.k8s.io`: made for this Pod, and removed with it");
    insta::assert_snapshot!(kept("gitRepo: {repository: x}"), @r"**v** · gitRepo: a clone in an emptyDir, gone with the Pod; off by default since Kubernetes 1.33");
    insta::assert_snapshot!(kept("flexVolume: {driver: example.com/x}"), @r"**v** · volume of the FlexVolume driver `example.com/x`, which decides what is kept");
    insta::assert_snapshot!(kept("ephemeral: {volumeClaimTemplate: {spec: {}}}"), @r"**v** · claim made for this Pod, and deleted with it");
    insta::assert_snapshot!(kept("cephfs: {monitors: [a]}"), @r"**v** · cephfs: no kubelet can mount it since Kubernetes 1.31");
    insta::assert_snapshot!(kept("nfs: {server: a, path: /b}"), @r"**v** · nfs: storage outside the Pod, kept when it goes");
    insta::assert_snapshot!(kept("emptyDir: {medium: HugePages-2Mi}"), @r"**v** · emptyDir on huge pages: empty when the Pod starts, gone with the Pod; counts against the limit of huge pages");
    insta::assert_snapshot!(kept("emptyDir: {medium: Memory}"), @r"**v** · emptyDir in memory: empty when the Pod starts, gone with the Pod; counts as memory of the containers");
    insta::assert_snapshot!(kept("hostPath: {path: /var/log}"), @r"**v** · `/var/log` of the node: stays when the Pod goes; on another node it is another one");
    insta::assert_snapshot!(kept("configMap:"), @r"**v** · emptyDir: empty when the Pod starts, gone with the Pod; a restarted container finds its files again");
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
    insta::assert_snapshot!(claim(""), @r"**data** · claim template: each Pod gets a claim of its own, which stays when the Pod or the StatefulSet is deleted");
    insta::assert_snapshot!(policy("Delete", "Retain"), @r"**data** · claim template: each Pod gets a claim of its own, which stays when the Pod is replaced or the StatefulSet is deleted, but not when it is scaled down");
    insta::assert_snapshot!(policy("Retain", "Delete"), @r"**data** · claim template: each Pod gets a claim of its own, which stays when the Pod is replaced or the StatefulSet is scaled down, but not when it is deleted");
    insta::assert_snapshot!(policy("Delete", "Delete"), @r"**data** · claim template: each Pod gets a claim of its own, which stays when the Pod is replaced, but not when the StatefulSet is scaled down or deleted");
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
    insta::assert_snapshot!(head(set), @r"**data** · claim template: each Pod gets a claim of its own, which stays when the Pod or the StatefulSet is deleted");
    insta::assert_snapshot!(head(&set.replace("$0", "").replace("{name: data, emptyDir", "{name: $0data, emptyDir")), @r"**data** · replaced by the claim template of this name");
    let block = "  containers:\n  - {name: a, volumeDevices: [{name: $0c, devicePath: /dev/x}]}\n  volumes:\n  - {name: c, persistentVolumeClaim: {claimName: c, readOnly: true}}\n";
    insta::assert_snapshot!(text(&pod(block)), @r"
    **c** · claim `c`: kept until the claim is deleted, whatever becomes of the Pod

    | container | sees it at | |
    |---|---|---|
    | a | /dev/x | block device, read-only |
    ");
    insta::assert_snapshot!(head(&pod("  containers:\n  - {name: a, volumeMounts: [{name: $0c, mountPath: /c}]}\n")), @r"**c** · no volume of this name is declared here");
}

#[test]
fn what_containers_share() {
    let shared = |spec: &str| points(&pod(&format!("{spec}  containers:\n  - name: $0a\n  - name: b\n")));
    insta::assert_snapshot!(shared(""), @r"
    - Also shared: IPC (shared memory, semaphores)
    - Not shared: files, but for the volumes that both mount; environment; processes, unless `shareProcessNamespace: true`
    ");
    insta::assert_snapshot!(shared("  hostPID: true\n  hostIPC: true\n"), @r"
    - Also shared: all processes of the node (`hostPID`); IPC of the node (`hostIPC`)
    - Through `/proc` a process can read the files and the environment of another of the same user
    ");
    insta::assert_snapshot!(shared("  shareProcessNamespace: true\n"), @r"
    - Also shared: processes (`shareProcessNamespace`); IPC (shared memory, semaphores)
    - Through `/proc` a process can read the files and the environment of another of the same user
    ");
    insta::assert_snapshot!(shared("  os: {name: windows}\n"), @r"- Not shared: files, but for the volumes that both mount; environment; processes");
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
    **first** · init container: must succeed before the next one starts; the containers start only after all init containers

    | container | ports |
    |---|---|
    | first | 1 |
    ");
    insta::assert_snapshot!(of("proxy"), @r"
    **proxy** · sidecar: starts before the containers and runs beside them; shares its network with the other one: one IP address, one localhost

    | container | ports |
    |---|---|
    | proxy | 2 |
    | web | 53/UDP, 53, 80 (http) |

    - `proxy` reaches `web` at `localhost:53` (UDP and TCP), `localhost:80`
    - `web` reaches `proxy` at `localhost:2`
    - Also shared: IPC (shared memory, semaphores)
    - Not shared: files, but for the volumes that both mount; environment; processes, unless `shareProcessNamespace: true`
    ");
    insta::assert_snapshot!(of("second"), @r"
    **second** · init container: must succeed before the next one starts; shares its network with the other one: one IP address, one localhost

    | container | ports |
    |---|---|
    | proxy | 2 |
    | second | 3 |

    - `second` reaches `proxy` at `localhost:2`
    - `proxy` reaches `second` at `localhost:3`
    - Also shared: IPC (shared memory, semaphores)
    - Not shared: files, but for the volumes that both mount; environment; processes, unless `shareProcessNamespace: true`
    ");
    insta::assert_snapshot!(of("web"), @r"
    **web** · container; shares its network with the other one: one IP address, one localhost

    | container | ports |
    |---|---|
    | proxy | 2 |
    | web | 53/UDP, 53, 80 (http) |

    - `web` reaches `proxy` at `localhost:2`
    - `proxy` reaches `web` at `localhost:53` (UDP and TCP), `localhost:80`
    - Also shared: IPC (shared memory, semaphores)
    - Not shared: files, but for the volumes that both mount; environment; processes, unless `shareProcessNamespace: true`
    ");
    insta::assert_snapshot!(of("debug"), @r"
    **debug** · ephemeral container: added to a running Pod, never restarted; shares its network with 2 others: one IP address, one localhost

    | container | ports |
    |---|---|
    | proxy | 2 |
    | web | 53/UDP, 53, 80 (http) |
    | debug | none declared |

    - `debug` reaches `proxy` at `localhost:2`
    - `debug` reaches `web` at `localhost:53` (UDP and TCP), `localhost:80`
    - Also shared: IPC (shared memory, semaphores)
    - Not shared: files, but for the volumes that both mount; environment; processes, unless `shareProcessNamespace: true`
    ");
    insta::assert_snapshot!(text(&pod("  hostNetwork: true\n  containers:\n  - name: $0a\n")), @r"**a** · container; no other runs beside it, in the network of the node (`hostNetwork`)");
    let udp = "  containers:\n  - {name: $0a, ports: [{containerPort: 53, protocol: UDP}]}\n  - {name: b, ports: [{containerPort: 53, protocol: UDP}]}\n";
    insta::assert_snapshot!(points(&pod(udp)), @r"
    - 53/UDP is wanted by `a` and `b`: only one can listen there
    - Also shared: IPC (shared memory, semaphores)
    - Not shared: files, but for the volumes that both mount; environment; processes, unless `shareProcessNamespace: true`
    ");
}
