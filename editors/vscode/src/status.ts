import * as vscode from 'vscode';
import { type FileStatus, LANGUAGES, type Server } from './server';

/** The item in the status bar: whether podls checks the active file, and for which Kubernetes release. */
export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('podls.status', vscode.StatusBarAlignment.Right, 100);
  private readonly subscriptions: vscode.Disposable[] = [this.item];
  private asked = 0;
  /** Of the file in view. */
  shown: FileStatus | undefined;

  constructor(
    private readonly server: Server,
    private readonly onManifest: () => void,
  ) {
    this.item.name = 'podls';
    const update = () => void this.update();
    this.subscriptions.push(server.onDidChange(update), vscode.window.onDidChangeActiveTextEditor(update));
    update();
  }

  dispose(): void {
    for (const it of this.subscriptions) it.dispose();
  }

  /** The server has read a file again: after an edit, or in other settings. It may be a manifest by now. */
  read(uri: vscode.Uri): void {
    if (uri.toString() === active()?.uri.toString()) void this.update();
  }

  private async update(): Promise<void> {
    const turn = ++this.asked;
    const document = active();
    const { state } = this.server;
    const status = document && state.is === 'running' ? await this.server.status(document.uri) : undefined;
    if (turn !== this.asked) return;
    this.shown = status;
    const ours = status || (document && (state.is === 'stopped' || state.is === 'starting'));
    if (!ours) return this.item.hide();
    const { text, tooltip } = this.words(status);
    this.item.text = text;
    this.item.tooltip = new vscode.MarkdownString(tooltip + LINKS);
    this.item.tooltip.isTrusted = { enabledCommands: ['podls.pickRelease', 'podls.restart', 'podls.showLog'] };
    this.item.command = state.is === 'stopped' ? 'podls.restart' : 'podls.pickRelease';
    this.item.backgroundColor = state.is === 'stopped' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    this.item.show();
    if (status) this.onManifest();
  }

  private words(status: FileStatus | undefined): { text: string; tooltip: string } {
    const { state } = this.server;
    if (state.is === 'stopped') return { text: '$(error) podls: stopped', tooltip: state.reason };
    if (!status) return { text: '$(loading~spin) podls', tooltip: 'Starting the server…' };
    if (status.excluded) return { text: '$(circle-slash) podls: excluded', tooltip: 'A `.podls.yaml` excludes this file.' };
    const whence = status.config ? `, set by \`${vscode.workspace.asRelativePath(status.config)}\`` : '';
    return { text: `$(check) podls: k8s ${status.kubernetes}`, tooltip: `This file is checked for Kubernetes ${status.kubernetes}${whence}. (${this.server.version})` };
  }
}

const LINKS =
  '\n\n[Select the Kubernetes release](command:podls.pickRelease) · [Restart the server](command:podls.restart) · [Show the log](command:podls.showLog)';

/** The document in view, if it is one of ours to look at. */
function active(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document && LANGUAGES.includes(document.languageId) && ['file', 'untitled'].includes(document.uri.scheme) ? document : undefined;
}
