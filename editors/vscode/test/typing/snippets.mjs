// What is typed where snippets are accepted, and what is to come out. `accept` chooses from the list, `press` is one key, `line` begins a line at a
// column.
const tab = { press: 'Tab' };

export const SNIPPETS = [
  {
    name: 'Pod with a probe and a volume',
    keys: [
      ...['Po', { accept: 'Pod' }, 'shop', tab, 'nginx:1.27', tab, '8080', tab, { line: 6 }],
      ...['read', { accept: 'readinessProbe: httpGet' }, '/ready', tab, '8080', tab, '3', tab, { line: 6 }],
      ...['volumeM', { accept: 'volumeMounts: one entry' }, 'cache', tab, '/cache', tab],
      ...[{ line: 2 }, 'vol', { accept: 'volumes: emptyDir' }, 'cache', tab],
    ],
    meant: `apiVersion: v1
kind: Pod
metadata:
  name: shop
  labels:
    app: shop
spec:
  containers:
    - name: shop
      image: nginx:1.27
      ports:
        - containerPort: 8080
      readinessProbe:
        httpGet:
          path: /ready
          port: 8080
        periodSeconds: 3
      volumeMounts:
        - name: cache
          mountPath: /cache
  volumes:
    - name: cache
      emptyDir: {}`,
  },
  {
    name: 'CronJob',
    keys: ['Cron', { accept: 'CronJob' }, 'backup', tab, '15 2 * * *', tab, 'registry.example.com/backup:7', tab, 'backup', tab, '--all', tab],
    meant: `apiVersion: batch/v1
kind: CronJob
metadata:
  name: backup
spec:
  schedule: "15 2 * * *"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers:
            - name: backup
              image: registry.example.com/backup:7
              command: ["backup", "--all"]`,
  },
  {
    name: 'Deployment',
    keys: ['Depl', { accept: 'Deployment' }, 'api', tab, '3', tab, tab, '9090', tab],
    meant: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  replicas: 3
  selector:
    matchLabels:
      app: api
  template:
    metadata:
      labels:
        app: api
    spec:
      containers:
        - name: api
          image: nginx:1.29
          ports:
            - containerPort: 9090`,
  },
  {
    name: 'StatefulSet',
    keys: ['State', { accept: 'StatefulSet' }, 'db', tab, tab, tab, tab, '5Gi', tab, 's3cret', tab],
    meant: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  replicas: 1
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
        - name: db
          image: postgres:17
          env:
            - name: POSTGRES_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: db
                  key: password
          volumeMounts:
            - name: data
              mountPath: /var/lib/postgresql/data
              subPath: data
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 5Gi
---
apiVersion: v1
kind: Secret
metadata:
  name: db
stringData:
  password: s3cret`,
  },
];
