import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { open, openExample, run, set, reported, until, untilReported } from './run';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx:1.29\n';
const sources = (document: vscode.TextDocument) => vscode.languages.getDiagnostics(document.uri).map((it) => it.source);

export const activate = () =>
  void run({
    async "a Pod's own mistakes are reported as ever"() {
      const document = await openExample();
      await untilReported(document, ['unknown-field@spce', 'tail-pattern@/logs/catalina*.log']);
    },

    async 'broken YAML is reported once'() {
      for (const [name, broken] of Object.entries({
        'quote.yaml': `${POD}    workingDir: "/srv\n`,
        'bracket.yaml': `${POD}    args: [a, b\n`,
        'colon.yaml': `${POD}    workingDir: a: b\n`,
      })) {
        const document = await open(name, broken);
        await until(`Red Hat's word on ${name}`, () => sources(document).includes('YAML'));
        await until(`one voice on ${name}`, () => !reported(document).some((it) => /^yaml-syntax@/.test(it))).catch((error) => {
          throw new Error(`${error.message}: ${JSON.stringify(vscode.languages.getDiagnostics(document.uri))}`);
        });
      }
    },

    async 'of a duplicate key the better message stays'() {
      const document = await open('twice.yaml', `${POD}    image: nginx:1.30\n`);
      await until("Red Hat's word on it", () => sources(document).includes('YAML'));
      await until("podls' word on it", () => reported(document).some((it) => it.startsWith('duplicate-key@')));
    },

    async 'who wants both gets both'() {
      const document = await open('quote.yaml', `${POD}    workingDir: "/srv\n`);
      await until("Red Hat's word alone", () => sources(document).includes('YAML') && !sources(document).includes('podls'));
      await set('podls.yamlExtension', 'both');
      await until('both', () => sources(document).includes('YAML') && sources(document).includes('podls'));
      await set('podls.yamlExtension', undefined);
      await until('one again', () => !sources(document).includes('podls'));
      await set('yaml.validate', false);
      await until('podls alone', () => !sources(document).includes('YAML') && sources(document).includes('podls'));
      await set('yaml.validate', undefined);
    },

    async 'Kubernetes is left to podls, if the user wants it'() {
      await open('pod.yaml', POD);
      await set('yaml.schemas', { kubernetes: 'pod.yaml', './own.json': 'own.yaml' });
      void vscode.commands.executeCommand('podls.besideYaml');
      const schemas = () => Object.keys(vscode.workspace.getConfiguration('yaml').get<object>('schemas')!);
      await until('the schema is taken out', async () => {
        await vscode.commands.executeCommand('notification.acceptPrimaryAction');
        return schemas().join() === './own.json';
      });
      await set('yaml.schemas', undefined);
    },

    async 'JSON is ours alone'() {
      const document = await open('pod.json', '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spce": {}}');
      await until('the slip', () => reported(document).some((it) => it.startsWith('unknown-field@')));
      assert.ok(!sources(document).includes('YAML'));
    },
  });
