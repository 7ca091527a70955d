import * as vscode from 'vscode';
import type { Server } from './server';

const SCHEME = 'podls-rule';

/** The page of a rule, as a document that only the editor knows. */
export function page(code: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${code}.md` });
}

/** The code of one of our diagnostics. */
export function codeOf(diagnostic: vscode.Diagnostic): string | undefined {
  const { code, source } = diagnostic;
  if (source !== 'podls' || code === undefined) return undefined;
  return String(typeof code === 'object' ? code.value : code);
}

/** The pages of the rules: what `podls explain` prints, beside the text. */
export function explainRules(server: Server): vscode.Disposable {
  const content: vscode.TextDocumentContentProvider = {
    provideTextDocumentContent: (uri) => server.run('explain', uri.path.slice(1, -'.md'.length)).catch((error) => `podls cannot explain it: ${error.message}`),
  };
  const actions: vscode.CodeActionProvider = {
    provideCodeActions: (_document, _range, { diagnostics, only }) => {
      if (only && !only.contains(EXPLAIN)) return [];
      const codes = new Map(diagnostics.map((it) => [codeOf(it), it] as const));
      codes.delete(undefined);
      return [...codes].map(([code, diagnostic]) => {
        const action = new vscode.CodeAction(`Explain ${code}`, EXPLAIN);
        action.diagnostics = [diagnostic];
        action.command = { title: action.title, command: 'podls.explain', arguments: [code] };
        return action;
      });
    },
  };
  const selector = [{ scheme: 'file' }, { scheme: 'untitled' }];
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, content),
    vscode.languages.registerCodeActionsProvider(selector, actions, { providedCodeActionKinds: [EXPLAIN] }),
    vscode.commands.registerCommand('podls.explain', async (code?: string) => {
      const chosen = code ?? (await pick(server));
      if (!chosen) return;
      // Whoever types goes on in the manifest.
      const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      await vscode.commands.executeCommand('vscode.openWith', page(chosen), 'vscode.markdown.preview.editor', beside);
    }),
  );
}

const EXPLAIN = vscode.CodeActionKind.QuickFix.append('explain');

/** Has the user pick a rule; those of the findings at the cursor come first. */
async function pick(server: Server): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const here = editor ? vscode.languages.getDiagnostics(editor.document.uri).filter((it) => it.range.intersection(editor.selection)) : [];
  const first = new Set(here.map(codeOf));
  const rules = server
    .run('rules', '--format', 'json')
    .then((text) => JSON.parse(text) as { code: string; severity: string; summary: string }[])
    .then((all) => all.sort((a, b) => Number(first.has(b.code)) - Number(first.has(a.code))))
    .then((all) => all.map(({ code, severity, summary }) => ({ label: code, description: severity, detail: summary })));
  const chosen = await vscode.window.showQuickPick(rules, { title: 'Explain a rule', matchOnDetail: true }).then(undefined, (error) => {
    void vscode.window.showErrorMessage(`podls cannot list its rules: ${error.message}.`);
    return undefined;
  });
  return chosen?.label;
}
