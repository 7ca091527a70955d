import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions } from 'vscode-languageclient/node';

let client: LanguageClient | undefined;

/** The server to start: the user's own, the one inside the extension, or the one on the PATH. */
function serverPath(context: vscode.ExtensionContext): string {
  const own = vscode.workspace.getConfiguration('podls').get<string>('server.path', '').trim();
  const name = process.platform === 'win32' ? 'podls.exe' : 'podls';
  const inside = path.join(context.extensionPath, 'server', name);
  return own || (fs.existsSync(inside) ? inside : 'podls');
}

async function start(context: vscode.ExtensionContext, log: vscode.OutputChannel): Promise<void> {
  const command = serverPath(context);
  const options: LanguageClientOptions = {
    documentSelector: ['yaml', 'json', 'helm'].flatMap((language) => [
      { scheme: 'file', language },
      { scheme: 'untitled', language },
    ]),
    outputChannel: log,
    synchronize: { configurationSection: 'podls' },
  };
  client = new LanguageClient('podls', 'podls', { command, args: ['--stdio'] }, options);
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const settings = 'Open the setting';
    const message = `podls could not start "${command}": ${error instanceof Error ? error.message : error}. Set podls.server.path to a podls that runs on this machine.`;
    if ((await vscode.window.showErrorMessage(message, settings)) === settings) {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'podls.server.path');
    }
  }
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.dispose();
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('podls');
  const restart = async () => {
    await stop();
    await start(context, log);
  };
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand('podls.restart', restart),
    vscode.commands.registerCommand('podls.showLog', () => log.show()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('podls.server.path')) void restart();
    }),
  );
  await start(context, log);
}

export const deactivate = stop;
