// What is typed where snippets are accepted, and what is to come out. `accept` chooses from the list, `press` is one key.
export const SNIPPETS = [
  {
    name: 'Pod',
    keys: ['Po', { accept: 'Pod' }, 'shop', { press: 'Tab' }, 'nginx:1.27', { press: 'Tab' }, '8080', { press: 'Tab' }],
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
        - containerPort: 8080`,
  },
];
