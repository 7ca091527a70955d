import * as vscode from 'vscode';
import type { StatusItem } from './status';

type Choice = vscode.QuickPickItem & { release?: string };

/** Has the user pick the Kubernetes release, and writes it where it is set already, or else into the user's own settings. */
export async function pickRelease(context: vscode.ExtensionContext, status: StatusItem): Promise<void> {
  const setting = context.extension.packageJSON.contributes.configuration.properties['podls.kubernetes'];
  const releases: string[] = setting.enum;
  const configuration = vscode.workspace.getConfiguration('podls');
  const current = configuration.get<string>('kubernetes', '');
  const choices: Choice[] = [...releases].reverse().map((release) => ({
    release,
    label: release === 'all' ? 'All supported releases' : release || 'Always the newest',
    description: [release ? '' : releases.at(-1), release === current ? 'current' : ''].filter(Boolean).join(', '),
  }));
  choices.unshift(choices.pop()!);
  const config = status.shown?.config;
  if (config) choices.unshift({ label: '$(go-to-file) Open .podls.yaml', description: 'sets the release for this file, and overrides this setting', detail: config });
  const chosen = await vscode.window.showQuickPick(choices, {
    title: 'Select the Kubernetes release',
    placeHolder: config ? `${status.shown?.kubernetes}, set by a .podls.yaml` : status.shown?.kubernetes,
  });
  if (!chosen) return;
  if (chosen.release === undefined) {
    await vscode.window.showTextDocument(vscode.Uri.file(config!));
    return;
  }
  const inWorkspace = configuration.inspect('kubernetes')?.workspaceValue !== undefined;
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await configuration.update('kubernetes', chosen.release || undefined, target);
}
