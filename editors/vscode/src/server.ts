import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { CloseAction, ErrorAction, ExecuteCommandRequest, LanguageClient, type Middleware, State as ClientState, type StaticFeature } from 'vscode-languageclient/node';

/** The languages whose files may hold a Pod. */
export const LANGUAGES = ['yaml', 'json', 'helm'];

/** So many crashes in so many milliseconds are enough: the server is not started again. */
const CRASHES = { count: 5, within: 180_000 };

/** The state of the server: not needed yet, starting, running, or stopped for a `reason`. */
export type State = { is: 'idle' | 'starting' | 'running' } | { is: 'stopped'; reason: string };

/** How the server checks a file. */
export interface FileStatus {
  kubernetes: string;
  /** The `.podls.yaml` that names the release. */
  config: string | null;
  excluded: boolean;
}

/** The server's process and the connection to it, from the first file that may hold a Pod. */
export class Server implements vscode.Disposable {
  state: State = { is: 'idle' };
  /** As `podls --version` says it. */
  version = '';
  private client: LanguageClient | undefined;
  private crashes: number[] = [];
  /** The client has reached its first server; what happens from now on is a crash, no failed start. */
  private launched = false;
  private last: Promise<void> = Promise.resolve();
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.OutputChannel,
    private readonly middleware: Middleware,
  ) {}

  /** Starts the server unless that was done already. */
  ensure(): void {
    if (this.state.is === 'idle') void this.restart();
  }

  /** Ends the server if it runs, and starts it. One call after the other, however fast they come. */
  restart(): Promise<void> {
    this.last = this.last.then(async () => {
      this.crashes = [];
      await this.stop();
      await this.start();
    });
    return this.last;
  }

  /** Runs the server's binary as a command, and gives what it prints. */
  run(...args: string[]): Promise<string> {
    return run(this.command(), args);
  }

  /** How a file is checked; `undefined` for one that podls does not check. */
  async status(uri: vscode.Uri): Promise<FileStatus | undefined> {
    if (!this.client?.isRunning()) return undefined;
    const params = { command: 'podls.status', arguments: [this.client.code2ProtocolConverter.asUri(uri)] };
    // An older podls does not know this command.
    return (await this.client.sendRequest(ExecuteCommandRequest.type, params).catch(() => undefined)) ?? undefined;
  }

  /** Has the editor ask for the diagnostics of a file again. */
  refresh(uri: vscode.Uri): void {
    const document = vscode.workspace.textDocuments.find((it) => it.uri.toString() === uri.toString());
    const feature = document && this.client?.getFeature('textDocument/diagnostic')?.getProvider(document);
    feature?.onDidChangeDiagnosticsEmitter.fire();
  }

  async dispose(): Promise<void> {
    await this.stop();
    this.changed.dispose();
  }

  /** The server to start: the user's own, the one inside the extension, or the one on the PATH. */
  private command(): string {
    const own = vscode.workspace.getConfiguration('podls').get<string>('server.path', '').trim();
    const inside = path.join(this.context.extensionPath, 'server', process.platform === 'win32' ? 'podls.exe' : 'podls');
    if (!own) return fs.existsSync(inside) ? inside : 'podls';
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir();
    const expanded = own.replace(/^~(?=[\\/]|$)/, os.homedir()).replaceAll('${workspaceFolder}', folder);
    return /[\\/]/.test(expanded) ? path.resolve(folder, expanded) : expanded;
  }

  private async start(): Promise<void> {
    this.enter({ is: 'starting' });
    this.launched = false;
    const command = this.command();
    try {
      this.version = (await run(command, ['--version'])).trim();
      if (!this.version.startsWith('podls ')) throw new Error(`it printed “${this.version.slice(0, 40)}” as its version; it is not podls`);
      this.log.appendLine(`Starting ${command} (${this.version})`);
      const schemes = ['file', 'untitled'];
      this.client = new LanguageClient('podls', 'podls', { command, args: ['--stdio'] }, {
        documentSelector: LANGUAGES.flatMap((language) => schemes.map((scheme) => ({ scheme, language }))),
        outputChannel: this.log,
        synchronize: { configurationSection: 'podls' },
        middleware: this.middleware,
        initializationFailedHandler: () => false,
        errorHandler: { error: () => ({ action: ErrorAction.Continue }), closed: () => this.closed() },
      });
      const client = this.client;
      client.registerFeature(RUNS_COMMANDS);
      client.onDidChangeState(({ newState }) => {
        if (client !== this.client) return;
        if (newState === ClientState.Running) this.enter({ is: 'running' });
        if (newState === ClientState.Starting) this.enter({ is: 'starting' });
      });
      await client.start();
      this.launched = true;
    } catch (error) {
      this.client = undefined;
      void this.fail(`podls could not start “${command}”: ${error instanceof Error ? error.message : error}.`);
    }
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // A server that does not answer any more must not keep the next one from starting.
    await client?.dispose(2000).catch((error) => this.log.appendLine(`The server did not shut down: ${error}`));
  }

  /** The server has exited unexpectedly. */
  private closed(): { action: CloseAction; handled: boolean } {
    const now = Date.now();
    this.crashes = [...this.crashes.filter((at) => now - at < CRASHES.within), now];
    const again = this.launched && this.crashes.length < CRASHES.count;
    this.log.appendLine(`The server exited unexpectedly${again ? '; restarting it' : ''}.`);
    if (this.launched && !again) void this.fail(`The podls server crashed ${CRASHES.count} times in 3 minutes and was not restarted.`);
    return { action: again ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
  }

  private enter(state: State): void {
    this.state = state;
    this.changed.fire();
  }

  private async fail(reason: string): Promise<void> {
    this.enter({ is: 'stopped', reason });
    this.log.appendLine(reason);
    const setting = 'Open the Setting';
    const log = 'Show the Log';
    const restart = 'Restart';
    const hint = 'The setting podls.server.path selects the podls to start.';
    const chosen = await vscode.window.showErrorMessage(`${reason} ${hint}`, setting, restart, log);
    if (chosen === setting) await vscode.commands.executeCommand('workbench.action.openSettings', 'podls.server.path');
    if (chosen === restart) await this.restart();
    if (chosen === log) this.log.show();
  }
}

/**
 * Lets the server know which commands this editor runs: one opens its list of suggestions, again after a key was chosen; one shows the places
 * that a lens counts.
 */
const RUNS_COMMANDS: StaticFeature = {
  fillClientCapabilities: (capabilities) => {
    capabilities.experimental = { ...capabilities.experimental, commands: { commands: ['editor.action.triggerSuggest', 'podls.showPlaces'] } };
  },
  initialize: () => {},
  getState: () => ({ kind: 'static' }),
  clear: () => {},
};

/** What a command prints; the error says in words what went wrong. */
function run(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { timeout: 10_000, maxBuffer: 8 << 20 }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const ended = error.killed ? 'it does not respond' : typeof error.code === 'number' ? `it exited with status ${error.code}` : error.message;
      reject(new Error(WORDS[String(error.code)] ?? (stderr.trim().split('\n')[0] || ended)));
    });
    child.stdin?.end();
  });
}

const WORDS: Record<string, string> = {
  ENOENT: 'file not found',
  EACCES: 'permission denied',
  ENOEXEC: 'not built for this platform',
  UNKNOWN: 'not built for this platform',
};
