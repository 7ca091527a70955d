// What the suites share. They run inside the real extension host, against the public API.
import { strict as assert } from 'node:assert';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';

export type Tests = Record<string, () => Promise<void>>;

/** Far longer than anything takes, so that only a hang reaches it. */
const TOO_LONG = 20_000;

/** Asks again and again until `poll` gives something. */
export async function until<T>(what: string, poll: () => T | undefined | false | Thenable<T | undefined | false>): Promise<T> {
  for (const end = Date.now() + TOO_LONG; Date.now() < end; await new Promise((done) => setTimeout(done, 20))) {
    const value = await poll();
    if (value) return value;
  }
  throw new Error(`timed out: ${what}`);
}

export const folder = (): string => vscode.workspace.workspaceFolders![0].uri.fsPath;

/** Writes a file of the folder and opens it. */
export async function open(name: string, text?: string): Promise<vscode.TextDocument> {
  const file = path.join(folder(), name);
  if (text !== undefined) writeFileSync(file, text);
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document);
  return document;
}

let examples = 0;

/** Opens a copy of the seed's example, each time another one: what an earlier test has typed must not matter. */
export const openExample = () =>
  open(`pod-${++examples}.yaml`, readFileSync(path.join(folder(), 'examples/broken/pod-volume-applogs.yaml'), 'utf8'));

export const codeOf = ({ code }: vscode.Diagnostic) => (typeof code === 'object' ? code.value : code);

/** The diagnostics of a document by `code@word`, all sources. */
export const reported = (document: vscode.TextDocument): string[] =>
  vscode.languages.getDiagnostics(document.uri).map((it) => `${codeOf(it)}@${document.getText(it.range)}`);

export const untilReported = (document: vscode.TextDocument, expected: string[]) =>
  until(`${path.basename(document.fileName)} shows ${JSON.stringify(expected)}`, () => JSON.stringify(reported(document)) === JSON.stringify(expected)).catch((error) => {
    throw new Error(`${error.message}, not ${JSON.stringify(reported(document))}`);
  });

/** The position of a text, plus so many characters. */
export function at(document: vscode.TextDocument, text: string, plus = 0): vscode.Position {
  const offset = document.getText().indexOf(text);
  assert.notEqual(offset, -1, text);
  return document.positionAt(offset + plus);
}

export const ask = <T>(command: string, document: vscode.TextDocument, ...rest: unknown[]) =>
  vscode.commands.executeCommand<T>(command, document.uri, ...rest);

export async function hovers(document: vscode.TextDocument, position: vscode.Position): Promise<string[]> {
  const all = await ask<vscode.Hover[]>('vscode.executeHoverProvider', document, position);
  return all.flatMap((it) => it.contents.map((part) => (typeof part === 'string' ? part : part.value)));
}

export async function edit(document: vscode.TextDocument, change: (edit: vscode.WorkspaceEdit) => void): Promise<void> {
  const all = new vscode.WorkspaceEdit();
  change(all);
  assert.ok(await vscode.workspace.applyEdit(all));
}

export const set = (name: string, value: unknown, target = vscode.ConfigurationTarget.Global) =>
  vscode.workspace.getConfiguration().update(name, value, target);

/** The process of the server, if one was ever started. */
export const pid = (): number | undefined => {
  const file = process.env.PODLS_TEST_PID!;
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined;
};

/** Runs the tests one after the other and writes down how they ended. */
export async function run(tests: Tests): Promise<void> {
  const results: { name: string; ms: number; error?: string }[] = [];
  for (const [name, test] of Object.entries(tests)) {
    const start = Date.now();
    const error = await test().then(
      () => undefined,
      (error: Error) => String(error.stack),
    );
    results.push({ name, ms: Date.now() - start, error });
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  const file = process.env.PODLS_TEST_RESULTS!;
  writeFileSync(`${file}.part`, JSON.stringify(results));
  // In one go, so that the reader never sees half of it.
  renameSync(`${file}.part`, file);
}
