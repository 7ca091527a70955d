import * as vscode from 'vscode';
import { YAML } from './beside';

/** The column of what follows a dash, relative to it. */
const AFTER_DASH = '  ';
/** A key with what a line may have after it that begins a block. */
const OPENS = String.raw`[^\s#'"[\]{},-][^#]*?:\s*(?:[|>][-+0-9]*)?\s*(?:#.*)?$`;

const RULES: vscode.OnEnterRule[] = [
  // `- name:`
  { beforeText: new RegExp(String.raw`^\s*-\s+${OPENS}`), afterText: /^\s*$/, action: { indentAction: vscode.IndentAction.None, appendText: AFTER_DASH.repeat(2) } },
  // `- name: web`
  { beforeText: /^\s*-\s+(?:"[^"]*"|'[^']*'|[^\s#'"[\]{},:][^#:]*):\s+\S.*$/, afterText: /^\s*$/, action: { indentAction: vscode.IndentAction.None, appendText: AFTER_DASH } },
  // `spec:`
  { beforeText: new RegExp(String.raw`^\s*${OPENS}`), afterText: /^\s*$/, action: { indentAction: vscode.IndentAction.Indent } },
];

/** What Enter does in YAML: VS Code itself keeps the column. Red Hat's extension has rules of its own; beside it there are none of ours. */
export function indentOnEnter(): vscode.Disposable {
  let rules: vscode.Disposable | undefined;
  const look = () => {
    const wanted = vscode.extensions.getExtension(YAML) === undefined;
    if (wanted === (rules !== undefined)) return;
    rules?.dispose();
    rules = wanted ? vscode.Disposable.from(...['yaml', 'helm'].map((it) => vscode.languages.setLanguageConfiguration(it, { onEnterRules: RULES }))) : undefined;
  };
  look();
  return vscode.Disposable.from(vscode.extensions.onDidChange(look), { dispose: () => rules?.dispose() });
}
