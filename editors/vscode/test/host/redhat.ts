// Stands for Red Hat's YAML extension, by whose name it goes: a bare client of its server, yaml-language-server, the real one.
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const module = readFileSync(path.join(path.dirname(path.dirname(context.extensionPath)), 'yaml-language-server'), 'utf8');
  const client = new LanguageClient(
    'yaml',
    { command: process.execPath, args: [module, '--stdio'], transport: TransportKind.stdio },
    { documentSelector: [{ language: 'yaml' }], synchronize: { configurationSection: ['yaml'] } },
  );
  context.subscriptions.push(client);
  await client.start();
}
