use crate::fixture::{check, check_with, release};

#[test]
fn pods() {
    check(
        "
apiVersion: v1
kind: Pod
metadata:
  name: old.habits
        ^^^^^^^^^^ warning[invalid-host-name]: must not contain dots
  annotations:
    scheduler.alpha.kubernetes.io/critical-pod: ''
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[deprecated-annotation]: `priorityClassName`
    seccomp.security.alpha.kubernetes.io/pod: runtime/default
    container.apparmor.security.beta.kubernetes.io/a: runtime/default
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[deprecated-annotation]: `appArmorProfile`
    container.apparmor.security.beta.kubernetes.io/b: runtime/default
spec:
  terminationGracePeriodSeconds: -5
                                 ^^ warning[questionable-value]: 1 second
  securityContext: {seccompProfile: {type: RuntimeDefault}}
  nodeSelector: {beta.kubernetes.io/os: linux}
                 ^^^^^^^^^^^^^^^^^^^^^ warning[deprecated-label]: `kubernetes.io/os`
  affinity:
    nodeAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
      - {weight: 1, preference: {matchExpressions: [{key: beta.kubernetes.io/arch, operator: In, values: [a, 'a b']}]}}
                                                          ^^^^^^^^^^^^^^^^^^^^^^^ warning[deprecated-label]: `kubernetes.io/arch`
                                                                                                             ^^^^^ warning[ineffective-field]: a valid label
    podAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
      - {topologyKey: kubernetes.io/hostname}
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[ineffective-field]: matches no Pod
      - {topologyKey: kubernetes.io/hostname, labelSelector: }
                                              ^^^^^^^^^^^^^ warning[ineffective-field]: matches no Pod
      - {topologyKey: kubernetes.io/hostname, labelSelector: {}}
  imagePullSecrets: [{name: a}, {name: ''}]
                                       ^^ warning[ineffective-field]: has no effect
  hostAliases:
  - {ip: 'FD00::0001', hostnames: [a]}
         ^^^^^^^^^^^^ warning[noncanonical-address]: `fd00::1`
  - {ip: 'fd00::2', hostnames: [a]}
  containers:
  - name: a
    image: b
    ports:
    - {containerPort: 80, hostIP: 10.0.0.4, name: web}
                          ^^^^^^ warning[ineffective-field]: without `hostPort`, `hostIP` has no effect
    - {containerPort: 81, hostIP: 10.0.0.4, hostPort: 81}
  - name: b
    image: b
    securityContext: {appArmorProfile: {type: RuntimeDefault}}
    ports: [{containerPort: 82, name: web}]
                                      ^^^ warning[duplicate-port-name]: container \"a\" also has a port named \"web\"; a Service that uses this name selects only the port of \"a\"
",
    );
}

#[test]
fn on_the_network_of_the_node() {
    let text = "apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {hostNetwork: true, containers: [{name: a, image: b, ports: [{containerPort: 80, hostIP: 10.0.0.4}]}]}
";
    check(text);
}

#[test]
fn files_in_each_others_way() {
    check(
        "
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers: [{name: a, image: b}]
  volumes:
  - {name: a, secret: {secretName: a, items: [{key: a, path: a/b}, {key: b, path: a}, {key: c, path: ab}]}}
                                                                                  ^ warning[overlapping-path]: path `a` overlaps another path in this volume
  - {name: b, downwardAPI: {items: [{path: x, fieldRef: {fieldPath: metadata.name}}, {path: x, fieldRef: {fieldPath: metadata.uid}}]}}
                                                                                            ^ warning[overlapping-path]: path `x` overlaps another path in this volume
  - name: c
    projected:
      sources:
      - {}
        ^^ warning[ineffective-field]: this source is empty
      -
       ^ warning[ineffective-field]: this source is empty
      - {configMap: }
        ^^^^^^^^^^^^^ warning[ineffective-field]: this source is empty
      - configMap: {name: a, items: [{key: a, path: p}]}
      - serviceAccountToken: {path: p/q}
                                    ^^^ warning[overlapping-path]: path `p/q` overlaps another path in this volume
",
    );
}

#[test]
fn workloads() {
    check(
        "
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ab, ownerReferences: [{apiVersion: v1, kind: Pod, name: a, uid: u}, {kind: Pod, apiVersion: v1, name: a, uid: u}]}
                                                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[duplicate-owner]: duplicate owner
spec:
  revisionHistoryLimit: -1
                        ^^ warning[questionable-value]: all revisions
  serviceName: a
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec: {containers: [{name: a, image: b}]}
",
    );
    check(
        "
apiVersion: batch/v1
kind: Job
metadata: {generateName: a.b-}
                         ^^^^ warning[invalid-host-name]: must not contain dots
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: a, image: b}]}
",
    );
}

#[test]
fn addresses_by_release() {
    let text = "apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  hostAliases: [{ip: 010.1.2.3, hostnames: [a]}]
                     ^^^^^^^^^ warning[noncanonical-address]: `10.1.2.3`
  containers: [{name: a, image: b}]
";
    check_with(text, &release("1.35"));
}

#[test]
fn ports_of_one_name() {
    check(
        "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: init, image: a, ports: [{containerPort: 1, name: init}]}
  - {name: side, image: a, restartPolicy: Always, ports: [{containerPort: 2, name: web}]}
  containers:
  - {name: a, image: b, ports: [{containerPort: 80, name: web}, {containerPort: 81, name: init}, {containerPort: 53, name: dns}]}
                                                          ^^^ warning[duplicate-port-name]: a Service that uses this name selects only this port
                                                                                          ^^^^ warning[duplicate-port-name]: Services ignore the ports of init containers
  - {name: b, image: b, ports: [{containerPort: 54, protocol: UDP, name: dns}]}
                                                                         ^^^ warning[duplicate-port-name]: container \"a\" also has a port named \"dns\"; Services can distinguish the two only by protocol
",
    );
}
