import * as vscode from 'vscode';
import example from '../../../examples/broken/pod-volume-applogs.yaml';
import { BesideYaml } from './beside';
import { indentOnEnter } from './enter';
import { codeOf, explainRules, page } from './explain';
import { pickRelease } from './release';
import { LANGUAGES, Server } from './server';
import { StatusItem } from './status';

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('podls');
  const beside = new BesideYaml(context.globalState);
  const shown = (uri: vscode.Uri, diagnostics: vscode.Diagnostic[]) => beside.once(uri, diagnostics).map(withPage);
  const server = new Server(context, log, {
    handleDiagnostics: (uri, diagnostics, next) => next(uri, shown(uri, diagnostics)),
    provideDiagnostics: async (document, previous, token, next) => {
      const uri = document instanceof vscode.Uri ? document : document.uri;
      // What is left to others may have changed though the server says that its list has not.
      const report = await next(document, beside.wantsOnce ? undefined : previous, token);
      status.read(uri);
      return report && 'items' in report ? { ...report, items: shown(uri, report.items) } : report;
    },
  });
  beside.follow(server);
  const status = new StatusItem(server, () => void beside.offer());
  const look = (document: vscode.TextDocument) => mayHoldPod(document) && server.ensure();
  context.subscriptions.push(
    log,
    beside,
    server,
    status,
    explainRules(server),
    indentOnEnter(),
    vscode.commands.registerCommand('podls.restart', () => server.restart()),
    vscode.commands.registerCommand('podls.showLog', () => log.show()),
    vscode.commands.registerCommand('podls.pickRelease', () => pickRelease(context, status)),
    vscode.commands.registerCommand('podls.besideYaml', () => beside.arrange()),
    vscode.commands.registerCommand('podls.fixAll', () =>
      vscode.commands.executeCommand('editor.action.codeAction', { kind: 'source.fixAll.podls', apply: 'first' }),
    ),
    vscode.commands.registerCommand('podls.openExample', async () =>
      vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'yaml', content: example })),
    ),
    vscode.commands.registerCommand('podls.showPlaces', showPlaces),
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidChangeTextDocument(({ document }) => server.state.is === 'idle' && look(document)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('podls.server.path') && server.state.is !== 'idle') void server.restart();
    }),
  );
  vscode.workspace.textDocuments.forEach(look);
}

/**
 * A file that holds something of a manifest, an empty one in which it may be typed, or podls's own configuration, which is checked too. The
 * server starts with the first of them.
 */
function mayHoldPod(document: vscode.TextDocument): boolean {
  if (!LANGUAGES.includes(document.languageId) || !['file', 'untitled'].includes(document.uri.scheme)) return false;
  if (/\/\.podls\.ya?ml$/.test(document.uri.path)) return true;
  const text = document.getText();
  return /\b(api_?version|kind|containers)\b/i.test(text) || (document.languageId !== 'json' && text.trim().length < 20);
}

interface Position {
  line: number;
  character: number;
}

/** Shows a list of places, which the server counts in a lens, beside it. */
async function showPlaces(uri: string, at: Position, places: { uri: string; range: { start: Position; end: Position } }[]): Promise<void> {
  const position = ({ line, character }: Position) => new vscode.Position(line, character);
  const location = ({ uri, range }: (typeof places)[number]) =>
    new vscode.Location(vscode.Uri.parse(uri), new vscode.Range(position(range.start), position(range.end)));
  await vscode.commands.executeCommand('editor.action.showReferences', vscode.Uri.parse(uri), position(at), places.map(location));
}

/** The code of a diagnostic leads to the rule's page here, which needs no network. */
function withPage(diagnostic: vscode.Diagnostic): vscode.Diagnostic {
  const code = codeOf(diagnostic);
  if (code) diagnostic.code = { value: code, target: page(code) };
  return diagnostic;
}
