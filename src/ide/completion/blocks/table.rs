//! The blocks: LSP snippets, indented by two columns. What they propose is valid as it is.

/// A block of lines.
#[derive(Debug)]
pub(super) struct Block {
    pub label: &'static str,
    pub detail: &'static str,
    /// The struct in which it is offered.
    pub within: &'static str,
    pub body: &'static str,
}

const fn block(within: &'static str, label: &'static str, detail: &'static str, body: &'static str) -> Block {
    Block { label, detail, within, body }
}

/// One for each kind; offered at the start of a document.
pub(super) const MANIFESTS: &[Block] = &[
    block(
        "",
        "Pod",
        "a complete Pod",
        "apiVersion: v1
kind: Pod
metadata:
  name: ${1:app}
  labels:
    app: ${1:app}
spec:
  containers:
    - name: ${1:app}
      image: ${2:nginx:1.29}
      ports:
        - containerPort: ${3:80}",
    ),
    block(
        "",
        "Deployment",
        "a complete Deployment",
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${1:app}
spec:
  replicas: ${2:2}
  selector:
    matchLabels:
      app: ${1:app}
  template:
    metadata:
      labels:
        app: ${1:app}
    spec:
      containers:
        - name: ${1:app}
          image: ${3:nginx:1.29}
          ports:
            - containerPort: ${4:80}",
    ),
    block(
        "",
        "StatefulSet",
        "a complete StatefulSet with storage, and the Secret with its password",
        "apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: ${1:app}
spec:
  serviceName: ${1:app}
  replicas: ${2:1}
  selector:
    matchLabels:
      app: ${1:app}
  template:
    metadata:
      labels:
        app: ${1:app}
    spec:
      containers:
        - name: ${1:app}
          image: ${3:postgres:17}
          env:
            - name: POSTGRES_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: ${1:app}
                  key: password
          volumeMounts:
            - name: data
              mountPath: ${4:/var/lib/postgresql/data}
              subPath: data
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: ${5:1Gi}
---
apiVersion: v1
kind: Secret
metadata:
  name: ${1:app}
stringData:
  password: ${6:change-me}",
    ),
    block(
        "",
        "DaemonSet",
        "a complete DaemonSet",
        "apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: ${1:agent}
spec:
  selector:
    matchLabels:
      app: ${1:agent}
  template:
    metadata:
      labels:
        app: ${1:agent}
    spec:
      containers:
        - name: ${1:agent}
          image: ${2:fluent/fluent-bit:4.0}",
    ),
    block(
        "",
        "Job",
        "a complete Job",
        "apiVersion: batch/v1
kind: Job
metadata:
  name: ${1:task}
spec:
  backoffLimit: ${2:4}
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: ${1:task}
          image: ${3:busybox:1.37}
          command: [\"${4:echo}\", \"${5:done}\"]",
    ),
    block(
        "",
        "CronJob",
        "a complete CronJob",
        "apiVersion: batch/v1
kind: CronJob
metadata:
  name: ${1:task}
spec:
  schedule: \"${2:0 3 * * *}\"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers:
            - name: ${1:task}
              image: ${3:busybox:1.37}
              command: [\"${4:echo}\", \"${5:done}\"]",
    ),
    block(
        "",
        "ReplicaSet",
        "a complete ReplicaSet",
        "apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: ${1:app}
spec:
  replicas: ${2:2}
  selector:
    matchLabels:
      app: ${1:app}
  template:
    metadata:
      labels:
        app: ${1:app}
    spec:
      containers:
        - name: ${1:app}
          image: ${3:nginx:1.29}",
    ),
    block(
        "",
        "ReplicationController",
        "a complete ReplicationController",
        "apiVersion: v1
kind: ReplicationController
metadata:
  name: ${1:app}
spec:
  replicas: ${2:2}
  selector:
    app: ${1:app}
  template:
    metadata:
      labels:
        app: ${1:app}
    spec:
      containers:
        - name: ${1:app}
          image: ${3:nginx:1.29}",
    ),
    block(
        "",
        "PodTemplate",
        "a complete PodTemplate",
        "apiVersion: v1
kind: PodTemplate
metadata:
  name: ${1:app}
template:
  spec:
    containers:
      - name: ${1:app}
        image: ${2:nginx:1.29}",
    ),
];

pub(super) const BLOCKS: &[Block] = &[
    // Items
    block("Container", "container", "name, image, port", "name: ${1:app}\nimage: ${2:nginx:1.29}\nports:\n  - containerPort: ${3:80}"),
    block(
        "Container",
        "sidecar container",
        "restartable init container",
        "name: ${1:sidecar}\nimage: ${2:busybox:1.37}\nrestartPolicy: Always\ncommand: [\"sh\", \"-c\", \"${3:exec tail -F /logs/app.log}\"]",
    ),
    block("ContainerPort", "port", "a named port", "name: ${1:http}\ncontainerPort: ${2:8080}"),
    block("VolumeMount", "mount", "name and path", "name: ${1:data}\nmountPath: ${2:/data}"),
    block("VolumeMount", "read-only mount", "name and path", "name: ${1:config}\nmountPath: ${2:/etc/config}\nreadOnly: true"),
    block("EnvVar", "variable", "name and value", "name: ${1:NAME}\nvalue: ${2:value}"),
    block(
        "EnvVar",
        "variable from Secret",
        "one key of a Secret",
        "name: ${1:PASSWORD}\nvalueFrom:\n  secretKeyRef:\n    name: ${2:secret}\n    key: ${3:password}",
    ),
    block(
        "EnvVar",
        "variable from ConfigMap",
        "one key of a ConfigMap",
        "name: ${1:NAME}\nvalueFrom:\n  configMapKeyRef:\n    name: ${2:config}\n    key: ${3:key}",
    ),
    block(
        "EnvVar",
        "variable from field",
        "a field of the Pod",
        "name: ${1:POD_NAME}\nvalueFrom:\n  fieldRef:\n    fieldPath: ${2:metadata.name}",
    ),
    block(
        "EnvVar",
        "variable from resource",
        "a request or limit of the container",
        "name: ${1:MEMORY_LIMIT}\nvalueFrom:\n  resourceFieldRef:\n    resource: ${2:limits.memory}",
    ),
    block("EnvFromSource", "all keys of a ConfigMap", "one variable per key", "configMapRef:\n  name: ${1:config}"),
    block("EnvFromSource", "all keys of a Secret", "one variable per key", "secretRef:\n  name: ${1:secret}"),
    block("Volume", "volume emptyDir", "temporary, deleted with the Pod", "name: ${1:data}\nemptyDir: {}"),
    block("Volume", "volume in memory", "a tmpfs", "name: ${1:shm}\nemptyDir:\n  medium: Memory\n  sizeLimit: ${2:64Mi}"),
    block("Volume", "volume configMap", "the keys of a ConfigMap as files", "name: ${1:config}\nconfigMap:\n  name: ${2:config}"),
    block("Volume", "volume secret", "the keys of a Secret as files", "name: ${1:secret}\nsecret:\n  secretName: ${2:secret}"),
    block(
        "Volume",
        "volume persistentVolumeClaim",
        "persistent storage",
        "name: ${1:data}\npersistentVolumeClaim:\n  claimName: ${2:data}",
    ),
    block("Volume", "volume hostPath", "a folder of the node", "name: ${1:host}\nhostPath:\n  path: ${2:/var/log}\n  type: ${3:Directory}"),
    block(
        "Volume",
        "volume with a token",
        "a ServiceAccount token for an audience",
        "name: ${1:token}\nprojected:\n  sources:\n    - serviceAccountToken:\n        path: ${2:token}\n        audience: ${3:vault}\n        \
         expirationSeconds: ${4:3600}",
    ),
    block(
        "Toleration",
        "toleration",
        "tolerates a taint",
        "key: ${1:dedicated}\noperator: Equal\nvalue: ${2:gpu}\neffect: ${3:NoSchedule}",
    ),
    block("HostAlias", "host alias", "a line in /etc/hosts", "ip: ${1:127.0.0.1}\nhostnames:\n  - ${2:example.local}"),
    block(
        "TopologySpreadConstraint",
        "spread over zones",
        "spreads Pods evenly across zones",
        "maxSkew: ${1:1}\ntopologyKey: topology.kubernetes.io/zone\nwhenUnsatisfiable: ${2:ScheduleAnyway}\nlabelSelector:\n  \
         matchLabels:\n    app: ${3:app}",
    ),
    block(
        "PersistentVolumeClaim",
        "claim template",
        "a PersistentVolumeClaim for each Pod",
        "metadata:\n  name: ${1:data}\nspec:\n  accessModes: [ReadWriteOnce]\n  resources:\n    requests:\n      storage: ${2:1Gi}",
    ),
    // Fields of a container
    block("Container", "ports: one entry", "a named port", "ports:\n  - name: ${1:http}\n    containerPort: ${2:8080}"),
    block("Container", "env: one entry", "a variable", "env:\n  - name: ${1:NAME}\n    value: ${2:value}"),
    block("Container", "volumeMounts: one entry", "a mount", "volumeMounts:\n  - name: ${1:data}\n    mountPath: ${2:/data}"),
    block(
        "Container",
        "resources: requests and limits",
        "CPU and memory",
        "resources:\n  requests:\n    cpu: ${1:100m}\n    memory: ${2:128Mi}\n  limits:\n    memory: ${2:128Mi}",
    ),
    block(
        "Container",
        "readinessProbe: httpGet",
        "receives traffic only while the probe succeeds",
        "readinessProbe:\n  httpGet:\n    path: ${1:/healthz}\n    port: ${2:8080}\n  periodSeconds: ${3:5}",
    ),
    block(
        "Container",
        "livenessProbe: httpGet",
        "restarts the container when the probe fails",
        "livenessProbe:\n  httpGet:\n    path: ${1:/healthz}\n    port: ${2:8080}\n  periodSeconds: ${3:10}\n  failureThreshold: ${4:3}",
    ),
    block(
        "Container",
        "livenessProbe: tcpSocket",
        "restarts the container when the port is closed",
        "livenessProbe:\n  tcpSocket:\n    port: ${1:8080}",
    ),
    block(
        "Container",
        "livenessProbe: exec",
        "restarts the container when a command fails",
        "livenessProbe:\n  exec:\n    command: [\"${1:cat}\", \"${2:/tmp/healthy}\"]",
    ),
    block(
        "Container",
        "startupProbe: httpGet",
        "delays the other probes until startup completes",
        "startupProbe:\n  httpGet:\n    path: ${1:/healthz}\n    port: ${2:8080}\n  periodSeconds: ${3:5}\n  failureThreshold: ${4:30}",
    ),
    block(
        "Container",
        "lifecycle: preStop sleep",
        "gives load balancers time to remove the Pod",
        "lifecycle:\n  preStop:\n    sleep:\n      seconds: ${1:5}",
    ),
    block(
        "Container",
        "securityContext: restricted",
        "meets the Restricted Pod Security Standard",
        "securityContext:\n  allowPrivilegeEscalation: false\n  runAsNonRoot: true\n  readOnlyRootFilesystem: ${1:true}\n  capabilities:\n    \
         drop: [ALL]\n  seccompProfile:\n    type: RuntimeDefault",
    ),
    // Fields of a Pod
    block("PodSpec", "containers: one entry", "a container", "containers:\n  - name: ${1:app}\n    image: ${2:nginx:1.29}"),
    block(
        "PodSpec",
        "initContainers: one entry",
        "runs to completion before the app containers",
        "initContainers:\n  - name: ${1:init}\n    image: ${2:busybox:1.37}\n    command: [\"sh\", \"-c\", \"${3:true}\"]",
    ),
    block("PodSpec", "volumes: emptyDir", "shared by the containers", "volumes:\n  - name: ${1:data}\n    emptyDir: {}"),
    block(
        "PodSpec",
        "securityContext: restricted",
        "meets the Restricted Pod Security Standard",
        "securityContext:\n  runAsNonRoot: true\n  seccompProfile:\n    type: RuntimeDefault",
    ),
    block(
        "PodSpec",
        "affinity: spread across nodes",
        "Pods of the same app on different nodes",
        "affinity:\n  podAntiAffinity:\n    preferredDuringSchedulingIgnoredDuringExecution:\n      - weight: 100\n        podAffinityTerm:\n          \
         topologyKey: kubernetes.io/hostname\n          labelSelector:\n            matchLabels:\n              app: ${1:app}",
    ),
];
