import { strict as assert } from 'node:assert';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ask, at, edit, folder, hovers, open, openExample, pid, run, set, reported, until, untilReported } from './run';

const SPCE = 'unknown-field@spce';
const TAIL = 'tail-pattern@/logs/catalina*.log';

export const activate = () =>
  void run({
    async 'JSON and YAML of others start no server'() {
      const document = await open('package.json', '{ "name": "web", "version": "1.0.0" }');
      await until('the extension is awake', () => vscode.extensions.getExtension('podls.podls')?.isActive);
      const compose = await open('compose.yaml', 'services:\n  web:\n    image: nginx:1.29\n    ports: ["80:80"]\n');
      assert.deepEqual([...reported(document), ...reported(compose)], []);
      assert.deepEqual(await hovers(compose, new vscode.Position(2, 5)), []);
      assert.equal(pid(), undefined);
    },

    async "podls's own configuration is checked"() {
      const document = await open('.podls.yaml', 'rules:\n  no-such-rule: off\n');
      await until('the finding', () => reported(document).some((it) => it.startsWith('podls-config@')));
      rmSync(document.fileName);
    },

    async 'diagnostics, with the page of their rule'() {
      const document = await openExample();
      await untilReported(document, [SPCE, TAIL]);
      const [spce] = vscode.languages.getDiagnostics(document.uri);
      assert.equal(spce.severity, vscode.DiagnosticSeverity.Error);
      assert.match(spce.message, /did you mean `spec`/);
      const { target } = spce.code as { target: vscode.Uri };
      const page = await vscode.workspace.openTextDocument(target);
      assert.match(page.getText(), /^# unknown-field \(error\)/);
      assert.equal(page.languageId, 'markdown');
    },

    async 'an empty file is completed, others of YAML are left alone'() {
      const empty = await open('empty.yaml', '');
      const position = new vscode.Position(0, 0);
      const items = await until('completions', async () => {
        const list = await ask<vscode.CompletionList>('vscode.executeCompletionItemProvider', empty, position);
        return list.items.some((it) => labelOf(it).startsWith('apiVersion')) && list.items;
      });
      assert.ok(items.length > 0);
      const compose = await open('compose.yaml');
      assert.deepEqual(await hovers(compose, at(compose, 'image')), []);
      assert.equal(await vscode.commands.executeCommand('podls.status', compose.uri.toString()), null);
    },

    async 'hover and completion'() {
      const document = await openExample();
      await untilReported(document, [SPCE, TAIL]);
      const [text] = await hovers(document, at(document, 'tail -f'));
      assert.match(text, /tail/);
      const name = at(document, 'name: app-logs', 'name: '.length);
      const list = await ask<vscode.CompletionList>('vscode.executeCompletionItemProvider', document, name);
      assert.equal(labelOf(list.items[0]), 'app-logs');
    },

    async 'a fix is applied'() {
      const document = await openExample();
      await untilReported(document, [SPCE, TAIL]);
      const place = new vscode.Range(at(document, 'spce'), at(document, 'spce', 4));
      const actions = await ask<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document, place);
      assert.deepEqual(actions.map((it) => it.title), [
        'Rename to `spec`',
        'Ignore here: `# podls: allow(unknown-field)`',
        'Ignore in this file: `# podls: allow-file(unknown-field)`',
        'Explain unknown-field',
      ]);
      assert.ok(actions[0].isPreferred);
      assert.ok(await vscode.workspace.applyEdit(actions[0].edit!));
      await untilReported(document, [TAIL]);
      assert.equal(document.lineAt(5).text, 'spec:');
    },

    async 'everything sure is fixed on saving'() {
      await set('editor.codeActionsOnSave', { 'source.fixAll.podls': 'explicit' });
      const document = await openExample();
      await untilReported(document, [SPCE, TAIL]);
      await edit(document, (edit) => edit.insert(document.uri, new vscode.Position(0, 0), '# seen\n'));
      assert.ok(await document.save());
      assert.match(readFileSync(document.fileName, 'utf8'), /^# seen\n[^]*\nspec:\n/);
      await set('editor.codeActionsOnSave', undefined);
    },

    async 'the command fixes everything sure'() {
      const document = await openExample();
      await untilReported(document, [SPCE, TAIL]);
      await vscode.commands.executeCommand('podls.fixAll');
      await untilReported(document, [TAIL]);
    },

    async 'settings count at once'() {
      const document = await openExample();
      await untilReported(document, [SPCE, TAIL]);
      await set('podls.rules', { 'tail-pattern': 'off', 'unknown-field': 'information' });
      await untilReported(document, [SPCE]);
      await until('the severity', () => vscode.languages.getDiagnostics(document.uri)[0]?.severity === vscode.DiagnosticSeverity.Information);
      await set('podls.rules', undefined);
      await untilReported(document, [SPCE, TAIL]);
    },

    async "the release counts at once, and the team's counts more"() {
      const status = async () =>
        (await vscode.commands.executeCommand<{ kubernetes: string; config: string | null }>('podls.status', document.uri.toString()))!;
      const text = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  hostnameOverride: web\n  containers:\n  - name: web\n    image: nginx:1.29\n';
      const document = await open('newer.yaml', text);
      const newest = (await until('the status', status)).kubernetes;
      await set('podls.kubernetes', '1.33');
      await until('1.33 knows no hostnameOverride', () => reported(document).some((it) => it.includes('hostnameOverride')));
      assert.equal((await status()).kubernetes, '1.33');
      const config = path.join(folder(), '.podls.yaml');
      writeFileSync(config, `kubernetes: "${newest}"\n`);
      await untilReported(document, []);
      assert.deepEqual([(await status()).kubernetes, (await status()).config], [newest, config]);
      rmSync(config);
      await until('the setting counts again', () => reported(document).length > 0);
      await set('podls.kubernetes', undefined);
      await untilReported(document, []);
    },

    async 'a killed server is started again'() {
      const document = await openExample();
      await untilReported(document, [SPCE, TAIL]);
      const first = pid()!;
      process.kill(first, 'SIGKILL');
      await until('another server', () => pid() !== first && pid());
      await edit(document, (edit) => edit.replace(document.uri, new vscode.Range(5, 0, 5, 4), 'spec'));
      await untilReported(document, [TAIL]);
    },

    async 'a server that crashes again and again is left alone, until it is restarted'() {
      await recovers(async (document) => {
        for (let crash = 1; crash <= 5; crash++) {
          await until(`the server answers before crash ${crash}`, () => answers(document));
          const last = pid()!;
          process.kill(last, 'SIGKILL');
          if (crash < 5) await until(`a server after crash ${crash}`, () => pid() !== last && pid());
        }
      });
    },

    async 'a server that does not come up again is left alone, until it is restarted'() {
      const podls = vscode.workspace.getConfiguration('podls').get<string>('server.path')!;
      const script = readFileSync(podls, 'utf8');
      const end = async (document: vscode.TextDocument) => {
        await until('the server answers', () => answers(document));
        writeFileSync(podls, script.replace(/^exec .*/m, 'exit 1'));
        process.kill(pid()!, 'SIGKILL');
      };
      await recovers(end, () => writeFileSync(podls, script));
    },

    async 'the command starts another server'() {
      const document = await openExample();
      await untilReported(document, [SPCE, TAIL]);
      const first = pid()!;
      await Promise.all([vscode.commands.executeCommand('podls.restart'), vscode.commands.executeCommand('podls.restart')]);
      await until('another server', () => pid() !== first && pid());
      await edit(document, (edit) => edit.replace(document.uri, new vscode.Range(5, 0, 5, 4), 'spec'));
      await untilReported(document, [TAIL]);
    },

    async 'a rule is explained beside the text'() {
      await openExample();
      await vscode.commands.executeCommand('podls.explain', 'unknown-field');
      const preview = (tab: vscode.Tab) => tab.input instanceof vscode.TabInputCustom && tab.input.viewType.includes('markdown.preview');
      await until('the page', () => vscode.window.tabGroups.all[1]?.tabs.find(preview));
      assert.ok(vscode.window.tabGroups.all[0].activeTab?.input instanceof vscode.TabInputText, 'the text stays in view');
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      // By way of the code in a hover or in the Problems panel.
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse('podls-rule:/unknown-field.md'));
      const opened = await until('the page, rendered', () => vscode.window.tabGroups.activeTabGroup.activeTab?.input);
      assert.ok(opened instanceof vscode.TabInputCustom && opened.viewType === 'vscode.markdown.preview.editor', JSON.stringify(opened));
    },
  });

const answers = (document: vscode.TextDocument) =>
  vscode.commands.executeCommand('podls.status', document.uri.toString()).then((status) => status, () => undefined);

/** Has the server end for good, and starts it by the command. */
async function recovers(end: (document: vscode.TextDocument) => Promise<void>, fix = () => {}): Promise<void> {
  const document = await openExample();
  await vscode.commands.executeCommand('podls.restart');
  await untilReported(document, [SPCE, TAIL]);
  await end(document);
  await until('the server is gone', async () => !(await vscode.commands.getCommands()).includes('podls.status'));
  fix();
  await vscode.commands.executeCommand('podls.restart');
  await edit(document, (edit) => edit.replace(document.uri, new vscode.Range(5, 0, 5, 4), 'spec'));
  await untilReported(document, [TAIL]);
}

const labelOf = (item: vscode.CompletionItem) => (typeof item.label === 'string' ? item.label : item.label.label);
