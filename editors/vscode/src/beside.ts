import * as vscode from 'vscode';
import { codeOf } from './explain';
import type { Server } from './server';

export const YAML = 'redhat.vscode-yaml';
/** It gives Red Hat's extension the schema of Kubernetes. */
const KUBERNETES_TOOLS = 'ms-kubernetes-tools.vscode-kubernetes-tools';
/** What Red Hat's extension reports too, without any schema. It says less than podls about duplicate keys, so podls reports those as well. */
const SYNTAX = ['yaml-syntax'];
const KEEP = 'podls.besideYaml.keep';

/** Red Hat's YAML extension, if it is active too: what both would report is reported once. */
export class BesideYaml implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[] = [];
  private offered = false;

  constructor(private readonly memory: vscode.Memento) {
    const look = () => void vscode.commands.executeCommand('setContext', 'podls.yamlExtension', this.present);
    look();
    this.subscriptions.push(vscode.extensions.onDidChange(look));
  }

  /** Asks for our diagnostics again where Red Hat's have changed. */
  follow(server: Server): void {
    const seen = new Map<string, string>();
    this.subscriptions.push(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => seen.delete(uri.toString())),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('podls.yamlExtension')) vscode.workspace.textDocuments.forEach(({ uri }) => server.refresh(uri));
      }),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        if (!this.present) return;
        for (const uri of uris) {
          const now = JSON.stringify(theirs(uri).map((it) => it.range));
          if ((seen.get(uri.toString()) ?? '[]') === now) continue;
          seen.set(uri.toString(), now);
          server.refresh(uri);
        }
      }),
    );
  }

  /** Our diagnostics without those that Red Hat's extension shows in the same lines, or in the next one, as it sees what ends too late. */
  once(uri: vscode.Uri, ours: vscode.Diagnostic[]): vscode.Diagnostic[] {
    if (!this.wantsOnce) return ours;
    const others = theirs(uri);
    const doubled = ({ range }: vscode.Diagnostic) =>
      others.some((it) => it.range.start.line <= range.end.line + 1 && range.start.line <= it.range.end.line);
    return ours.filter((it) => !(SYNTAX.includes(codeOf(it) ?? '') && doubled(it)));
  }

  /** Whether our diagnostics depend on Red Hat's. */
  get wantsOnce(): boolean {
    return this.present && vscode.workspace.getConfiguration('podls').get('yamlExtension') !== 'both';
  }

  /** Offers, once in a session, to leave Kubernetes to podls where Red Hat's extension knows it by a schema. */
  async offer(): Promise<void> {
    if (this.offered || !this.present || !this.knowsKubernetes || this.memory.get(KEEP)) return;
    this.offered = true;
    await this.arrange();
  }

  /** Has the user decide which extension checks Kubernetes objects. */
  async arrange(): Promise<void> {
    if (!this.knowsKubernetes) {
      await vscode.window.showInformationMessage(
        "There is no conflict: Red Hat's YAML extension has no schema of Kubernetes here, and podls does not repeat the syntax errors that it reports (podls.yamlExtension).",
      );
      return;
    }
    const [ours, both] = ['Use podls for Kubernetes', 'Keep Both'];
    const how = schemas().length ? 'removes Kubernetes from yaml.schemas' : 'disables yaml.hover, yaml.completion and yaml.validate in this workspace';
    const chosen = await vscode.window.showInformationMessage(
      `Red Hat's YAML extension has a schema of Kubernetes here, so hovers and problems would appear twice. “${ours}” ${how}.`,
      ours,
      both,
    );
    if (chosen === both) await this.memory.update(KEEP, true);
    if (chosen === ours) await leaveKubernetesToUs();
  }

  dispose(): void {
    for (const it of this.subscriptions) it.dispose();
  }

  private get present(): boolean {
    return vscode.extensions.getExtension(YAML) !== undefined;
  }

  private get knowsKubernetes(): boolean {
    const { hover, validate } = yaml();
    return schemas().length > 0 || (vscode.extensions.getExtension(KUBERNETES_TOOLS) !== undefined && (hover || validate));
  }
}

/** What Red Hat's extension has underlined as broken YAML. */
function theirs(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((it) => it.source === 'YAML');
}

function yaml(): { hover: boolean; validate: boolean } {
  const settings = vscode.workspace.getConfiguration('yaml');
  return { hover: settings.get('hover', true), validate: settings.get('validate', true) };
}

/** The schemas of Kubernetes in `yaml.schemas`, with the scopes in which they are set. */
function schemas(): { target: vscode.ConfigurationTarget; all: Record<string, unknown>; kubernetes: string[] }[] {
  const set = vscode.workspace.getConfiguration('yaml').inspect<Record<string, unknown>>('schemas');
  const scopes = [
    { target: vscode.ConfigurationTarget.Global, all: set?.globalValue },
    { target: vscode.ConfigurationTarget.Workspace, all: set?.workspaceValue },
  ];
  return scopes.flatMap(({ target, all }) => {
    const kubernetes = Object.keys(all ?? {}).filter((schema) => /kubernetes/i.test(schema));
    return all && kubernetes.length ? [{ target, all, kubernetes }] : [];
  });
}

async function leaveKubernetesToUs(): Promise<void> {
  const settings = vscode.workspace.getConfiguration('yaml');
  const set = schemas();
  for (const { target, all, kubernetes } of set) {
    const rest = Object.fromEntries(Object.entries(all).filter(([schema]) => !kubernetes.includes(schema)));
    await settings.update('schemas', Object.keys(rest).length ? rest : undefined, target);
  }
  if (set.length) return;
  const target = vscode.workspace.workspaceFolders ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  for (const name of ['hover', 'completion', 'validate']) await settings.update(name, false, target);
}
